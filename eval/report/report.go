package report

import (
	"time"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/drift"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/eval/slice"
	"github.com/defekt/defekt/pipeline/claim"
)

// Report is what goes into a report. Every field may be left empty; its part is then left
// out. Nothing in it is changed.
type Report struct {
	// Title is the heading; empty = made from the model and the data.
	Title string
	// Model is the model's name as people know it; its digest is in Result.
	Model string
	// Made is when the evaluation was made.
	Made time.Time
	// Command is the command line that makes it again.
	Command string
	// Facts are further lines of provenance.
	Facts []Fact

	Result *eval.Result
	// Gates is the outcome of the gates, Comparison that against a baseline.
	Gates      *gate.Report
	Comparison *compare.Result
	Slices     *slice.Report
	// Warnings are what the care for the data found (leakage and the like).
	Warnings []Warning
	// Mistakes are wrong answers to look at, in the order to show them; see [Worst].
	Mistakes []Mistake
	// Drift compares with an earlier period; Prevalence are counts that are corrected for
	// what the model confuses.
	Drift      *drift.Result
	Prevalence []drift.Prevalence
	// LabelErrors, Ceilings and Agreement are about the people's labels, one for each axis.
	LabelErrors []people.LabelErrors
	Ceilings    []people.Ceiling
	Agreement   []people.Agreement
}

// Fact is one line of provenance.
type Fact struct{ Name, Value string }

// Warning is a finding about the data.
type Warning struct {
	// Serious is one that makes the figures doubtful.
	Serious bool
	// Title is a few words, Text a sentence or two; Claims are ids of some claims concerned.
	Title, Text string
	Claims      []string
}

// Mistake is a claim with a wrong answer on Axis.
type Mistake struct {
	Axis       string
	Truth      string
	Claim      claim.Claim
	Prediction claim.Prediction
	// Photos are small JPEG, PNG or WebP pictures; what is none of them is not shown.
	Photos [][]byte
	// Neighbours are the most similar labelled claims, nearest first.
	Neighbours []Neighbour
}

// Neighbour is a claim near a mistake.
type Neighbour struct {
	ID, Text string
	// Label is its label on the axis of the mistake, Similarity its likeness, at most 1.
	Label      string
	Similarity float64
	Photo      []byte
}
