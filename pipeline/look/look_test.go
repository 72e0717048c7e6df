package look

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
)

func TestMark(t *testing.T) {
	w := func(s string, weight float64) word { return word{lower([]rune(s)), weight, "why"} }
	for _, c := range []struct {
		name, text string
		words      []word
		want       string // [for] and {against}
	}{
		{"no evidence", "It broke.", nil, "It broke."},
		{"case", "BROKEN lid", []word{w("broken", 1)}, "[BROKEN] lid"},
		{"whole words only", "unbroken, broken", []word{w("broken", 1)}, "unbroken, [broken]"},
		{"against", "not leaking", []word{w("not", -1), w("leaking", 1)}, "{not} [leaking]"},
		{"the stronger keeps its letters", "does not leak", []word{w("not leak", 2), w("leak", -1)}, "does [not leak]"},
		{"letters beyond ASCII", "Større RIDSE på lågen", []word{w("ridse", 1), w("PÅ", -1)}, "Større [RIDSE] {på} lågen"},
		{"every place", "rust, rust", []word{w("rust", 1)}, "[rust], [rust]"},
		{"longer than the text", "a", []word{w("abc", 1)}, "a"},
		{"empty word", "a", []word{w("", 1)}, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, plainText(mark(c.text, c.words), true)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func plainText(spans []Span, brackets bool) string {
	around := map[string]string{"": "", "for": "[]", "against": "{}"}
	var b strings.Builder
	for _, s := range spans {
		a := around[s.Kind]
		if a == "" || !brackets {
			b.WriteString(s.Text)
			continue
		}
		b.WriteString(a[:1] + s.Text + a[1:])
	}
	return b.String()
}

// Marking must never lose or change a letter.
func FuzzMark(f *testing.F) {
	f.Add("The hinge broke, ΟΔΟΣ İstanbul", "broke", "hinge")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, text, a, b string) {
		text = Clean(text)
		if !utf8.ValidString(text) {
			t.Fatal("clean left invalid UTF-8")
		}
		spans := mark(text, []word{{lower([]rune(Clean(a))), 1, ""}, {lower([]rune(Clean(b))), -1, ""}})
		if got := plainText(spans, false); got != text {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func TestPercent(t *testing.T) {
	for p, want := range map[float64]int{0: 0, -1: 0, 1: 100, 2: 100, .999: 99, .001: 1, .494: 49} {
		if got := Percent(p); got != want {
			t.Errorf("%v is %d %%, want %d", p, got, want)
		}
	}
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{{1.0, "1 day after delivery"}, {40, "40 days after delivery"}, {-2.0, "2 days before delivery"}, {"soon", ""}, {nil, ""}} {
		if got := Days(map[string]any{"days_since_delivery": c.v}); got != c.want {
			t.Errorf("%v: %q, want %q", c.v, got, c.want)
		}
	}
}

func TestStrength(t *testing.T) {
	for weight, want := range map[float64]int{3: 3, -3: 3, 2.1: 3, 1.9: 2, -1.5: 2, .9: 1, .1: 1} {
		if got := Strength(weight, -3); got != want {
			t.Errorf("%v beside 3 is %d, want %d", weight, got, want)
		}
	}
	p := claim.Prediction{Axes: map[string]claim.AxisPrediction{"symptom": {Label: "leak", Evidence: []claim.Evidence{
		{Source: "text", What: "drips", Weight: 3}, {Source: "text", What: "dry", Weight: -.5}, {Source: "photos", What: "the", Weight: 9},
	}}}}
	want := []Span{
		{Text: "drips", Kind: "for", Strength: 3, Why: "speaks for leak (symptom)"}, {Text: " on the "},
		{Text: "dry", Kind: "against", Strength: 1, Why: "speaks against leak (symptom)"}, {Text: " floor"},
	}
	if diff := cmp.Diff(want, Mark("drips on the dry floor", p, PlainWhy)); diff != "" {
		t.Error(diff)
	}
}

func TestStyle(t *testing.T) {
	for _, want := range []string{"prefers-color-scheme: dark", "@media print", "mark.for", ".skip:focus"} {
		if !strings.Contains(Style(), want) {
			t.Errorf("the style has no %s", want)
		}
	}
}
