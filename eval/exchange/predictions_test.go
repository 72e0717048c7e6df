package exchange_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/defekt/defekt/eval/exchange"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

const severities = `name: t
version: 1
axes:
  - id: severity
    question: How bad is it?
    ordinal: true
    labels:
      - {id: major, name: Major fault}
      - {id: minor, name: Minor fault}
  - id: symptom
    question: What does it do?
    labels:
      - id: power
        name: Power
        children: [{id: no_power, name: "Dead & gone"}]
      - {id: leak, name: Leak, description: "It <leaks>"}
`

func tax(t testing.TB) *taxonomy.Taxonomy {
	t.Helper()
	out, err := taxonomy.Parse([]byte(severities))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func all(p *exchange.Predictions) []claim.Prediction {
	var out []claim.Prediction
	for one := range p.All() {
		out = append(out, one)
	}
	return out
}

func answers(id string, axes map[string]claim.AxisPrediction) claim.Prediction {
	return claim.Prediction{ID: id, Axes: axes}
}

type axes = map[string]claim.AxisPrediction

// near is for probabilities that are kept as float32.
func near() cmp.Option { return cmpopts.EquateApprox(0, 1e-6) }

func TestReadWide(t *testing.T) {
	const table = "\ufeffid;severity;severity_probability;severity_abstained;symptom:leak;symptom:no_power;text\n" +
		"a;major;0.75;true;0.25;0.75;some text\n" +
		"b;Minor Fault;;;;;\n" +
		"c;;;;0.5;0.5;\n" +
		"d;;;;0.334;0.664;\n"
	p, err := exchange.ReadTable(strings.NewReader(table), exchange.Options{Taxonomy: tax(t)})
	if err != nil {
		t.Fatal(err)
	}
	want := []claim.Prediction{
		answers("a", axes{"severity": {Label: "major", Probability: 0.75, Abstained: true}, "symptom": {Label: "no_power", Probability: 0.75, Probabilities: []float64{0.25, 0.75}}}),
		answers("b", axes{"severity": {Label: "minor"}}),
		answers("c", axes{"symptom": {Label: "leak", Probability: 0.5, Probabilities: []float64{0.5, 0.5}}}),
		answers("d", axes{"symptom": {Label: "no_power", Probability: 0.664, Probabilities: []float64{0.334 / 0.998, 0.664 / 0.998}}}),
	}
	if diff := cmp.Diff(want, all(p), near()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string][]string{"symptom": {"leak", "no_power"}}, p.Classes()); diff != "" {
		t.Error(diff)
	}
	if p.For("a").Axes["severity"].Label != "major" || len(p.For("zzz").Axes) != 0 || p.Unused() != 3 || p.Len() != 4 {
		t.Errorf("unused %d of %d", p.Unused(), p.Len())
	}
}

func TestReadWideWithoutTaxonomy(t *testing.T) {
	p, err := exchange.ReadTable(strings.NewReader("ID,mood,mood_probability,other_probability\n1,good,0.5,x\n"), exchange.Options{})
	want := []claim.Prediction{answers("1", axes{"mood": {Label: "good", Probability: 0.5}, "other_probability": {Label: "x"}})}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, all(p)); diff != "" {
		t.Error(diff)
	}
}

func TestReadLong(t *testing.T) {
	p, err := exchange.ReadTable(strings.NewReader("axis,id,label,probability,abstained,more\nseverity,a,major,0.5,true,x\nsymptom,a,leak,,,\nother,a,x,,,\n"), exchange.Options{Taxonomy: tax(t)})
	if err != nil {
		t.Fatal(err)
	}
	want := []claim.Prediction{answers("a", axes{"severity": {Label: "major", Probability: 0.5, Abstained: true}, "symptom": {Label: "leak"}})}
	if diff := cmp.Diff(want, all(p)); diff != "" {
		t.Error(diff)
	}
}

