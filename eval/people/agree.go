package people

import "context"

// Agree computes, for each axis that has ratings (by name), how far raters agree. The
// errors are faults of the options or of the table (a rating twice, a label that its ordinal
// axis does not have), and ctx's.
func Agree(ctx context.Context, ratings []Rating, o Options) ([]Agreement, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	tables, err := byAxis(ratings, o)
	if err != nil {
		return nil, err
	}
	out := make([]Agreement, 0, len(tables))
	for _, t := range tables {
		a, err := t.agreement(ctx, o)
		if err != nil {
			return nil, err
		}
		out = append(out, *a)
	}
	return out, nil
}

func (t *table) agreement(ctx context.Context, o Options) (*Agreement, error) {
	a := &Agreement{
		Axis: t.axis, Ordinal: t.ordinal, Labels: t.labels, Raters: t.raters,
		Claims: len(t.claims), Undecided: t.undecided, Pairs: []Pair{},
	}
	if err := t.together(ctx, o, a); err != nil {
		return nil, err
	}
	for p := range t.raters {
		for q := p + 1; q < len(t.raters); q++ {
			if err := t.pair(ctx, o, p, q, a); err != nil {
				return nil, err
			}
		}
	}
	if err := t.attribute(ctx, o, &a.Attribute); err != nil {
		return nil, err
	}
	a.Words = a.words()
	return a, nil
}

// together fills in the figures over all people at once.
func (t *table) together(ctx context.Context, o Options, a *Agreement) error {
	var doubled [][]int
	sizes := map[int]int{}
	for _, claim := range t.counts() {
		if m := sum(claim); m >= 2 {
			doubled = append(doubled, claim)
			sizes[m]++
		}
	}
	a.Doubled = len(doubled)
	even := usual(doubled, sizes)
	var err error
	at := func(of [][]int, f func([][]int) (float64, bool)) *Figure {
		if err != nil {
			return nil
		}
		drawn := make([][]int, len(of))
		var figure *Figure
		figure, err = o.estimate(ctx, len(of), func(rows []int) (float64, bool) {
			for i, r := range rows {
				drawn[i] = of[r]
			}
			return f(drawn)
		})
		return figure
	}
	a.Observed = at(doubled, pairsAgree)
	a.Alpha = at(doubled, func(c [][]int) (float64, bool) { return Alpha(c, false) })
	if t.ordinal {
		a.AlphaOrdinal = at(doubled, func(c [][]int) (float64, bool) { return Alpha(c, true) })
	}
	if a.Fleiss = at(even, FleissKappa); a.Fleiss != nil {
		a.FleissClaims, a.FleissRatings = len(even), sum(even[0])
	}
	return err
}

// usual keeps the claims with the most frequent number of ratings, the larger one of two.
func usual(claims [][]int, sizes map[int]int) [][]int {
	best := 0
	for m, n := range sizes {
		if n > sizes[best] || n == sizes[best] && m > best {
			best = m
		}
	}
	var out [][]int
	for _, c := range claims {
		if sum(c) == best {
			out = append(out, c)
		}
	}
	return out
}

// pairsAgree is the mean over claims of the share of pairs of ratings that agree.
func pairsAgree(claims [][]int) (float64, bool) {
	total := 0.0
	for _, claim := range claims {
		m, same := sum(claim), 0
		for _, c := range claim {
			same += c * (c - 1)
		}
		total += float64(same) / float64(m*(m-1))
	}
	return total / float64(max(1, len(claims))), len(claims) > 0
}

func sum(v []int) int {
	n := 0
	for _, x := range v {
		n += x
	}
	return n
}

// pair compares two raters where both rated.
func (t *table) pair(ctx context.Context, o Options, p, q int, a *Agreement) error {
	var first, second []int
	same := 0
	for c := range t.claims {
		x, y := t.first(c, p), t.first(c, q)
		if x < 0 || y < 0 {
			continue
		}
		if x == y {
			same++
		}
		first, second = append(first, x), append(second, y)
	}
	if len(first) == 0 {
		return nil
	}
	pair := Pair{A: t.raters[p].Name, B: t.raters[q].Name, Claims: len(first), Agree: NewShare(same, len(first), o.Level)}
	var err error
	if pair.Kappa, err = t.kappa(ctx, o, first, second, Nominal); err != nil {
		return err
	}
	if t.ordinal {
		if pair.Linear, err = t.kappa(ctx, o, first, second, Linear); err != nil {
			return err
		}
		if pair.Quadratic, err = t.kappa(ctx, o, first, second, Quadratic); err != nil {
			return err
		}
	}
	a.Pairs = append(a.Pairs, pair)
	return nil
}

func (t *table) kappa(ctx context.Context, o Options, a, b []int, w Weights) (*Figure, error) {
	x, y := make([]int, len(a)), make([]int, len(a))
	return o.estimate(ctx, len(a), func(rows []int) (float64, bool) {
		for i, r := range rows {
			x[i], y[i] = a[r], b[r]
		}
		return CohenKappa(x, y, len(t.labels), w)
	})
}
