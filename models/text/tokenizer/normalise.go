package tokenizer

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// part is what every part of a tokenizer.json says about itself, and the fields of all
// normalisers.
type part struct {
	Type        string            `json:"type"`
	Normalisers []json.RawMessage `json:"normalizers"`
	CleanText   bool              `json:"clean_text"`
	Chinese     bool              `json:"handle_chinese_chars"`
	Strip       *bool             `json:"strip_accents"`
	Lowercase   bool              `json:"lowercase"`
	StripLeft   bool              `json:"strip_left"`
	StripRight  bool              `json:"strip_right"`
	Prepend     string            `json:"prepend"`
	Pattern     pattern           `json:"pattern"`
	Content     string            `json:"content"`
	Charsmap    []byte            `json:"precompiled_charsmap"`
}

type pattern struct {
	String *string `json:"String"`
	Regex  *string `json:"Regex"`
}

// absent says whether an optional part is not there.
func absent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// normFunc is a normaliser made of one function.
type normFunc func(string) string

func (f normFunc) normalise(s string) string { return f(s) }

// chain applies normalisers one after the other.
type chain []normaliser

func (c chain) normalise(s string) string {
	for _, n := range c {
		s = n.normalise(s)
	}
	return s
}

func parseNormaliser(raw json.RawMessage) (normaliser, error) { return nestedNormaliser(raw, 0) }

// maxDepth bounds parts within parts.
const maxDepth = 8

func nestedNormaliser(raw json.RawMessage, depth int) (normaliser, error) {
	if absent(raw) {
		return chain(nil), nil
	}
	var p part
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, err
	}
	switch p.Type {
	case "Sequence":
		if depth >= maxDepth {
			return nil, fmt.Errorf("sequences are nested too deep")
		}
		var c chain
		for _, r := range p.Normalisers {
			n, err := nestedNormaliser(r, depth+1)
			if err != nil {
				return nil, err
			}
			c = append(c, n)
		}
		return c, nil
	case "BertNormalizer":
		return newBert(p), nil
	case "NFC":
		return normFunc(norm.NFC.String), nil
	case "NFD":
		return normFunc(norm.NFD.String), nil
	case "NFKC":
		return normFunc(norm.NFKC.String), nil
	case "NFKD":
		return normFunc(norm.NFKD.String), nil
	case "Lowercase":
		return normFunc(lower), nil
	case "StripAccents":
		return normFunc(dropMarks), nil
	case "Strip", "StripNormalizer":
		return strip{p.StripLeft, p.StripRight}, nil
	case "Prepend":
		return normFunc(func(s string) string {
			if s == "" {
				return s
			}
			return p.Prepend + s
		}), nil
	case "Replace":
		return newReplace(p)
	case "Precompiled":
		return newCharsmap(p.Charsmap)
	}
	return nil, fmt.Errorf("type %q is not known here", p.Type)
}

// lower maps each rune on its own, as the Python library does: no final sigma.
func lower(s string) string {
	if !strings.ContainsRune(s, 'İ') {
		return strings.Map(unicode.ToLower, s)
	}
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r == 'İ' {
			return r
		}
		return unicode.ToLower(r)
	}, s), "İ", "i\u0307")
}

// dropMarks removes nonspacing marks that stand alone.
func dropMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x300 && unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, s)
}

type strip struct{ left, right bool }

func (n strip) normalise(s string) string {
	if n.left {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
	}
	if n.right {
		s = strings.TrimRightFunc(s, unicode.IsSpace)
	}
	return s
}

func newReplace(p part) (normaliser, error) {
	switch {
	case p.Pattern.String != nil && *p.Pattern.String != "":
		return normFunc(func(s string) string { return strings.ReplaceAll(s, *p.Pattern.String, p.Content) }), nil
	case p.Pattern.Regex != nil:
		re, err := regexp.Compile(unicodeClasses(*p.Pattern.Regex))
		if err != nil {
			return nil, fmt.Errorf("pattern: %w", err)
		}
		return normFunc(func(s string) string { return re.ReplaceAllLiteralString(s, p.Content) }), nil
	}
	return nil, fmt.Errorf("a Replace without a pattern")
}

// unicodeClasses makes \s mean any white space, as in the Python library.
func unicodeClasses(re string) string {
	return strings.ReplaceAll(re, `\s`, `[\t\n\v\f\r\x{85}\pZ]`)
}

// bert is the normaliser of BERT.
type bert struct{ clean, chinese, strip, lower bool }

func newBert(p part) bert {
	b := bert{p.CleanText, p.Chinese, p.Lowercase, p.Lowercase}
	if p.Strip != nil {
		b.strip = *p.Strip
	}
	return b
}

func (b bert) normalise(s string) string {
	if b.clean || b.chinese {
		s = b.scan(s)
	}
	if b.strip {
		s = dropMarks(norm.NFD.String(s))
	}
	if b.lower {
		s = lower(s)
	}
	return s
}

func (b bert) scan(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	for _, r := range s {
		switch {
		case b.clean && (r == 0 || r == 0xFFFD || control(r)):
		case b.clean && unicode.IsSpace(r):
			out.WriteByte(' ')
		case b.chinese && han(r):
			out.WriteByte(' ')
			out.WriteRune(r)
			out.WriteByte(' ')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func control(r rune) bool {
	return r != '\t' && r != '\n' && r != '\r' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}

// han says whether r is in the blocks that BERT puts spaces around.
func han(r rune) bool {
	switch {
	case r < 0x3400:
		return false
	case r <= 0x4DBF, 0x4E00 <= r && r <= 0x9FFF, 0xF900 <= r && r <= 0xFAFF,
		0x20000 <= r && r <= 0x2A6DF, 0x2A700 <= r && r <= 0x2B73F, 0x2B740 <= r && r <= 0x2B81F,
		0x2B920 <= r && r <= 0x2CEAF, 0x2F800 <= r && r <= 0x2FA1F:
		return true
	}
	return false
}
