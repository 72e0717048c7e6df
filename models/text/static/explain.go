package static

// Share is what one word of a text added to a score.
type Share struct {
	// Word is the word as it stands in the text.
	Word   string
	Weight float64
}

// Explain gives the share of each word in the product of the text's vector with weight,
// which has Dim values, in the order of the text. The shares sum to the product.
func (e *Encoder) Explain(text string, weight []float64) []Share {
	var out []Share
	sum, word := make([]float32, e.dim), make([]float32, e.dim)
	known := 0
	foreign := tokenize(text, func(token []byte, start, end int) {
		known += len(token)
		clear(word)
		e.addWord(word, token)
		product := 0.0
		for j, x := range word {
			sum[j] += x
			product += float64(x) * weight[j]
		}
		out = append(out, Share{text[start:end], product})
	})
	length := lengthOf(sum)
	if foreign > known || !(length > 0) {
		return nil
	}
	for i := range out {
		out[i].Weight /= length
	}
	return out
}
