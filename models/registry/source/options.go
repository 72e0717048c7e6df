package source

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/pipeline/claim"
)

// CodeSource is the code of a model folder or file that no bundle can be made from.
const CodeSource claim.Code = "model_source"

// Options override what is read or guessed. Zero fields change nothing.
type Options struct {
	Name string
	Kind bundle.Kind
	// Model is the path of the ONNX file within the folder, when it has several.
	Model string
	// InputSize and ShortSide are in pixels.
	InputSize int
	ShortSide int
	// Squash resizes the whole photo to the input's size instead of cropping the middle.
	Squash bool
	// Mean, Std (three values each, in the tensor's channel order) and Scale.
	Mean, Std []float64
	Scale     float64
	// Colour is RGB or BGR; Interpolation bilinear, bicubic or lanczos.
	Colour        bundle.Colour
	Interpolation string
	// Outputs are the graph's outputs to use, in order.
	Outputs []string
	// Pool is the way of pooling for all outputs of rank 3.
	Pool bundle.Pool
	// MaxTokens, Prefix: for text.
	MaxTokens int
	Prefix    string
	// Licence and Source replace what the folder says.
	Licence, Source string
}

// Validate reports options that cannot be right, as [bundle.Problems].
func (o Options) Validate() error {
	var p bundle.Problems
	bad := func(where, format string, args ...any) {
		p = append(p, claim.Problem{Code: CodeSource, Where: where, Message: fmt.Sprintf(format, args...)})
	}
	for name, list := range map[string][]float64{"mean": o.Mean, "std": o.Std} {
		if n := len(list); n != 0 && n != 3 {
			bad(name, "needs 3 values, one for each channel, not %d", n)
		}
	}
	if o.Name != "" && !bundle.ValidName(o.Name) {
		bad("name", "%q must be 1 to 100 of a-z, 0-9, dot, dash and underscore", o.Name)
	}
	if o.InputSize < 0 || o.InputSize > bundle.MaxSize {
		bad("input-size", "%d is not within 1 to %d", o.InputSize, bundle.MaxSize)
	}
	if o.Squash && o.ShortSide != 0 {
		bad("short-side", "is for cropping; it cannot go with squash")
	}
	if o.Scale < 0 {
		bad("scale", "must be above 0")
	}
	if len(p) == 0 {
		return nil
	}
	return p
}

// defaultName makes a bundle name from a path: the folder's name, or that of the file.
func defaultName(path string, folder bool) string {
	base := filepath.Base(path)
	if !folder {
		base = strings.TrimSuffix(base, filepath.Ext(base))
	}
	base = regexp.MustCompile(`[^a-z0-9._-]+`).ReplaceAllString(strings.ToLower(base), "-")
	base = strings.Trim(base, "._-")
	if base == "" {
		return "model"
	}
	return base[:min(len(base), 100)]
}
