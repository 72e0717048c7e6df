package tokenizer

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// wordPiece takes the longest known beginning of a word, again and again (Schuster and
// Nakajima 2012; Devlin et al. 2019). A word that does not come out is one unknown token.
type wordPiece struct {
	first, next map[string]int64 // pieces at the beginning of a word, and within
	longest     int              // bytes
	unk         int64
	maxRunes    int
}

func newWordPiece(p modelPart) (model, int, error) {
	vocab, size, err := readVocab(p.Vocab)
	if err != nil {
		return nil, 0, err
	}
	prefix := "##"
	if p.Prefix != nil {
		prefix = *p.Prefix
	}
	w := &wordPiece{first: vocab, next: vocab, longest: longest(vocab), maxRunes: 100}
	if p.MaxChars > 0 {
		w.maxRunes = p.MaxChars
	}
	if prefix != "" {
		w.next = make(map[string]int64)
		for token, id := range vocab {
			if rest, ok := strings.CutPrefix(token, prefix); ok && rest != "" {
				w.next[rest] = id
			}
		}
	}
	unk := "[UNK]"
	if p.Unk != nil {
		unk = *p.Unk
	}
	var ok bool
	if w.unk, ok = vocab[unk]; !ok {
		return nil, 0, fmt.Errorf("the unknown token %q is not in the vocabulary", unk)
	}
	return w, size, nil
}

func (w *wordPiece) ids(dst []int64, word string) []int64 {
	if len(word) > w.maxRunes && utf8.RuneCountInString(word) > w.maxRunes {
		return append(dst, w.unk)
	}
	from, vocab := len(dst), w.first
	for word != "" {
		end := min(len(word), w.longest)
		for end > 0 {
			if end == len(word) || utf8.RuneStart(word[end]) {
				if id, ok := vocab[word[:end]]; ok {
					dst = append(dst, id)
					break
				}
			}
			end--
		}
		if end == 0 {
			return append(dst[:from], w.unk)
		}
		word, vocab = word[end:], w.next
	}
	return dst
}
