package gate

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// NotWorse is the operator of "not worse than baseline".
const NotWorse = "not worse"

// Expectation says what a figure must be.
type Expectation struct {
	Path     Path
	Operator string // ">=", ">", "<=", "<", "==" or [NotWorse]
	// Relative says that the threshold is the baseline's figure times Factor plus Number;
	// otherwise it is Number.
	Relative       bool
	Factor, Number float64
}

var (
	notWorse = regexp.MustCompile(`^(.*\S)\s+not\s+worse\s+than\s+baseline$`)
	relative = regexp.MustCompile(`^baseline(?:\s*([-+*])\s*(\S+))?$`)
)

func parseExpectation(text string) (Expectation, error) {
	if m := notWorse.FindStringSubmatch(text); m != nil {
		path, err := ParsePath(m[1])
		return Expectation{Path: path, Operator: NotWorse, Relative: true}, err
	}
	left, operator, right, ok := split(text)
	if !ok {
		return Expectation{}, fmt.Errorf("%q is no expectation; write, for example, severity.accuracy >= 0.85", text)
	}
	path, err := ParsePath(left)
	if err != nil {
		return Expectation{}, err
	}
	e := Expectation{Path: path, Operator: operator, Factor: 1}
	if r := relative.FindStringSubmatch(right); r != nil {
		e.Relative = true
		return e, e.offset(r[1], r[2])
	}
	if e.Number, err = number(right); err != nil {
		return e, fmt.Errorf("%q is neither a number nor baseline, baseline - NUMBER or baseline * NUMBER", right)
	}
	return e, nil
}

// split cuts an expectation at its operator; one within a quoted part of the path is none.
func split(text string) (left, operator, right string, ok bool) {
	quoted := false
	for i := range text {
		if text[i] == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		for _, op := range []string{">=", "<=", "==", ">", "<"} {
			if strings.HasPrefix(text[i:], op) {
				return strings.TrimSpace(text[:i]), op, strings.TrimSpace(text[i+len(op):]), true
			}
		}
	}
	return "", "", "", false
}

func (e *Expectation) offset(sign, text string) error {
	if sign == "" {
		return nil
	}
	v, err := number(text)
	if err != nil {
		return fmt.Errorf("%q after baseline %s is no number", text, sign)
	}
	switch sign {
	case "*":
		e.Factor = v
	case "-":
		e.Number = -v
	default:
		e.Number = v
	}
	return nil
}

func number(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		err = errors.New("not finite")
	}
	return v, err
}

// holds compares; a figure is as good as its threshold within the rounding of the arithmetic.
func (e *Expectation) holds(value, threshold float64) bool {
	const rounding = 1e-12
	switch e.Operator {
	case ">=":
		return value >= threshold-rounding
	case ">":
		return value > threshold+rounding
	case "<=":
		return value <= threshold+rounding
	case "<":
		return value < threshold-rounding
	case "==":
		return math.Abs(value-threshold) <= rounding
	}
	return false
}

// Path is the place of a figure in a document.
type Path []part

// part is one step: a key, "*", or the element of a list whose field has a value.
type part struct {
	key string
	any bool
	// field and value select an element; field is "" for a plain key.
	field, value string
}

// roots are the keys of eval.Result that are no axes.
var roots = []string{"axes", "n", "problems", "data", "settings", "slices"}

// ParsePath reads "axes.severity.per_label.critical.recall". The leading "axes." may be left
// out, unless the axis has the name of another part of the result.
func ParsePath(text string) (Path, error) {
	var out Path
	rest := strings.TrimSpace(text)
	for first := true; rest != ""; first = false {
		var p part
		var err error
		if strings.HasPrefix(rest, "[") {
			p, rest, err = bracket(rest)
		} else {
			if !first {
				if rest[0] != '.' {
					return nil, fmt.Errorf("path %q: a dot is missing before %q", text, rest)
				}
				rest = rest[1:]
			}
			p, rest, err = word(rest)
		}
		if err != nil {
			return nil, fmt.Errorf("path %q: %w", text, err)
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, errors.New("a figure is missing before the comparison")
	}
	if !isRoot(out[0]) {
		out = append(Path{{key: "axes"}}, out...)
	}
	return out, nil
}

func isRoot(p part) bool {
	for _, r := range roots {
		if p.key == r && !p.any {
			return true
		}
	}
	return false
}

func word(rest string) (part, string, error) {
	end := strings.IndexAny(rest, ".[")
	if end < 0 {
		end = len(rest)
	}
	if end == 0 {
		return part{}, "", errors.New("a part is empty")
	}
	return part{key: rest[:end], any: rest[:end] == "*"}, rest[end:], nil
}

// bracket reads ["key"] or [field=value].
func bracket(rest string) (part, string, error) {
	if strings.HasPrefix(rest, `["`) {
		end := strings.Index(rest[2:], `"]`)
		if end < 0 {
			return part{}, "", errors.New(`["..."] is not closed`)
		}
		return part{key: rest[2 : 2+end]}, rest[2+end+2:], nil
	}
	end := strings.IndexByte(rest, ']')
	if end < 0 {
		return part{}, "", errors.New("[...] is not closed")
	}
	field, value, ok := strings.Cut(rest[1:end], "=")
	if !ok || field == "" {
		return part{}, "", fmt.Errorf(`%s: write ["a key"] or [field=value]`, rest[:end+1])
	}
	return part{field: field, value: value}, rest[end+1:], nil
}

// String writes the path so that ParsePath reads it back.
func (p Path) String() string {
	var b strings.Builder
	for i, one := range p {
		switch {
		case one.field != "":
			fmt.Fprintf(&b, "[%s=%s]", one.field, one.value)
		case strings.ContainsAny(one.key, ".[") || one.key == "*" && !one.any || one.key == "":
			fmt.Fprintf(&b, `["%s"]`, one.key)
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(one.key)
		}
	}
	return b.String()
}
