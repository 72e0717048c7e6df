package gate

// Report is the outcome of all gates of a file, in the file's order.
type Report struct {
	// File names the gates file.
	File string `json:"file,omitempty"`
	// Passed and Missed count outcomes; a gate whose figure does not exist is missed.
	Passed int       `json:"passed"`
	Missed int       `json:"missed"`
	Gates  []Outcome `json:"gates"`
}

// Outcome is one gate's, or one of several when its path has a "*".
type Outcome struct {
	// Name is the gate's own, or the expectation as written; Line is its line in the file.
	Name string `json:"name"`
	Line int    `json:"line"`
	// Path is the full path of the figure, "axes.severity.accuracy", and Slice the slice as
	// "language=de", if any.
	Path  string `json:"path"`
	Slice string `json:"slice,omitempty"`
	// Passed says whether the gate holds. Reason says, when it does not, whether the figure
	// was too bad or could not be judged.
	Passed bool   `json:"passed"`
	Reason Reason `json:"reason,omitempty"`
	// Value is the figure that was judged (a bound of its interval when Bound is set),
	// Threshold what it was held against, Operator ">=", ">", "<=", "<" or "==". They are nil
	// when they do not exist.
	Value     *float64 `json:"value,omitempty"`
	Bound     string   `json:"bound,omitempty"`
	Operator  string   `json:"operator"`
	Threshold *float64 `json:"threshold,omitempty"`
	// Baseline is the baseline's figure of a relative gate.
	Baseline *float64 `json:"baseline,omitempty"`
	// Message says in a sentence what was found.
	Message string `json:"message"`
}

// Reason says why a gate is missed.
type Reason string

// The reasons.
const (
	// TooBad: the figure is on the wrong side of the threshold.
	TooBad Reason = "too_bad"
	// NoFigure: the result has no such axis, label, slice or figure.
	NoFigure Reason = "no_figure"
	// NoBound: the figure has no interval to take a bound from.
	NoBound Reason = "no_bound"
	// NoBaseline: the gate is relative, and there is no baseline or it lacks the figure.
	NoBaseline Reason = "no_baseline"
	// NoComparison: the gate asks for a significant loss, and nothing was compared.
	NoComparison Reason = "no_comparison"
)
