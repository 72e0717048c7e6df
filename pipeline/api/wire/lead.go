package wire

import "time"

// AgreementCourse is how far independent looks agree as time goes by.
type AgreementCourse struct {
	From  time.Time       `json:"from"`
	Until time.Time       `json:"until"`
	Axes  []TeamAgreement `json:"axes" nullable:"false" doc:"Of the whole time."`
	Spans []AgreementSpan `json:"spans" nullable:"false" doc:"Oldest first; the last ends at until."`
	Pairs []ReviewerPair  `json:"pairs" nullable:"false" doc:"Reviewers who differ, the surest first: by the lower end of the interval."`
}

// AgreementSpan is the agreement within a time.
type AgreementSpan struct {
	From  time.Time       `json:"from"`
	Until time.Time       `json:"until"`
	Axes  []TeamAgreement `json:"axes" nullable:"false"`
}

// ReviewerPair is how often two reviewers answered the same claim differently.
type ReviewerPair struct {
	Axis   string `json:"axis"`
	A      string `json:"a"`
	B      string `json:"b"`
	Differ Share  `json:"differ"`
}

// ConfusionList lists the model's mistakes that people found.
type ConfusionList struct {
	From       time.Time   `json:"from"`
	Until      time.Time   `json:"until"`
	Confusions []Confusion `json:"confusions" nullable:"false" doc:"The costliest first, then the most frequent; the 500 first ones."`
}

// Confusion is a label that the model gives where people see another one.
type Confusion struct {
	Axis      string   `json:"axis"`
	Suggested string   `json:"suggested"`
	Decided   string   `json:"decided"`
	Share     Share    `json:"share" doc:"Of the items on which the model suggested this label and people decided. Uncertain claims come to people first, so that it is no figure of accuracy."`
	Abstained int      `json:"abstained" doc:"How many of them the model would not have answered by itself."`
	Cost      float64  `json:"cost" doc:"What the others cost, at the cost of missing the label decided."`
	Examples  []string `json:"examples" nullable:"false" doc:"Ids of claims, newest first."`
}

// TroubleList lists spots of the taxonomy to look at.
type TroubleList struct {
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Ref     string    `json:"ref" doc:"The taxonomy, as name@version."`
	Trouble []Trouble `json:"trouble" nullable:"false"`
}

// Trouble is a label or an axis that is trouble, and what that suggests.
type Trouble struct {
	Kind     string   `json:"kind" enum:"mixed_up,undecidable,unused,two_things"`
	Axis     string   `json:"axis"`
	Label    string   `json:"label,omitempty" doc:"Absent for an axis as a whole."`
	Other    string   `json:"other,omitempty" doc:"The label that it is mixed up with."`
	Share    Share    `json:"share"`
	Advice   string   `json:"advice"`
	Examples []string `json:"examples" nullable:"false" doc:"Ids of claims."`
}

// TaxonomyProposal is a new version of the taxonomy that holds.
type TaxonomyProposal struct {
	Base     string `json:"base,omitempty" maxLength:"300" doc:"The version (name@version) that the writer began with. If another one holds by now, the answer is 409."`
	Document string `json:"document" doc:"The taxonomy as YAML, under the next version."`
	Mapping  string `json:"mapping,omitempty" doc:"What becomes of the labels of the version before, as YAML; labels that it does not name keep their ids."`
	Why      string `json:"why,omitempty" doc:"What for; needed to publish."`
}

// TaxonomyPreview says what a proposal would change, or what is wrong with it.
type TaxonomyPreview struct {
	From     string            `json:"from,omitempty"`
	To       string            `json:"to,omitempty"`
	Mistakes []TaxonomyMistake `json:"mistakes" nullable:"false" doc:"All of them; empty for a proposal that can be published."`
	Changes  []TaxonomyChange  `json:"changes" nullable:"false"`
}

// TaxonomyMistake is one mistake of a proposal.
type TaxonomyMistake struct {
	Code    string `json:"code" doc:"taxonomy_malformed, taxonomy_mapping_malformed, taxonomy_unchanged, taxonomy_version."`
	Where   string `json:"where,omitempty" doc:"The line."`
	Message string `json:"message"`
}

// TaxonomyChange is what a proposal does to one label.
type TaxonomyChange struct {
	Kind        string `json:"kind" doc:"renamed, merged, split, split_default, removed, axis_removed, added."`
	Axis        string `json:"axis"`
	From        string `json:"from,omitempty"`
	To          string `json:"to,omitempty"`
	Message     string `json:"message"`
	Predictions int    `json:"predictions" doc:"Claims that the model gave the label."`
	Decisions   int    `json:"decisions" doc:"Answers with the label that people settled on."`
	Persons     bool   `json:"persons" doc:"People must decide them anew."`
}

// TaxonomyVersion is a version as somebody published it; it never changes.
type TaxonomyVersion struct {
	Ref      string    `json:"ref"`
	By       string    `json:"by" doc:"The id of the reviewer, or of the key."`
	Why      string    `json:"why,omitempty"`
	At       time.Time `json:"at"`
	Document string    `json:"document"`
	Mapping  string    `json:"mapping,omitempty" doc:"Absent for the first."`
}
