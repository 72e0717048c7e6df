package people

import "time"

// Rating is one label that one rater gave to one claim on one axis.
type Rating struct {
	Claim, Axis string
	// Rater is a person, the model or the standard; [Options] says which is which.
	Rater string
	// Label is empty, or "undetermined", where the rater could not decide. Such ratings are
	// counted and left out of all figures of agreement.
	Label string
	// Trial tells repeated ratings of a claim by the same rater apart.
	Trial int
	// At is when; zero when not known.
	At time.Time
}

// Figure is a number with its interval at the level that was asked for. Where a figure does
// not exist (nobody rated twice, say) the pointer to it is nil.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Share is a share of claims, 0..1, with its interval (exact; Clopper and Pearson: The Use of
// Confidence or Fiducial Limits Illustrated in the Case of the Binomial, Biometrika 1934).
type Share struct {
	Count int     `json:"count"`
	Of    int     `json:"of"`
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Agreement is how far raters agree on one axis.
type Agreement struct {
	Axis    string   `json:"axis"`
	Ordinal bool     `json:"ordinal,omitempty"`
	Labels  []string `json:"labels"`
	// Raters in the order of their first rating, the standard left out.
	Raters []Rater `json:"raters"`
	// Claims is the number of claims with a rating, Doubled of those that two raters or more
	// rated; Undecided counts ratings that give no label.
	Claims    int `json:"claims"`
	Doubled   int `json:"doubled"`
	Undecided int `json:"undecided,omitempty"`
	// Among people alone, the model and the standard left out: the share of pairs of ratings
	// of one claim that agree, Krippendorff's alpha, that with ordinal distances, and Fleiss'
	// kappa. 1 = always, 0 = as by chance.
	Observed     *Figure `json:"observed,omitempty"`
	Alpha        *Figure `json:"alpha,omitempty"`
	AlphaOrdinal *Figure `json:"alpha_ordinal,omitempty"`
	Fleiss       *Figure `json:"fleiss,omitempty"`
	// FleissClaims is the number of claims behind Fleiss (those with the most usual number of
	// ratings, which the measure needs to be equal), FleissRatings that number.
	FleissClaims  int `json:"fleiss_claims,omitempty"`
	FleissRatings int `json:"fleiss_ratings,omitempty"`
	// Pairs holds all pairs of raters with a claim in common, model and standard included.
	Pairs []Pair `json:"pairs"`
	// Attribute is the attribute agreement analysis.
	Attribute Attribute `json:"attribute"`
	// Words says what stands out, one sentence each.
	Words []string `json:"words"`
}

// Rater is one who rated.
type Rater struct {
	Name string `json:"name"`
	// Model says that this is the model.
	Model   bool `json:"model,omitempty"`
	Claims  int  `json:"claims"`
	Ratings int  `json:"ratings"`
}

// Pair compares two raters on the claims that both rated, by their first ratings.
type Pair struct {
	A      string `json:"a"`
	B      string `json:"b"`
	Claims int    `json:"claims"`
	Agree  Share  `json:"agree"`
	// Kappa is Cohen's; Linear and Quadratic are weighted by the distance of labels and exist
	// on ordinal axes. Nil where both raters gave one and the same label throughout.
	Kappa     *Figure `json:"kappa,omitempty"`
	Linear    *Figure `json:"kappa_linear,omitempty"`
	Quadratic *Figure `json:"kappa_quadratic,omitempty"`
}

// Attribute is an attribute agreement analysis as in Measurement Systems Analysis (AIAG, 4th
// edition, 2010): a claim counts as matched only when all ratings in question agree on it.
type Attribute struct {
	// Within: the rater agrees with himself over all trials. Raters without repeats are left out.
	Within []Appraiser `json:"within,omitempty"`
	// Standard: all of the rater's trials agree with the standard; empty without one.
	Standard []Appraiser `json:"standard,omitempty"`
	// Between: all people agree, over claims that two or more rated. BetweenModel: the model too.
	Between      *Share `json:"between,omitempty"`
	BetweenModel *Share `json:"between_model,omitempty"`
	// AllStandard: all people agree with the standard.
	AllStandard *Share `json:"all_standard,omitempty"`
}

// Appraiser is one rater's line in the analysis.
type Appraiser struct {
	Rater string `json:"rater"`
	Model bool   `json:"model,omitempty"`
	Match Share  `json:"match"`
	// Kappa is Fleiss' among the trials (within), or Cohen's against the standard, nil where
	// only one label was given.
	Kappa *Figure `json:"kappa,omitempty"`
	// Misses, against the standard only: by label of the standard, in the order of labels.
	Misses []Miss `json:"misses,omitempty"`
}

// Miss is how often a rater misses one label of the standard, counted by single ratings.
type Miss struct {
	Label  string `json:"label"`
	Missed Share  `json:"missed"`
	// Instead is the label that he gives most often in its place, and how often.
	Instead      string `json:"instead,omitempty"`
	InsteadCount int    `json:"instead_count,omitempty"`
}
