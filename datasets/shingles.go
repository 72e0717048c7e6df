package datasets

import (
	"slices"
	"strings"
	"unicode"
)

// shingles gives the sorted hashes of the overlapping pieces that a text is made of: four
// words in a row, or six characters where the text is written without spaces (Chinese,
// Japanese). Case, punctuation and spacing do not count. A text shorter than one piece is
// one piece.
func shingles(text string) []uint64 {
	words, dense := tokens(text)
	n, h := 4, []uint64(nil)
	if dense {
		n = 6
	}
	if len(words) == 0 {
		return nil
	}
	h = make([]uint64, 0, max(len(words)-n+1, 1))
	for i := 0; i == 0 || i+n <= len(words); i++ {
		h = append(h, hashWords(words[i:min(i+n, len(words))]))
	}
	slices.Sort(h)
	return slices.Compact(h)
}

// tokens cuts a text into words, or into characters when at least a third of its letters
// belong to scripts without spaces.
func tokens(text string) (list []string, dense bool) {
	letters, denseLetters := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
				denseLetters++
			}
		}
	}
	text = strings.ToLower(text)
	list = strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
	if denseLetters == 0 || denseLetters*3 < letters {
		return list, false
	}
	joined := strings.Join(list, "")
	list = list[:0]
	for _, r := range joined {
		list = append(list, string(r))
	}
	return list, true
}

// hashWords is FNV-1a over the words with a separator between them.
func hashWords(words []string) uint64 {
	h := uint64(14695981039346656037)
	for _, w := range words {
		for i := 0; i < len(w); i++ {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return h
}

// jaccard is the share of pieces that two texts have in common, 0 to 1.
func jaccard(a, b []uint64) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