func TestReadJSONL(t *testing.T) {
	const lines = `{"id":"a","axes":{"severity":{"label":"major","probability":0.7,"abstained":true,"reason":"r","alternatives":[{"label":"minor","probability":0.3}],"evidence":[{"source":"text","what":"x","weight":1}]},"symptom":{"label":"leak","probability":0.5,"alternatives":[{"label":"power","probability":0.3}]}},"model":"sha256:m","taxonomy":"t@1","code":"v1"}

{"id":"b","axes":{"severity":{"label":"minor","probability":0.9,"alternatives":[{"label":"major","probability":0.1}]},"symptom":{"label":"leak","probability":0.8,"alternatives":[{"label":"power","probability":0.2}]}},"model":"sha256:m","taxonomy":"t@1"}
{"id":"c","axes":{},"problems":[{"code":"claim_empty","message":"m"}],"model":"sha256:m","taxonomy":"t@1"}
`
	p, err := exchange.ReadJSONL(strings.NewReader(lines), exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Model != "sha256:m" || p.Taxonomy != "t@1" || p.Len() != 3 {
		t.Errorf("%+v", p)
	}
	got := all(p)
	// Symptom's alternatives are cut for claim a, so that axis has no whole distributions.
	want := axes{"severity": {Label: "major", Probability: 0.7, Abstained: true, Probabilities: []float64{0.7, 0.3}}, "symptom": {Label: "leak", Probability: 0.5}}
	if diff := cmp.Diff(want, got[0].Axes, near()); diff != "" {
		t.Error(diff)
	}
	if got[1].Axes["symptom"].Probabilities != nil || len(got[1].Axes["severity"].Probabilities) != 2 || len(got[2].Axes) != 0 {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]string{"severity", "symptom"}, p.Axes()); diff != "" {
		t.Error(diff)
	}
	other, err := exchange.ReadJSONL(strings.NewReader(`{"id":"a","axes":{"x":{"label":"l","probabilities":{"l":0.6,"k":0.4}}}}`+"\n"+`{"id":"b","axes":{"x":{"label":"m","probabilities":{"m":1}}}}`), exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{0, 0, 1}, other.For("b").Axes["x"].Probabilities); diff != "" || !cmp.Equal(other.Classes()["x"], []string{"k", "l", "m"}) {
		t.Error(diff, other.Classes())
	}
}

// Every fault is named with its line, all at once.
func TestFaultsSayWhereAndWhatToDo(t *testing.T) {
	o := exchange.Options{Taxonomy: tax(t)}
	for name, tc := range map[string]struct {
		file, content string
		want          []string
	}{
		"long": {"p.csv", "id,axis,label,probability\na,severity,major,2\n,severity,major,\nb,severity,major,0.5\nb,severity,minor,0.5\n", []string{
			`p.csv: line 2: probability "2" is no number within 0..1`, "line 3: id, axis and label must not be empty", `line 5: a second label for claim "b"`}},
		"quote":       {"p.csv", "id,axis,label\na,\"severity,major\n", []string{"p.csv: ", "line 2", `extraneous or missing " in quoted-field`}},
		"sum":         {"p.csv", "id,severity:major,severity:minor\na,0.9,0.9\nb,0.1,\nc,x,1\na,0.5,0.5\n", []string{"line 2: axis \"severity\": the probabilities of the labels add up to 1.8", "line 3: severity: 1 of 2 probabilities are empty", `line 4: severity:major: "x" is no number`}},
		"twice":       {"p.csv", "id,severity\na,major\na,minor\n", []string{`line 3: claim "a" stands on an earlier line`}},
		"no axis":     {"p.csv", "id,mood\na,x\n", []string{"no column is an axis of t@1 (severity, symptom)", "needs the columns id, axis and label"}},
		"no id":       {"p.csv", "claim,severity\na,x\n", []string{`there is no column "id" in claim, severity`}},
		"same column": {"p.csv", "id,severity,severity\n", []string{`column "severity" stands twice`}},
		"empty":       {"p.csv", "", []string{"the file is empty"}},
		"no rows":     {"p.csv", "id,severity\n", []string{"there is no prediction in it"}},
		"jsonl":       {"p.jsonl", "{\"id\":\"a\",\"axes\":{}}\n{\n{\"axes\":{}}\n{\"id\":\"a\",\"axes\":{}}\n{\"id\":\"z\",\"axes\":{\"severity\":{\"label\":\"major\",\"probability\":7}}}\n", []string{"line 2: not a prediction in JSON", `line 3: "id" is missing`, "line 4: claim \"a\" stands", "line 5: axis \"severity\": probability 7"}},
		"two models":  {"p.jsonl", "{\"id\":\"a\",\"axes\":{},\"model\":\"x\"}\n{\"id\":\"b\",\"axes\":{},\"model\":\"y\"}\n", []string{"line 2: model \"y\", and \"x\" on earlier lines"}},
		"ending":      {"p.txt", "", []string{"not a kind of predictions that is read: .csv"}},
		"min":         {"p.json", `[{"data":{"id":"a"}},{"id":1,"severity":"major"}]`, []string{"p.json: [1]: there is no \"data\"; export as JSON"}},
		"no answers":  {"p.json", `[{"data":{"id":"a"},"predictions":[]}]`, []string{"no task has predictions"}},
		"choices":     {"p.json", `[{"data":{"id":"a"},"annotations":[{"result":[{"from_name":"severity","value":{"choices":["a","b"]}}]}]}]`, []string{"[0].annotations[0].result[0]: \"severity\" has 2 choices (a, b)", "choice=\"single\""}},
		"fiftyone":    {"p.json", `{"samples":[{"tags":[]},{"filepath":"a","predictions":7,"severity":{"_cls":"Classification","label":"major","confidence":3}}]}`, []string{"samples[0]: neither \"claim_id\" nor", "samples[1].severity: confidence 3"}},
		"broken":      {"p.json", `[{"data":{"id":"a"}},`, []string{"p.json: "}},
		"no samples":  {"p.json", `{"sample":[]}`, []string{`there is no list "samples"`}},
		"disagreeing": {"p.json", `{"samples":[{"filepath":"x","claim_id":"a","severity":{"_cls":"Classification","label":"major","confidence":0.5}},{"filepath":"y","claim_id":"a"}]}`, []string{`samples[1]: claim "a" stands in an earlier sample with other predictions`}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tc.file)
			if err := os.WriteFile(path, []byte(tc.content), 0o644); err != nil {
				t.Fatal(err)
			}
			p, err := exchange.ReadFile(path, o)
			if err == nil {
				t.Fatalf("%+v was read", p)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nwant %s", err, want)
				}
			}
		})
	}
}

