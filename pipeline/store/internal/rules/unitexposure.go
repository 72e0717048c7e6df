package rules

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// OriginRow is an origin with its number.
type OriginRow struct {
	ID int64
	Origin
}

// WayRow is a way with its number.
type WayRow struct {
	ID int64
	Way
}

// Kin knows the groups of origins and ways. An origin and a way have no kind of group in common,
// so that two pairs have the same groups only if both halves have.
type Kin struct {
	origins, ways side
}

// side is the sets of groups of one half, in their order, and which one each number has.
type side struct {
	sets [][]store.Group
	of   map[int64]int32
}

// NewKin gives the groups of the kinds (all without any); lots are those of the makeups.
func NewKin(kinds []store.GroupKind, origins []OriginRow, ways []WayRow, lots map[int64][]LotRow) *Kin {
	if len(kinds) == 0 {
		kinds = store.GroupKinds()
	}
	ofOrigins, ofWays := newSets(), newSets()
	for _, o := range origins {
		u := store.Unit{SKU: o.SKU, Batch: o.Batch, Plant: o.Plant}
		for _, l := range lots[o.Makeup] {
			u.Lots = append(u.Lots, l.LotRef)
		}
		sortLots(u.Lots)
		ofOrigins.add(o.ID, u.Groups(kinds...))
	}
	for _, w := range ways {
		u := store.Unit{Warehouse: w.Warehouse, Shipment: w.Shipment, Carrier: w.Carrier, Channel: w.Channel, Region: w.Region, Country: w.Country,
			Firmware: w.Firmware, Terms: w.Terms}
		ofWays.add(w.ID, u.Groups(kinds...))
	}
	return &Kin{ofOrigins.sorted(), ofWays.sorted()}
}

// sets gathers sets of groups, each once.
type sets struct {
	side
	seen map[string]int32
}

func newSets() *sets {
	s := &sets{side{of: map[int64]int32{}}, map[string]int32{}}
	s.add(0, nil) // what is not known
	return s
}

func (s *sets) add(id int64, groups []store.Group) {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(string(g.Kind) + "\x00" + g.Name + "\x01")
	}
	at, ok := s.seen[b.String()]
	if !ok {
		at = int32(len(s.sets))
		s.sets = append(s.sets, groups)
		s.seen[b.String()] = at
	}
	s.of[id] = at
}

// sorted brings the sets into an order that does not depend on that of the rows.
func (s *sets) sorted() side {
	order := make([]int32, len(s.sets))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(x, y int32) int {
		return slices.CompareFunc(s.sets[x], s.sets[y], func(a, b store.Group) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	})
	out, place := side{make([][]store.Group, len(order)), s.of}, make([]int32, len(order))
	for to, from := range order {
		out.sets[to], place[from] = s.sets[from], int32(to)
	}
	for id, at := range out.of {
		out.of[id] = place[at]
	}
	return out
}

// Groups gives the groups of an origin and a way; numbers that are not known have none.
func (k *Kin) Groups(origin, way int64) []store.Group {
	return slices.Concat(k.origins.sets[k.origins.at(origin)], k.ways.sets[k.ways.at(way)])
}

func (s side) at(id int64) int32 {
	if at, ok := s.of[id]; ok {
		return at
	}
	return s.of[0]
}

// Exposed adds up units.
type Exposed struct {
	kin  *Kin
	step int
	rows map[exposedKey]int
}

type exposedKey struct {
	origin, way, day int32
	stage            int8
	dated, started   bool
}

// NewExposed begins a sum.
func NewExposed(kin *Kin, step int) *Exposed {
	return &Exposed{kin: kin, step: max(step, 1), rows: map[exposedKey]int{}}
}

// Packed is what a store asks for: one row for each origin, with the places of all its units in
// two lists, since handing out two million rows takes longer than reading them. The index
// units_exposure has all that is read.
const (
	PackedPlace = "way * 8 + stage * 2 + started"
	PackedSign  = ","
)

// AddPacked takes the units of an origin in: places as [PackedPlace] has them, and days, of which
// those that are not known are empty.
func (e *Exposed) AddPacked(origin int64, places, days string) error {
	key := exposedKey{origin: e.kin.origins.at(origin)}
	for places != "" {
		var place, day string
		place, places, _ = strings.Cut(places, PackedSign)
		day, days, _ = strings.Cut(days, PackedSign)
		v, err := strconv.ParseInt(place, 10, 64)
		if err != nil {
			return fmt.Errorf("the place of a unit: %w", err)
		}
		key.way, key.stage, key.started = e.kin.ways.at(v>>3), int8(v>>1&3), v&1 == 1
		key.day, key.dated = 0, day != ""
		if day != "" {
			d, err := strconv.Atoi(day)
			if err != nil {
				return fmt.Errorf("the day of a unit: %w", err)
			}
			key.day = int32(d - ((d%e.step)+e.step)%e.step)
		}
		e.rows[key]++
	}
	if days != "" {
		return errors.New("more days than units")
	}
	return nil
}

// Sum gives the answer.
func (e *Exposed) Sum() store.Exposure {
	keys := make([]exposedKey, 0, len(e.rows))
	for k := range e.rows {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b exposedKey) int {
		return cmp.Or(cmp.Compare(a.origin, b.origin), cmp.Compare(a.way, b.way), cmp.Compare(a.day, b.day), cmp.Compare(a.stage, b.stage),
			compareBool(a.dated, b.dated), compareBool(a.started, b.started))
	})
	out := store.Exposure{Rows: make([]store.ExposureRow, len(keys))}
	for i, k := range keys {
		if i == 0 || k.origin != keys[i-1].origin || k.way != keys[i-1].way {
			out.Groups = append(out.Groups, slices.Concat(e.kin.origins.sets[k.origin], e.kin.ways.sets[k.way]))
		}
		out.Rows[i] = store.ExposureRow{Groups: len(out.Groups) - 1, Stage: StageOf(int64(k.stage)), Day: int(k.day), Dated: k.dated, Started: k.started, Units: e.rows[k]}
	}
	return out
}

// SomeMade gives a unit's date of making for each origin with a batch; one is enough, since a batch
// is made within days, and all of them would be a look at every unit.
const SomeMade = "SELECT o.batch, o.sku, (SELECT u.made FROM units u WHERE u.origin = o.id LIMIT 1) FROM origins o WHERE o.batch <> ''"

// Made are the days on which batches were made, by name: the first that is known.
type Made map[string]int

// Add takes in what is known of a batch; the zero time is nothing.
func (m Made) Add(code, sku string, at time.Time) {
	if at.IsZero() {
		return
	}
	const day = 86400
	name, on := store.BatchName(code, sku), int(math.Floor(float64(at.Unix())/day))
	if have, ok := m[name]; !ok || on < have {
		m[name] = on
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
