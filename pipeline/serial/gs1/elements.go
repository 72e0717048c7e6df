package gs1

import "strings"

// MaxLength is the longest text that is looked at, in bytes: the most digits that a QR code
// holds.
const MaxLength = 7089

// gs is FNC1 as scanners send it between elements.
const gs = '\x1d'

// ParseElements reads a GS1 element string: as scanners send it, with or without a
// symbology identifier (]C1, ]e0, ]d2, ]Q3, ]J1) and with GS, <GS>, {GS} or U+241D in place
// of FNC1, or in the printed form with identifiers in brackets, where blanks between
// elements are passed over.
//
// The error is a claim.Problem with one of this package's codes. A value without predefined
// length goes on to the next separator, as the standard has it: text whose separators were
// lost is an error once that is too long, and never split by guessing.
func ParseElements(text string) (Data, error) {
	if len(text) > MaxLength {
		return nil, problem(CodeTooLong, "the text has %d bytes; a code holds at most %d", len(text), MaxLength)
	}
	text, _ = CutIdentifier(text)
	text = strings.TrimSpace(text)
	text = strings.NewReplacer("<GS>", "\x1d", "{GS}", "\x1d", "\u241d", "\x1d").Replace(text)
	text = strings.TrimLeft(text, "\x1d")
	if text == "" {
		return nil, problem(CodeEmpty, "there is nothing to read")
	}
	if text[0] == '(' {
		return parseBracketed(text)
	}
	return parseSent(text)
}

// CutIdentifier drops a symbology identifier of GS1 data from the start of text and says
// whether there was one.
func CutIdentifier(text string) (rest string, found bool) {
	for _, id := range [...]string{"]C1", "]e0", "]d2", "]Q3", "]J1"} {
		if rest, ok := strings.CutPrefix(text, id); ok {
			return rest, true
		}
	}
	return text, false
}

// parseSent reads elements one after the other.
func parseSent(text string) (Data, error) {
	var d Data
	for text != "" {
		ai, s := lookup(text)
		if s == nil {
			return nil, problem(CodeUnknownAI, "no GS1 application identifier starts with %q", text[:min(4, len(text))])
		}
		rest := text[len(ai):]
		end := strings.IndexByte(rest, gs)
		if end < 0 {
			end = len(rest)
		}
		next := end + 1 // behind the separator
		if s.fixed && end > s.longest() {
			end = s.longest()
			next = end
		}
		var err error
		if d, err = d.with(ai, rest[:end]); err != nil {
			return nil, err
		}
		text = rest[min(next, len(rest)):]
	}
	return d, nil
}

// parseBracketed reads (ai)value(ai)value. A value may itself hold brackets: only one
// around a known identifier starts an element.
func parseBracketed(text string) (Data, error) {
	var d Data
	for text != "" {
		ai, rest, ok := bracketed(text)
		if !ok {
			return nil, problem(CodeUnknownAI, "no GS1 application identifier in brackets at %q", text[:min(8, len(text))])
		}
		end := len(rest)
		for i := 1; i < len(rest); i++ {
			if rest[i] != '(' {
				continue
			}
			if _, _, ok := bracketed(rest[i:]); ok && table()[ai].validate(ai, strings.Trim(rest[:i], " \x1d")) == nil {
				end = i
				break
			}
		}
		var err error
		if d, err = d.with(ai, strings.Trim(rest[:end], " \x1d")); err != nil {
			return nil, err
		}
		text = rest[end:]
	}
	return d, nil
}

// bracketed takes a known identifier in brackets from the start of text.
func bracketed(text string) (ai, rest string, ok bool) {
	if text == "" || text[0] != '(' {
		return "", "", false
	}
	ai, rest, ok = strings.Cut(text[1:], ")")
	return ai, rest, ok && table()[ai] != nil
}

// with appends a valid element.
func (d Data) with(ai, value string) (Data, error) {
	if err := table()[ai].validate(ai, value); err != nil {
		return nil, err
	}
	for _, e := range d {
		if e.AI != ai {
			continue
		}
		if e.Value != value {
			return nil, problem(CodeRepeated, "(%s) stands twice, as %s and as %s", ai, e.Value, value)
		}
		return d, nil
	}
	return append(d, Element{ai, value}), nil
}
