package tokenizer

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxSymbols is the number of runes that are merged at a time; a longer word is cut. It
// bounds the work for a word without spaces.
const maxSymbols = 512

// bpe joins the pair of neighbours that was learnt first, again and again (Sennrich et
// al. 2016).
type bpe struct {
	vocab  map[string]int64
	merges map[[2]int64]merge
	unk    int64 // -1: unknown runes are left out
	fuse   bool
	whole  bool // a word in the vocabulary is taken as it is
	bytes  []int64
}

type merge struct {
	rank int
	id   int64
}

func newBPE(p modelPart) (model, int, error) {
	if p.Prefix != nil && *p.Prefix != "" || p.Suffix != nil && *p.Suffix != "" {
		return nil, 0, fmt.Errorf("type BPE with a prefix or suffix of subwords is not known here")
	}
	vocab, size, err := readVocab(p.Vocab)
	if err != nil {
		return nil, 0, err
	}
	b := &bpe{vocab: vocab, merges: make(map[[2]int64]merge, len(p.Merges)), unk: -1, fuse: p.FuseUnk, whole: p.IgnoreMerges}
	if p.Unk != nil {
		id, ok := vocab[*p.Unk]
		if !ok {
			return nil, 0, fmt.Errorf("the unknown token %q is not in the vocabulary", *p.Unk)
		}
		b.unk = id
	}
	if p.ByteFallback {
		b.bytes = byteTokens(vocab)
	}
	for rank, raw := range p.Merges {
		if err := b.learn(rank, raw); err != nil {
			return nil, 0, fmt.Errorf("merges[%d]: %w", rank, err)
		}
	}
	return b, size, nil
}

// learn takes a merge, written "a b" or ["a","b"].
func (b *bpe) learn(rank int, raw json.RawMessage) error {
	var pair [2]string
	var line string
	if err := json.Unmarshal(raw, &line); err == nil {
		left, right, ok := strings.Cut(line, " ")
		if !ok {
			return fmt.Errorf("%q is no pair", line)
		}
		pair = [2]string{left, right}
	} else if err := json.Unmarshal(raw, &pair); err != nil {
		return err
	}
	left, ok1 := b.vocab[pair[0]]
	right, ok2 := b.vocab[pair[1]]
	id, ok3 := b.vocab[pair[0]+pair[1]]
	if !ok1 || !ok2 || !ok3 {
		return fmt.Errorf("%q is not in the vocabulary", pair)
	}
	b.merges[[2]int64{left, right}] = merge{rank, id}
	return nil
}

func (b *bpe) ids(dst []int64, word string) []int64 {
	if b.whole {
		if id, ok := b.vocab[word]; ok {
			return append(dst, id)
		}
	}
	from, fused := len(dst), false
	for word != "" {
		_, size := utf8.DecodeRuneInString(word)
		r := word[:size]
		word = word[size:]
		id, known := b.vocab[r]
		switch {
		case known:
			dst = append(dst, id)
		case b.bytes != nil:
			for i := range len(r) {
				dst = append(dst, b.bytes[r[i]])
			}
			known = true
		case b.unk >= 0 && (!b.fuse || !fused):
			dst = append(dst, b.unk)
		}
		fused = !known
		if len(dst)-from >= maxSymbols {
			dst = b.join(dst, from)
			from = len(dst)
		}
	}
	return b.join(dst, from)
}

// join merges the symbols from the place from on.
func (b *bpe) join(dst []int64, from int) []int64 {
	for {
		best, at := merge{rank: len(b.merges) + 1}, -1
		for i := from; i+1 < len(dst); i++ {
			if m, ok := b.merges[[2]int64{dst[i], dst[i+1]}]; ok && m.rank < best.rank {
				best, at = m, i
			}
		}
		if at < 0 {
			return dst
		}
		dst[at] = best.id
		dst = append(dst[:at+1], dst[at+2:]...)
	}
}
