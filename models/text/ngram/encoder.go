package ngram

import (
	"math"
	"slices"
	"sync"

	"github.com/defekt/defekt/models/feature"
)

// Encoder turns texts into sparse blocks. It never changes after Fit or Read and is safe
// for concurrent use.
type Encoder struct {
	cfg     Config
	docs    uint32   // training texts
	meanLen float32  // mean number of known grams per training text, for BM25
	hashes  []uint64 // ascending; the position is the column
	idf     []float32
	vocab   vocab
	readers sync.Pool
}

// ready builds what is derived from the fitted fields.
func (e *Encoder) ready() {
	e.vocab = newVocab(e.hashes)
	e.readers.New = func() any { return &reader{cfg: e.cfg} }
}

// Dim is the number of columns.
func (e *Encoder) Dim() int { return len(e.hashes) }

// Config gives the settings that the encoder was fitted with.
func (e *Encoder) Config() Config { return e.cfg }

// Spec describes the encoder's block under a name and source of the caller's.
func (e *Encoder) Spec(name, source string) feature.Spec {
	return feature.Spec{Name: name, Kind: feature.Sparse, Dim: e.Dim(), Source: source}
}

// Encode gives the block of text: ascending columns, tf-idf values of Euclidean norm 1
// (unless NoNorm). Grams without a column are ignored. A text of white space only gives
// the missing block; a text without a known gram an empty one.
func (e *Encoder) Encode(text string) feature.Block {
	r := e.readers.Get().(*reader)
	defer e.readers.Put(r)
	grams := r.read(text)
	if len(grams) == 0 && blank(r.folded.runes) {
		return feature.Block{}
	}
	r.cols = r.cols[:0]
	for _, g := range grams {
		if c, ok := e.vocab.column(g.hash); ok {
			r.cols = append(r.cols, c)
		}
	}
	r.sorter.sort(r.cols)
	index, value := e.weigh(r.cols)
	return feature.SparseBlock(index, value)
}

func blank(runes []rune) bool {
	return !slices.ContainsFunc(runes, func(r rune) bool { return !isSpace(r) })
}

// weigh turns sorted columns, one entry per occurrence, into columns and values.
func (e *Encoder) weigh(cols []uint32) (index []uint32, value []float32) {
	distinct := 0
	for i, c := range cols {
		if i == 0 || cols[i-1] != c {
			distinct++
		}
	}
	index, value = make([]uint32, 0, distinct), make([]float32, 0, distinct)
	sum := 0.0
	for i := 0; i < len(cols); {
		end := i + 1
		for end < len(cols) && cols[end] == cols[i] {
			end++
		}
		v := e.term(end-i, len(cols)) * float64(e.idf[cols[i]])
		sum += v * v
		index = append(index, cols[i])
		value = append(value, float32(v))
		i = end
	}
	if !e.cfg.NoNorm && sum > 0 {
		scale := float32(1 / math.Sqrt(sum))
		for i := range value {
			value[i] *= scale
		}
	}
	return index, value
}

// term is the weight of n occurrences in a text of length known grams.
func (e *Encoder) term(n, length int) float64 {
	f := float64(n)
	switch e.cfg.TF {
	case TFCount:
		return f
	case TFBinary:
		return 1
	case TFBM25:
		relative := float64(length) / max(float64(e.meanLen), 1e-9)
		return f * (e.cfg.K1 + 1) / (f + e.cfg.K1*(1-e.cfg.B+e.cfg.B*relative))
	}
	if n == 1 {
		return 1
	}
	return 1 + math.Log(f)
}
