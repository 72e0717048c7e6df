package static

import (
	"math"
)

// Sizes of the letter groups of a word outside the vocabulary, marked as "<word>".
const (
	minGram = 3
	maxGram = 5
)

// Encoder gives vectors of texts. Immutable and safe for concurrent use.
type Encoder struct {
	dim     int
	at      map[string]int32 // word to row
	words   []string         // ascending; row i is words[i]
	buckets int              // rows behind the words
	scale   []float32        // by row: value = scale * level
	levels  []int8           // rows of dim
	stored  []byte           // the file, kept for WriteTo
}

// Dim is the length of the vectors.
func (e *Encoder) Dim() int { return e.dim }

// Encode gives the text's vector of length 1, or nil when the text has no word in Latin
// letters or digits, or more letters of other scripts: a type number in a Chinese sentence
// says nothing of what the sentence means.
func (e *Encoder) Encode(text string) []float32 {
	sum := make([]float32, e.dim)
	known := 0
	foreign := tokenize(text, func(word []byte, _, _ int) {
		known += len(word)
		e.addWord(sum, word)
	})
	length := lengthOf(sum)
	if foreign > known || !(length > 0) || math.IsInf(length, 0) {
		return nil
	}
	for j := range sum {
		sum[j] /= float32(length)
	}
	return sum
}

// addWord adds the word's vector.
func (e *Encoder) addWord(sum []float32, word []byte) {
	if row, ok := e.at[string(word)]; ok {
		e.add(sum, int(row), 1)
		return
	}
	e.addGroups(sum, word)
}

// add adds a row times weight.
func (e *Encoder) add(sum []float32, row int, weight float32) {
	w := weight * e.scale[row]
	levels := e.levels[row*e.dim : (row+1)*e.dim]
	levels = levels[:len(sum)]
	for j := range sum {
		sum[j] += w * float32(levels[j])
	}
}

// addGroups adds the mean of the word's letter groups.
func (e *Encoder) addGroups(sum []float32, word []byte) {
	if e.buckets == 0 {
		return
	}
	var buf [maxWord + 2]byte
	marked := append(append(append(buf[:0], '<'), word...), '>')
	groups := 0
	for n := minGram; n <= maxGram; n++ {
		groups += max(len(marked)-n+1, 0)
	}
	for n := minGram; n <= maxGram; n++ {
		for i := 0; i+n <= len(marked); i++ {
			bucket := int(fnv1a(marked[i:i+n]) % uint32(e.buckets))
			e.add(sum, len(e.words)+bucket, 1/float32(groups))
		}
	}
}

// fnv1a is the 32-bit hash of Fowler, Noll and Vo, written out to spare an allocation a group.
func fnv1a(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// lengthOf is the Euclidean length of v.
func lengthOf(v []float32) float64 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}
