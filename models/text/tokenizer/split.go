package tokenizer

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitPart has the fields of all pre-tokenisers.
type splitPart struct {
	Type           string            `json:"type"`
	PreTokenisers  []json.RawMessage `json:"pretokenizers"`
	Replacement    string            `json:"replacement"`
	AddPrefixSpace *bool             `json:"add_prefix_space"`
	PrependScheme  string            `json:"prepend_scheme"`
	Split          *bool             `json:"split"`
	UseRegex       *bool             `json:"use_regex"`
	Individual     bool              `json:"individual_digits"`
	Behaviour      string            `json:"behavior"`
}

// splits applies splitters one after the other.
type splits []splitter

func (s splits) split(pieces []string) []string {
	for _, x := range s {
		pieces = x.split(pieces)
	}
	return pieces
}

// byRune cuts at runes: those of class 0 are dropped, those of class 1 stand alone,
// neighbours of the same other class stay together.
type byRune func(r rune) int

func (class byRune) split(pieces []string) []string {
	var out []string
	for _, p := range pieces {
		start, last := 0, 0
		for i, r := range p {
			c := class(r)
			if c != last || c == 1 {
				if last != 0 {
					out = append(out, p[start:i])
				}
				start = i
			}
			last = c
		}
		if last != 0 {
			out = append(out, p[start:])
		}
	}
	return out
}

func bertClass(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return 0
	case punctuation(r):
		return 1
	}
	return 2
}

// punctuation is BERT's: all signs of ASCII, and Unicode's punctuation.
func punctuation(r rune) bool {
	if r < 0x80 {
		return '!' <= r && r <= '/' || ':' <= r && r <= '@' || '[' <= r && r <= '`' || '{' <= r && r <= '~'
	}
	return unicode.IsPunct(r)
}

func spaceClass(r rune) int {
	if unicode.IsSpace(r) {
		return 0
	}
	return 2
}

// wordClass is the pattern \w+|[^\w\s]+.
func wordClass(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return 0
	case r == '_' || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Pc, r):
		return 2
	}
	return 3
}

func parseSplitter(raw json.RawMessage) (splitter, error) { return nestedSplitter(raw, 0) }

func nestedSplitter(raw json.RawMessage, depth int) (splitter, error) {
	if absent(raw) {
		return splits(nil), nil
	}
	var p splitPart
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, err
	}
	switch p.Type {
	case "Sequence":
		if depth >= maxDepth {
			return nil, fmt.Errorf("sequences are nested too deep")
		}
		var all splits
		for _, r := range p.PreTokenisers {
			s, err := nestedSplitter(r, depth+1)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
		return all, nil
	case "BertPreTokenizer":
		return byRune(bertClass), nil
	case "Whitespace":
		return byRune(wordClass), nil
	case "WhitespaceSplit":
		return byRune(spaceClass), nil
	case "Punctuation":
		if p.Behaviour != "" && p.Behaviour != "Isolated" {
			return nil, fmt.Errorf("type Punctuation with behavior %q is not known here", p.Behaviour)
		}
		return byRune(func(r rune) int {
			if punctuation(r) {
				return 1
			}
			return 2
		}), nil
	case "Digits":
		return digits(p.Individual), nil
	case "Metaspace":
		return newMetaspace(p)
	case "ByteLevel":
		return newByteLevel(p), nil
	}
	return nil, fmt.Errorf("type %q is not known here", p.Type)
}

func digits(individual bool) byRune {
	return func(r rune) int {
		switch {
		case !unicode.IsNumber(r):
			return 2
		case individual:
			return 1
		}
		return 3
	}
}

// metaspace writes spaces as a visible sign that begins the next piece.
type metaspace struct {
	sign         string
	first, every bool // which pieces get a sign in front
	cut          bool
}

func newMetaspace(p splitPart) (splitter, error) {
	m := metaspace{sign: p.Replacement, every: true, cut: p.Split == nil || *p.Split}
	if utf8.RuneCountInString(m.sign) != 1 {
		return nil, fmt.Errorf("type Metaspace with replacement %q", m.sign)
	}
	switch p.PrependScheme {
	case "":
		m.every = p.AddPrefixSpace == nil || *p.AddPrefixSpace
	case "always":
	case "first":
		m.first, m.every = true, false
	case "never":
		m.every = false
	default:
		return nil, fmt.Errorf("type Metaspace with prepend_scheme %q", p.PrependScheme)
	}
	return m, nil
}

func (m metaspace) split(pieces []string) []string {
	var out []string
	for i, p := range pieces {
		if p == "" {
			continue
		}
		p = strings.ReplaceAll(p, " ", m.sign)
		if (m.every || m.first && i == 0) && !strings.HasPrefix(p, m.sign) {
			p = m.sign + p
		}
		for m.cut {
			next := strings.Index(p[min(len(p), 1):], m.sign)
			if next < 0 {
				break
			}
			out = append(out, p[:next+1])
			p = p[next+1:]
		}
		out = append(out, p)
	}
	return out
}
