package ngram

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folded is a text after NFKC and lower-casing, with the place in the source of each
// rune: rune i came from the bytes from[i] to to[i]. Diacritics stay: "été" is not "ete".
type folded struct {
	runes    []rune
	from, to []int32
}

// set folds text into f, reusing its memory. Bytes that are no UTF-8 become U+FFFD.
func (f *folded) set(text string, keepCase bool) {
	f.runes, f.from, f.to = f.runes[:0], f.from[:0], f.to[:0]
	if norm.NFKC.IsNormalString(text) {
		f.plain(text)
	} else {
		f.compose(text)
	}
	if keepCase {
		return
	}
	for i, r := range f.runes {
		switch {
		case 'A' <= r && r <= 'Z':
			f.runes[i] = r + 'a' - 'A'
		case r >= utf8.RuneSelf:
			f.runes[i] = unicode.ToLower(r)
		}
	}
}

func (f *folded) plain(text string) {
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		f.add(r, i, i+size)
		i += size
	}
}

// compose walks the segments of normalisation, so that each rune keeps its source.
func (f *folded) compose(text string) {
	var it norm.Iter
	it.InitString(norm.NFKC, text)
	for !it.Done() {
		start := it.Pos()
		segment := it.Next()
		end := it.Pos()
		for len(segment) > 0 {
			r, size := utf8.DecodeRune(segment)
			f.add(r, start, end)
			segment = segment[size:]
		}
	}
	// Of a rune that folds into several ("½"), only the last part has moved the position.
	for i := len(f.to) - 2; i >= 0; i-- {
		if f.to[i] == f.from[i] {
			f.to[i] = f.to[i+1]
		}
	}
}

func (f *folded) add(r rune, start, end int) {
	if r == '’' || r == 'ʼ' {
		r = '\''
	}
	f.runes = append(f.runes, r)
	f.from = append(f.from, int32(start))
	f.to = append(f.to, int32(end))
}
