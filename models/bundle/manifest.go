package bundle

// Format is the version of the manifest that this code reads and writes.
const Format = 1

// ManifestName is the name of the manifest within the bundle's folder.
const ManifestName = "manifest.json"

// Kind says what a bundle encodes.
type Kind string

// The kinds of bundles.
const (
	Vision Kind = "vision"
	Text   Kind = "text"
)

// Manifest describes a bundle. Paths are relative to the bundle's folder, with slashes.
type Manifest struct {
	Format int    `json:"format"` // always [Format]
	Name   string `json:"name"`   // a-z, 0-9, dot, dash and underscore
	Kind   Kind   `json:"kind"`
	// Model is the path of the ONNX file; it must be in Files.
	Model string `json:"model"`
	// Files lists everything that belongs to the bundle but the manifest itself.
	Files []File `json:"files"`
	// Inputs are the graph's inputs in the graph's order.
	Inputs []Input `json:"inputs"`
	// Outputs are the outputs used as features, in the order in which an encoder gives
	// them; other outputs of the graph are not listed.
	Outputs []Output `json:"outputs"`
	// VisionSpec is set for kind vision only, TextSpec for kind text only.
	VisionSpec *VisionSpec `json:"vision,omitempty"`
	TextSpec   *TextSpec   `json:"text,omitempty"`
	// Licence and Source are free text: whose work this is and on which terms.
	Licence string `json:"licence"`
	Source  string `json:"source"`
	// Golden is what a known input must give; nil when the bundle has none.
	Golden *Golden `json:"golden,omitempty"`
}

// File is one file of a bundle.
type File struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"` // 64 lower-case hexadecimal digits
	Bytes  int64  `json:"bytes"`
}

// Input is one input of the graph.
type Input struct {
	Name string `json:"name"`
	// Shape has -1 where a dimension is free.
	Shape []int64 `json:"shape"`
}

// Output is one output used as a feature vector.
type Output struct {
	Name string `json:"name"`
	// Dim is the length of the vector after pooling.
	Dim int `json:"dim"`
	// Pool says how the graph's output becomes one vector per item.
	Pool Pool `json:"pool"`
}

// Pool is the way from a graph's output to one vector per item.
type Pool string

// The ways of pooling.
const (
	PoolNone  Pool = "none"  // (N,C) as it is
	PoolMean  Pool = "mean"  // (N,T,C): mean over tokens, or over those the mask keeps
	PoolCLS   Pool = "cls"   // (N,T,C): the first token
	PoolSpace Pool = "space" // (N,C,H,W): mean over H and W
	PoolLast  Pool = "last"  // (N,H,W,C): mean over H and W of a channels-last map
)

// VisionSpec is how a photo becomes the input tensor:
// value = (level*Scale - Mean[c]) / Std[c] with level 0..255.
type VisionSpec struct {
	// Fit is "crop": the short side is resized to ShortSide and the middle Size x Size
	// taken; or "squash": everything is resized to Size x Size.
	Fit Fit `json:"fit"`
	// ShortSide is in pixels, at least Size; 0 with FitSquash.
	ShortSide int `json:"short_side,omitempty"`
	// Size is both sides of the input in pixels.
	Size int `json:"size"`
	// Layout is NCHW or NHWC, Colour RGB or BGR: the order of channels and of Mean and Std.
	Layout Layout     `json:"layout"`
	Colour Colour     `json:"colour"`
	Scale  float64    `json:"scale"`
	Mean   [3]float64 `json:"mean"`
	Std    [3]float64 `json:"std"`
	// Interpolation is bilinear, bicubic or lanczos, antialiased, as Pillow defines them.
	Interpolation string `json:"interpolation"`
}

// Fit says how a photo is brought to the input's size.
type Fit string

// The ways to fit.
const (
	FitCrop   Fit = "crop"
	FitSquash Fit = "squash"
)

// Layout is the order of the input tensor's dimensions.
type Layout string

// The layouts.
const (
	NCHW Layout = "NCHW"
	NHWC Layout = "NHWC"
)

// Colour is the order of the input tensor's channels.
type Colour string

// The colour orders.
const (
	RGB Colour = "RGB"
	BGR Colour = "BGR"
)

// TextSpec is how a text becomes the input tensors and the output one vector.
type TextSpec struct {
	// Tokenizer is the path of the tokenizer.json; it must be in Files.
	Tokenizer string `json:"tokenizer"`
	// MaxTokens counts special tokens too; longer texts are cut.
	MaxTokens int `json:"max_tokens"`
	// Normalise brings the pooled vector to length 1.
	Normalise bool `json:"normalise"`
	// Prefix is put before each text ("query: "), as some models were trained.
	Prefix string `json:"prefix,omitempty"`
	// PadID is the id that fills shorter texts of a batch.
	PadID int64 `json:"pad_id"`
}
