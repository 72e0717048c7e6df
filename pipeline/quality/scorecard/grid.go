package scorecard

import (
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

const (
	day    = 24 * time.Hour
	ageBin = 30 // days in service, a month of package pattern
	bins   = 37 // three years and a little; the last one is open
)

// part is a component of a supplier.
type part struct{ component, supplier string }

// grid counts unit-days and claims of each part by slot of time and age in service. Slots are the
// calendar months, cut at both ends of the period.
type grid struct {
	begin, from, until time.Time
	slots              []slot
	units              map[part]int
	days, claims       map[part][]float64 // slot*bins + age
}

type slot struct {
	from, until time.Time
	// in says that the slot lies in the period.
	in bool
}

func newGrid(from, until time.Time) *grid {
	g := &grid{from: from, until: until, begin: until.AddDate(0, -trendMonths, 0), units: map[part]int{}, days: map[part][]float64{}, claims: map[part][]float64{}}
	if from.Before(g.begin) {
		g.begin = from
	}
	for at := g.begin; at.Before(until); {
		end := time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, time.UTC)
		if at.Before(from) && end.After(from) {
			end = from
		}
		if end.After(until) {
			end = until
		}
		g.slots = append(g.slots, slot{at, end, !at.Before(from)})
		at = end
	}
	return g
}

// slot gives the place of a time; -1 outside.
func (g *grid) slot(at time.Time) int {
	for i, s := range g.slots {
		if !at.Before(s.from) && at.Before(s.until) {
			return i
		}
	}
	return -1
}

func (g *grid) cells(of map[part][]float64, p part) []float64 {
	c := of[p]
	if c == nil {
		c = make([]float64, len(g.slots)*bins)
		of[p] = c
	}
	return c
}

// expose adds the units that are, or were, in service.
func (g *grid) expose(e store.Exposure) {
	for _, row := range e.Rows {
		since := time.Unix(int64(row.Day)*86400, 0).UTC()
		if !row.Started || !since.Before(g.until) {
			continue
		}
		for _, p := range partsOf(e.Groups[row.Groups]) {
			g.units[p] += row.Units
			g.put(g.cells(g.days, p), since, float64(row.Units))
		}
	}
}

// put adds the days of units by slot and age.
func (g *grid) put(cells []float64, since time.Time, units float64) {
	for i, s := range g.slots {
		from := s.from
		if since.After(from) {
			from = since
		}
		for from.Before(s.until) {
			age := ageOf(from.Sub(since))
			end := s.until
			if age < bins-1 {
				if turn := since.Add(time.Duration((age+1)*ageBin) * day); turn.Before(end) {
					end = turn
				}
			}
			cells[i*bins+age] += units * end.Sub(from).Hours() / 24
			from = end
		}
	}
}

func ageOf(d time.Duration) int { return min(int(d/(ageBin*day)), bins-1) }

// partsOf gives the parts among a unit's lots, each once. Lots without a supplier are nobody's.
func partsOf(groups []store.Group) []part {
	var out []part
	for _, g := range groups {
		if g.Kind != store.GroupLot {
			continue
		}
		names := g.Parts()
		p := part{names[1], names[2]}
		if p.supplier == "" || slices.Contains(out, p) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// hazards gives the claims per unit-day of a component by age, over all its suppliers.
func (g *grid) hazards() map[string][]float64 {
	claims, days := map[string][]float64{}, map[string][]float64{}
	sum := func(to map[string][]float64, from map[part][]float64) {
		for p, cells := range from {
			if to[p.component] == nil {
				to[p.component] = make([]float64, bins)
			}
			for i, v := range cells {
				to[p.component][i%bins] += v
			}
		}
	}
	sum(claims, g.claims)
	sum(days, g.days)
	for c, d := range days {
		rates := make([]float64, bins)
		for i, v := range d {
			if v > 0 && claims[c] != nil {
				rates[i] = claims[c][i] / v
			}
		}
		days[c] = rates
	}
	return days
}

// bySlot gives claims and expected claims of a supplier's parts by slot.
func (g *grid) bySlot(supplier string, hazards map[string][]float64) (claims, expected []float64) {
	claims, expected = make([]float64, len(g.slots)), make([]float64, len(g.slots))
	for _, p := range g.partsOf(supplier) {
		for i, d := range g.days[p] {
			expected[i/bins] += d * hazards[p.component][i%bins]
		}
		for i, n := range g.claims[p] {
			claims[i/bins] += n
		}
	}
	return claims, expected
}

// byAge gives claims and unit-days of a supplier's parts in the period by age.
func (g *grid) byAge(supplier string) (claims, days []float64) {
	claims, days = make([]float64, bins), make([]float64, bins)
	for _, p := range g.partsOf(supplier) {
		for i, d := range g.days[p] {
			if g.slots[i/bins].in {
				days[i%bins] += d
			}
		}
		for i, n := range g.claims[p] {
			if g.slots[i/bins].in {
				claims[i%bins] += n
			}
		}
	}
	return claims, days
}
