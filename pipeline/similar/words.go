package similar

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxWords bounds the words read of one text, and maxWord the runes of one word.
const (
	maxWords = 2000
	maxWord  = 40
)

// words cuts a text into lower-case words of letters, marks and digits; an apostrophe between
// letters does not part them. Scripts that write no spaces give overlapping pairs of letters.
func words(text string) []string {
	text = strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(text, " ")))
	var out []string
	var word, run []rune
	flush := func() {
		if n := len(word); n > 0 && n <= maxWord {
			out = append(out, strings.TrimRight(string(word), "'"))
		}
		out = append(out, pairs(run)...)
		word, run = word[:0], run[:0]
	}
	for _, r := range text {
		switch {
		case spaceless(r):
			if len(word) > 0 {
				flush()
			}
			run = append(run, r)
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			if len(run) > 0 {
				flush()
			}
			word = append(word, r)
		case (r == '\'' || r == '’') && len(word) > 0:
			word = append(word, '\'')
		default:
			flush()
		}
		if len(out) >= maxWords {
			return out[:maxWords]
		}
	}
	flush()
	return out
}

// pairs gives the overlapping pairs of a run, or the run itself when it is one letter.
func pairs(run []rune) []string {
	if len(run) == 1 {
		return []string{string(run)}
	}
	var out []string
	for i := 0; i+2 <= len(run); i++ {
		out = append(out, string(run[i:i+2]))
	}
	return out
}

// spaceless says whether r belongs to a script that writes no spaces between words.
func spaceless(r rune) bool {
	return r >= 0x0E00 && unicode.IsLetter(r) &&
		unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// telling says whether a word can stand in a label: it has a letter, and at least two.
func telling(word string) bool {
	letters := 0
	for _, r := range word {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters >= 2
}
