package tokenizer

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// unigram takes the likeliest way to cut a piece into tokens (Kudo 2018), by Viterbi.
type unigram struct {
	vocab   map[string]int64
	scores  []float64
	longest int // bytes
	unk     int64
	// unkScore is that of one unknown rune.
	unkScore float64
	// bytes are the ids of single bytes, for unknown runes; nil without byte fallback.
	bytes []int64
}

// unkPenalty is how far an unknown rune is below the least likely token.
const unkPenalty = 10

func newUnigram(p modelPart) (model, int, error) {
	var list [][2]json.RawMessage
	if err := json.Unmarshal(p.Vocab, &list); err != nil {
		return nil, 0, fmt.Errorf("vocab: %w", err)
	}
	if len(list) == 0 || len(list) > maxVocab {
		return nil, 0, fmt.Errorf("vocab: %d tokens", len(list))
	}
	if p.UnkID == nil || *p.UnkID < 0 || *p.UnkID >= int64(len(list)) {
		return nil, 0, fmt.Errorf("unk_id is missing or not in the vocabulary")
	}
	u := &unigram{vocab: make(map[string]int64, len(list)), unk: *p.UnkID}
	lowest := math.Inf(1)
	for i, entry := range list {
		var token string
		var score float64
		if err := json.Unmarshal(entry[0], &token); err != nil {
			return nil, 0, fmt.Errorf("vocab[%d]: %w", i, err)
		}
		if err := json.Unmarshal(entry[1], &score); err != nil {
			return nil, 0, fmt.Errorf("vocab[%d]: %w", i, err)
		}
		u.vocab[token] = int64(i)
		u.scores = append(u.scores, score)
		lowest = min(lowest, score)
	}
	u.longest, u.unkScore = longest(u.vocab), lowest-unkPenalty
	if p.ByteFallback {
		u.bytes = byteTokens(u.vocab)
	}
	return u, len(list), nil
}

// byteTokens gives the ids of <0x00> to <0xFF>, or nil when one is missing.
func byteTokens(vocab map[string]int64) []int64 {
	out := make([]int64, 256)
	for b := range out {
		id, ok := vocab[fmt.Sprintf("<0x%02X>", b)]
		if !ok {
			return nil
		}
		out[b] = id
	}
	return out
}

// node is the best way to a place in the piece.
type node struct {
	score float64
	from  int
	id    int64
	set   bool
}

func (u *unigram) ids(dst []int64, piece string) []int64 {
	best := u.lattice(piece)
	first := len(dst)
	// The way is read from its end; unknown runes in a row are one token.
	for at := len(piece); at > 0; {
		n := best[at]
		start := n.from
		for n.id == u.unk && start > 0 && best[start].id == u.unk {
			start = best[start].from
		}
		if n.id == u.unk && u.bytes != nil {
			for i := at - 1; i >= start; i-- {
				dst = append(dst, u.bytes[piece[i]])
			}
		} else {
			dst = append(dst, n.id)
		}
		at = start
	}
	slices.Reverse(dst[first:])
	return dst
}

// lattice gives the best way to each place between two runes.
func (u *unigram) lattice(piece string) []node {
	best := make([]node, len(piece)+1)
	best[0].set = true
	for at := 0; at < len(piece); {
		_, size := utf8.DecodeRuneInString(piece[at:])
		single := false
		for end := at + size; end <= len(piece) && end-at <= max(u.longest, size); {
			if id, ok := u.vocab[piece[at:end]]; ok {
				improve(&best[end], best[at].score+u.scores[id], at, id)
				single = single || end == at+size
			}
			if end == len(piece) {
				break
			}
			_, n := utf8.DecodeRuneInString(piece[end:])
			end += n
		}
		if !single {
			improve(&best[at+size], best[at].score+u.unkScore, at, u.unk)
		}
		at += size
	}
	return best
}

func improve(n *node, score float64, from int, id int64) {
	if !n.set || score > n.score {
		*n = node{score, from, id, true}
	}
}
