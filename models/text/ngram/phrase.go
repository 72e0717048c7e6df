package ngram

import (
	"math"
	"slices"
)

// negators turn the meaning of a neighbour; the five languages of the starter set, and
// Chinese. English forms in "n't" are found by their ending.
var negators = []string{
	"not", "no", "never", "without", "cannot", "nor", "neither",
	"nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "ohne",
	"ikke", "ingen", "intet", "aldrig", "uden",
	"ne", "n'", "pas", "jamais", "sans", "aucun", "aucune",
	"sin", "nunca", "ningún", "ninguna", "jamás",
	"不", "没", "無", "无", "未",
}

// maxRun bounds a phrase of a script without spaces, in characters.
const maxRun = 8

// faint is the share of the strongest unit below which a character ends a phrase.
const faint = 0.05

// spans joins the units to phrases and gives those that contributed.
func (u *units) spans(text string, f *folded) []Span {
	joined := u.joins(f)
	var out []Span
	for i := 0; i < len(u.list); {
		end, w := i+1, u.weight[i]
		for end < len(u.list) && joined[end-1] {
			w += u.weight[end]
			end++
		}
		start, stop := int(f.from[u.list[i].lo]), int(f.to[u.list[end-1].hi-1])
		i = end
		if w == 0 {
			continue
		}
		// A source rune that folds into several words ("½") gives one span.
		if n := len(out); n > 0 && start < out[n-1].End {
			last := &out[n-1]
			last.End = max(last.End, stop)
			last.Text, last.Weight = text[last.Start:last.End], last.Weight+w
			continue
		}
		out = append(out, Span{text[start:stop], start, stop, w})
	}
	return out
}

// joins says for each unit whether it goes with the next one.
func (u *units) joins(f *folded) []bool {
	joined := make([]bool, len(u.list))
	u.joinRuns(joined)
	for i := range u.list {
		if !u.negates(i, f.runes) {
			continue
		}
		before, after := i > 0 && u.isWord(i-1), i+1 < len(u.list) && u.isWord(i+1)
		switch {
		case before && after:
			joined[i] = joined[i] || u.pair[i] >= u.pair[i-1]
			joined[i-1] = joined[i-1] || u.pair[i] < u.pair[i-1]
		case after:
			joined[i] = true
		case before:
			joined[i-1] = true
		}
	}
	return joined
}

func (u *units) negates(i int, runes []rune) bool {
	t := u.list[i]
	word := string(runes[t.lo:t.hi])
	return slices.Contains(negators, word) || len(word) > 3 && word[len(word)-3:] == "n't"
}

// joinRuns joins characters that pull the same way and are not faint.
func (u *units) joinRuns(joined []bool) {
	strongest := 0.0
	for _, w := range u.weight {
		strongest = max(strongest, math.Abs(w))
	}
	length := 1
	for i := 0; i+1 < len(u.list); i++ {
		a, b := u.list[i], u.list[i+1]
		loud := min(math.Abs(u.weight[i]), math.Abs(u.weight[i+1])) > faint*strongest
		same := (u.weight[i] > 0) == (u.weight[i+1] > 0)
		joined[i] = a.kind == kindRun && b.kind == kindRun && a.hi == b.lo && loud && same && length < maxRun
		if joined[i] {
			length++
		} else {
			length = 1
		}
	}
}
