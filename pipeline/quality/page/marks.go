package page

import (
	"cmp"
	"math"
	"slices"
	"unicode"

	"github.com/defekt/defekt/pipeline/claim"
)

// span is a piece of a claim's text; Kind is empty, "for" or "against".
type span struct {
	Text string
	Kind string
	// Why says which answer the words moved, for the tooltip.
	Why string
}

// word is a piece of evidence from the text, with the answer that it moved.
type word struct {
	runes  []rune // lower case
	weight float64
	why    string
}

// evidenceWords gathers the text evidence of all axes, strongest first: where two want
// the same letters, the stronger has them.
func evidenceWords(p claim.Prediction) []word {
	var out []word
	for _, axis := range axisOrder(p.Axes) {
		a := p.Axes[axis]
		for _, e := range a.Evidence {
			if e.Source != "text" || e.What == "" || e.Weight == 0 {
				continue
			}
			side := "speaks for "
			if e.Weight < 0 {
				side = "speaks against "
			}
			why := side + words(a.Label) + " (" + words(axis) + ")"
			out = append(out, word{lower([]rune(clean(e.What))), e.Weight, why})
		}
	}
	slices.SortStableFunc(out, func(a, b word) int { return cmp.Compare(math.Abs(b.weight), math.Abs(a.weight)) })
	return out
}

// mark cuts text into spans at the words of evidence, wherever they stand as whole words.
func mark(text string, evidence []word) []span {
	runes := []rune(text)
	low := lower(runes)
	owner := make([]int, len(runes)) // evidence index + 1, 0 for none
	for i, w := range evidence {
		claimPlaces(low, w.runes, owner, i+1)
	}
	var out []span
	for from := 0; from < len(runes); {
		to := from + 1
		for to < len(runes) && owner[to] == owner[from] {
			to++
		}
		s := span{Text: string(runes[from:to])}
		if k := owner[from]; k > 0 {
			s.Kind, s.Why = "for", evidence[k-1].why
			if evidence[k-1].weight < 0 {
				s.Kind = "against"
			}
		}
		out = append(out, s)
		from = to
	}
	return out
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
