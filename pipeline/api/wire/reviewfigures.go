package wire

import "time"

// ReviewCounts says how much waits, and how long that will take.
type ReviewCounts struct {
	Open     Waiting        `json:"open" doc:"What anyone may decide."`
	Disputed Waiting        `json:"disputed" doc:"What an adjudicator must decide."`
	Forecast ReviewForecast `json:"forecast"`
}

// Waiting counts items of a state.
type Waiting struct {
	N        int            `json:"n"`
	Oldest   time.Time      `json:"oldest,omitzero" doc:"When the first of them was made."`
	Due      time.Time      `json:"due,omitzero" doc:"The earliest deadline."`
	ByReason map[string]int `json:"by_reason" doc:"An item with two reasons counts with each."`
}

// ReviewForecast extrapolates the pace of the last days.
type ReviewForecast struct {
	Days    float64   `json:"days" doc:"The days whose pace it is."`
	Decided int       `json:"decided" doc:"Answers within them that stand."`
	PerDay  float64   `json:"per_day"`
	Empty   time.Time `json:"empty,omitzero" doc:"When nothing waits any more, if nothing comes in; absent when nobody decides, or when that is more than a year away."`
}

// Share is a share of cases, 0..1, with its 95 % interval.
type Share struct {
	Count int     `json:"count"`
	Of    int     `json:"of"`
	Value float64 `json:"value" minimum:"0" maximum:"1"`
	Low   float64 `json:"low" minimum:"0" maximum:"1"`
	High  float64 `json:"high" minimum:"0" maximum:"1"`
}

// ReviewerFigures is what one reviewer did in a time.
type ReviewerFigures struct {
	Reviewer     string      `json:"reviewer"`
	From         time.Time   `json:"from"`
	Until        time.Time   `json:"until"`
	Decisions    int         `json:"decisions" doc:"Those that stand."`
	Undone       int         `json:"undone"`
	MedianTookMS int64       `json:"median_took_ms"`
	Days         []ReviewDay `json:"days" nullable:"false"`
	// Agreement is left out for the reviewer himself while it would tell of single items.
	Agreement *ReviewAgreement `json:"agreement,omitempty" doc:"For the reviewer himself: over whole days before today, at least 7 of them, and only shares of 10 or more cases, so that no single item can be made out."`
}

// ReviewDay is one day's work, in UTC.
type ReviewDay struct {
	Day          string `json:"day" format:"date"`
	Decisions    int    `json:"decisions"`
	MedianTookMS int64  `json:"median_took_ms"`
}

// ReviewAgreement is how often others said the same.
type ReviewAgreement struct {
	From        time.Time `json:"from"`
	Until       time.Time `json:"until"`
	Peers       *Share    `json:"peers,omitempty" doc:"The other of two independent looks said the same."`
	Adjudicated *Share    `json:"adjudicated,omitempty" doc:"The adjudicator said the same."`
	Known       *Share    `json:"known,omitempty" doc:"Items with known labels answered right; not for the reviewer himself."`
}

// TeamFigures is what all did in a time.
type TeamFigures struct {
	From      time.Time         `json:"from"`
	Until     time.Time         `json:"until"`
	Reviewers []ReviewerFigures `json:"reviewers" nullable:"false" doc:"Those with a decision in that time, by name."`
	Axes      []TeamAgreement   `json:"axes" nullable:"false"`
}

// TeamAgreement is how far independent looks agree on an axis.
type TeamAgreement struct {
	Axis    string `json:"axis"`
	Claims  int    `json:"claims" doc:"Claims with a decision."`
	Doubled int    `json:"doubled" doc:"Claims that two or more decided independently."`
	// Observed and Alpha are nil where there is nothing to compare.
	Observed *Figure `json:"observed,omitempty" doc:"The share of pairs that agree."`
	Alpha    *Figure `json:"alpha,omitempty" doc:"Krippendorff's alpha, with ordinal distances where the axis has an order: 1 = always, 0 = as by chance."`
}

