package static

import (
	"os"
	"testing"
)

// shortTexts are claims as they come.
var shortTexts = []string{
	"the zip of the tent tore open after two nights",
	"Display flackert und geht nach ein paar Minuten aus, Akku ist voll",
	"La fermeture éclair ne tient plus, deux dents manquent en bas",
	"rust all over the seat after one summer on the balcony, covered at night",
}

// BenchmarkEncode encodes with the encoder that ships: go test -bench Encode -cpu 1.
func BenchmarkEncode(b *testing.B) {
	data, err := os.ReadFile("../../builtin/model/text/1.static")
	if err != nil {
		b.Fatal(err)
	}
	e, err := Read(data)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e.Encode(shortTexts[i%len(shortTexts)])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}
