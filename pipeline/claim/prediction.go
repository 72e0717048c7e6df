package claim

// Prediction is what a model concludes from one claim, with everything that is needed to
// understand and repeat it.
type Prediction struct {
	// ID is the claim's.
	ID string `json:"id"`
	// Axes holds one entry for each axis of the model; empty when nothing could be read.
	Axes map[string]AxisPrediction `json:"axes"`
	// Photos reports on each photo, in the claim's order.
	Photos []PhotoReport `json:"photos,omitempty"`
	// Problems lists every fault met on the way, those of the reader first.
	Problems []Problem `json:"problems,omitempty"`
	// Model is the model's digest, Taxonomy its taxonomy as name@version, Code the
	// version of the program.
	Model    string `json:"model"`
	Taxonomy string `json:"taxonomy"`
	Code     string `json:"code,omitempty"`
}

// Labels gives the labels by axis, without those that the model abstained on; nil without a
// prediction.
func (p *Prediction) Labels() map[string]string {
	if p == nil {
		return nil
	}
	out := map[string]string{}
	for axis, a := range p.Axes {
		if !a.Abstained {
			out[axis] = a.Label
		}
	}
	return out
}

// AxisPrediction answers one axis.
type AxisPrediction struct {
	// Label is the likeliest label; when Abstained it is a suggestion for the reviewer.
	Label string `json:"label"`
	// Probability is Label's calibrated probability, 0..1.
	Probability float64 `json:"probability"`
	// Abstained says that a person must decide; Reason says why in one sentence.
	Abstained bool   `json:"abstained,omitempty"`
	Reason    string `json:"reason,omitempty"`
	// Alternatives are the next labels, likeliest first.
	Alternatives []Alternative `json:"alternatives,omitempty"`
	// Evidence names what moved the answer most, strongest first.
	Evidence []Evidence `json:"evidence,omitempty"`
	// Probabilities is the whole distribution in the head's label order; the head names
	// the order. Left out of JSON.
	Probabilities []float64 `json:"-"`
}

// Alternative is a label that was not chosen.
type Alternative struct {
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

// Evidence is one input that spoke for (or, below zero, against) the chosen label.
type Evidence struct {
	// Source is "text", "photos" or "context".
	Source string `json:"source"`
	// What is the word or fact, as it stands in the claim.
	What string `json:"what"`
	// Weight is the contribution to the label's log-odds against the mean label.
	Weight float64 `json:"weight"`
}

// PhotoReport says what was done with one photo.
type PhotoReport struct {
	Ref    string `json:"ref"`
	Format string `json:"format,omitempty"`
	// Width and Height are the photo's own, after orientation; zero when unread.
	Width  int `json:"width,omitempty"`
	Height int `json:"height,omitempty"`
	// Used says whether the photo counted towards the prediction.
	Used bool `json:"used"`
	// Problem says why a photo was left out, or what is wrong with one that counted.
	Problem *Problem `json:"problem,omitempty"`
}

// Unread gives the problem of a photo that the claim has and that our own store did not give:
// such a claim must be tried again, not judged without it. false when there is none.
func (p Prediction) Unread() (Problem, bool) {
	for _, problem := range p.Problems {
		if problem.Code == CodePhotoStore || problem.Code == CodePhotoMissing {
			return problem, true
		}
	}
	return Problem{}, false
}
