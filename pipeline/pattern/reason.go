package pattern

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// report puts what was found in order and in words.
func (x *explanation) report(same []int, gains map[int]float64) []Finding {
	var causes, others []Finding
	for _, i := range x.causes {
		f := x.finding(i, same)
		f.Cause, f.Gain, f.Ratio = true, gains[i], x.factor[i]
		f.Reason = x.whyCause(i, f)
		causes = append(causes, f)
	}
	for i := range x.keys {
		if same[i] != i || slices.Contains(x.causes, i) {
			continue
		}
		f := x.finding(i, same)
		f.Gain, f.Ratio = x.gain(i)
		f.Reason = x.whyNot(i, f)
		others = append(others, f)
	}
	slices.SortStableFunc(others, func(a, b Finding) int { return cmp.Compare(b.Gain, a.Gain) })
	return append(causes, others...)
}

func (x *explanation) finding(i int, same []int) Finding {
	f := Finding{Group: x.keys[i]}
	f.Observed, f.Expected = x.counts(func(mask uint32) bool { return mask&(1<<i) != 0 })
	for j, of := range same {
		if of == i && j != i {
			f.Same = append(f.Same, x.keys[j])
		}
	}
	return f
}

// counts adds up the cells that pick answers true for.
func (x *explanation) counts(pick func(mask uint32) bool) (observed int, expected float64) {
	for _, c := range x.order {
		if pick(c.mask) {
			observed += c.observed
			expected += c.expected
		}
	}
	return observed, expected
}

// whyCause says how the excess holds where the strongest other candidate is absent.
func (x *explanation) whyCause(i int, f Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d claims where %.1f are expected", f.Group, f.Observed, f.Expected)
	if j, ok := x.rival(i); ok {
		if n, mu := x.without(i, j); some(n, mu) { // else the group lies within its rival
			fmt.Fprintf(&b, "; without %s still %d where %.1f are expected", x.keys[j], n, mu)
		}
		n, mu := x.without(j, i)
		fmt.Fprintf(&b, "; the rest of %s has %d where %.1f are expected", x.keys[j], n, mu)
	}
	for _, k := range f.Same {
		fmt.Fprintf(&b, "; %s holds the same units and cannot be told apart", k)
	}
	return b.String() + "."
}

// without counts what group i has and group j has not.
func (x *explanation) without(i, j int) (observed int, expected float64) {
	return x.counts(func(mask uint32) bool { return mask&(1<<i) != 0 && mask&(1<<j) == 0 })
}

// some says that counts are worth a word: as they are printed, they are not all 0.
func some(observed int, expected float64) bool { return observed > 0 || expected >= 0.05 }

// rival is the candidate that shares most claims with group i, is no cause itself and does not
// hold the same units or some of them only.
func (x *explanation) rival(i int) (int, bool) {
	best, most := -1, 0
	for j := range x.keys {
		if j == i || slices.Contains(x.causes, j) || x.equal(i, j) || !some(x.without(j, i)) {
			continue
		}
		both, _ := x.counts(func(mask uint32) bool { return mask&(1<<i) != 0 && mask&(1<<j) != 0 })
		if both > most {
			best, most = j, both
		}
	}
	return best, best >= 0
}

// whyNot says what is left of a group's excess once the causes are taken out.
func (x *explanation) whyNot(i int, f Finding) string {
	causes := uint32(0)
	names := make([]string, 0, len(x.causes))
	for _, c := range x.causes {
		causes |= 1 << c
		names = append(names, x.keys[c].String())
	}
	if len(names) == 0 {
		return fmt.Sprintf("%s: %d claims where %.1f are expected; no group explains it alone.", f.Group, f.Observed, f.Expected)
	}
	n, mu := x.counts(func(mask uint32) bool { return mask&(1<<i) != 0 && mask&causes == 0 })
	if !some(n, mu) {
		return fmt.Sprintf("%s: %d claims where %.1f are expected, all of them of %s.", f.Group, f.Observed, f.Expected, strings.Join(names, " and "))
	}
	return fmt.Sprintf("%s: %d claims where %.1f are expected, but without %s only %d where %.1f are expected.",
		f.Group, f.Observed, f.Expected, strings.Join(names, " and "), n, mu)
}
