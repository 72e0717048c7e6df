package static

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

func tokens(s string) []string {
	var out []string
	tokenize(s, func(w []byte, _, _ int) { out = append(out, string(w)) })
	return out
}

// TestTokens compares with testdata/golden.json, which testdata/make.py wrote with the
// recipe's own words.py.
func TestTokens(t *testing.T) {
	for _, g := range golden(t).Texts {
		if got := tokens(g.Text); !slices.Equal(got, g.Tokens) {
			t.Errorf("%q: %q, want %q", g.Text, got, g.Tokens)
		}
	}
	if got := tokens(strings.Repeat("a", 100)); len(got) != 1 || len(got[0]) != maxWord {
		t.Errorf("a run of 100 letters: %q", got)
	}
}

type goldenFile struct {
	Texts []struct {
		Text   string
		Tokens []string
		Vector []float32
	}
}

func golden(t testing.TB) goldenFile {
	t.Helper()
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g goldenFile
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func small(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/small.static")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestVectorsMatchThoseOfTheRecipe(t *testing.T) {
	e, err := Read(small(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range golden(t).Texts {
		got := e.Encode(g.Text)
		if (got == nil) != (g.Vector == nil) {
			t.Errorf("%q: vector %v, want %v", g.Text, got, g.Vector)
			continue
		}
		for j := range got {
			if math.Abs(float64(got[j]-g.Vector[j])) > 1e-5 {
				t.Errorf("%q: [%d] = %g, want %g", g.Text, j, got[j], g.Vector[j])
				break
			}
		}
	}
}

func TestSharesSumToTheProduct(t *testing.T) {
	e, err := Read(small(t))
	if err != nil {
		t.Fatal(err)
	}
	const text = "The ZIP; broké an unbekanntes Rädchen"
	weight := []float64{1, -2, 0.5, 3, 0, -1}
	want, got := 0.0, 0.0
	for j, x := range e.Encode(text) {
		want += float64(x) * weight[j]
	}
	var words []string
	for _, s := range e.Explain(text, weight) {
		got += s.Weight
		words = append(words, s.Word)
	}
	if math.Abs(got-want) > 1e-5 {
		t.Errorf("shares sum to %g, want %g", got, want)
	}
	if want := []string{"The", "ZIP", "broké", "an", "unbekanntes", "Rädchen"}; !slices.Equal(words, want) {
		t.Errorf("words %q, want %q", words, want)
	}
	if got := e.Explain("漏", weight); len(got) != 0 {
		t.Errorf("a text without words: %v", got)
	}
}

func TestReadAnswersDamage(t *testing.T) {
	good := small(t)
	damage := map[string]func([]byte) []byte{
		"empty":     func([]byte) []byte { return nil },
		"truncated": func(b []byte) []byte { return b[:len(b)/2] },
		"flipped":   func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"magic":     func(b []byte) []byte { b[0] = 'X'; return b },
		"longer":    func(b []byte) []byte { return append(b, 0) },
	}
	for name, f := range damage {
		_, err := Read(f(bytes.Clone(good)))
		if p, ok := errors.AsType[claim.Problem](err); !ok || p.Code != text.CodeEncoderCorrupt {
			t.Errorf("%s: %v", name, err)
		}
	}
	e, err := Read(good)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := e.WriteTo(&out); err != nil || !bytes.Equal(out.Bytes(), good) {
		t.Errorf("written back: %v, same bytes %v", err, bytes.Equal(out.Bytes(), good))
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("DFST\x01"))
	f.Add(small(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := Read(data); err == nil {
			e.Encode("any text")
		}
	})
}

func FuzzEncode(f *testing.F) {
	e, err := Read(small(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("ﬁeld İstanbul \xff\xfe e\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		v := e.Encode(s)
		for _, x := range v {
			if math.IsNaN(float64(x)) || math.Abs(float64(x)) > 1.001 {
				t.Fatalf("%q: %v", s, v)
			}
		}
	})
}
