package gate

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
)

// result is a document as eval.Result writes it.
const result = `{"n": 500, "axes": {
  "severity": {"n": 480, "accuracy": 0.86, "macro_f1": 0.7, "ece": 0.04, "coverage_at_risk": {"risk": 0.05, "coverage": 0.7, "safe": 0.62},
    "intervals": {"accuracy": {"low": 0.83, "high": 0.89}, "rare.recall": {"low": 0.5, "high": 0.9}},
    "rare": {"recall": 0.7},
    "top_k": [{"k": 2, "accuracy": 0.95, "interval": {"low": 0.93, "high": 0.97}, "n": 480}],
    "per_label": {"critical": {"recall": 0.92, "support": 50, "recall_interval": {"low": 0.81, "high": 0.97}},
      "<5 mm, a.b": {"recall": 0.5, "support": 4}, "never": {"recall": 0, "support": 0}}},
  "symptom": {"n": 490, "accuracy": 0.6, "ece": 0.09, "log_loss": null}}}`

const baseline = `{"axes": {"severity": {"accuracy": 0.865}, "symptom": {"accuracy": 0.62}, "component": {"accuracy": 0.5}}}`

const slicesOf = `{"axes": [{"id": "severity", "slices": [
  {"field": "language", "value": "de", "n": 40, "accuracy": 0.7, "shrunk": 0.8, "low": 0.71, "high": 0.88},
  {"field": "language", "value": "en", "n": 400, "accuracy": 0.9, "shrunk": 0.89, "low": 0.86, "high": 0.92}]}]}`

// shown says that only the symptom's accuracy was compared and is worse, severity's is not.
type shown struct{}

func (shown) Worse(axis, metric, field, _ string) (bool, string, bool) {
	return axis == "symptom", "p = 0.01", metric == "accuracy" && field == ""
}

