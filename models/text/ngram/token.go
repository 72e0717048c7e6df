package ngram

import "unicode"

// kind is what a token is.
type kind uint8

const (
	kindWord   kind = iota // letters and marks, with apostrophes inside
	kindNumber             // digits, with points and commas inside
	kindRun                // letters of a script without spaces
	kindMark               // one of ! ? $ %
	kindOther              // anything else that is no space
)

// token is the runes lo to hi of a folded text.
type token struct {
	lo, hi int32
	kind   kind
}

// tokenise appends the tokens of runes to dst; everything but white space is in one.
func tokenise(dst []token, runes []rune) []token {
	for i := 0; i < len(runes); {
		if isSpace(runes[i]) {
			i++
			continue
		}
		k := kindOf(runes[i])
		end := i + 1
		switch k {
		case kindWord:
			end = wordEnd(runes, i)
		case kindNumber:
			end = numberEnd(runes, i)
		case kindRun, kindOther:
			for end < len(runes) && !isSpace(runes[end]) && kindOf(runes[end]) == k {
				end++
			}
		}
		dst = append(dst, token{int32(i), int32(end), k})
		i = end
	}
	return dst
}

func kindOf(r rune) kind {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return kindWord
	case '0' <= r && r <= '9':
		return kindNumber
	case r == '!' || r == '?' || r == '$' || r == '%':
		return kindMark
	case r < 0x80:
		return kindOther
	case !unicode.IsLetter(r) && !unicode.IsMark(r):
		if unicode.IsDigit(r) {
			return kindNumber
		}
		return kindOther
	case spaceless(r):
		return kindRun
	}
	return kindWord
}

func isSpace(r rune) bool {
	if r < 0x80 {
		return r == ' ' || '\t' <= r && r <= '\r'
	}
	return unicode.IsSpace(r)
}

// spaceless says whether the letter r belongs to a script that writes no spaces.
func spaceless(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r <= 0x0EFF, // Thai, Lao
		0x1000 <= r && r <= 0x109F,   // Myanmar
		0x1780 <= r && r <= 0x17FF,   // Khmer
		0x3005 <= r && r <= 0x30FF,   // iteration marks, Kana
		0x31F0 <= r && r <= 0x31FF,   // Kana extensions
		0x3400 <= r && r <= 0x4DBF,   // Han
		0x4E00 <= r && r <= 0x9FFF,   // Han
		0xF900 <= r && r <= 0xFAFF,   // Han
		0xFF66 <= r && r <= 0xFF9F,   // halfwidth Kana
		0x20000 <= r && r <= 0x3FFFF: // Han
		return true
	}
	return false
}

// wordEnd takes apostrophes between letters into the word ("isn't"), but ends it after
// an elided article or pronoun ("l'" of "l'écran").
func wordEnd(runes []rune, i int) int {
	start := i
	for i < len(runes) {
		if kindOf(runes[i]) == kindWord {
			i++
			continue
		}
		if runes[i] != '\'' || i+1 >= len(runes) || kindOf(runes[i+1]) != kindWord {
			break
		}
		i++
		if elision(runes[start : i-1]) {
			break
		}
	}
	return i
}

// elision says whether head is a French word that stands before an apostrophe.
func elision(head []rune) bool {
	if len(head) == 2 {
		return (head[0] == 'q' || head[0] == 'Q') && (head[1] == 'u' || head[1] == 'U')
	}
	if len(head) != 1 {
		return false
	}
	switch head[0] {
	case 'l', 'd', 'n', 's', 'j', 'm', 't', 'c', 'L', 'D', 'N', 'S', 'J', 'M', 'T', 'C':
		return true
	}
	return false
}

func numberEnd(runes []rune, i int) int {
	for i < len(runes) {
		if kindOf(runes[i]) == kindNumber {
			i++
			continue
		}
		if runes[i] != '.' && runes[i] != ',' || i+1 >= len(runes) || kindOf(runes[i+1]) != kindNumber {
			break
		}
		i += 2
	}
	return i
}
