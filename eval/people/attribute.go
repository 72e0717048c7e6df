package people

import "context"

// attribute fills in the attribute agreement analysis.
func (t *table) attribute(ctx context.Context, o Options, a *Attribute) error {
	for p := range t.raters {
		within, err := t.within(ctx, o, p)
		if err != nil {
			return err
		}
		if within != nil {
			a.Within = append(a.Within, *within)
		}
		against, err := t.against(ctx, o, p)
		if err != nil {
			return err
		}
		if against != nil {
			a.Standard = append(a.Standard, *against)
		}
	}
	a.Between, a.AllStandard = t.between(o, false)
	for _, r := range t.raters {
		if r.Model {
			a.BetweenModel, _ = t.between(o, true)
		}
	}
	return nil
}

// within compares a rater with himself; nil without claims that he rated twice.
func (t *table) within(ctx context.Context, o Options, rater int) (*Appraiser, error) {
	var claims [][]int
	sizes, same := map[int]int{}, 0
	for c := range t.claims {
		all := t.given(c, rater)
		if len(all) < 2 {
			continue
		}
		counts := make([]int, len(t.labels))
		for _, l := range all {
			counts[l]++
		}
		if counts[all[0]] == len(all) {
			same++
		}
		claims = append(claims, counts)
		sizes[len(all)]++
	}
	if len(claims) == 0 {
		return nil, nil
	}
	even := usual(claims, sizes)
	drawn := make([][]int, len(even))
	kappa, err := o.estimate(ctx, len(even), func(rows []int) (float64, bool) {
		for i, r := range rows {
			drawn[i] = even[r]
		}
		return FleissKappa(drawn)
	})
	r := t.raters[rater]
	return &Appraiser{Rater: r.Name, Model: r.Model, Match: NewShare(same, len(claims), o.Level), Kappa: kappa}, err
}

// against compares a rater with the standard; nil where they have no claim in common.
func (t *table) against(ctx context.Context, o Options, rater int) (*Appraiser, error) {
	n, matched := 0, 0
	confusion := make([][]int, len(t.labels))
	for l := range confusion {
		confusion[l] = make([]int, len(t.labels))
	}
	var truth, first []int
	for c, s := range t.standard {
		all := t.given(c, rater)
		if s < 0 || len(all) == 0 {
			continue
		}
		n++
		right := 0
		for _, l := range all {
			confusion[s][l]++
			if l == s {
				right++
			}
		}
		if right == len(all) {
			matched++
		}
		truth, first = append(truth, s), append(first, all[0])
	}
	if n == 0 {
		return nil, nil
	}
	kappa, err := t.kappa(ctx, o, truth, first, Nominal)
	r := t.raters[rater]
	return &Appraiser{
		Rater: r.Name, Model: r.Model, Match: NewShare(matched, n, o.Level), Kappa: kappa, Misses: t.misses(confusion, o.Level),
	}, err
}

func (t *table) misses(confusion [][]int, level float64) []Miss {
	var out []Miss
	for s, row := range confusion {
		n := sum(row)
		if n == 0 {
			continue
		}
		m := Miss{Label: t.labels[s], Missed: NewShare(n-row[s], n, level)}
		for l, c := range row {
			if l != s && c > m.InsteadCount {
				m.Instead, m.InsteadCount = t.labels[l], c
			}
		}
		out = append(out, m)
	}
	return out
}

// between counts the claims on which all ratings of two people or more (with the model: of
// it and one person or more) agree, and those on which all people agree with the standard;
// nil where there is no such claim.
func (t *table) between(o Options, model bool) (among, standard *Share) {
	alike, n, right, judged := 0, 0, 0, 0
	for c := range t.claims {
		raters, same, label, asked := 0, true, -1, false
		for p, r := range t.raters {
			all := t.given(c, p)
			if len(all) == 0 || r.Model && !model {
				continue
			}
			raters++
			asked = asked || r.Model
			for _, l := range all {
				same = same && (label < 0 || l == label)
				label = l
			}
		}
		if raters >= 2 && asked == model {
			n++
			alike += one(same)
		}
		if raters >= 1 && t.standard[c] >= 0 {
			judged++
			right += one(same && label == t.standard[c])
		}
	}
	return o.share(alike, n), o.share(right, judged)
}

func (o Options) share(count, n int) *Share {
	if n == 0 {
		return nil
	}
	s := NewShare(count, n, o.Level)
	return &s
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
