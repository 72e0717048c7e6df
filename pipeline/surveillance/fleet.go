package surveillance

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// step is the days that starts of service are rounded down to.
const step = 7

// fleet is the units by everything they belong to. Groups and sets of groups are numbers, since
// millions of units have hundreds of thousands of sets.
type fleet struct {
	basis string
	// names and keys are groups as the store names them and as people read them, by number.
	names []store.Group
	keys  []pattern.Key
	ids   map[store.Group]int32
	byKey map[pattern.Key]int32

	sets   [][]int32 // groups of each set, ascending
	setIDs map[string]int32
	strata []int32 // by set: the group that the baseline gets a factor for, or -1
	// families are those that strata are likely to be like; see [pattern.Cohort].Family.
	families map[int32]string
	rows     []atRisk
	rowsOf   [][]atRisk         // by set, a part of rows; see settle
	units    []store.AlarmUnits // by group
	unitsOf  []store.AlarmUnits // by set
	made     []pattern.Day      // by set: when its batch was made, 0 where that is not known
	wholes   []int32            // by group: the one that it is a part of, or itself; see vintage.go
	windows  map[int32]window
	members  [][]int32   // by group: its sets
	first    pattern.Day // the earliest start of service, last the latest
	last     pattern.Day
	// served are the units in service by group and all of them; meanSince are their mean
	// starts of service by group.
	served    []float64
	all       float64
	meanSince []pattern.Day
	madeOn    func([]store.Group) pattern.Day
	// startsAs is the stage whose date stands for the start of service.
	startsAs store.Stage
	room     sync.Pool // of masks
}

// atRisk is units of one set that came into service in one week.
type atRisk struct {
	set   int32
	since pattern.Day
	units int32
}

// newFleet makes one without units; madeOn gives the day on which a set's batch was made, 0 where that
// is not known.
func newFleet(basis string, madeOn func([]store.Group) pattern.Day) *fleet {
	return &fleet{basis: basis, ids: map[store.Group]int32{}, byKey: map[pattern.Key]int32{}, setIDs: map[string]int32{}, windows: map[int32]window{}, madeOn: madeOn}
}

// group gives the number of a group, a new one if need be.
func (f *fleet) group(g store.Group) int32 {
	if id, ok := f.ids[g]; ok {
		return id
	}
	id := int32(len(f.names))
	k := keyOf(g)
	if _, taken := f.byKey[k]; taken { // two names that read alike
		k.Name = g.Name
	}
	f.names, f.keys = append(f.names, g), append(f.keys, k)
	f.ids[g], f.byKey[k] = id, id
	f.units, f.members, f.wholes = append(f.units, store.AlarmUnits{}), append(f.members, nil), append(f.wholes, id)
	return id
}

// keyOf is a group as people read it.
func keyOf(g store.Group) pattern.Key {
	kind, name, _ := strings.Cut(g.String(), " ")
	return pattern.Key{Kind: kind, Name: name}
}

// set gives the number of a set of groups, and whether it was there.
func (f *fleet) set(groups []store.Group) int32 {
	numbers := make([]int32, 0, 2*len(groups)+2)
	stratum := int32(-1)
	for _, g := range groups {
		id := f.group(g)
		numbers = append(numbers, id)
		if g.Kind == store.GroupSKU {
			stratum = id
		}
	}
	made := f.madeOn(groups)
	if made > 0 {
		numbers = append(numbers, f.derived(groups, made)...)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	key := setKey(numbers)
	if id, ok := f.setIDs[key]; ok {
		return id
	}
	id := int32(len(f.sets))
	f.setIDs[key] = id
	f.sets, f.strata = append(f.sets, numbers), append(f.strata, stratum)
	f.unitsOf, f.made = append(f.unitsOf, store.AlarmUnits{}), append(f.made, made)
	for _, g := range numbers {
		f.members[g] = append(f.members[g], id)
	}
	return id
}

func setKey(numbers []int32) string {
	b := make([]byte, 0, 4*len(numbers))
	for _, n := range numbers {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	return string(b)
}

// add counts units of a set; without a start of service they are not at risk yet.
func (f *fleet) add(set int32, stage store.Stage, started bool, since pattern.Day, units int) {
	countIn(&f.unitsOf[set], stage, units)
	for _, g := range f.sets[set] {
		countIn(&f.units[g], stage, units)
	}
	if !started {
		return
	}
	since = week(since)
	if n := len(f.rows); n > 0 && f.rows[n-1].set == set && f.rows[n-1].since == since {
		f.rows[n-1].units += int32(units)
		return
	}
	f.rows = append(f.rows, atRisk{set, since, int32(units)})
}

func countIn(u *store.AlarmUnits, stage store.Stage, units int) {
	u.Made += units
	switch stage {
	case store.StageField:
		u.Field += units
	case store.StageStock, store.StageTrade:
		u.Stock += units
	}
}

// settle adds up what rows say of groups, once all rows are there.
func (f *fleet) settle() {
	f.served, f.meanSince, f.all = make([]float64, len(f.names)), make([]pattern.Day, len(f.names)), 0
	slices.SortStableFunc(f.rows, func(a, b atRisk) int { return cmp.Or(cmp.Compare(a.set, b.set), cmp.Compare(a.since, b.since)) })
	f.rowsOf = make([][]atRisk, len(f.sets))
	for i := 0; i < len(f.rows); {
		from := i
		for i < len(f.rows) && f.rows[i].set == f.rows[from].set {
			i++
		}
		f.rowsOf[f.rows[from].set] = f.rows[from:i:i]
	}
	days := make([]float64, len(f.names))
	for i, r := range f.rows {
		if i == 0 {
			f.first, f.last = r.since, r.since
		}
		f.first, f.last = min(f.first, r.since), max(f.last, r.since)
		f.all += float64(r.units)
		for _, g := range f.sets[r.set] {
			f.served[g] += float64(r.units)
			days[g] += float64(r.units) * float64(r.since)
		}
	}
	for g, n := range f.served {
		if n > 0 {
			f.meanSince[g] = week(pattern.Day(days[g] / n))
		}
	}
}

// weeks is the number of weeks from the first start of service to the last; weekOf numbers them
// from 0.
func (f *fleet) weeks() int                   { return f.weekOf(f.last) + 1 }
func (f *fleet) weekOf(since pattern.Day) int { return int(since-f.first) / step }

// at gives the rows of a set; none for one that is new since.
func (f *fleet) at(set int32) []atRisk {
	if int(set) >= len(f.rowsOf) {
		return nil
	}
	return f.rowsOf[set]
}

// inService is the number of units in service of a group; 0 for one that is new since.
func (f *fleet) inService(group int32) float64 {
	if int(group) >= len(f.served) {
		return 0
	}
	return f.served[group]
}

// week rounds a day down.
func week(d pattern.Day) pattern.Day { return d - ((d%step)+step)%step }

// stratumName is what the baseline calls a set's product.
func (f *fleet) stratumName(s int32) string {
	if s < 0 {
		return ""
	}
	return f.names[s].Name
}

// common are the groups that all units of the given groups share: what is certain of a unit of
// which only these are known.
func (f *fleet) common(groups []int32) []int32 {
	var out []int32
	for _, g := range groups {
		shared := slices.Clone(f.sets[f.members[g][0]])
		for _, set := range f.members[g][1:] {
			if len(shared) == 1 {
				break
			}
			shared = slices.DeleteFunc(shared, func(n int32) bool {
				_, there := slices.BinarySearch(f.sets[set], n)
				return !there
			})
		}
		out = append(out, shared...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
