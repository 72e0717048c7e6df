package compare

// Result is the comparison of two samples, B against A. Its JSON has no NaN: a figure that
// does not exist is left out.
type Result struct {
	// A and B name the two runs; B is the one that is judged.
	A string `json:"a"`
	B string `json:"b"`
	// N is the number of claims in both; OnlyA and OnlyB are in one only and count nowhere.
	N     int `json:"n"`
	OnlyA int `json:"only_a"`
	OnlyB int `json:"only_b"`
	// Alpha is the level of all tests (0.05), Draws the number of bootstrap and of exchange draws.
	Alpha float64 `json:"alpha"`
	Draws int     `json:"draws"`
	Seed  uint64  `json:"seed"`
	// Axes are those that both samples have, in A's order; AxesOnlyA and AxesOnlyB the others.
	Axes      []Axis   `json:"axes"`
	AxesOnlyA []string `json:"axes_only_a,omitempty"`
	AxesOnlyB []string `json:"axes_only_b,omitempty"`
	// Slices are all slices on all axes, those with a shown difference first.
	Slices Slices `json:"slices"`
	// Verdict sums up all axes in one sentence.
	Verdict string `json:"verdict"`
}

// Axis is the comparison on one axis.
type Axis struct {
	ID      string `json:"id"`
	Ordinal bool   `json:"ordinal,omitempty"`
	// N counts the claims that both answer and whose truth is decided and agreed.
	N int `json:"n"`
	// UnansweredA and UnansweredB count claims with a decided truth that this model alone
	// does not answer, UnansweredBoth those that neither does. They count in no figure,
	// unless Options.UnansweredIsWrong.
	UnansweredA    int `json:"unanswered_a,omitempty"`
	UnansweredB    int `json:"unanswered_b,omitempty"`
	UnansweredBoth int `json:"unanswered_both,omitempty"`
	// Conflicts counts claims left out because the samples state different truths; Coarsened
	// those whose truths differ only in depth, which are compared at the coarser label.
	Conflicts int `json:"conflicts,omitempty"`
	Coarsened int `json:"coarsened,omitempty"`
	// Differences are by figure; accuracy is the first. Empty when N is 0.
	Differences []Difference `json:"differences"`
	McNemar     McNemar      `json:"mcnemar"`
	Flips       Flips        `json:"flips"`
	// Outcome is that of accuracy: "better", "worse" or "none" (no difference shown).
	Outcome Outcome `json:"outcome"`
	// Verdict says the outcome in one plain sentence.
	Verdict string `json:"verdict"`
}

// Outcome says what a comparison showed of B.
type Outcome string

// The outcomes.
const (
	Better Outcome = "better"
	Worse  Outcome = "worse"
	None   Outcome = "none"
)

// The figures that are compared.
const (
	Accuracy         = "accuracy"
	MacroF1          = "macro_f1"
	BalancedAccuracy = "balanced_accuracy"
	// QuadraticKappa is there on ordinal axes.
	QuadraticKappa = "quadratic_kappa"
	// LogLoss and Brier are over claims for which both samples have a distribution with a
	// place for the truth.
	LogLoss = "log_loss"
	Brier   = "brier"
	// ECECommon is the calibration error over 15 bins that both models share (equal mass over
	// both models' confidences), so that a difference is none of bins. It is near, not equal
	// to, the ece_15 of each model's own result.
	ECECommon = "ece_common"
)

// Difference is one figure of both models and B minus A.
type Difference struct {
	Metric string `json:"metric"`
	// HigherIsBetter is false for losses and calibration errors.
	HigherIsBetter bool `json:"higher_is_better"`
	// N is the number of claims that this figure rests on.
	N int     `json:"n"`
	A float64 `json:"a"`
	B float64 `json:"b"`
	// Difference is B - A; Low and High are its paired interval at 1 - alpha, bootstrap-t and
	// never narrower than the exchange test asks for; that of accuracy never narrower than
	// Bonett and Price's.
	Difference float64 `json:"difference"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	// StandardError is that of the difference (influence function, paired).
	StandardError float64 `json:"standard_error"`
	// P is two-sided: McNemar's mid-p for accuracy, the studentised exchange test for others.
	P float64 `json:"p"`
	// POverAxes is P after Holm's correction for the number of axes.
	POverAxes float64 `json:"p_over_axes"`
	// MinimalEffect is the smallest true difference that a sample like this one shows with a
	// probability of 0.8 at level alpha; 0 when no claim of this one moves the figure.
	MinimalEffect float64 `json:"minimal_effect"`
	// Outcome is better or worse when P is at most alpha and the interval excludes 0.
	Outcome Outcome `json:"outcome"`
}

// Flips are the claims that changed sides, surest answers first; both lists are cut at
// Options.MaxFlips, the totals are not.
type Flips struct {
	// Fixed is wrong in A and right in B, Broken the reverse.
	FixedTotal  int    `json:"fixed_total"`
	BrokenTotal int    `json:"broken_total"`
	Fixed       []Flip `json:"fixed,omitempty"`
	Broken      []Flip `json:"broken,omitempty"`
}

// Flip is one claim that one model got right and the other wrong.
type Flip struct {
	ID    string `json:"id"`
	Truth string `json:"truth"`
	// A and B are the answers, empty for none; confidences are 0..1, 0 when not known.
	A           string  `json:"a"`
	B           string  `json:"b"`
	ConfidenceA float64 `json:"confidence_a"`
	ConfidenceB float64 `json:"confidence_b"`
}

// Slices are the per-slice differences of accuracy.
type Slices struct {
	// Correction is "benjamini-hochberg" or "benjamini-yekutieli".
	Correction string `json:"correction"`
	// Looks is the number of slices times axes; Tests the number of those that have enough
	// claims with differing results to show anything at all, which the correction counts.
	Looks int               `json:"looks"`
	Tests int               `json:"tests"`
	Shown int               `json:"shown"`
	List  []SliceDifference `json:"list,omitempty"`
}

// SliceDifference is B minus A on one slice of one axis.
type SliceDifference struct {
	Axis  string `json:"axis"`
	Field string `json:"field"`
	Value string `json:"value"`
	N     int    `json:"n"`
	// Small marks a slice below slice.Options.Small claims.
	Small      bool    `json:"small,omitempty"`
	A          float64 `json:"a"`
	B          float64 `json:"b"`
	MacroF1A   float64 `json:"macro_f1_a"`
	MacroF1B   float64 `json:"macro_f1_b"`
	Difference float64 `json:"difference"`
	// Low and High are the Bonett-Price interval (adjusted Wald for paired shares, 2012) at
	// 1 - alpha, not corrected for the number of slices.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Fixed and Broken count claims that changed sides.
	Fixed  int `json:"fixed"`
	Broken int `json:"broken"`
	// P is McNemar's exact two-sided p-value, Q the same after the correction over slices and
	// axes. Q is 1 where the slice has too few differing claims to be tested.
	P       float64 `json:"p"`
	Q       float64 `json:"q"`
	Outcome Outcome `json:"outcome"`
}

// McNemar is the test of the claims that changed sides (McNemar, Psychometrika 1947).
type McNemar struct {
	BothRight int `json:"both_right"`
	// Fixed is wrong in A and right in B, Broken the reverse.
	Fixed     int `json:"fixed"`
	Broken    int `json:"broken"`
	BothWrong int `json:"both_wrong"`
	// Exact is the exact conditional p-value, MidP the exact conditional mid-p, both
	// two-sided (Fagerland, Lydersen, Laake, BMC Medical Research Methodology 2013).
	Exact float64 `json:"exact"`
	MidP  float64 `json:"mid_p"`
}
