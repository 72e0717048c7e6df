package pattern

import (
	"cmp"
	"math"
)

// data are unit-days by cell, with allowance for known excesses, and claims.
type data struct{ days, n []float64 }

// fitting is the fit of one label: what is to be found, and the data.
type fitting struct {
	*tallies
	cfg    Fit
	data   data
	old    data // what teaches about strata
	rates  *Rates
	factor []float64 // by stratum
	weight float64   // claims that the family's factor is worth
	before *fitting  // where this one begins, when given
}

// defaultShrink is the number of claims that pull to the mean when data cannot say.
const defaultShrink = 20

// unknownSeason is the relative standard error of a month before a year was seen: how much claims
// about goods with a strong season swing.
const unknownSeason = 0.25

// fit turns claims by cell into rates.
func (f *fitting) fit(seasons bool) *Rates {
	f.factor = make([]float64, len(f.names))
	f.rates = &Rates{Factor: map[string]float64{}, Doubt: map[string]float64{}}
	for m := range f.rates.Season {
		f.rates.Season[m], f.rates.SeasonDoubt[m] = 1, unknownSeason
	}
	for s := range f.factor {
		f.factor[s] = 1
	}
	rounds := f.cfg.Rounds
	if f.before != nil {
		rounds = laterRounds
		f.rates.Season = f.before.rates.Season
		copy(f.factor, f.before.factor)
		f.before = nil
	}
	for range rounds {
		f.fitHazard()
		f.fitFactor()
		if seasons {
			f.fitSeason()
		}
	}
	f.fitHazard()
	seen, _ := f.byStratum()
	for s, name := range f.names {
		f.rates.Factor[name] = f.factor[s]
		f.rates.Doubt[name] = 1 / math.Sqrt(seen[s]+f.weight)
	}
	return f.rates
}

// each goes through the cells that have unit-days or claims.
func (d data) each(do func(stratum, age, month int, days, claims float64)) {
	for i, days := range d.days {
		if days > 0 || d.n[i] > 0 {
			at := i % stratumCells
			do(i/stratumCells, at/months, at%months, days, d.n[i])
		}
	}
}

// fitHazard pulls each age to the one before by a few claims (a gamma prior with its mean there).
func (f *fitting) fitHazard() {
	var seen, days [ageBins]float64
	f.data.each(func(s, a, m int, d, k float64) {
		seen[a] += k
		days[a] += d * f.rates.Season[m] * f.factor[s]
	})
	before := 0.0
	for a := range f.rates.Hazard {
		switch {
		case before > 0: // as if that many claims had come at the rate before
			before = (seen[a] + f.cfg.Smooth) / (days[a] + f.cfg.Smooth/before)
		case days[a] > 0:
			before = seen[a] / days[a]
		}
		f.rates.Hazard[a] = before
	}
}

// byStratum gives the claims and those expected of a factor of 1.
func (f *fitting) byStratum() (seen, want []float64) {
	seen, want = make([]float64, len(f.factor)), make([]float64, len(f.factor))
	f.old.each(func(s, a, m int, d, k float64) {
		seen[s] += k
		want[s] += d * f.rates.Hazard[a] * f.rates.Season[m]
	})
	return seen, want
}

// fitFactor pulls strata to their family, and families a little to 1.
func (f *fitting) fitFactor() {
	seen, want := f.byStratum()
	n, mu := make([]float64, f.families), make([]float64, f.families)
	for s, k := range seen {
		n[f.family[s]] += k
		mu[f.family[s]] += want[s]
	}
	usual := make([]float64, len(seen))
	expected := make([]float64, len(seen))
	for s, of := range f.family {
		usual[s] = 1.0
		if f.families > 1 {
			usual[s] = (n[of] + 1) / (mu[of] + 1)
		}
		expected[s] = want[s] * usual[s]
	}
	f.weight = cmp.Or(f.cfg.Shrink, likelyShrink(seen, expected))
	for s, w := range expected {
		f.factor[s] = usual[s] * (seen[s] + f.weight) / (w + f.weight)
	}
}

// The weights that likelyShrink chooses from, each the double root of two times the one before.
const (
	leastShrink  = 0.25
	shrinkSteps  = 24
	fewestStrata = 5
)

// likelyShrink gives the shape of the gamma distribution of mean 1 that makes the strata's claims
// most likely.
func likelyShrink(seen, expected []float64) float64 {
	some := 0
	for _, w := range expected {
		if w > leastExpected {
			some++
		}
	}
	if some < fewestStrata {
		return defaultShrink
	}
	best, most := float64(defaultShrink), math.Inf(-1)
	for i := range shrinkSteps {
		k := leastShrink * math.Pow(2, float64(i)/2)
		sum := 0.0
		for s, w := range expected {
			if w > leastExpected {
				sum += negativeBinomial(Count{Observed: int(seen[s]), Expected: w}, k, k)
			}
		}
		if sum > most {
			best, most = k, sum
		}
	}
	return best
}

func (f *fitting) fitSeason() {
	var seen, want [months]float64
	f.data.each(func(s, a, m int, d, k float64) {
		seen[m] += k
		want[m] += d * f.rates.Hazard[a] * f.factor[s]
	})
	shrink := cmp.Or(f.cfg.Shrink, max(defaultShrink, likelyShrink(seen[:], want[:])))
	for m := range f.rates.Season {
		f.rates.Season[m] = (seen[m] + shrink) / (want[m] + shrink)
		f.rates.SeasonDoubt[m] = 1 / math.Sqrt(seen[m]+shrink)
	}
}
