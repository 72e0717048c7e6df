package slice

// Report is how a sample does slice by slice. Its JSON has no NaN.
type Report struct {
	// MinSize and Small are the sizes that were used, Alpha the level of tests (intervals are at 1 - alpha).
	MinSize int     `json:"min_size"`
	Small   int     `json:"small"`
	Alpha   float64 `json:"alpha"`
	// Fields says for each field how it was cut, in alphabetical order.
	Fields []Field `json:"fields"`
	Axes   []Axis  `json:"axes"`
	// Looks is the number of slices times axes, Tests those that could show anything, Worse
	// those that are worse than the rest after the correction.
	Looks int `json:"looks"`
	Tests int `json:"tests"`
	Worse int `json:"worse"`
}

// Field says how one field was cut.
type Field struct {
	Name string `json:"name"`
	// Slices is the number of slices made; TooSmall values had fewer than MinSize claims and
	// TooSmallClaims claims together; Missing claims have no value.
	Slices         int `json:"slices"`
	TooSmall       int `json:"too_small,omitempty"`
	TooSmallClaims int `json:"too_small_claims,omitempty"`
	Missing        int `json:"missing,omitempty"`
}

// Axis is one axis cut into slices.
type Axis struct {
	ID string `json:"id"`
	// N and Accuracy are those of all scored claims.
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
	// Slices are ordered by Shrunk, worst first.
	Slices []Figures `json:"slices"`
}

// Figures are those of one slice on one axis. Rates are 0..1.
type Figures struct {
	Field    string  `json:"field"`
	Value    string  `json:"value"`
	N        int     `json:"n"`
	Right    int     `json:"right"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	// Shrunk is the accuracy drawn to the mean of the axis by as much as the slice is small
	// and slices are alike; Low and High its interval at 1 - alpha.
	Shrunk float64 `json:"shrunk"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	// Weight is the share that the slice's own claims have in Shrunk.
	Weight float64 `json:"weight"`
	// Small marks a slice with fewer claims than Options.Small.
	Small bool `json:"small,omitempty"`
	// Rest is the accuracy on all other scored claims.
	Rest float64 `json:"rest"`
	// P is Fisher's exact one-sided p-value of being worse than the rest, Q the same after
	// the correction over slices and axes, Worse whether Q is at most alpha.
	P     float64 `json:"p"`
	Q     float64 `json:"q"`
	Worse bool    `json:"worse,omitempty"`
}
