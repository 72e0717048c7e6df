package ngram

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// letters gives n texts of about 20 words (120 bytes) from a vocabulary of 5,000 made-up
// words whose use falls with their rank, as in real text.
func letters(n int) []string {
	rng := rand.New(rand.NewPCG(3, 5))
	vocabulary := make([]string, 5000)
	for i := range vocabulary {
		w := make([]byte, 2+rng.IntN(8))
		for j := range w {
			w[j] = "etaoinshrdlucmfw"[rng.IntN(16)]
		}
		vocabulary[i] = string(w)
	}
	out := make([]string, n)
	for i := range out {
		words := make([]string, 20)
		for j := range words {
			u := rng.Float64()
			words[j] = vocabulary[int(u*u*u*float64(len(vocabulary)))]
		}
		out[i] = strings.Join(words, " ")
	}
	return out
}

func benchmark(b *testing.B, cfg Config) {
	texts := letters(5000)
	e, err := Fit(slices.Values(texts), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e.Encode(texts[i%len(texts)])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
	b.ReportMetric(float64(e.Dim()), "columns")
}

func BenchmarkEncodeWords(b *testing.B) { benchmark(b, WordConfig()) }
func BenchmarkEncodeChars(b *testing.B) { benchmark(b, CharConfig()) }

func BenchmarkExplain(b *testing.B) {
	texts := letters(1000)
	e, err := Fit(slices.Values(texts), CharConfig())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e.Explain(texts[0], pull)
	}
}