func judged(t *testing.T, yaml string, in Input) *Report {
	t.Helper()
	gates, err := Parse([]byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Judge(gates, in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func full() Input {
	return Input{Result: []byte(result), Baseline: json.RawMessage(baseline), Slices: []byte(slicesOf), Comparison: shown{}}
}

// TestEachGate judges one expectation at a time: want is "passed" or the reason.
func TestEachGate(t *testing.T) {
	for _, c := range []struct{ gate, want, message string }{
		{"severity.accuracy >= 0.86", "passed", ""},
		{"axes.severity.accuracy >= 0.87", "too_bad", "0.86, wanted >= 0.87"},
		{"severity.accuracy > 0.86", "too_bad", ""},
		{"severity.ece <= .05", "passed", ""},
		{"severity.ece < 0.04", "too_bad", ""},
		{"n == 500", "passed", ""},
		{"severity.coverage_at_risk.safe >= 0.6", "passed", ""},
		{"severity.top_k[k=2].accuracy >= 0.9", "passed", ""},
		{"severity.top_k[k=3].accuracy >= 0.1", "no_figure", `no "k=3"`},
		{`severity.per_label["<5 mm, a.b"].recall >= 0.5`, "passed", ""},
		{"{expect: severity.accuracy >= 0.85, bound: lower}", "too_bad", "lower bound is 0.83"},
		{"{expect: severity.accuracy >= 0.85, bound: upper}", "passed", ""},
		{"{expect: severity.per_label.critical.recall >= 0.8, bound: lower}", "passed", ""},
		{"{expect: severity.rare.recall >= 0.6, bound: lower}", "too_bad", "0.5"},
		{"{expect: 'severity.top_k[k=2].accuracy >= 0.9', bound: lower}", "passed", ""},
		{"{expect: 'severity.top_k[k=2].n >= 1', bound: lower}", "no_bound", "no interval"},
		{"{expect: severity.macro_f1 >= 0.1, bound: lower}", "no_bound", "no interval"},
		{"severity.per_label.never.recall >= 0", "no_figure", "no claim has this label"},
		{"severity.acuracy >= 0.1", "no_figure", `did you mean "accuracy"`},
		{"sevrity.accuracy >= 0.1", "no_figure", `did you mean "severity"`},
		{"severity.per_label >= 0.1", "no_figure", "is no number"},
		{"symptom.log_loss <= 10", "no_figure", "log_loss"},
		{"symptom.quadratic_kappa <= 10", "no_figure", "quadratic_kappa"},
		{"severity.accuracy >= baseline - 0.01", "passed", "baseline has 0.865"},
		{"severity.accuracy >= baseline", "too_bad", ""},
		{"severity.accuracy >= baseline * 0.99", "passed", ""},
		{"severity.accuracy >= baseline + 0.01", "too_bad", ""},
		{"severity.ece <= baseline", "no_baseline", "in the baseline"},
		{"severity.accuracy not worse than baseline", "passed", "p = 0.01"},
		{"symptom.accuracy not worse than baseline", "too_bad", "shown to be worse"},
		{"{expect: symptom.accuracy >= baseline - 0.05, not_worse: true}", "too_bad", "shown to be worse"},
		{"{expect: severity.ece <= 0.05, not_worse: true}", "no_comparison", ""},
		{"{expect: severity.shrunk >= 0.75, slice: {field: language, value: de}}", "passed", ""},
		{"{expect: severity.shrunk >= 0.75, slice: {field: language, value: de}, bound: lower}", "too_bad", "0.71"},
		{"{expect: severity.accuracy >= 0.75, slice: {field: language, value: de}}", "too_bad", ""},
		{"{expect: severity.accuracy >= 0.1, slice: {field: language, value: de}, bound: lower}", "no_bound", ""},
		{"{expect: severity.accuracy >= 0.1, slice: {field: language, value: fr}}", "no_figure", "language=fr"},
		{"{expect: severity.accuracy >= 0.1, slice: plant}", "no_figure", "plant"},
		{"{expect: severity.acc >= 0.1, slice: language}", "no_figure", ""},
		{"{expect: severity.accuracy >= baseline, slice: {field: language, value: de}}", "no_baseline", ""},
	} {
		r := judged(t, "gates:\n  - "+c.gate+"\n", full())
		o := r.Gates[0]
		got := string(o.Reason)
		if o.Passed {
			got = "passed"
		}
		if got != c.want || !strings.Contains(o.Message, c.message) || o.Message == "" {
			t.Errorf("%s: %s (%s), want %s with %q", c.gate, got, o.Message, c.want, c.message)
		}
		if r.Passed+r.Missed != len(r.Gates) || o.Line != 2 {
			t.Errorf("%s: %d passed, %d missed, line %d", c.gate, r.Passed, r.Missed, o.Line)
		}
	}
}

// TestWithoutTheRest: nothing that a gate needs may be missing silently.
func TestWithoutTheRest(t *testing.T) {
	in := Input{Result: []byte(result)}
	for gate, want := range map[string]Reason{
		"severity.accuracy >= baseline - 1":                              NoBaseline,
		"severity.accuracy not worse than baseline":                      NoBaseline,
		"{expect: severity.accuracy >= 0, not_worse: true}":              NoComparison,
		"{expect: severity.shrunk >= 0, slice: language}":                NoFigure,
		"{expect: axes.*.shrunk >= 0, slice: language}":                  NoFigure,
		"axes.*.per_label.critical.recall >= 0.9":                        NoFigure,
		"axes.severity.intervals.*.middle >= 0":                          NoFigure,
		"axes.nothing.*.recall >= 0":                                     NoFigure,
		"{expect: severity.per_label.critical.recall >= baseline - 0.1}": NoBaseline,
	} {
		r := judged(t, "gates:\n  - "+gate+"\n", in)
		if last := r.Gates[len(r.Gates)-1]; r.Missed == 0 || last.Reason != want {
			t.Errorf("%s: %+v", gate, r.Gates)
		}
	}
	if _, err := Judge(nil, Input{}); err == nil {
		t.Error("judged without a result")
	}
	if _, err := Judge(nil, Input{Result: []byte("{")}); err == nil {
		t.Error("judged by what is no JSON")
	}
}

// TestEachAxis: an axis that only the baseline has is missed by a relative gate.
func TestEachAxis(t *testing.T) {
	r := judged(t, "gates: [axes.*.accuracy >= baseline - 0.015]", full())
	var got []string
	for _, o := range r.Gates {
		got = append(got, o.Path+" "+string(o.Reason))
	}
	want := "axes.component.accuracy no_figure,axes.severity.accuracy ,axes.symptom.accuracy too_bad"
	if strings.Join(got, ",") != want {
		t.Errorf("%q, want %q", got, want)
	}
	r = judged(t, "gates: [{expect: axes.*.shrunk >= 0.85, slice: language}]", full())
	if len(r.Gates) != 2 || r.Gates[0].Passed || !r.Gates[1].Passed || r.Gates[0].Slice != "language=de" {
		t.Errorf("each language: %+v", r.Gates)
	}
}

func TestMalformedFiles(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"gates:\n  - severity.accuracy >= 0.8\n  - severity.accuracy is fine\n", "line 3: "},
		{"gates:\n  - {expect: severity.accuracy >= 0.8, bond: lower}\n", `did you mean "bound"`},
		{"gates:\n  - name: x\n", "expect is missing"},
		{"gates:\n  - severity.accuracy >= high\n", `"high" is neither`},
		{"gates:\n  - severity.accuracy >= baseline - some\n", `"some"`},
		{"gates:\n  - severity.accuracy >= NaN\n", `"NaN"`},
		{"gates:\n  - '>= 0.5'\n", "a figure is missing"},
		{"gates:\n  - severity..accuracy >= 0.5\n", "a part is empty"},
		{"gates:\n  - 'severity.per_label[\"a.recall >= 0.5'\n", "is no expectation"},
		{"gates:\n  - severity.top_k[2].accuracy >= 0.5\n", "[field=value]"},
		{"gates:\n  - {expect: a.b >= 1, bound: middle}\n", "lower or upper"},
		{"gates:\n  - {expect: a.b not worse than baseline, bound: lower}\n", "takes no bound"},
		{"gates:\n  - {expect: a.per_label.x.recall >= 1, slice: language}\n", "an axis and a figure"},
		{"gates:\n  - *.accuracy >= 1\n", "line 2"},
		{"gates: []\n", "would pass anything"},
		{"gate:\n  - a.b >= 1\n", `did you mean "gates"`},
		{"", "the file is empty"},
		{"gates: [", "line 1"},
	} {
		_, err := Parse([]byte(c.yaml))
		var p claim.Problem
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &p) || p.Code != CodeMalformed {
			t.Errorf("%q: want a coded error with %q, got %v", c.yaml, c.want, err)
		}
	}
	_, err := Parse([]byte("gates:\n  - a.b is fine\n  - c.d is fine\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("not all mistakes at once: %v", err)
	}
}

func TestPathsReadBack(t *testing.T) {
	for _, s := range []string{"axes.severity.accuracy", `axes.severity.per_label["a.b"].recall`, "axes.*.top_k[k=3].accuracy", `axes["*"].n`, "n"} {
		p, err := ParsePath(s)
		if err != nil || p.String() != s {
			t.Errorf("%s reads back as %s: %v", s, p, err)
		}
	}
}

// TestJUnit checks what build servers check: one suite of suites, counts that agree with the
// cases, a failure for each missed gate, and any text intact.
func TestJUnit(t *testing.T) {
	r := judged(t, "gates:\n  - severity.accuracy >= 0.8\n  - name: \"<&\\\"'> \\u0001 é\"\n    expect: severity.accuracy >= 0.99\n", full())
	r.File = "gates.yaml"
	var buf bytes.Buffer
	if err := r.WriteJUnit(&buf); err != nil {
		t.Fatal(err)
	}
	var got struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Suites   []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Cases    []struct {
				Name    string `xml:"name,attr"`
				Class   string `xml:"classname,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
					Type    string `xml:"type,attr"`
					Text    string `xml:",chardata"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	d := xml.NewDecoder(&buf)
	d.Strict = true
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) && err != nil {
		t.Errorf("after the document: %v", err)
	}
	suite := got.Suites[0]
	if got.Tests != 2 || got.Failures != 1 || len(got.Suites) != 1 || suite.Tests != 2 || suite.Failures != 1 || len(suite.Cases) != 2 {
		t.Fatalf("%+v", got)
	}
	if suite.Cases[0].Failure != nil || suite.Cases[1].Failure == nil || suite.Cases[1].Failure.Type != "too_bad" || suite.Cases[0].Class == "" {
		t.Errorf("%+v", suite.Cases)
	}
	if !strings.HasPrefix(suite.Cases[1].Name, "<&\"'> \uFFFD é") || !strings.Contains(suite.Cases[1].Failure.Text, "gates.yaml line 3") {
		t.Errorf("name %q, text %q", suite.Cases[1].Name, suite.Cases[1].Failure.Text)
	}
}

func TestTable(t *testing.T) {
	r := judged(t, "gates:\n  - severity.accuracy >= 0.8\n  - sevrity.accuracy >= 0.8\n", full())
	var buf bytes.Buffer
	if err := r.WriteTable(&buf); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"passed", "MISSED", "did you mean", "1 gates passed, 1 missed"} {
		if !strings.Contains(buf.String(), want) {
			t.Errorf("%q is not in\n%s", want, buf.String())
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("gates:\n  - severity.accuracy >= 0.8\n  - {expect: 'a[\"b\"].c <= baseline * 2', bound: lower, slice: {field: x}}\n")
	f.Fuzz(func(t *testing.T, yaml string) {
		gates, err := Parse([]byte(yaml))
		if err != nil {
			return
		}
		r, err := Judge(gates, full())
		if err != nil || len(r.Gates) < len(gates) {
			t.Errorf("%d gates, %d outcomes, error %v", len(gates), len(r.Gates), err)
		}
	})
}
