package static

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord bounds a word in bytes; longer runs are cut, so that no text can make its letter
// groups expensive.
const maxWord = 40

// tokenize calls yield for each word of the text: runs of ASCII letters or of digits after
// lower-casing and taking accents away, so that "Fermeture éclair" typed without accents is
// the same. foreign is the number of letters of other scripts. The word came from text[start:end]; yield must not keep the slice.
// recipe/text/words.py does the same.
func tokenize(text string, yield func(word []byte, start, end int)) (foreign int) {
	var buf [maxWord]byte
	word := buf[:0]
	digits := false
	at, next := 0, 0 // the rune that is looked at
	start, end := 0, 0
	flush := func() {
		if len(word) > 0 {
			yield(word, start, end)
			word = word[:0]
		}
	}
	add := func(c byte) {
		isDigit := '0' <= c && c <= '9'
		if !isDigit && (c < 'a' || c > 'z') {
			flush()
			return
		}
		if isDigit != digits {
			flush()
			digits = isDigit
		}
		if len(word) == 0 {
			start = at
		}
		end = next
		if len(word) < maxWord {
			word = append(word, c)
		}
	}
	for ; at < len(text); at = next {
		c := text[at]
		if c < utf8.RuneSelf {
			next = at + 1
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			add(c)
			continue
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		next = at + size
		foreign += folded(r, add)
	}
	flush()
	return foreign
}

// folded adds the letters that a rune beyond ASCII stands for, and counts those of other
// scripts.
func folded(r rune, add func(byte)) (foreign int) {
	switch r = unicode.ToLower(r); r {
	case 'ß':
		add('s')
		add('s')
	case 'æ':
		add('a')
		add('e')
	case 'œ':
		add('o')
		add('e')
	case 'ø':
		add('o')
	case 'đ':
		add('d')
	case 'ł':
		add('l')
	default:
		var buf [utf8.UTFMax * 4]byte
		for parts := norm.NFD.AppendString(buf[:0], string(r)); len(parts) > 0; {
			part, size := utf8.DecodeRune(parts)
			parts = parts[size:]
			switch {
			case part < utf8.RuneSelf:
				add(byte(part))
			case !unicode.Is(unicode.Mn, part): // an accent belongs to the letter before
				add(' ')
				if unicode.IsLetter(part) {
					foreign++
				}
			}
		}
	}
	return foreign
}
