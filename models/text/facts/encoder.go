package facts

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"

	"github.com/defekt/defekt/models/feature"
)

// key is what was fitted for one key of the context. Its columns follow each other: one
// per cut, one for "no number given" if there are cuts, one per value, one per word.
type key struct {
	Name string `json:"name"`
	// Cuts are ascending quantiles; a column is on when the number is not below its cut.
	Cuts []float64 `json:"cuts,omitempty"`
	// Values are ascending categories.
	Values []string `json:"values,omitempty"`
	// Words are ascending words of categories.
	Words []string `json:"words,omitempty"`

	first uint32 // column
}

// Encoder turns contexts into sparse blocks. It never changes after Fit or Read and is
// safe for concurrent use.
type Encoder struct {
	cfg  Config
	keys []key
	dim  int
}

func (e *Encoder) ready() {
	e.dim = 0
	for i := range e.keys {
		e.keys[i].first = uint32(e.dim)
		e.dim += e.keys[i].columns()
	}
}

func (k *key) columns() int {
	n := len(k.Cuts) + len(k.Values) + len(k.Words)
	if len(k.Cuts) > 0 {
		n++
	}
	return n
}

// Dim is the number of columns.
func (e *Encoder) Dim() int { return e.dim }

// Spec describes the encoder's block under a name of the caller's.
func (e *Encoder) Spec(name string) feature.Spec {
	return feature.Spec{Name: name, Kind: feature.Sparse, Dim: e.dim, Source: Source}
}

// Encode gives the block of a context: a thermometer of Euclidean norm 1 at most per
// number, 1 per category, norm 1 for the words of a category. A context without any of the fitted keys gives the missing
// block.
func (e *Encoder) Encode(context map[string]any) feature.Block {
	var index []uint32
	var value []float32
	known := false
	for i := range e.keys {
		k := &e.keys[i]
		v, present := context[k.Name]
		known = known || present && v != nil
		k.each(v, func(col uint32, x float32) {
			index = append(index, col)
			value = append(value, x)
		})
	}
	if !known {
		return feature.Block{}
	}
	return feature.SparseBlock(index, value)
}

// each calls on with the columns that v switches on, ascending.
func (k *key) each(v any, on func(col uint32, x float32)) {
	number, category, isNumber := read(v)
	col := k.first
	if n := len(k.Cuts); n > 0 {
		reached := 0
		if isNumber {
			reached = sort.Search(n, func(i int) bool { return k.Cuts[i] > number })
		}
		for i := range reached {
			on(col+uint32(i), float32(1/math.Sqrt(float64(n))))
		}
		if !isNumber {
			on(col+uint32(n), 1)
		}
		col += uint32(n) + 1
	}
	if isNumber || category == "" {
		return
	}
	if at, found := slices.BinarySearch(k.Values, category); found {
		on(col+uint32(at), 1)
	}
	k.eachWord(category, col+uint32(len(k.Values)), on)
}

// eachWord calls on with the columns of the known words from column first on.
func (k *key) eachWord(category string, first uint32, on func(col uint32, x float32)) {
	if len(k.Words) == 0 {
		return
	}
	var known []uint32
	for _, w := range words(category) {
		if at, found := slices.BinarySearch(k.Words, w); found {
			known = append(known, uint32(at))
		}
	}
	for _, at := range known {
		on(first+at, float32(1/math.Sqrt(float64(len(known)))))
	}
}

// Fact is one entry of the context with its contribution to a score.
type Fact struct {
	Key string
	// What says it in words: "days_since_delivery = 3", "mileage not given".
	What string
	// Weight is the sum of value times column weight over the fact's columns.
	Weight float64
}

// Explain says what each fact contributed to the dot product of the block with
// columnWeight, in the order of the keys. The weights sum to the score. Facts that
// contributed nothing are left out.
func (e *Encoder) Explain(context map[string]any, columnWeight func(col uint32) float64) []Fact {
	if !e.Encode(context).Present {
		return nil
	}
	var out []Fact
	for i := range e.keys {
		k := &e.keys[i]
		v := context[k.Name]
		sum := 0.0
		k.each(v, func(col uint32, x float32) { sum += float64(x) * columnWeight(col) })
		if sum != 0 {
			out = append(out, Fact{k.Name, say(k.Name, v), sum})
		}
	}
	return out
}

func say(name string, v any) string {
	number, category, isNumber := read(v)
	switch {
	case isNumber:
		return name + " = " + strconv.FormatFloat(number, 'g', -1, 64)
	case category != "":
		return fmt.Sprintf("%s = %v", name, v)
	}
	return name + " not given"
}
