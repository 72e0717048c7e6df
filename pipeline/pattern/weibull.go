package pattern

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/optimize"
)

// Weibull is a cumulative hazard of (t/Scale)^Shape claims per unit at t months in service. A
// shape below 1 means early failures, about 1 chance, above 1 wear.
type Weibull struct {
	Shape float64
	Scale float64 // months
}

// FitWeibull fits by maximum likelihood to claims and units by month in service (a Poisson
// process in months, so repeat claims of a unit may count). An [ErrInput] says that fewer than
// two months have claims.
func FitWeibull(months []MonthRate) (Weibull, error) {
	some := 0
	total, units := 0.0, 0.0
	for _, m := range months {
		if m.Claims > 0 {
			some++
		}
		total += float64(m.Claims)
		units += float64(m.Units)
	}
	if some < 2 {
		return Weibull{}, fmt.Errorf("%w: claims in %d months in service; 2 are needed", ErrInput, some)
	}
	loss := func(x []float64) float64 {
		w := Weibull{Shape: math.Exp(x[0]), Scale: math.Exp(x[1])}
		sum := 0.0
		for _, m := range months {
			mu := float64(m.Units) * (w.Cumulative(float64(m.Month+1)) - w.Cumulative(float64(m.Month)))
			sum += mu - float64(m.Claims)*math.Log(max(mu, 1e-300))
		}
		return sum
	}
	start := []float64{0, math.Log(units / total)}
	best, err := optimize.Minimize(optimize.Problem{Func: loss}, start, nil, &optimize.NelderMead{})
	if best == nil {
		return Weibull{}, fmt.Errorf("fit a Weibull hazard: %w", err)
	}
	return Weibull{Shape: math.Exp(best.X[0]), Scale: math.Exp(best.X[1])}, nil
}

// Cumulative is the expected claims per unit in its first t months.
func (w Weibull) Cumulative(t float64) float64 { return math.Pow(max(t, 0)/w.Scale, w.Shape) }

// Hazard is the claims per unit and month at t months.
func (w Weibull) Hazard(t float64) float64 {
	return w.Shape / w.Scale * math.Pow(max(t, 1e-9)/w.Scale, w.Shape-1)
}
