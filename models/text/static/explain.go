package static

// Share is what one word of a text added to a score.
type Share struct {
	// Word is the word as it stands in the text.
	Word   string
	Weight float64
}

// Reading is a text's words with their vectors: a text is read once and explained for as
// many scores as there are. The zero reading has no word.
type Reading struct {
	words   []string
	vectors []float32 // one after the other
	dim     int
	length  float64 // of their sum
}

// Read reads a text; the reading is empty where [Encoder.Encode] gives no vector.
func (e *Encoder) Read(text string) Reading {
	r := Reading{dim: e.dim}
	sum, word := make([]float32, e.dim), make([]float32, e.dim)
	known := 0
	foreign := tokenize(text, func(token []byte, start, end int) {
		known += len(token)
		clear(word)
		e.addWord(word, token)
		for j, x := range word {
			sum[j] += x
		}
		r.words = append(r.words, text[start:end])
		r.vectors = append(r.vectors, word...)
	})
	if r.length = lengthOf(sum); foreign > known || !(r.length > 0) {
		return Reading{}
	}
	return r
}

// Explain gives the share of each word in the product of the text's vector with weight,
// which has the encoder's Dim values, in the order of the text. The shares sum to the
// product.
func (r Reading) Explain(weight []float64) []Share {
	if len(r.words) == 0 {
		return nil
	}
	out := make([]Share, len(r.words))
	for i, word := range r.words {
		product := 0.0
		for j, x := range r.vectors[i*r.dim : (i+1)*r.dim] {
			product += float64(x) * weight[j]
		}
		out[i] = Share{word, product / r.length}
	}
	return out
}

// Explain reads the text and explains it; see [Reading.Explain].
func (e *Encoder) Explain(text string, weight []float64) []Share { return e.Read(text).Explain(weight) }
