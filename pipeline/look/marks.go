package look

import (
	"cmp"
	"math"
	"slices"
	"unicode"

	"github.com/defekt/defekt/pipeline/claim"
)

// Span is a piece of a claim's text.
type Span struct {
	Text string
	// Kind is empty, "for" or "against".
	Kind string
	// Strength is 1 (weak) to 3 (strong), beside the strongest word of the claim; 0 without
	// a Kind.
	Strength int
	// Why says which answer the words moved, for the tooltip.
	Why string
}

// Why gives the sentence of a mark: which answer of which axis e speaks for or against.
type Why func(axis string, a claim.AxisPrediction, e claim.Evidence) string

// PlainWhy is the Why that needs no taxonomy.
func PlainWhy(axis string, a claim.AxisPrediction, e claim.Evidence) string {
	side := "speaks for "
	if e.Weight < 0 {
		side = "speaks against "
	}
	return side + Words(a.Label) + " (" + Words(axis) + ")"
}

// Mark cuts text, which must be clean, into spans at the words of p's evidence, wherever
// they stand as whole words. Joined, the spans are the text.
func Mark(text string, p claim.Prediction, why Why) []Span {
	return mark(text, evidenceWords(p, why))
}

// word is a piece of evidence from the text, with the answer that it moved.
type word struct {
	runes  []rune // lower case
	weight float64
	why    string
}

// evidenceWords gathers the text evidence of all axes, strongest first: where two want
// the same letters, the stronger has them.
func evidenceWords(p claim.Prediction, why Why) []word {
	var out []word
	for _, axis := range AxisOrder(p.Axes) {
		a := p.Axes[axis]
		for _, e := range a.Evidence {
			if e.Source == "text" && e.What != "" && e.Weight != 0 {
				out = append(out, word{lower([]rune(Clean(e.What))), e.Weight, why(axis, a, e)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b word) int { return cmp.Compare(math.Abs(b.weight), math.Abs(a.weight)) })
	return out
}

// mark does the work of Mark; evidence is ordered, strongest first.
func mark(text string, evidence []word) []Span {
	runes := []rune(text)
	low := lower(runes)
	owner := make([]int, len(runes)) // evidence index + 1, 0 for none
	for i, w := range evidence {
		claimPlaces(low, w.runes, owner, i+1)
	}
	var out []Span
	for from := 0; from < len(runes); {
		to := from + 1
		for to < len(runes) && owner[to] == owner[from] {
			to++
		}
		s := Span{Text: string(runes[from:to])}
		if k := owner[from]; k > 0 {
			w := evidence[k-1]
			s.Kind, s.Why, s.Strength = "for", w.why, Strength(w.weight, evidence[0].weight)
			if w.weight < 0 {
				s.Kind = "against"
			}
		}
		out = append(out, s)
		from = to
	}
	return out
}

// Strength sorts a weight into 1, 2 or 3, by thirds of the strongest one; the signs do not
// matter.
func Strength(weight, strongest float64) int {
	share := math.Abs(weight / strongest)
	switch {
	case share > 2.0/3:
		return 3
	case share > 1.0/3:
		return 2
	}
	return 1
}

// claimPlaces writes id over every free place of w in text.
func claimPlaces(text, w []rune, owner []int, id int) {
	if len(w) == 0 {
		return
	}
	for i := 0; i+len(w) <= len(text); i++ {
		if !slices.Equal(text[i:i+len(w)], w) || !wholeWord(text, i, i+len(w)) {
			continue
		}
		if slices.ContainsFunc(owner[i:i+len(w)], func(o int) bool { return o != 0 }) {
			continue
		}
		for k := i; k < i+len(w); k++ {
			owner[k] = id
		}
	}
}

// wholeWord says that text[from:to] is not cut out of a longer word.
func wholeWord(text []rune, from, to int) bool {
	if from > 0 && letter(text[from-1]) && letter(text[from]) {
		return false
	}
	return to == len(text) || !letter(text[to]) || !letter(text[to-1])
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// lower folds rune by rune, so that places stay the same.
func lower(runes []rune) []rune {
	out := make([]rune, len(runes))
	for i, r := range runes {
		out[i] = unicode.ToLower(r)
	}
	return out
}
