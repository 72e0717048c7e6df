package scorecard

import "math"

const (
	leastMonths = 6  // with expected claims, for a trend
	leastClaims = 10 // in all
)

// trend fits log(claims/expected) = a + b·years by Poisson regression, with iteratively reweighted
// least squares, and widens the interval by the dispersion that the months show (at least 1). nil
// says that there is too little to tell.
func (g *grid) trend(claims, expected []float64) *Trend {
	var x, y, e []float64
	total := 0.0
	for i, s := range g.slots {
		if expected[i] <= 0 {
			continue
		}
		middle := s.from.Add(s.until.Sub(s.from) / 2)
		x = append(x, middle.Sub(g.until).Hours()/24/365.25)
		y, e = append(y, claims[i]), append(e, expected[i])
		total += claims[i]
	}
	if len(x) < leastMonths || total < leastClaims {
		return nil
	}
	a, b, variance, ok := poissonLine(x, y, e)
	if !ok {
		return nil
	}
	chi := 0.0
	for i := range x {
		mu := e[i] * math.Exp(a+b*x[i])
		chi += (y[i] - mu) * (y[i] - mu) / mu
	}
	half := 1.96 * math.Sqrt(variance*max(1, chi/float64(len(x)-2)))
	return &Trend{math.Expm1(b), math.Expm1(b - half), math.Expm1(b + half), len(x)}
}

// poissonLine gives intercept and slope with the slope's variance; false when it does not settle.
func poissonLine(x, y, e []float64) (a, b, variance float64, ok bool) {
	for range 50 {
		var w, wx, wxx, r, rx float64
		for i := range x {
			mu := e[i] * math.Exp(a+b*x[i])
			w += mu
			wx += mu * x[i]
			wxx += mu * x[i] * x[i]
			r += y[i] - mu
			rx += (y[i] - mu) * x[i]
		}
		det := w*wxx - wx*wx
		if !(det > 0) {
			return 0, 0, 0, false
		}
		da, db := (wxx*r-wx*rx)/det, (w*rx-wx*r)/det
		// A step of a factor of e² at most keeps the first ones from running away.
		scale := 2 / max(2, math.Abs(da), math.Abs(db))
		a, b, variance = a+scale*da, b+scale*db, w/det
		if math.Abs(da)+math.Abs(db) < 1e-9 {
			return a, b, variance, true
		}
	}
	return 0, 0, 0, false
}
