package world

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// The fixed places of every world.
const (
	plants     = 5
	warehouses = 10
	carriers   = 6
	leastBatch = 20     // units on average, below which batches mean nothing
	mostBatch  = 10_000 // units on average: serials have five digits, and sizes differ
)

// World is a plan that batches are drawn from. It does not change once made and may be used by
// several goroutines at once.
type World struct {
	cfg       Config
	start     Day
	skus      []sku
	suppliers []supplier
	lots      []lot
	batches   []plannedBatch
	firmware  [][]release // by category
	sales     calendar
	curves    [][][]float64 // ageing by category and symptom
	seasons   [][]float64   // by symptom and day of the world
	plantRate [plants]float64
	houseRate [warehouses]float64
	defects   []defect
}

type supplier struct {
	code      string
	component int
	factor    float64
}

type lot struct {
	code     string
	supplier int
	units    int
	first    Day // made day of the first batch with it
	factor   float64
}

// plannedBatch has a number of units of one product; of each component one lot or, where a lot
// ran out, more, in the order of the units.
type plannedBatch struct {
	code   string
	sku    int
	plant  int
	made   Day
	units  int
	factor float64
	parts  [][]stretch
}

// stretch is the units up to and not including end that have a lot.
type stretch struct{ end, lot int }

// New plans a world. The error is an [ErrConfig].
func New(cfg Config) (*World, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	w := &World{cfg: cfg, start: Day(cfg.Start.UTC().Unix() / 86400)}
	rng := dice(cfg.Seed, streamPlan)
	w.drawSuppliers(rng)
	w.drawSKUs(rng)
	w.drawBatches(rng)
	w.drawLots(rng)
	w.drawFirmware(rng)
	w.sales = drawCalendar(rng, w.start, w.end())
	for i := range w.plantRate {
		w.plantRate[i] = scattered(rng, 0.4*cfg.Scatter)
	}
	for i := range w.houseRate {
		w.houseRate[i] = scattered(rng, 0.4*cfg.Scatter)
	}
	w.tabulate()
	return w, w.plant(dice(cfg.Seed, streamDefects))
}

func (w *World) days() int { return w.cfg.Years * 365 }

// end is the first day after the world.
func (w *World) end() Day { return w.start + Day(w.days()) }

// Period gives the world's first day, the first on which a defect may begin, and the first after
// its end.
func (w *World) Period() (start, quietUntil, end Day) {
	return w.start, w.start + Day(w.cfg.Quiet), w.end()
}

// Batches is the number of batches, in order of manufacture.
func (w *World) Batches() int { return len(w.batches) }

func name3(prefix string, i int) string { return fmt.Sprintf("%s-%03d", prefix, i) }

func (w *World) drawSuppliers(rng *rand.Rand) {
	for i := range w.cfg.Suppliers {
		w.suppliers = append(w.suppliers, supplier{name3("SUP", i+1), i % len(components), scattered(rng, 0.4*w.cfg.Scatter)})
	}
}

// drawBatches divides the units over batches, and these over products by how well they sell.
func (w *World) drawBatches(rng *rand.Rand) {
	const lastMade = 20 // days before the end
	popular := make([]float64, len(w.skus))
	for i, s := range w.skus {
		popular[i] = s.popular * float64(w.end()-s.launch)
	}
	sizes := make([]float64, w.cfg.Batches)
	sum := 0.0
	for i := range sizes {
		sizes[i] = max(0.15, min(4, scattered(rng, 0.6)))
		sum += sizes[i]
	}
	left, weight := w.cfg.Units, sum
	for i, size := range sizes {
		at := i
		if i >= len(w.skus) { // every product has a batch
			at = pick(rng, popular)
		}
		s := w.skus[at]
		b := plannedBatch{sku: at, plant: s.plants[0], made: s.launch + Day(rng.IntN(max(1, int(w.end()-s.launch)-lastMade))), factor: scattered(rng, w.cfg.Scatter)}
		if rng.Float64() < 0.2 {
			b.plant = s.plants[1]
		}
		b.units = int(math.Round(float64(left) * size / weight))
		left, weight = left-b.units, weight-size
		w.batches = append(w.batches, b)
	}
	slices.SortStableFunc(w.batches, func(a, b plannedBatch) int { return cmp.Compare(a.made, b.made) })
	for i := range w.batches {
		w.batches[i].code = fmt.Sprintf("B%05d", i+1)
	}
}

// drawLots uses up the suppliers' lots in order of manufacture.
func (w *World) drawLots(rng *rand.Rand) {
	type open struct{ lot, left, count int }
	stock := make([]open, len(w.suppliers))
	mean := float64(w.cfg.Units) / float64(w.cfg.Batches) * 3.5
	for i := range w.batches {
		b := &w.batches[i]
		for _, source := range w.skus[b.sku].sources {
			from := source[0]
			if rng.Float64() < 0.25 {
				from = source[1]
			}
			var parts []stretch
			for done := 0; done < b.units; {
				s := &stock[from]
				if s.left == 0 {
					s.count++
					size := int(mean * max(0.2, min(4, scattered(rng, 0.6))))
					*s = open{len(w.lots), max(1, size), s.count}
					w.lots = append(w.lots, lot{code: fmt.Sprintf("L%s-%04d", w.suppliers[from].code[4:], s.count), supplier: from, first: b.made, factor: scattered(rng, w.cfg.Scatter)})
				}
				take := min(s.left, b.units-done)
				s.left -= take
				done += take
				w.lots[s.lot].units += take
				parts = append(parts, stretch{done, s.lot})
			}
			b.parts = append(b.parts, parts)
		}
	}
}

// tabulate prepares the curves that failures are drawn from.
func (w *World) tabulate() {
	for _, c := range categories {
		var of [][]float64
		for _, s := range symptoms {
			total := s.ageing(1)[Warranty]
			curve := s.ageing(c.wear)
			for a := range curve {
				curve[a] *= c.rates[s.label] / total
			}
			of = append(of, curve)
		}
		w.curves = append(w.curves, of)
	}
	for _, s := range symptoms {
		days := make([]float64, w.days())
		for d := range days {
			days[d] = s.season(w.start + Day(d))
		}
		w.seasons = append(w.seasons, days)
	}
}
