package watch

import (
	"math"
	"slices"
)

// Sister recalls fade with this half-life, in days.
const sisterHalfLife = 730

// A maker whose record is short is taken to be like others: that many recalled model years in
// that many model years on the road are added.
const (
	makerRecalls = 1.5
	makerYears   = 3
)

// History is the recalls so far and since when each model year has been on the road. It
// answers for a day with what was known before it.
type History struct {
	makers  map[string]*maker
	sisters map[string][]sister
}

type maker struct {
	recalled []Day // one per campaign and model year, sorted
	onRoad   []Day // first complaint of each model year, sorted
}

type sister struct {
	announced Day
	models    map[string]bool
}

// NewHistory takes recalls in any order and, per car, the day of its first complaint of any
// kind, which stands for its launch.
func NewHistory(recalls []Recall, first map[Car]Day) *History {
	h := &History{makers: map[string]*maker{}, sisters: map[string][]sister{}}
	for car, day := range first {
		m := h.maker(car.Make)
		m.onRoad = append(m.onRoad, day)
	}
	seen := map[string]bool{}
	cars := map[string]map[Car]bool{}
	for _, r := range recalls {
		h.add(r, seen, cars)
	}
	for _, m := range h.makers {
		slices.Sort(m.recalled)
		slices.Sort(m.onRoad)
	}
	return h
}

func (h *History) maker(name string) *maker {
	m := h.makers[name]
	if m == nil {
		m = &maker{}
		h.makers[name] = m
	}
	return m
}

// add counts a campaign once per car and once per maker and component, however many rows it has.
func (h *History) add(r Recall, seen map[string]bool, cars map[string]map[Car]bool) {
	if cars[r.Campaign] == nil {
		cars[r.Campaign] = map[Car]bool{}
	}
	models := map[string]map[string]bool{}
	for _, c := range r.Cars {
		if !cars[r.Campaign][c] {
			cars[r.Campaign][c] = true
			m := h.maker(c.Make)
			m.recalled = append(m.recalled, r.Announced)
		}
		if models[c.Make] == nil {
			models[c.Make] = map[string]bool{}
		}
		models[c.Make][c.Model] = true
	}
	for name, set := range models {
		key := name + "\x00" + r.Component
		if !seen[r.Campaign+"\x00"+key] {
			seen[r.Campaign+"\x00"+key] = true
			h.sisters[key] = append(h.sisters[key], sister{r.Announced, set})
		}
	}
}

// makerRate is the logarithm of the maker's recalls per model year and year on the road, as of
// the day before day.
func (h *History) makerRate(name string, day Day) float64 {
	recalls, years := makerRecalls, float64(makerYears)
	if m := h.makers[name]; m != nil {
		n, _ := slices.BinarySearch(m.recalled, day)
		recalls += float64(n)
		for _, d := range m.onRoad {
			if d > day {
				break
			}
			years += float64(day-d) / 365
		}
	}
	return math.Log(recalls / years)
}

// sister is 0 when the maker never recalled this component of another model, and near 1 when
// it did so lately or often.
func (h *History) sister(s Stream, day Day) float64 {
	sum := 0.0
	for _, r := range h.sisters[s.Make+"\x00"+s.Component] {
		if r.announced < day && !r.models[s.Model] {
			sum += math.Exp2(-float64(day-r.announced) / sisterHalfLife)
		}
	}
	return 1 - math.Exp(-sum)
}
