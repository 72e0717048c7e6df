package surveillance

import (
	"fmt"
	"slices"
	"sync"

	"github.com/defekt/defekt/pipeline/pattern"
)

// assess compares groups as explanations of the reports of a label since a day, beside what else is
// known. Units are added up by which of the groups they are in, weighed by product (see weighed).
func (st *state) assess(groups []int32, label int32, since pattern.Day, known besides) ([]pattern.Finding, error) {
	w := st.weigh(label)
	if w == nil {
		return nil, fmt.Errorf("%w: the label %q is not watched", pattern.ErrInput, st.labels.names[label])
	}
	keys := make([]pattern.Key, len(groups))
	for i, g := range groups {
		keys[i] = st.fleet.keys[g]
	}
	cells, err := st.cells(groups, label, since, w, known)
	if err == nil {
		var findings []pattern.Finding
		if findings, err = pattern.ExplainCells(cells, keys); err == nil {
			return findings, nil
		}
	}
	return nil, fmt.Errorf("explain %s of %s: %w", st.labels.names[label], keys[0], err)
}

// cells adds up the units in any of the groups and their reports of a label since a day.
func (st *state) cells(groups []int32, label int32, since pattern.Day, w *weighed, known besides) ([]pattern.Cell, error) {
	f := st.fleet
	starts := make([]pattern.Day, f.weeks())
	for i := range starts {
		starts[i] = f.first + pattern.Day(i*step)
	}
	usual, err := w.baseline.Usual(st.labels.names[label], pattern.Period{From: since, To: st.today + 1}, starts)
	if err != nil {
		return nil, err
	}
	m := f.mask(groups)
	defer m.free()
	var cells []pattern.Cell
	at := map[uint32]int{}
	for _, set := range m.touched {
		rows := f.at(set)
		if len(rows) == 0 {
			continue
		}
		i, ok := at[m.of[set]]
		if !ok {
			i = len(cells)
			at[m.of[set]] = i
			cells = append(cells, pattern.Cell{Mask: m.of[set]})
		}
		sum := 0.0
		for _, r := range rows {
			sum += float64(r.units) * usual[f.weekOf(r.since)]
		}
		cells[i].Expected += sum * w.factorOf(f.strata[set]) * grain * known.of(set, m.of[set], groups)
	}
	for _, r := range st.since(label, since) {
		if r.day > st.today || int(r.day-r.since) >= w.baseline.Warranty {
			continue
		}
		if i, ok := at[m.mask(r)]; ok {
			cells[i].Observed++
		}
	}
	return cells, nil
}

// masks say which of a few groups sets of groups have.
type masks struct {
	of      []uint32 // by set
	touched []int32  // the sets with any, ascending
	bits    map[int32]int
	pool    *sync.Pool
}

// mask tells the sets of some groups apart, at most [pattern.MaxCandidates] of them.
func (f *fleet) mask(groups []int32) *masks {
	m, ok := f.room.Get().(*masks)
	if !ok || len(m.of) < len(f.sets) {
		m = &masks{of: make([]uint32, len(f.sets)), pool: &f.room}
	}
	m.bits = make(map[int32]int, len(groups))
	for bit, g := range groups {
		m.bits[g] = bit
		for _, set := range f.members[g] {
			if m.of[set] == 0 {
				m.touched = append(m.touched, set)
			}
			m.of[set] |= 1 << bit
		}
	}
	slices.Sort(m.touched)
	return m
}

// mask says which of the groups a report is about.
func (m *masks) mask(r *report) uint32 {
	if r.set >= 0 {
		return m.of[r.set]
	}
	mask := uint32(0)
	for _, g := range r.groups {
		if bit, ok := m.bits[g]; ok {
			mask |= 1 << bit
		}
	}
	return mask
}

// free gives back the room.
func (m *masks) free() {
	for _, set := range m.touched {
		m.of[set] = 0
	}
	m.touched = m.touched[:0]
	m.pool.Put(m)
}
