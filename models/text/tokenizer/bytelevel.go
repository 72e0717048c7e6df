package tokenizer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// byteLevel is GPT-2's splitter: it cuts at its fixed pattern and writes each byte as a
// printable rune.
type byteLevel struct{ prefix, cut bool }

func newByteLevel(p splitPart) splitter {
	return byteLevel{
		prefix: p.AddPrefixSpace == nil || *p.AddPrefixSpace,
		cut:    p.UseRegex == nil || *p.UseRegex,
	}
}

func (b byteLevel) split(pieces []string) []string {
	var out []string
	for _, p := range pieces {
		if p == "" {
			continue
		}
		if b.prefix && p[0] != ' ' {
			p = " " + p
		}
		for p != "" {
			end := len(p)
			if b.cut {
				end = gpt2(p)
			}
			out = append(out, printable(p[:end]))
			p = p[end:]
		}
	}
	return out
}

// contractions are cut off after an apostrophe.
var contractions = [...]string{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}

// gpt2 gives the length of the first match of
// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
func gpt2(s string) int {
	for _, c := range contractions {
		if strings.HasPrefix(s, c) {
			return len(c)
		}
	}
	lead := 0
	if s[0] == ' ' && len(s) > 1 {
		lead = 1
	}
	r, _ := utf8.DecodeRuneInString(s[lead:])
	if c := gpt2Class(r); c != 0 {
		return lead + runOf(s[lead:], c)
	}
	end := runOf(s, 0)
	if end == len(s) {
		return end
	}
	// White space before a word leaves its last rune to the word.
	_, last := utf8.DecodeLastRuneInString(s[:end])
	if end > last {
		return end - last
	}
	return end
}

func gpt2Class(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return 0
	case unicode.IsLetter(r):
		return 1
	case unicode.IsNumber(r):
		return 2
	}
	return 3
}

func runOf(s string, class int) int {
	for i, r := range s {
		if gpt2Class(r) != class {
			return i
		}
	}
	return len(s)
}

// printable writes each byte as the rune that GPT-2 gave it: printable bytes of Latin-1
// as they are, the others from U+0100 on in their order.
func printable(s string) string {
	var out strings.Builder
	out.Grow(2 * len(s))
	for i := range len(s) {
		out.WriteRune(byteRune(s[i]))
	}
	return out.String()
}

func byteRune(b byte) rune {
	switch r := rune(b); {
	case r <= ' ':
		return 0x100 + r
	case r <= '~':
		return r
	case r <= 0xA0:
		return 0x100 + 33 + r - 0x7F
	case r == 0xAD:
		return 0x100 + 33 + 34
	default:
		return r
	}
}
