package similar

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/blas/gonum"
)

// Item is a claim as clusters see it.
type Item struct {
	ID   string
	Text string
	// Vector is the claim's place in the space of the clusters, of any length but zero; nil
	// when it has none. Not to be changed later.
	Vector []float32
	// At is when the claim came in.
	At time.Time
}

// near is an item by its row, with its similarity.
type near struct {
	row        int32
	similarity float32
}

// index finds the items most like one: half by the words they share, weighted by rarity, half
// by the cosine of their vectors after the mean vector is taken off (texts of one trade all
// point one way; what is left tells them apart).
type index struct {
	cfg      Config
	items    []Item
	gone     []bool
	rows     map[string]int32
	vocab    *vocab
	words    [][]entry
	postings [][]near // by word: rows that have it, with their weight
	dim      int
	mean     []float32
	vectors  []float32 // rows of dim, centred, length 1; zero when there is none
	has      []bool    // by row: has a vector
	scores   []float32
}

// newIndex makes an index of items. Rows are ordered by content, not by id or arrival, so that
// the same claims give the same rows in whatever order they came.
func newIndex(cfg Config, items []Item) *index {
	x := &index{cfg: cfg, rows: map[string]int32{}, vocab: newVocab()}
	items = byContent(items)
	for _, it := range items {
		x.words = append(x.words, x.vocab.count(words(it.Text)))
		if x.dim == 0 {
			x.dim = len(it.Vector)
		}
	}
	x.vocab.rate()
	x.mean = meanOf(items, x.dim)
	for row, it := range items {
		x.vocab.weigh(x.words[row])
		x.put(it)
	}
	return x
}

// byContent orders items by a digest of text and vector, then by id.
func byContent(items []Item) []Item {
	type keyed struct {
		key [sha256.Size]byte
		Item
	}
	list := make([]keyed, len(items))
	var buf []byte
	for i, it := range items {
		buf = append(buf[:0], it.Text...)
		for _, v := range it.Vector {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
		}
		list[i] = keyed{sha256.Sum256(buf), it}
	}
	slices.SortFunc(list, func(a, b keyed) int {
		return cmp.Or(slices.Compare(a.key[:], b.key[:]), cmp.Compare(a.ID, b.ID))
	})
	out := make([]Item, len(list))
	for i, k := range list {
		out[i] = k.Item
	}
	return out
}

// meanOf is the mean of the items' vectors, each scaled to length 1.
func meanOf(items []Item, dim int) []float32 {
	sum, n := make([]float64, dim), 0.0
	for _, it := range items {
		if length := lengthOf(it.Vector); len(it.Vector) == dim && length > 0 {
			n++
			for j, v := range it.Vector {
				sum[j] += float64(v) / length
			}
		}
	}
	mean := make([]float32, dim)
	for j := range mean {
		mean[j] = float32(sum[j] / max(n, 1))
	}
	return mean
}

// add takes in one more item and gives its row.
func (x *index) add(it Item) int32 {
	list := x.vocab.count(words(it.Text))
	x.vocab.rate()
	x.vocab.weigh(list)
	x.words = append(x.words, list)
	if x.dim == 0 && len(it.Vector) > 0 { // the first vector there is
		x.dim = len(it.Vector)
		x.mean = make([]float32, x.dim)
		x.vectors = make([]float32, len(x.items)*x.dim)
	}
	return x.put(it)
}

// put stores an item whose words stand in x.words already.
func (x *index) put(it Item) int32 {
	row := int32(len(x.items))
	x.items, x.gone = append(x.items, it), append(x.gone, false)
	x.rows[it.ID] = row
	for len(x.postings) < len(x.vocab.text) {
		x.postings = append(x.postings, nil)
	}
	for _, e := range x.words[row] {
		x.postings[e.word] = append(x.postings[e.word], near{row, e.weight})
	}
	x.vectors = append(x.vectors, make([]float32, x.dim)...)
	x.has = append(x.has, x.centre(x.vector(row), it.Vector))
	return row
}

// remove forgets an item; its row stays empty, and its words stay known as words, until the
// index is built anew.
func (x *index) remove(id string) {
	row, ok := x.rows[id]
	if !ok {
		return
	}
	delete(x.rows, id)
	x.vocab.uncount(x.words[row])
	for _, e := range x.words[row] {
		x.postings[e.word] = slices.DeleteFunc(x.postings[e.word], func(n near) bool { return n.row == row })
	}
	clear(x.vector(row))
	x.items[row], x.words[row], x.has[row], x.gone[row] = Item{}, nil, false, true
}

// len is the number of items.
func (x *index) len() int { return len(x.rows) }

func (x *index) vector(row int32) []float32 {
	return x.vectors[int(row)*x.dim : (int(row)+1)*x.dim]
}

// centre writes v at length 1, less the mean, at length 1 again; false when nothing is left.
func (x *index) centre(out, v []float32) bool {
	length := lengthOf(v)
	if len(v) != x.dim || !(length > 0) || math.IsInf(length, 0) {
		return false
	}
	for j := range out {
		out[j] = v[j]/float32(length) - x.mean[j]
	}
	if length = lengthOf(out); !(length > 1e-6) {
		clear(out)
		return false
	}
	for j := range out {
		out[j] /= float32(length)
	}
	return true
}

// nearest gives the k items most like row's, best first, then by row; only those of
// MinSimilarity or more.
func (x *index) nearest(row int32) []near {
	x.score(row)
	best := make([]near, 0, x.cfg.Neighbours+1)
	least := float32(x.cfg.MinSimilarity)
	for other, s := range x.scores {
		if s < least || int32(other) == row || x.gone[other] {
			continue
		}
		at := len(best)
		for at > 0 && best[at-1].similarity < s {
			at--
		}
		best = slices.Insert(best, at, near{int32(other), s})
		if len(best) > x.cfg.Neighbours {
			best = best[:x.cfg.Neighbours]
		}
		if len(best) == x.cfg.Neighbours {
			// A later row must be better than the last to get in.
			least = math.Nextafter32(best[len(best)-1].similarity, 2)
		}
	}
	return best
}

// score fills x.scores with the similarity of every row to this one.
func (x *index) score(row int32) {
	x.scores = slices.Grow(x.scores[:0], len(x.items))[:len(x.items)]
	clear(x.scores)
	for _, e := range x.words[row] {
		for _, p := range x.postings[e.word] {
			x.scores[p.row] += e.weight * p.similarity
		}
	}
	lexical := float32(x.cfg.Lexical)
	if !x.has[row] {
		return // by words alone
	}
	own, blas := x.vector(row), gonum.Implementation{}
	wordless := len(x.words[row]) == 0
	for other := range x.scores {
		if !x.has[other] {
			continue
		}
		cosine := blas.Sdot(x.dim, own, 1, x.vector(int32(other)), 1)
		if wordless || len(x.words[other]) == 0 {
			x.scores[other] = cosine
			continue
		}
		x.scores[other] = lexical*x.scores[other] + (1-lexical)*cosine
	}
}

// lengthOf is the Euclidean length of v.
func lengthOf(v []float32) float64 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}
