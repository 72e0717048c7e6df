package head

import (
	"math"

	"github.com/defekt/defekt/eval/metric"
)

// chosen is the outcome of the cross-validation.
type chosen struct {
	path
	strength float64
	decision
	calibration Calibration
	// probabilities are the calibrated out-of-fold ones, labels the decisions on them.
	probabilities [][]float64
	labels        []int
	logLoss       float64
}

// choose picks path, strength and decision. Strength is chosen by the calibrated log loss,
// a smooth figure that few rows do not fool; path and decision by the objective. Ties go
// to the earlier candidate: the stronger regularisation, the milder correction.
func (f *fitting) choose(oof [][][][]float64) (*chosen, error) {
	priors := f.logPriors()
	var best *chosen
	bestScore := math.Inf(-1)
	for p, path := range f.paths {
		c, err := f.bestStrength(f.strengths, oof[p])
		if err != nil {
			return nil, err
		}
		c.path = path
		for median := range 2 {
			if median == 1 && !f.Ordinal {
				continue
			}
			candidate, value, err := f.bestAdjust(*c, median == 1, priors)
			if err != nil {
				return nil, err
			}
			if value > bestScore+1e-9 {
				best, bestScore = candidate, value
			}
		}
	}
	return best, nil
}

// bestAdjust picks the strength of prior correction by the objective, smoothed over
// neighbouring strengths: few rows of a rare label make the raw curve jump, and a peak of
// one candidate is luck.
func (f *fitting) bestAdjust(c chosen, median bool, priors []float64) (*chosen, float64, error) {
	rules := decisions(f.cfg.Adjusts, median)
	rows, truth := f.decided()
	labels, values := make([][]int, len(rules)), make([]float64, len(rules))
	for r, rule := range rules {
		labels[r] = make([]int, len(f.Labels))
		for i, q := range c.probabilities {
			labels[r][i] = rule.choose(q[:f.answers()], priors)
		}
		var err error
		if values[r], err = score(f.cfg.Objective, f.Classes[:f.answers()], truth, pick(labels[r], rows)); err != nil {
			return nil, 0, err
		}
	}
	best, bestValue := 0, math.Inf(-1)
	for r, v := range smooth(values) {
		if v > bestValue+1e-9 {
			best, bestValue = r, v
		}
	}
	c.decision, c.labels = rules[best], labels[best]
	return &c, bestValue, nil
}

// pick takes the values of some rows.
func pick[T any](of []T, rows []int) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = of[r]
	}
	return out
}

// smooth averages each value with its neighbours, 1:2:1; the ends repeat themselves.
func smooth(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = (values[max(i-1, 0)] + 2*v + values[min(i+1, len(values)-1)]) / 4
	}
	return out
}

// bestStrength calibrates the scores of each strength and keeps the one with least loss.
func (d *Data) bestStrength(strengths []float64, oof [][][]float64) (*chosen, error) {
	best := &chosen{logLoss: math.Inf(1)}
	for s, strength := range strengths {
		cal, err := calibrate(oof[s], d.Labels)
		if err != nil {
			return nil, err
		}
		probabilities := make([][]float64, len(oof[s]))
		for i, z := range oof[s] {
			probabilities[i] = make([]float64, len(z))
			cal.apply(z, probabilities[i])
		}
		if loss := metric.LogLoss(probabilities, d.Labels); loss < best.logLoss-1e-9 {
			best = &chosen{strength: strength, calibration: cal, probabilities: probabilities, logLoss: loss}
		}
	}
	return best, nil
}
