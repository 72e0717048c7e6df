package gate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy/strictyaml"
)

// CodeMalformed is the code of every mistake in a gates file.
const CodeMalformed claim.Code = "gates_malformed"

// Gate is one line of a gates file.
type Gate struct {
	// Name is free text; the expectation as written when the file gives none.
	Name string
	// Line counts from 1.
	Line   int
	Expect Expectation
	// Bound is "lower" or "upper" to judge that end of the figure's interval, "" for itself.
	Bound string
	// NotWorse asks besides that the comparison with the baseline does not show a loss.
	NotWorse bool
	// Field and Value name a slice; an empty Value stands for each slice of the field.
	Field, Value string
}

// Parse reads a gates file:
//
//	gates:
//	  - severity.accuracy >= 0.85              # short for axes.severity.accuracy
//	  - axes.*.ece <= 0.05                     # each axis
//	  - axes.*.accuracy >= baseline - 0.01     # also: baseline * 0.95, baseline + 0.02
//	  - severity.macro_f1 not worse than baseline   # as the paired comparison shows it
//	  - name: critical claims are found
//	    expect: severity.per_label.critical.recall >= 0.9
//	    bound: lower                           # of its interval
//	  - expect: severity.accuracy >= baseline - 0.02
//	    not_worse: true                        # nor may the loss be significant
//	  - expect: severity.shrunk >= 0.7         # figures of slice.Report
//	    slice: {field: language, value: de}    # without value: each slice of the field
//	  - expect: severity.coverage_at_risk.safe >= 0.6
//
// A part of a path that has a dot in it is written ["a.b"]; [k=3] takes the element of a list
// whose k is 3. Mistakes are joined [claim.Problem] values with the code [CodeMalformed] and
// the line as Where, all at once.
func Parse(data []byte) ([]Gate, error) {
	root, err := strictyaml.Parse(data)
	if err != nil {
		return nil, coded(err)
	}
	p := parser{}
	gates := p.file(root)
	if err := p.Errs.Err(); err != nil {
		return nil, coded(err)
	}
	return gates, nil
}

// coded turns mistakes into problems with a code.
func coded(err error) error {
	var all strictyaml.Errors
	if !errors.As(err, &all) {
		return claim.Problem{Code: CodeMalformed, Message: err.Error()}
	}
	var out []error
	for _, e := range all {
		p := claim.Problem{Code: CodeMalformed, Message: e.Message}
		if e.Path != "" {
			p.Message = e.Path + ": " + e.Message
		}
		if e.Line > 0 {
			p.Where = fmt.Sprintf("line %d", e.Line)
		}
		out = append(out, p)
	}
	return errors.Join(out...)
}

type parser struct{ strictyaml.Reader }

func (p *parser) file(n *strictyaml.Node) []Gate {
	if !p.Keys(n, "gates") {
		return nil
	}
	items := p.List(n.Get("gates"))
	if len(items) == 0 && len(p.Errs) == 0 {
		p.Errorf(n, "gates is missing or empty; a file without a gate would pass anything")
	}
	var out []Gate
	for _, item := range items {
		out = append(out, p.gate(item))
	}
	return out
}

func (p *parser) gate(n *strictyaml.Node) Gate {
	g := Gate{Line: n.Line}
	if n.Kind == strictyaml.Scalar {
		g.Name, g.Expect = n.Text, p.expect(n)
		return g
	}
	if !p.Keys(n, "name", "expect", "bound", "not_worse", "slice") {
		return g
	}
	text := p.Required(n, "expect")
	if text != "" {
		g.Expect = p.expect(n.Get("expect"))
	}
	if g.Name = p.Text(n.Get("name")); g.Name == "" {
		g.Name = text
	}
	g.NotWorse = p.Bool(n.Get("not_worse"))
	if g.Bound = p.Text(n.Get("bound")); g.Bound != "" && g.Bound != "lower" && g.Bound != "upper" {
		p.Errorf(n.Get("bound"), "bound %q: lower or upper", g.Bound)
	}
	if g.Bound != "" && g.Expect.Operator == NotWorse {
		p.Errorf(n.Get("bound"), "a gate that asks the comparison takes no bound")
	}
	g.Field, g.Value = p.slice(n.Get("slice"))
	if g.Field != "" && len(g.Expect.Path) > 0 && (len(g.Expect.Path) != 3 || g.Expect.Path[0].key != "axes") {
		p.Errorf(n.Get("expect"), "with a slice, a path is an axis and a figure, as in severity.accuracy")
	}
	return g
}

// slice reads {field: language, value: de} or, for each slice of a field, language.
func (p *parser) slice(n *strictyaml.Node) (field, value string) {
	if n.Missing() {
		return "", ""
	}
	if n.Kind == strictyaml.Scalar {
		return n.Text, ""
	}
	if !p.Keys(n, "field", "value") {
		return "", ""
	}
	return p.Required(n, "field"), p.Text(n.Get("value"))
}

func (p *parser) expect(n *strictyaml.Node) Expectation {
	e, err := parseExpectation(strings.TrimSpace(p.Text(n)))
	if err != nil {
		p.Errorf(n, "%v", err)
	}
	return e
}
