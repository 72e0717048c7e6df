package world

import "math"

// Axis is the axis that the claims' labels are of, in the starter taxonomy.
const Axis = "symptom"

// symptom is one label: how it comes with age and season, and what the classifier takes it for.
type symptom struct {
	label string
	// infant is the claims of a unit in its first 30 days, base those of a year by chance, wear
	// those of the first two years by ageing; all as shares of one unit-and-label's claims.
	infant, base, wear float64
	// swing is the season's amplitude and peak the day of the year on which it is highest.
	swing float64
	peak  int
}

var symptoms = []symptom{
	{"crack_break", 0.20, 0.30, 0.30, 0.10, 20},
	{"no_power", 0.45, 0.20, 0.15, 0.10, 30},
	{"intermittent", 0.25, 0.30, 0.25, 0.10, 200},
	{"overheating_fire", 0.20, 0.30, 0.30, 0.35, 200},
	{"leak", 0.15, 0.30, 0.50, 0.20, 15},
	{"noise_vibration", 0.30, 0.25, 0.30, 0.10, 330},
	{"loose_misaligned", 0.35, 0.25, 0.20, 0.05, 180},
	{"performance", 0.10, 0.30, 0.60, 0.25, 20},
	{"tear_seam", 0.15, 0.30, 0.50, 0.15, 240},
	{"corrosion_rust", 0.05, 0.20, 0.80, 0.30, 60},
}

// Labels are the labels of the claims, in the order of [Confusion].
func Labels() []string {
	out := make([]string, len(symptoms))
	for i, s := range symptoms {
		out[i] = s.label
	}
	return out
}

func symptomAt(label string) int {
	for i, s := range symptoms {
		if s.label == label {
			return i
		}
	}
	panic("world: no symptom " + label) // a table of this package names it
}

// season multiplies the hazard on a day.
func (s symptom) season(d Day) float64 {
	return 1 + s.swing*math.Cos(2*math.Pi*float64(d.Time().YearDay()-s.peak)/365.25)
}

// The shapes of early failures (Weibull below 1, the first month) and of wear (above 1).
const (
	infantShape, infantScale = 0.55, 30.0
	wearShape                = 2.6
)

// ageing is the claims per unit up to each age in days, for a product that wears so many times
// as fast as usual.
func (s symptom) ageing(wear float64) []float64 {
	out := make([]float64, Warranty+1)
	for a := range out {
		t := float64(a)
		early := s.infant * min(math.Pow(t/infantScale, infantShape), math.Pow(6, infantShape))
		out[a] = early + s.base*t/365 + s.wear*wear*math.Pow(t/730, wearShape)
	}
	return out
}

// confused is how the classifier errs: by true label, the shares of the labels that it is taken
// for; the rest is right. Symptoms that look alike in a customer's words are taken for each other.
var confused = map[string]map[string]float64{
	"crack_break":      {"loose_misaligned": 0.05, "tear_seam": 0.02, "leak": 0.01},
	"no_power":         {"intermittent": 0.07, "performance": 0.03, "overheating_fire": 0.01},
	"intermittent":     {"no_power": 0.11, "performance": 0.07, "noise_vibration": 0.01},
	"overheating_fire": {"no_power": 0.06, "performance": 0.02, "intermittent": 0.02},
	"leak":             {"crack_break": 0.04, "corrosion_rust": 0.02, "performance": 0.01},
	"noise_vibration":  {"loose_misaligned": 0.08, "performance": 0.04, "intermittent": 0.01},
	"loose_misaligned": {"crack_break": 0.06, "noise_vibration": 0.05, "tear_seam": 0.01},
	"performance":      {"intermittent": 0.06, "no_power": 0.05, "noise_vibration": 0.02},
	"tear_seam":        {"crack_break": 0.05, "loose_misaligned": 0.03},
	"corrosion_rust":   {"leak": 0.03, "crack_break": 0.02},
}

// Confusion is the classifier's true error rates: row by true label, column by called label.
func Confusion() [][]float64 {
	out := make([][]float64, len(symptoms))
	for i, s := range symptoms {
		out[i] = make([]float64, len(symptoms))
		out[i][i] = 1
		for j, other := range symptoms {
			share := confused[s.label][other.label]
			out[i][j] += share
			out[i][i] -= share
		}
	}
	return out
}