func TestManyFaultsAreCut(t *testing.T) {
	_, err := exchange.ReadTable(strings.NewReader("id,axis,label\n"+strings.Repeat(",,\n", 100)), exchange.Options{})
	if n := strings.Count(err.Error(), "\n"); n != 20 || !strings.HasSuffix(err.Error(), "more faults are not shown") {
		t.Errorf("%d lines: %v", n, err)
	}
}

func TestReadFileUnpacks(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprint(z, "id,axis,label\na,severity,major\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "p.csv.gz")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if p, err := exchange.ReadFile(path, exchange.Options{}); err != nil || p.For("a").Axes["severity"].Label != "major" {
		t.Errorf("%v %v", p, err)
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add([]byte("id;severity;severity_probability;symptom:leak\na;major;0.5;1\n"))
	f.Add([]byte("id,axis,label\na,b,c\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkRead(t, func() (*exchange.Predictions, error) {
			return exchange.ReadTable(bytes.NewReader(data), exchange.Options{})
		})
	})
}

func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(`{"samples":[{"filepath":"a","predictions":{"_cls":"Classification","label":"x","confidence":0.5}}]}`))
	f.Add([]byte(`[{"data":{"id":1},"predictions":[{"result":[{"from_name":"a","value":{"taxonomy":[["x","y"]]},"score":1}]}]}]`))
	f.Add([]byte(`{"id":"a","axes":{"x":{"label":"l","probabilities":{"l":1}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		o := exchange.Options{}
		checkRead(t, func() (*exchange.Predictions, error) { return exchange.ReadFiftyOne(bytes.NewReader(data), o) })
		checkRead(t, func() (*exchange.Predictions, error) { return exchange.ReadJSONL(bytes.NewReader(data), o) })
		if tasks, err := exchange.ReadLabelStudio(bytes.NewReader(data), o); err == nil && len(tasks.Models()) == 1 {
			checkRead(t, func() (*exchange.Predictions, error) { return tasks.Predictions("") })
		}
	})
}

// checkRead holds what is promised of every prediction that was read.
func checkRead(t *testing.T, read func() (*exchange.Predictions, error)) {
	t.Helper()
	p, err := read()
	if err != nil {
		if p != nil {
			t.Fatal("an error and predictions")
		}
		return
	}
	for one := range p.All() {
		for axis, a := range one.Axes {
			if one.ID == "" || axis == "" || a.Label == "" || !(a.Probability >= 0 && a.Probability <= 1) {
				t.Fatalf("%+v", one)
			}
			sum := 0.0
			for _, v := range a.Probabilities {
				sum += v
			}
			if a.Probabilities != nil && (sum < 0.999 || sum > 1.001) {
				t.Fatalf("a distribution of %v", sum)
			}
		}
	}
}

// A million predictions on five axes, in the long form: run with -benchtime 1x.
func BenchmarkReadLongMillion(b *testing.B) {
	var table bytes.Buffer
	table.WriteString("id,axis,label,probability\n")
	for i := range 1_000_000 {
		for a := range 5 {
			fmt.Fprintf(&table, "claim-%d,axis_%d,label %d,0.%d\n", i, a, (i+a)%9, 1000+i%9000)
		}
	}
	for b.Loop() {
		if p, err := exchange.ReadTable(bytes.NewReader(table.Bytes()), exchange.Options{}); err != nil || p.Len() != 1_000_000 {
			b.Fatal(err)
		}
	}
}
