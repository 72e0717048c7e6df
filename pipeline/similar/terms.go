package similar

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A label has five terms; three are enough when the others say little.
const (
	maxTerms = 5
	minTerms = 3
	// weakTerm is the share of the best term's score that a fourth term must have.
	weakTerm = 0.25
)

// telltale is a word with its worth as a label.
type telltale struct {
	word  string
	score float64
}

// terms gives three to five words that tell the cluster with these rows from all other claims,
// best first; fewer only when it has no more.
//
// It is class-based TF-IDF on claims instead of words: how large a share of the cluster has
// the word, times the square of the logarithm of how much more often it is there than in the
// rest. The square keeps words that stand everywhere ("the", "they", "der") below rarer ones
// without any list of them; those less than twice as frequent as elsewhere are no terms.
func (x *index) terms(rows []int32) []string {
	counts := map[int32]int{}
	for _, row := range rows {
		for _, e := range x.words[row] {
			counts[e.word]++
		}
	}
	in, out := float64(len(rows)), float64(x.vocab.claims-len(rows))
	var list []telltale
	for w, n := range counts {
		word := x.vocab.text[w]
		if n < min(2, len(rows)) || !telling(word) && !isPair(word) {
			continue
		}
		share := float64(n) / in
		rest := (float64(int(x.vocab.docs[w])-n) + 0.5) / (out + 1)
		if ratio := share / rest; ratio >= 2 {
			list = append(list, telltale{word, share * math.Log(ratio) * math.Log(ratio)})
		}
	}
	slices.SortFunc(list, func(a, b telltale) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.word, b.word))
	})
	return pick(list)
}

// pick takes the best words, each stem once.
func pick(list []telltale) []string {
	var chosen []string
	for _, t := range list {
		if len(chosen) == maxTerms || len(chosen) >= minTerms && t.score < weakTerm*list[0].score {
			break
		}
		if !slices.ContainsFunc(chosen, func(c string) bool { return sameStem(c, t.word) }) {
			chosen = append(chosen, t.word)
		}
	}
	return chosen
}

// sameStem says whether two words differ only in an ending of up to three letters
// ("battery", "batteries") after at least four common ones. Overlapping pairs of a script
// without spaces do not count as such.
func sameStem(a, b string) bool {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n >= 4 && len(x)-n <= 3 && len(y)-n <= 3 || strings.TrimSuffix(a, "s") == strings.TrimSuffix(b, "s")
}

// isPair says whether a word is letters of a script without spaces.
func isPair(word string) bool {
	for _, r := range word {
		return spaceless(r)
	}
	return false
}