// Figure is a number with its 95 % interval.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// SliceAccuracy is the model's accuracy by the claims that were drawn at random for people to
// look at.
type SliceAccuracy struct {
	Axis      string  `json:"axis"`
	Covered   bool    `json:"covered" doc:"Only claims that the model did not abstain on."`
	Hits      int     `json:"hits"`
	N         int     `json:"n" doc:"Decided claims that count; 0 while there are none, and then value says nothing."`
	Missing   int     `json:"missing" doc:"Claims within that part that still wait; the interval takes each as right and as wrong."`
	Undecided int     `json:"undecided" doc:"Claims that people could not tell."`
	Behind    int     `json:"behind" doc:"Claims drawn later that do not count yet."`
	Value     float64 `json:"value" minimum:"0" maximum:"1"`
	Low       float64 `json:"low" minimum:"0" maximum:"1"`
	High      float64 `json:"high" minimum:"0" maximum:"1" doc:"low..high is the 95 % interval."`
}

// ImportResult says what became of the tasks of a file, in its order.
type ImportResult struct {
	Decided int          `json:"decided"`
	Skipped int          `json:"skipped"`
	Refused int          `json:"refused"`
	Items   []ImportItem `json:"items" nullable:"false"`
}

// ImportItem says what became of one task.
type ImportItem struct {
	Item     string   `json:"item,omitempty" doc:"The item, where the task names one."`
	Status   int      `json:"status" doc:"201 decided, 204 skipped, 404 without an answer, else that of the problem."`
	Decision string   `json:"decision,omitempty" doc:"The decision's id; the first one's when the same file came before."`
	Ignored  []string `json:"ignored,omitempty" nullable:"false" doc:"Axes that were answered and not asked."`
	Problem  *Problem `json:"problem,omitempty"`
}

// Reviewer is a person who corrects labels.
type Reviewer struct {
	ID         string    `json:"id" doc:"Keep it from reviewers: it is what hides the versions of items."`
	Name       string    `json:"name"`
	Roles      []string  `json:"roles" nullable:"false" doc:"reviewer, adjudicator, admin."`
	Langs      []string  `json:"langs,omitempty" nullable:"false" doc:"What he takes; absent for all."`
	Products   []string  `json:"products,omitempty" nullable:"false"`
	Axes       []string  `json:"axes,omitempty" nullable:"false"`
	Subject    string    `json:"subject,omitempty" doc:"Who he is at the identity provider: issuer#subject."`
	Password   bool      `json:"password" doc:"He may sign in with a password."`
	CreatedAt  time.Time `json:"created_at"`
	DisabledAt time.Time `json:"disabled_at,omitzero"`
}

// ReviewerList lists reviewers by name.
type ReviewerList struct {
	Reviewers []Reviewer `json:"reviewers" nullable:"false"`
}

// NewReviewer adds a reviewer.
type NewReviewer struct {
	Name     string   `json:"name" maxLength:"200" doc:"What he signs in with; unique."`
	Roles    []string `json:"roles,omitempty" nullable:"false" doc:"reviewer unless told."`
	Langs    []string `json:"langs,omitempty" nullable:"false"`
	Products []string `json:"products,omitempty" nullable:"false"`
	Axes     []string `json:"axes,omitempty" nullable:"false"`
	Subject  string   `json:"subject,omitempty" maxLength:"1000" doc:"issuer#subject at the identity provider."`
	Password string   `json:"password,omitempty" maxLength:"256" doc:"15 characters at least; without one only the identity provider, or a key, lets him in."`
}

// ReviewerChange changes a reviewer and ends his sessions; what is absent stays.
type ReviewerChange struct {
	Roles    *[]string `json:"roles,omitempty"`
	Langs    *[]string `json:"langs,omitempty"`
	Products *[]string `json:"products,omitempty"`
	Axes     *[]string `json:"axes,omitempty"`
	Subject  *string   `json:"subject,omitempty"`
	Password *string   `json:"password,omitempty" doc:"Empty takes it away."`
	Disabled *bool     `json:"disabled,omitempty"`
}
