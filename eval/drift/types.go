package drift

import "time"

// Result compares the claims before and after.
type Result struct {
	Before Period `json:"before"`
	After  Period `json:"after"`
	Axes   []Axis `json:"axes"`
	// Embedding is nil without vectors.
	Embedding *Embedding `json:"embedding,omitempty"`
	// Alarms lists what differs after correction for the number of tests (Holm: A Simple
	// Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics
	// 1979), strongest first. Tests is the number of tests, Level their joint level.
	Alarms []Alarm `json:"alarms"`
	Tests  int     `json:"tests"`
	Level  float64 `json:"level"`
}

// Period names the claims of one side.
type Period struct {
	Name   string     `json:"name,omitempty"`
	Claims int        `json:"claims"`
	From   *time.Time `json:"from,omitempty"`
	To     *time.Time `json:"to,omitempty"`
}

// Alarm is a difference that chance hardly explains.
type Alarm struct {
	Axis string `json:"axis,omitempty"`
	// What is "answers", "truths", "confidence", "abstentions", "accuracy" or "embedding".
	What string `json:"what"`
	// P is the p-value, AdjustedP that after correction for the number of tests.
	P         float64 `json:"p"`
	AdjustedP float64 `json:"adjusted_p"`
	Words     string  `json:"words"`
}

// Axis is the drift of one axis; what cannot be computed is nil.
type Axis struct {
	ID string `json:"id"`
	// Answers compares what the model says, Truths what people say.
	Answers *LabelShift `json:"answers,omitempty"`
	Truths  *LabelShift `json:"truths,omitempty"`
	// Confidence, Abstentions and Accuracy compare means and shares.
	Confidence  *Shift `json:"confidence,omitempty"`
	Abstentions *Shift `json:"abstentions,omitempty"`
	Accuracy    *Shift `json:"accuracy,omitempty"`
	// Windows follow the axis over time; empty when times are not known.
	Windows []Window `json:"windows,omitempty"`
}

// Figure is a number with its interval.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// LabelShift compares two distributions over labels.
type LabelShift struct {
	Before int     `json:"before"`
	After  int     `json:"after"`
	Labels []Label `json:"labels"`
	Test   Test    `json:"test"`
	// PSI is the population stability index (0.1 is usually called small, 0.25 large);
	// TotalVariation is the share of claims that would have to change their label, 0..1.
	PSI            Figure `json:"psi"`
	TotalVariation Figure `json:"total_variation"`
}

// Label is one label's counts and shares; Difference is after less before.
type Label struct {
	Label       string  `json:"label"`
	Before      int     `json:"before"`
	After       int     `json:"after"`
	ShareBefore float64 `json:"share_before"`
	ShareAfter  float64 `json:"share_after"`
	Difference  Figure  `json:"difference"`
}

// Test is the outcome of a test.
type Test struct {
	// Name says which, in words.
	Name      string  `json:"name"`
	Statistic float64 `json:"statistic"`
	// Freedom is the degrees of freedom, 0 where there are none; Permutations is the number
	// of draws behind P, 0 where P is from a formula.
	Freedom      int     `json:"freedom,omitempty"`
	Permutations int     `json:"permutations,omitempty"`
	P            float64 `json:"p"`
}

// Shift compares a mean or a share.
type Shift struct {
	RowsBefore int     `json:"rows_before"`
	RowsAfter  int     `json:"rows_after"`
	Before     float64 `json:"before"`
	After      float64 `json:"after"`
	Difference Figure  `json:"difference"`
	Test       Test    `json:"test"`
}

// Window is one month (or other span) of one axis.
type Window struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"` // the first moment after it
	Claims int       `json:"claims"`
	// Answered counts rows with an answer, Scored those with a truth too.
	Answered    int     `json:"answered"`
	Scored      int     `json:"scored"`
	Confidence  float64 `json:"confidence"` // mean, over the answers that state one; 0 = none does
	Abstentions Figure  `json:"abstentions"`
	// Accuracy and ECE are nil without truths, ECE on few of them, too. ECEFloor is what perfect calibration would
	// show on so few rows.
	Accuracy *Figure  `json:"accuracy,omitempty"`
	ECE      *Figure  `json:"ece,omitempty"`
	ECEFloor *float64 `json:"ece_floor,omitempty"`
}

// Embedding is a two-sample test on vectors.
type Embedding struct {
	Before int `json:"before"`
	After  int `json:"after"`
	// Cap is the number of rows of each side that the test looks at, at most; Before and After are what it looked at.
	Cap  int  `json:"cap"`
	Test Test `json:"test"`
	// Effect is the energy coefficient, 0 (the same) to 1 (nothing in common).
	Effect float64 `json:"effect"`
	// Novel are the rows of the after side that are least like those before, strongest first.
	Novel []Novel `json:"novel,omitempty"`
}

// Novel is a claim unlike those before.
type Novel struct {
	Row   int     `json:"row"`
	Claim string  `json:"claim,omitempty"`
	Score float64 `json:"score"`
}

// Prevalence is how many claims have each label, corrected for what the classifier confuses.
type Prevalence struct {
	Axis   string `json:"axis,omitempty"`
	Method string `json:"method"`
	Claims int    `json:"claims"`
	// Validation is the number of labelled claims that the confusion comes from.
	Validation int               `json:"validation"`
	Labels     []LabelPrevalence `json:"labels"`
	// Warnings say where the correction can hardly be trusted.
	Warnings []string `json:"warnings,omitempty"`
}

// LabelPrevalence is one label's count and its correction. Counts are claims.
type LabelPrevalence struct {
	Label          string  `json:"label"`
	Counted        int     `json:"counted"`
	CountedShare   float64 `json:"counted_share"`
	Corrected      Figure  `json:"corrected"`
	CorrectedShare Figure  `json:"corrected_share"`
}
