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
		for _, rule := range decisions(f.cfg.Adjusts, f.Ordinal) {
			labels := make([]int, len(f.Labels))
			for i, q := range c.probabilities {
				labels[i] = rule.choose(q, priors)
			}
			value, err := score(f.cfg.Objective, f.Classes, f.Labels, labels)
			if err != nil {
				return nil, err
			}
			if value > bestScore+1e-9 {
				bestScore = value
				pick := *c
				pick.decision, pick.labels = rule, labels
				best = &pick
			}
		}
	}
	return best, nil
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
