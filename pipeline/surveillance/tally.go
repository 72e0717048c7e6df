package surveillance

import (
	"fmt"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// tally is what a look needs of an alarm to count one more claim: claims so far, and what is
// expected until a day, of the parts that its group and its first rival divide their units into.
// A comparison from nothing takes as long as thousands of these.
type tally struct {
	groups []int32
	label  int32
	onset  pattern.Day
	cells  []tallied
	// expected is by last day, then by cell.
	expected map[pattern.Day][]float64
	next     int32 // the number of the first report that is not counted yet
}

// tallied is the units in some of the groups and not in the others.
type tallied struct {
	mask     uint64
	observed int
	begins   map[int32]pattern.Day // by stratum: the first start of service
}

// soon is how many days ahead a tally is prepared for: a scan makes new ones every day.
const soon = 1

// tally gives that of an alarm, made or brought up to date.
func (st *state) tally(alarm string, groups []int32, label int32, onset pattern.Day) (*tally, error) {
	t := st.tallies[alarm]
	if t == nil || t.label != label || t.onset != onset || !slices.Equal(t.groups, groups) || t.expected[st.today] == nil {
		var err error
		if t, err = st.newTally(groups, label, onset); err != nil {
			return nil, err
		}
		st.tallies[alarm] = t
	}
	list := st.since(label, onset)
	from, _ := slices.BinarySearchFunc(list, t.next, func(r *report, n int32) int { return int(r.number - n) })
	for _, r := range list[from:] {
		t.count(st, r)
	}
	t.next = int32(len(st.reports))
	return t, nil
}

func (st *state) newTally(groups []int32, label int32, onset pattern.Day) (*tally, error) {
	t := &tally{groups: groups, label: label, onset: onset, expected: map[pattern.Day][]float64{}}
	w := st.weigh(label)
	if w == nil {
		return nil, fmt.Errorf("%w: the label %q is not watched", pattern.ErrInput, st.labels.names[label])
	}
	cohorts, keys := t.divide(st.fleet, w, st.besides(label, groups))
	for day := st.today; day <= st.today+soon; day++ {
		sums := make([]float64, len(keys))
		if len(keys) > 0 {
			findings, err := pattern.Explain(cohorts, nil, w.baseline, st.labels.names[label], pattern.Period{From: onset, To: day + 1}, keys)
			if err != nil {
				return nil, fmt.Errorf("expect %s: %w", st.labels.names[label], err)
			}
			for _, f := range findings {
				sums[slices.Index(keys, f.Group)] = f.Expected
			}
		}
		t.expected[day] = sums
	}
	return t, nil
}

// divide finds the cells, and gives their units as cohorts of one group each.
func (t *tally) divide(f *fleet, weigh *weighed, known besides) ([]pattern.Cohort, []pattern.Key) {
	sets := map[uint64][]int32{}
	for bit, g := range t.groups {
		for _, set := range f.members[g] {
			mask := t.mask(f.sets[set])
			if mask&(1<<bit-1) != 0 || len(f.at(set)) == 0 { // an earlier group's already
				continue
			}
			if sets[mask] == nil {
				t.cells = append(t.cells, tallied{mask: mask, begins: map[int32]pattern.Day{}})
			}
			sets[mask] = append(sets[mask], set)
		}
	}
	w := f.weekly(weigh)
	var cohorts []pattern.Cohort
	keys := make([]pattern.Key, len(t.cells))
	for i, c := range t.cells {
		keys[i] = pattern.Key{Kind: "cell", Name: fmt.Sprint(i)}
		for _, set := range sets[c.mask] {
			w.add(set, known.of(set, 0, nil))
			first := f.at(set)[0].since
			if have, ok := c.begins[f.strata[set]]; ok {
				first = min(first, have)
			}
			c.begins[f.strata[set]] = first
		}
		cohorts = w.flush(cohorts, keys[i:i+1])
	}
	return cohorts, keys
}

// mask says which of the groups a unit is in.
func (t *tally) mask(groups []int32) uint64 {
	mask := uint64(0)
	for bit, g := range t.groups {
		if slices.Contains(groups, g) {
			mask |= 1 << bit
		}
	}
	return mask
}

// count adds a report, if there were units that it can be about.
func (t *tally) count(st *state, r *report) {
	if r.day-r.since >= pattern.Day(st.baseline.Warranty) {
		return
	}
	mask := t.mask(r.groups)
	for i, c := range t.cells {
		if first, ok := c.begins[r.stratum]; ok && c.mask == mask && first <= max(r.since, r.day) {
			t.cells[i].observed++
		}
	}
}

// findings compares the groups by the tally alone: as [pattern.Explain] does it of all units, with
// one unit for each cell that is expected to bring what all of them are.
func (t *tally) findings(st *state) ([]pattern.Finding, error) {
	name := st.labels.names[t.label]
	p := pattern.Period{From: t.onset, To: st.today + 1}
	usual := &pattern.Rates{Factor: map[string]float64{}}
	for i := range usual.Hazard {
		usual.Hazard[i] = 1
	}
	for i := range usual.Season {
		usual.Season[i] = 1
	}
	keys := make([]pattern.Key, len(t.groups))
	for i, g := range t.groups {
		keys[i] = st.fleet.keys[g]
	}
	cohorts := make([]pattern.Cohort, len(t.cells))
	var claims []pattern.Claim
	for i, c := range t.cells {
		cohorts[i] = pattern.Cohort{Units: 1, Since: p.From, Stratum: fmt.Sprint(i), Groups: st.fleet.keysOf(t.groups, c.mask)}
		usual.Factor[cohorts[i].Stratum] = t.expected[st.today][i] / float64(p.To-p.From)
		claims = append(claims, slices.Repeat([]pattern.Claim{{Cohort: i, Label: name, Reported: p.From}}, c.observed)...)
	}
	b := &pattern.Baseline{Warranty: int(p.To - p.From), Labels: map[string]*pattern.Rates{name: usual}}
	findings, err := pattern.Explain(cohorts, claims, b, name, p, keys)
	if err != nil {
		return nil, fmt.Errorf("explain %s of %s: %w", name, keys[0], err)
	}
	return findings, nil
}
