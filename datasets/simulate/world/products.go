package world

import "math/rand/v2"

// components are what suppliers deliver, with the labels that a bad one shows.
var components = []struct {
	name   string
	labels []string
}{
	{"battery_power", []string{"no_power", "overheating_fire", "performance"}},
	{"motor_drive", []string{"noise_vibration", "performance", "overheating_fire"}},
	{"electronics", []string{"no_power", "intermittent"}},
	{"seal", []string{"leak"}},
	{"joint_fastener", []string{"loose_misaligned", "crack_break"}},
	{"frame", []string{"crack_break", "corrosion_rust"}},
	{"housing", []string{"crack_break", "loose_misaligned"}},
	{"textile", []string{"tear_seam"}},
	{"seam_closure", []string{"tear_seam", "crack_break"}},
	{"wheel_brake", []string{"noise_vibration", "loose_misaligned"}},
}

// category is a kind of product: claims per unit in two years by symptom, the components, how
// fast it wears, and whether it has firmware.
type category struct {
	name     string
	code     string
	parts    []string
	rates    map[string]float64
	wear     float64
	firmware bool
}

var categories = []category{
	{"cordless drill", "DRL", []string{"battery_power", "motor_drive", "housing"},
		map[string]float64{"no_power": 0.016, "performance": 0.018, "overheating_fire": 0.004, "noise_vibration": 0.010, "crack_break": 0.008}, 1.1, false},
	{"backpack", "BPK", []string{"textile", "seam_closure", "joint_fastener"},
		map[string]float64{"tear_seam": 0.030, "crack_break": 0.010, "loose_misaligned": 0.007, "corrosion_rust": 0.002}, 0.9, false},
	{"espresso machine", "ESP", []string{"seal", "electronics", "motor_drive"},
		map[string]float64{"leak": 0.026, "no_power": 0.014, "noise_vibration": 0.012, "performance": 0.012, "intermittent": 0.006}, 1.0, true},
	{"desk lamp", "LMP", []string{"electronics", "joint_fastener", "housing"},
		map[string]float64{"no_power": 0.018, "intermittent": 0.014, "loose_misaligned": 0.012, "overheating_fire": 0.003, "crack_break": 0.006}, 0.9, true},
	{"office chair", "CHR", []string{"frame", "joint_fastener", "wheel_brake"},
		map[string]float64{"loose_misaligned": 0.022, "crack_break": 0.014, "noise_vibration": 0.020, "corrosion_rust": 0.004}, 1.0, false},
	{"electric scooter", "SCO", []string{"battery_power", "frame", "electronics"},
		map[string]float64{"no_power": 0.020, "performance": 0.022, "intermittent": 0.014, "crack_break": 0.010, "corrosion_rust": 0.006, "overheating_fire": 0.003}, 1.1, true},
}

// share is a label's part of all claims of the category.
func (c category) share(label string) float64 {
	sum := 0.0
	for _, s := range symptoms { // not over the map: its order would change the last digit
		sum += c.rates[s.label]
	}
	return c.rates[label] / sum
}

// sku is one product.
type sku struct {
	code     string
	category int
	launch   Day
	popular  float64
	factor   []float64 // by symptom
	plants   [2]int    // the usual and the other one
	sources  [][2]int  // by component of the category: the usual supplier and the other one
}

// drawSKUs makes the products: three of four are there from the start.
func (w *World) drawSKUs(rng *rand.Rand) {
	const launched = 0.75
	for i := range w.cfg.SKUs {
		cat := i % len(categories)
		s := sku{code: name3(categories[cat].code, i+1), category: cat, launch: w.start, popular: scattered(rng, 0.7)}
		if rng.Float64() >= launched {
			s.launch += Day(rng.IntN(w.days() * 3 / 4))
		}
		for range symptoms {
			s.factor = append(s.factor, scattered(rng, 5*w.cfg.Scatter))
		}
		s.plants = [2]int{rng.IntN(plants), rng.IntN(plants)}
		for _, part := range categories[cat].parts {
			of := w.suppliersOf(part)
			s.sources = append(s.sources, [2]int{of[rng.IntN(len(of))], of[rng.IntN(len(of))]})
		}
		w.skus = append(w.skus, s)
	}
}

// suppliersOf gives the suppliers of a component.
func (w *World) suppliersOf(part string) []int {
	var out []int
	for i, s := range w.suppliers {
		if components[s.component].name == part {
			out = append(out, i)
		}
	}
	return out
}
