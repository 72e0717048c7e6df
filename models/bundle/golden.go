package bundle

import (
	"fmt"
	"math"

	"github.com/defekt/defekt/pipeline/claim"
)

// GoldenValues is the most values that a golden output keeps.
const GoldenValues = 64

// DefaultTolerance is the difference that processors and versions of the ONNX Runtime may
// make, as a part of the largest recorded value. float32 sums in another order differ by
// about 1e-5; quantised graphs, where a rounding can flip, by about 1e-2.
const DefaultTolerance = 0.02

// Golden is a known input and what it must give. The outputs are as an encoder gives them:
// pooled, and normalised when the bundle says so.
type Golden struct {
	// Seed makes the input of a vision bundle: a batch of one whose values are
	// [Noise](Seed, n) in the order of the tensor.
	Seed uint64 `json:"seed,omitempty"`
	// Text is the input of a text bundle.
	Text string `json:"text,omitempty"`
	// Tolerance is the largest difference allowed, as a part of the largest recorded
	// absolute value; 0 to 1, exclusive of 0.
	Tolerance float64 `json:"tolerance"`
	// Outputs holds one entry for each output of the manifest, in that order.
	Outputs []GoldenOutput `json:"outputs"`
}

// GoldenOutput is [Sample] of one output.
type GoldenOutput struct {
	Name   string    `json:"name"`
	Values []float32 `json:"values"`
}

// Noise gives n values in [-1, 1): SplitMix64 (Steele, Lea, Flood, "Fast splittable
// pseudorandom number generators", OOPSLA 2014) started at seed, upper 24 bits / 2^23 - 1.
// These few lines are the definition: a golden input is never stored.
func Noise(seed uint64, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		seed += 0x9e3779b97f4a7c15
		z := seed
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z ^= z >> 31
		out[i] = float32(z>>40)/(1<<23) - 1
	}
	return out
}

// Sample takes at most [GoldenValues] values of a vector, evenly spread, the first included.
func Sample(vector []float32) []float32 {
	n := min(len(vector), GoldenValues)
	out := make([]float32, n)
	for i := range out {
		out[i] = vector[i*len(vector)/n]
	}
	return out
}

// NewGolden records what the vectors (one for each of outputs) came to.
func NewGolden(outputs []Output, vectors [][]float32) Golden {
	g := Golden{Tolerance: DefaultTolerance}
	for i, out := range outputs {
		g.Outputs = append(g.Outputs, GoldenOutput{Name: out.Name, Values: Sample(vectors[i])})
	}
	return g
}

// Check compares the vectors (one for each of g.Outputs) with what was recorded. It returns
// nil or [Problems] with code [CodeGolden].
func (g *Golden) Check(vectors [][]float32) error {
	var p Problems
	if len(vectors) != len(g.Outputs) {
		p.add(CodeGolden, "golden", "the model has %d outputs, recorded are %d", len(vectors), len(g.Outputs))
		return p
	}
	for i, want := range g.Outputs {
		if problem, bad := want.check(Sample(vectors[i]), g.Tolerance); bad {
			p = append(p, problem)
		}
	}
	return p.orNil()
}

// check compares one sample; the negated comparison makes NaN fail.
func (o GoldenOutput) check(got []float32, tolerance float64) (claim.Problem, bool) {
	where := "golden." + o.Name
	if len(got) != len(o.Values) {
		return claim.Problem{Code: CodeGolden, Where: where, Message: fmt.Sprintf("%d values instead of %d", len(got), len(o.Values))}, true
	}
	largest := 0.0
	for _, v := range o.Values {
		largest = max(largest, math.Abs(float64(v)))
	}
	for i, v := range got {
		if diff := math.Abs(float64(v) - float64(o.Values[i])); !(diff <= tolerance*largest) {
			return claim.Problem{Code: CodeGolden, Where: where, Message: fmt.Sprintf(
				"value %d is %g, recorded is %g: the model, its runtime or its preprocessing is not the one that was added", i, v, o.Values[i])}, true
		}
	}
	return claim.Problem{}, false
}

func (m *Manifest) validateGolden(p *Problems) {
	g := m.Golden
	if !(g.Tolerance > 0 && g.Tolerance < 1) {
		p.add(CodeManifest, "golden.tolerance", "must be between 0 and 1")
	}
	if m.Kind == Text && g.Text == "" {
		p.add(CodeManifest, "golden.text", "a text bundle's golden needs a text")
	}
	if len(g.Outputs) != len(m.Outputs) {
		p.add(CodeManifest, "golden.outputs", "has %d entries for %d outputs", len(g.Outputs), len(m.Outputs))
		return
	}
	for i, o := range g.Outputs {
		if o.Name != m.Outputs[i].Name || len(o.Values) != min(m.Outputs[i].Dim, GoldenValues) {
			p.add(CodeManifest, fmt.Sprintf("golden.outputs[%d]", i), "needs name %q and %d values", m.Outputs[i].Name, min(m.Outputs[i].Dim, GoldenValues))
		}
	}
}
