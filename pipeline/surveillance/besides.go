package surveillance

import "slices"

// besides is what is known beside the groups that are compared: how many times as many claims other
// causes make usual of each set. Without it their excess is put down to whatever shares units with
// them.
type besides struct {
	times []float64 // by set; nil for one each
	// own is the part of times that the groups compared have in it, which they are to answer for
	// themselves.
	own map[int32]float64
}

// besides are the causes that are not among the groups.
func (l *leftovers) besides(groups []int32) besides {
	b := besides{times: l.times, own: map[int32]float64{}}
	for _, c := range l.causes {
		if slices.Contains(groups, c.group) {
			b.own[c.group] = max(b.own[c.group], 1) * max(c.finding.Ratio, 1)
		}
	}
	return b
}

// besides are the causes of a label that have nothing to do with the groups (none of them, nor a part
// of one), and what other labels' causes spill over.
func (st *state) besides(label int32, groups []int32) besides {
	f := st.fleet
	var b besides
	for _, s := range st.spilled[label] {
		b.allow(f, s.group, s.times)
	}
	for _, c := range st.under(label, st.causes) {
		if !slices.ContainsFunc(groups, func(g int32) bool { return f.wholes[g] == f.wholes[c.group] }) {
			b.allow(f, c.group, c.finding.Ratio)
		}
	}
	return b
}

func (b *besides) allow(f *fleet, group int32, times float64) {
	if times <= 1 {
		return
	}
	if b.times == nil {
		b.times = slices.Repeat([]float64{1}, len(f.sets))
	}
	for _, set := range f.members[group] {
		b.times[set] *= times
	}
}

// of gives the times of a set, of which mask says in which of the groups it is.
func (b besides) of(set int32, mask uint32, groups []int32) float64 {
	if int(set) >= len(b.times) {
		return 1
	}
	times := b.times[set]
	if len(b.own) == 0 || times == 1 {
		return times
	}
	for bit, g := range groups {
		if own, ok := b.own[g]; ok && mask&(1<<bit) != 0 {
			times /= own
		}
	}
	return times
}
