package gate

import (
	"encoding/xml"
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteTable prints the outcomes for a person, one line each, and a summary.
func (r *Report) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "gate\tline\tfigure\tfound")
	for _, o := range r.Gates {
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\n", o.word(), o.Line, o.title(), o.Message)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d gates passed, %d missed\n", r.Passed, r.Missed)
	return err
}

func (o *Outcome) word() string {
	if o.Passed {
		return "passed"
	}
	return "MISSED"
}

// title names the gate and, where that does not tell, the figure.
func (o *Outcome) title() string {
	s := o.Name
	if o.Slice != "" {
		s += " [" + o.Slice + "]"
	}
	if o.Path != "" {
		s += " (" + o.Path + ")"
	}
	return s
}

// The parts of JUnit XML that build servers read.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Failure   *junitFailure `xml:"failure,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes the outcomes as JUnit XML, one test case each; a missed gate is a failure
// whose type is the reason. Letters that XML cannot hold become U+FFFD.
func (r *Report) WriteJUnit(w io.Writer) error {
	suite := junitSuite{Name: "gates", Tests: len(r.Gates), Failures: r.Missed}
	for _, o := range r.Gates {
		c := junitCase{Name: o.title(), ClassName: "defekt.gates"}
		if !o.Passed {
			c.Failure = &junitFailure{Message: o.Message, Type: string(o.Reason), Text: fmt.Sprintf("%s line %d: %s", r.File, o.Line, o.Message)}
		}
		suite.Cases = append(suite.Cases, c)
	}
	all := junitSuites{Name: "defekt eval", Tests: suite.Tests, Failures: suite.Failures, Suites: []junitSuite{suite}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
