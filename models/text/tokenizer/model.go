package tokenizer

import (
	"encoding/json"
	"fmt"
)

// maxVocab bounds ids; the largest vocabularies have about a quarter of it.
const maxVocab = 1 << 20

// modelPart has the fields of all models.
type modelPart struct {
	Type         string            `json:"type"`
	Vocab        json.RawMessage   `json:"vocab"`
	Merges       []json.RawMessage `json:"merges"`
	Unk          *string           `json:"unk_token"`
	UnkID        *int64            `json:"unk_id"`
	Prefix       *string           `json:"continuing_subword_prefix"`
	Suffix       *string           `json:"end_of_word_suffix"`
	MaxChars     int               `json:"max_input_chars_per_word"`
	FuseUnk      bool              `json:"fuse_unk"`
	ByteFallback bool              `json:"byte_fallback"`
	Dropout      *float64          `json:"dropout"`
	IgnoreMerges bool              `json:"ignore_merges"`
}

// parseModel gives the model and the number of its ids. Old files have no type; then the
// fields tell.
func parseModel(raw json.RawMessage) (model, int, error) {
	if absent(raw) {
		return nil, 0, fmt.Errorf("is missing")
	}
	var p modelPart
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, 0, err
	}
	if p.Type == "" {
		switch {
		case p.Merges != nil:
			p.Type = "BPE"
		case p.MaxChars > 0:
			p.Type = "WordPiece"
		case p.UnkID != nil:
			p.Type = "Unigram"
		}
	}
	switch p.Type {
	case "WordPiece":
		return newWordPiece(p)
	case "BPE":
		return newBPE(p)
	case "Unigram":
		return newUnigram(p)
	}
	return nil, 0, fmt.Errorf("type %q is not known here", p.Type)
}

// readVocab reads a vocabulary of tokens and ids.
func readVocab(raw json.RawMessage) (map[string]int64, int, error) {
	var v map[string]int64
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, 0, fmt.Errorf("vocab: %w", err)
	}
	size := 0
	for token, id := range v {
		if id < 0 || id >= maxVocab {
			return nil, 0, fmt.Errorf("vocab: id %d of %q", id, token)
		}
		size = max(size, int(id)+1)
	}
	if size == 0 {
		return nil, 0, fmt.Errorf("vocab: is empty")
	}
	return v, size, nil
}

func longest(vocab map[string]int64) int {
	n := 0
	for token := range vocab {
		n = max(n, len(token))
	}
	return n
}
