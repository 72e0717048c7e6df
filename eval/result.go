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
	// Settings are those that the figures were computed with.
	Settings Settings `json:"settings"`
}

// Settings says how the intervals and the other figures that need a choice were made; the
// same sample and settings give the same result anywhere.
type Settings struct {
	// Level of all intervals, Draws of the bootstrap (0 = none), and the seed of all draws.
	Level float64 `json:"level"`
	Draws int     `json:"draws"`
	Seed  uint64  `json:"seed"`
	// Risk is the share of wrong answers that coverage_at_risk allows, Miss the share of
	// claims whose truth a conformal set may lack.
	Risk float64 `json:"risk"`
	Miss float64 `json:"miss"`
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

	// Accuracy is also the micro-averaged precision, recall and F1: a row has one label and
	// one answer.
	Accuracy         float64 `json:"accuracy"`
	MacroF1          float64 `json:"macro_f1"`
	BalancedAccuracy float64 `json:"balanced_accuracy"`
	WeightedF1       float64 `json:"weighted_f1"`
	// Kappa is Cohen's, unweighted; MCC the multi-class correlation. Both are 0 by chance.
	Kappa float64 `json:"kappa"`
	MCC   float64 `json:"mcc"`
	// Intervals are those of the figures of this axis by their names here ("accuracy",
	// "macro_f1", "ece_15", ...) and, below them, dotted ("hierarchical.f1", "rare.recall",
	// "conformal.coverage", "cost.mean"). A figure without one is absent.
	Intervals map[string]metric.Interval `json:"intervals,omitempty"`

	// ECE is metric.ECESweep over ECEBins bins; ECE15 the plain error of 15 equal-mass
	// bins, ECE15Floor what a perfectly calibrated model would show there.
	ECE        float64 `json:"ece"`
	ECEBins    int     `json:"ece_bins"`
	ECE15      float64 `json:"ece_15"`
	ECE15Floor float64 `json:"ece_15_floor"`
	// LogLoss and Brier need whole distributions; absent for tables that have none.
	LogLoss *float64 `json:"log_loss,omitempty"`
	Brier   *float64 `json:"brier,omitempty"`
	// BrierSkill is 1 - Brier / that of always stating the shares of this sample; BrierParts
	// splits the Brier score of the answer's own confidence.
	BrierSkill *float64           `json:"brier_skill,omitempty"`
	BrierParts *metric.BrierParts `json:"brier_parts,omitempty"`
	// TopK are the shares of claims with the truth among the k likeliest labels.
	TopK []TopK `json:"top_k,omitempty"`

	// Coverage is the share answered at the model's threshold, AccuracyCovered the
	// accuracy on it, Accuracy80 that on the 80 % surest, whatever the threshold.
	Coverage        float64 `json:"coverage"`
	AccuracyCovered float64 `json:"accuracy_covered"`
	Accuracy80      float64 `json:"accuracy_80"`
	// Accuracy70 and Accuracy60 are those on the 70 and 60 % surest.
	Accuracy70 float64 `json:"accuracy_70"`
	Accuracy60 float64 `json:"accuracy_60"`
	// RiskCoverage is the curve of wrong answers against the share answered, at most 100
	// points, surest first. AURC is the area under it, EAURC what of it a perfect order of
	// the same answers would save, AUGRC the mean share of claims that go out wrong.
	RiskCoverage []metric.RiskPoint `json:"risk_coverage,omitempty"`
	AURC         *float64           `json:"aurc,omitempty"`
	EAURC        *float64           `json:"e_aurc,omitempty"`
	AUGRC        *float64           `json:"augrc,omitempty"`
	// CoverageAtRisk is how much may be answered at the risk of the settings.
	CoverageAtRisk *metric.CoverageAtRisk `json:"coverage_at_risk,omitempty"`
	// DecidableAUROC is the probability that a claim which people could decide gets a higher
	// confidence than one which they could not; there when the truth marks such claims.
	DecidableAUROC *float64 `json:"decidable_auroc,omitempty"`
	// OrdinalError and QuadraticKappa are there on ordinal axes.
	OrdinalError   *float64 `json:"ordinal_error,omitempty"`
	QuadraticKappa *float64 `json:"quadratic_kappa,omitempty"`
	// Hierarchical is there on axes whose labels form a tree.
	Hierarchical *metric.Hierarchical `json:"hierarchical,omitempty"`
	// Rare is the recall of the labels that few claims have, and of those that are watched
	// by name; nil when there is none.
	Rare *Rare `json:"rare,omitempty"`
	// Conformal are sets of labels that hold the truth with a set probability.
	Conformal *Conformal `json:"conformal,omitempty"`
	// Cost is there when a cost matrix was given.
	Cost *Cost `json:"cost,omitempty"`

	PerLabel    map[string]Label  `json:"per_label"`
	Confusion   *metric.Confusion `json:"confusion"`
	Reliability []metric.Bin      `json:"reliability"`
}

