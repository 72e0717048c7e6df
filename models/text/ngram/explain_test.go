package ngram

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pull gives pseudo-random column weights of both signs.
func pull(col uint32) float64 { return float64(mix(uint64(col)+7)%2001)/1000 - 1 }

func score(e *Encoder, s string) float64 {
	sum, b := 0.0, e.Encode(s)
	for i, c := range b.Index {
		sum += float64(b.Value[i]) * pull(c)
	}
	return sum
}

func TestExplanationSumsToScore(t *testing.T) {
	words, chars := fit(t, WordConfig()), fit(t, CharConfig())
	across := fit(t, Config{Unit: Chars, Min: 1, Max: 4, Across: true})
	for _, s := range append(corpus, "½ battery!! hot… ", "ﬁx screen – not cracked", "Ｓcreen 屏幕,不亮") {
		want := score(words, s) + score(chars, s) + score(across, s)
		got, last := 0.0, 0
		for _, span := range Explain(s, Part{words.Read(s), pull}, Part{chars.Read(s), pull}, Part{across.Read(s), pull}) {
			got += span.Weight
			if span.Start < last || span.Text != s[span.Start:span.End] || strings.TrimSpace(span.Text) == "" {
				t.Errorf("%q: bad span %+v after %d", s, span, last)
			}
			last = span.End
		}
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%q: spans sum to %g, the score is %g", s, got, want)
		}
	}
}

func spanTexts(spans []Span) []string {
	var out []string
	for _, s := range spans {
		out = append(out, s.Text)
	}
	return out
}

func TestNegationsStandTogether(t *testing.T) {
	texts := []string{"it is not cracked at all", "Akku lädt nicht mehr", "isn't working now", "batterie ne charge pas"}
	e, err := Fit(slices.Values(texts), Config{Unit: Words, Min: 1, Max: 2, MinDocs: 1})
	if err != nil {
		t.Fatal(err)
	}
	one := func(uint32) float64 { return 1 }
	for s, want := range map[string][]string{
		"it is not cracked at all": {"it", "is", "not cracked", "at", "all"},
		"is NOT cracked, it is":    {"is", "NOT cracked", "it", "is"},
		"Akku lädt nicht":          {"Akku", "lädt nicht"},
		"isn't working now":        {"isn't working", "now"},
		"batterie ne charge pas":   {"batterie", "ne charge pas"},
	} {
		if diff := cmp.Diff(want, spanTexts(e.Explain(s, one))); diff != "" {
			t.Errorf("%q: %s", s, diff)
		}
	}
}

func TestPairIsSharedByItsWords(t *testing.T) {
	e, err := Fit(slices.Values([]string{"fan rattles"}), Config{Unit: Words, Min: 2, Max: 2, MinDocs: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := e.Explain("fan, rattles", func(uint32) float64 { return 3 })
	want := []Span{{"fan", 0, 3, 1.5}, {"rattles", 5, 12, 1.5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCharactersJoinToPhrases(t *testing.T) {
	e := fit(t, Config{Unit: Chars, Min: 3, Max: 3, RunMin: 1, RunMax: 2})
	got := spanTexts(e.Explain("屏幕 ok", func(uint32) float64 { return 1 }))
	if diff := cmp.Diff([]string{"屏幕"}, got); diff != "" {
		t.Error(diff)
	}
}
