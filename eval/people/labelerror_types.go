package people

// LabelErrors is what confident learning says of one axis of a data set.
type LabelErrors struct {
	Axis string `json:"axis"`
	// Rows is the number of rows with a given label and a distribution over it; Skipped had
	// no label, no distribution, or a label that the model has no class for.
	Rows    int `json:"rows"`
	Skipped int `json:"skipped,omitempty"`
	// Labels are the labels that rows have, in the axis' order; all matrices below go by it.
	Labels []string `json:"labels"`
	// Thresholds is, by label, the probability that the model gives it on average to the rows
	// that are labelled so.
	Thresholds []float64 `json:"thresholds"`
	// ConfidentJoint counts rows by given label (row) and label that the model is confident
	// of (column); rows with no confident label are in none.
	ConfidentJoint [][]int `json:"confident_joint"`
	// Noise is, by given label (row), the estimated share of its rows whose true label is
	// that of the column, by the noise model; rows sum to 1.
	Noise [][]float64 `json:"noise"`
	// PerLabel is Noise in short, with intervals.
	PerLabel []LabelNoise `json:"per_label"`
	// Wrong is the estimated share of wrong labels in the whole set by the noise model, which
	// takes what the model cannot tell for hard claims: too low, and near 0 where labels are
	// wrong in a systematic way (one label always given for another), however many are. Its
	// interval does not cover that. WrongByJoint is the share off the diagonal of the
	// confident joint, calibrated to the labels' counts, which takes the model's confident
	// mistakes for wrong labels: too high where the model is often wrong.
	Wrong        Figure  `json:"wrong"`
	WrongByJoint float64 `json:"wrong_by_joint"`
	// Sharpening is the power to which the noise model raises the model's probabilities; far
	// from 1, they are badly calibrated.
	Sharpening float64 `json:"sharpening"`
	// Candidates is the review list, the likeliest error first.
	Candidates []Candidate `json:"candidates"`
	// Assumptions says, in sentences, what the estimates rest on.
	Assumptions []string `json:"assumptions"`
	// Warnings says where the two estimates contradict each other.
	Warnings []string `json:"warnings,omitempty"`
}

// LabelNoise is how far one given label can be trusted.
type LabelNoise struct {
	Label string `json:"label"`
	Rows  int    `json:"rows"`
	// Wrong is the estimated share of its rows that belong elsewhere.
	Wrong Figure `json:"wrong"`
	// Instead is where most of them belong, and the share of the label's rows.
	Instead      string  `json:"instead,omitempty"`
	InsteadShare float64 `json:"instead_share,omitempty"`
	Flagged      int     `json:"flagged"`
}

// Candidate is a row whose label a person should look at again.
type Candidate struct {
	Claim string `json:"claim"`
	Axis  string `json:"axis"`
	// Row is its row in the sample.
	Row       int    `json:"row"`
	Given     string `json:"given"`
	Suggested string `json:"suggested"`
	// GivenProbability and SuggestedProbability are the model's.
	GivenProbability     float64 `json:"given_probability"`
	SuggestedProbability float64 `json:"suggested_probability"`
	// Wrong is the probability that the label is wrong, by the noise model.
	Wrong float64 `json:"wrong"`
	// Score orders the list, by the rank that was asked for, 0..1; the lower, the likelier is
	// the label wrong.
	Score float64 `json:"score"`
	// Reason says in words why the row is on the list.
	Reason string `json:"reason"`
}

// Ceiling is the accuracy that a model could reach at most when it is scored against labels
// with this much disagreement in them.
type Ceiling struct {
	Axis string `json:"axis"`
	// Doubled is the number of claims with two or more people's ratings, Agree the share of
	// pairs of ratings that agree.
	Doubled int     `json:"doubled,omitempty"`
	Agree   *Figure `json:"agree,omitempty"`
	// At most AtMost, and at least AtLeast, is what a model can reach that always gives the
	// label that most people would give; from double labels.
	AtMost  *Figure `json:"at_most,omitempty"`
	AtLeast *Figure `json:"at_least,omitempty"`
	// FromLabelErrors is 1 less the share of wrong labels, from confident learning.
	FromLabelErrors *Figure `json:"from_label_errors,omitempty"`
	// Assumptions says, in sentences, what the figures rest on.
	Assumptions []string `json:"assumptions"`
}
