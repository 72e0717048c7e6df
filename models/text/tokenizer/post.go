package tokenizer

import (
	"encoding/json"
	"fmt"
)

// postPart has the fields of all post-processors.
type postPart struct {
	Type       string                     `json:"type"`
	Processors []json.RawMessage          `json:"processors"`
	Single     []templatePiece            `json:"single"`
	Special    map[string]templateSpecial `json:"special_tokens"`
	CLS        []json.RawMessage          `json:"cls"`
	SEP        []json.RawMessage          `json:"sep"`
}

type templatePiece struct {
	Sequence     *struct{ ID string } `json:"Sequence"`
	SpecialToken *struct{ ID string } `json:"SpecialToken"`
}

type templateSpecial struct {
	IDs []int64 `json:"ids"`
}

// parsePost gives the special tokens before and after a single text.
func parsePost(raw json.RawMessage) (before, after []int64, err error) {
	return nestedPost(raw, 0)
}

func nestedPost(raw json.RawMessage, depth int) (before, after []int64, err error) {
	if absent(raw) {
		return nil, nil, nil
	}
	var p postPart
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, nil, err
	}
	switch p.Type {
	case "TemplateProcessing":
		return template(p)
	case "BertProcessing", "RobertaProcessing":
		cls, err1 := postToken(p.CLS)
		sep, err2 := postToken(p.SEP)
		if err1 != nil || err2 != nil {
			return nil, nil, fmt.Errorf("cls or sep is no pair of token and id")
		}
		return []int64{cls}, []int64{sep}, nil
	case "ByteLevel": // moves offsets only
		return nil, nil, nil
	case "Sequence":
		if depth >= maxDepth {
			return nil, nil, fmt.Errorf("sequences are nested too deep")
		}
		for _, r := range p.Processors {
			b, a, err := nestedPost(r, depth+1)
			if err != nil {
				return nil, nil, err
			}
			before, after = append(b, before...), append(after, a...)
		}
		return before, after, nil
	}
	return nil, nil, fmt.Errorf("type %q is not known here", p.Type)
}

// maxSpecial bounds the special tokens round a text.
const maxSpecial = 64

func template(p postPart) (before, after []int64, err error) {
	seen := false
	for _, piece := range p.Single {
		switch {
		case piece.Sequence != nil && !seen:
			seen = true
		case piece.SpecialToken != nil:
			s, ok := p.Special[piece.SpecialToken.ID]
			if !ok {
				return nil, nil, fmt.Errorf("special token %q has no ids", piece.SpecialToken.ID)
			}
			if seen {
				after = append(after, s.IDs...)
			} else {
				before = append(before, s.IDs...)
			}
		default:
			return nil, nil, fmt.Errorf("a template that is no single text")
		}
	}
	if !seen || len(before)+len(after) > maxSpecial {
		return nil, nil, fmt.Errorf("a template without the text or with %d special tokens", len(before)+len(after))
	}
	return before, after, nil
}

func postToken(pair []json.RawMessage) (int64, error) {
	if len(pair) != 2 {
		return 0, fmt.Errorf("%d entries", len(pair))
	}
	var id int64
	err := json.Unmarshal(pair[1], &id)
	return id, err
}
