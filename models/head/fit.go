package head

import (
	"context"
	"errors"
	"fmt"

	"github.com/defekt/defekt/eval/metric"
)

// MinRows is the smallest number of labelled rows that a head is fitted on.
const MinRows = 10

// Errors of a fit that the data cause.
var (
	ErrTooFewRows = errors.New("too few labelled rows")
	ErrOneClass   = errors.New("all rows have the same label")
)

// Report is what a fit says about itself; every figure is on out-of-fold rows.
type Report struct {
	Rows int `json:"rows"`
	// Undecided is the number of further rows that people could not decide; a confident
	// answer to one counts against the abstention threshold, not in the figures.
	Undecided int            `json:"undecided,omitempty"`
	Classes   map[string]int `json:"classes"`
	// Strength, Balance, Smoothing, Adjust and Median are the chosen settings.
	Strength  float64 `json:"strength"`
	Balance   float64 `json:"balance"`
	Smoothing float64 `json:"smoothing,omitempty"`
	Adjust    float64 `json:"adjust"`
	Median    bool    `json:"median,omitempty"`
	// The figures of package metric, cross-validated.
	Accuracy         float64 `json:"accuracy"`
	MacroF1          float64 `json:"macro_f1"`
	BalancedAccuracy float64 `json:"balanced_accuracy"`
	LogLoss          float64 `json:"log_loss"`
	ECE              float64 `json:"ece"`
	Coverage         float64 `json:"coverage"`
	AccuracyCovered  float64 `json:"accuracy_covered"`
}

// Fits is the number of solver runs that Fit makes, for a progress bar.
func (c Config) Fits(ordinal bool) int {
	return c.Folds*len(paths(c, ordinal))*len(ascendingStrengths(c)) + len(ascendingStrengths(c))
}

// Fit chooses the settings by cross-validation and fits the head on all rows. done, which
// may be nil, is called after each solver run, from several goroutines.
//
// Errors: [ErrTooFewRows], [ErrOneClass], a layout or configuration fault, ctx's error.
func Fit(ctx context.Context, d Data, cfg Config, done func()) (*Head, error) {
	if done == nil {
		done = func() {}
	}
	if err := d.check(cfg); err != nil {
		return nil, err
	}
	f := prepare(&d, cfg, done)
	h, best, err := f.run(ctx)
	if err != nil {
		return nil, fmt.Errorf("axis %s: %w", d.Axis, err)
	}
	return h, d.finish(h, cfg, best)
}

func (f *fitting) run(ctx context.Context) (*Head, *chosen, error) {
	oof, err := f.outOfFold(ctx)
	if err != nil {
		return nil, nil, err
	}
	best, err := f.choose(oof)
	if err != nil {
		return nil, nil, err
	}
	w, err := f.final(ctx, best)
	if err != nil {
		return nil, nil, err
	}
	return &Head{
		Axis: f.Axis, Classes: f.Classes, Ordinal: f.Ordinal, Doubt: f.Doubt, Layout: f.Layout,
		Calibration: best.calibration, Decision: best.decision, LogPriors: f.logPriors(),
		Abstain: f.cfg.Abstain, Rooted: f.transform.rooted, Familiar: familiarity(f.transform, f.rows), transform: f.transform, weights: narrow(w),
	}, best, nil
}

// finish reads threshold and report off the out-of-fold probabilities.
func (d *Data) finish(h *Head, cfg Config, best *chosen) error {
	n := len(d.Labels)
	rows, truth := d.decided()
	confidence, correct, abstained := make([]float64, n), make([]bool, n), make([]bool, n)
	for i, p := range best.probabilities {
		confidence[i] = p[best.labels[i]]
		correct[i] = best.labels[i] == d.Labels[i]
	}
	var err error
	if h.Confidence, err = fitConfidence(pick(confidence, rows), pick(correct, rows)); err != nil {
		return fmt.Errorf("axis %s: %w", d.Axis, err)
	}
	for i, p := range best.probabilities {
		h.Confidence.apply(p, best.labels[i])
		confidence[i] = p[best.labels[i]]
	}
	h.Threshold = cfg.Abstain.threshold(confidence, correct)
	for i, p := range best.probabilities {
		abstained[i] = h.abstains(p, best.labels[i]) != ""
	}
	c, err := metric.NewConfusion(d.Classes[:d.answers()], truth, pick(best.labels, rows))
	if err != nil {
		return err
	}
	ece, _ := metric.ECESweep(pick(confidence, rows), pick(correct, rows))
	coverage, covered := metric.Covered(pick(abstained, rows), pick(correct, rows))
	h.Report = Report{
		Rows: len(rows), Undecided: n - len(rows), Classes: d.counts(),
		Strength: best.strength, Balance: best.balance, Smoothing: best.smoothing,
		Adjust: best.Adjust, Median: best.Median,
		Accuracy: c.Accuracy(), MacroF1: c.MacroF1(), BalancedAccuracy: c.BalancedAccuracy(),
		LogLoss: metric.LogLoss(best.probabilities, d.Labels), ECE: ece, Coverage: coverage, AccuracyCovered: covered,
	}
	return nil
}

func (d *Data) counts() map[string]int {
	counts := make(map[string]int, len(d.Classes))
	for _, l := range d.Labels {
		counts[d.Classes[l]]++
	}
	return counts
}

// check refuses data that no head can be fitted on.
func (d *Data) check(cfg Config) error {
	if err := errors.Join(cfg.Validate(), d.Layout.Validate()); err != nil {
		return err
	}
	n := len(d.Examples)
	if len(d.Labels) != n || len(d.Groups) != n {
		return fmt.Errorf("axis %s: %d examples, %d labels, %d groups", d.Axis, n, len(d.Labels), len(d.Groups))
	}
	if n < max(MinRows, cfg.Folds) {
		return fmt.Errorf("axis %s: %w: %d, at least %d are needed", d.Axis, ErrTooFewRows, n, max(MinRows, cfg.Folds))
	}
	if d.Doubt && (d.Ordinal || len(d.Classes) < 3) {
		return fmt.Errorf("axis %s: a class for doubt needs an axis without order and two answers", d.Axis)
	}
	seen := make(map[int]bool)
	for i, e := range d.Examples {
		if err := e.Check(d.Layout); err != nil {
			return fmt.Errorf("axis %s: row %d: %w", d.Axis, i, err)
		}
		if l := d.Labels[i]; l < 0 || l >= len(d.Classes) {
			return fmt.Errorf("axis %s: row %d: label %d of %d", d.Axis, i, l, len(d.Classes))
		}
		seen[d.Labels[i]] = true
	}
	if len(seen) < 2 {
		return fmt.Errorf("axis %s: %w", d.Axis, ErrOneClass)
	}
	return nil
}
