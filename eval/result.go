package eval

import (
	"encoding/json"
	"io"

	"github.com/defekt/defekt/eval/metric"
)

// Result is one evaluation; its JSON is the contract of `defekt eval --json`.
type Result struct {
	// N is the number of claims read.
	N    int              `json:"n"`
	Axes map[string]*Axis `json:"axes"`
	// Problems counts bad inputs by code.
	Problems map[string]int `json:"problems,omitempty"`
	// What was measured, on what, by which code.
	Data     Data   `json:"data"`
	Model    string `json:"model,omitempty"`
	Taxonomy string `json:"taxonomy,omitempty"`
	Code     string `json:"code,omitempty"`
}

// Data names the claims of an evaluation.
type Data struct {
	Name   string `json:"name"`
	Split  string `json:"split,omitempty"`
	Digest string `json:"digest"`
}

// Axis holds the figures of one axis. Rates are 0..1.
type Axis struct {
	// N counts rows with a truth and a prediction; Unlabelled rows had no truth on this
	// axis, Undetermined ones a truth that people could not decide, Unanswered ones no
	// prediction, or "undetermined" for one (they count as wrong in no figure; the count is the warning).
	N            int `json:"n"`
	Unlabelled   int `json:"unlabelled,omitempty"`
	Undetermined int `json:"undetermined,omitempty"`
	Unanswered   int `json:"unanswered,omitempty"`

	Accuracy         float64 `json:"accuracy"`
	MacroF1          float64 `json:"macro_f1"`
	BalancedAccuracy float64 `json:"balanced_accuracy"`
	// ECE is metric.ECESweep over ECEBins bins; ECE15 the plain error of 15 equal-mass
	// bins, ECE15Floor what a perfectly calibrated model would show there.
	ECE        float64 `json:"ece"`
	ECEBins    int     `json:"ece_bins"`
	ECE15      float64 `json:"ece_15"`
	ECE15Floor float64 `json:"ece_15_floor"`
	// LogLoss and Brier need whole distributions; absent for tables that have none.
	LogLoss *float64 `json:"log_loss,omitempty"`
	Brier   *float64 `json:"brier,omitempty"`
	// Coverage is the share answered at the model's threshold, AccuracyCovered the
	// accuracy on it, Accuracy80 that on the 80 % surest, whatever the threshold.
	Coverage        float64 `json:"coverage"`
	AccuracyCovered float64 `json:"accuracy_covered"`
	Accuracy80      float64 `json:"accuracy_80"`
	// Accuracy70 and Accuracy60 are those on the 70 and 60 % surest.
	Accuracy70 float64 `json:"accuracy_70"`
	Accuracy60 float64 `json:"accuracy_60"`
	// DecidableAUROC is the probability that a claim which people could decide gets a higher
	// confidence than one which they could not; there when the truth marks such claims.
	DecidableAUROC *float64 `json:"decidable_auroc,omitempty"`
	// OrdinalError and QuadraticKappa are there on ordinal axes.
	OrdinalError   *float64 `json:"ordinal_error,omitempty"`
	QuadraticKappa *float64 `json:"quadratic_kappa,omitempty"`

	PerLabel    map[string]metric.Score `json:"per_label"`
	Confusion   *metric.Confusion       `json:"confusion"`
	Reliability []metric.Bin            `json:"reliability"`
}

// WriteJSON writes the result, indented, with a final newline.
func (r *Result) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