// Label is one label's figures with their intervals; nil where the figure has no denominator.
type Label struct {
	metric.Score
	PrecisionInterval *metric.Interval `json:"precision_interval,omitempty"`
	RecallInterval    *metric.Interval `json:"recall_interval,omitempty"`
	F1Interval        *metric.Interval `json:"f1_interval,omitempty"`
}

// TopK is the share of claims whose truth is among the K likeliest labels.
type TopK struct {
	K        int             `json:"k"`
	Accuracy float64         `json:"accuracy"`
	Interval metric.Interval `json:"interval"`
	// N is the number of claims with a distribution.
	N int `json:"n"`
}

// Rare is the headline for labels that an average hides.
type Rare struct {
	// Share is what a label's share of the truth must be below to count as rare.
	Share float64 `json:"share"`
	// Recall is the share of the N claims with a rare label that got it; absent without any.
	Recall   *float64         `json:"recall,omitempty"`
	Interval *metric.Interval `json:"interval,omitempty"`
	N        int              `json:"n"`
	// Labels are the rare ones, rarest first, then the watched ones.
	Labels []RareLabel `json:"labels"`
}

// RareLabel is the recall of one rare or watched label.
type RareLabel struct {
	Label    string          `json:"label"`
	Recall   float64         `json:"recall"`
	Interval metric.Interval `json:"interval"`
	N        int             `json:"n"`
	// Watched says that it was asked for by name.
	Watched bool `json:"watched,omitempty"`
}

// Conformal are split-conformal predictors, calibrated on one half of the claims and measured
// on the other: one with a threshold for each label, and one with the same for all.
type Conformal struct {
	// Target is the coverage aimed at. Calibration claims set the thresholds and N others
	// were measured, in each of Splits ways to part them, over which all figures are means:
	// one alone can be far off on few claims. Excluded claims had no distribution over their
	// truth. Intervals are those of a single split's N.
	Target      float64 `json:"target"`
	Splits      int     `json:"splits"`
	N           int     `json:"n"`
	Calibration int     `json:"calibration"`
	Excluded    int     `json:"excluded,omitempty"`
	// These are the sets with a threshold for each label, which keep to the target on each.
	ConformalSets
	// Always are the labels that are in all of those sets, because they have too few claims
	// to know better.
	Always []string `json:"always,omitempty"`
	// Overall are the sets with one threshold, which keep to the target on average only;
	// Threshold is that one, from all claims.
	Overall   ConformalSets             `json:"overall"`
	Threshold float64                   `json:"threshold"`
	PerLabel  map[string]ConformalLabel `json:"per_label"`
}

// ConformalSets is what sets of labels came to.
type ConformalSets struct {
	// Coverage is the share of sets that hold the truth.
	Coverage float64         `json:"coverage"`
	Interval metric.Interval `json:"interval"`
	// MeanSize is the mean number of labels in a set; Single and Empty are shares of sets.
	MeanSize float64 `json:"mean_size"`
	Single   float64 `json:"single"`
	Empty    float64 `json:"empty"`
}

// ConformalLabel is the part of a conformal predictor that is about one true label.
type ConformalLabel struct {
	// Threshold is the probability from which the label is in the set, from all claims with
	// it; 0 when they were too few to leave it out of any. Calibration and N are the claims
	// of a split.
	Threshold   float64          `json:"threshold"`
	Calibration int              `json:"calibration"`
	Coverage    *float64         `json:"coverage,omitempty"`
	Interval    *metric.Interval `json:"interval,omitempty"`
	N           int              `json:"n"`
}

// Cost is what the answers cost under a given matrix, per claim, in the matrix's unit.
type Cost struct {
	// Mean is the cost of all answers as given; Constant that of always giving Label, the
	// cheapest single answer.
	Mean     float64 `json:"mean"`
	Constant float64 `json:"constant"`
	Label    string  `json:"label"`
	// Answered is the cost when answers that the model held back cost a review instead;
	// there when the matrix has a price for one.
	Answered *float64 `json:"answered,omitempty"`
	// Rule is the cost when each claim gets the answer (or review) with the least expected
	// cost under the model's probabilities, Reviewed the share that it sends to a person, on
	// N claims with a distribution.
	Rule     *float64 `json:"rule,omitempty"`
	Reviewed float64  `json:"reviewed,omitempty"`
	N        int      `json:"n,omitempty"`
	// Thresholds gives each label's probability from which answering it is cheaper than
	// not, against the other labels in this sample's shares.
	Thresholds map[string]float64 `json:"thresholds,omitempty"`
}

// WriteJSON writes the result, indented, with a final newline.
func (r *Result) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
