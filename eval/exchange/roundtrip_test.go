package exchange_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/eval/exchange"
	"github.com/defekt/defekt/pipeline/claim"
)

var update = flag.Bool("update", false, "write the files that testdata/check.py checks")

func items(root string) []exchange.Item {
	return []exchange.Item{
		{
			Claim: claim.Claim{ID: "c1", Text: "Dead <b>&\nleaking", Photos: []string{filepath.Join(root, "photos", "a b+&.jpg"), filepath.Join(root, "b.png")}, Product: "Pump", SKU: "S", Serial: "N1",
				ReceivedAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Lang: "en", Context: map[string]any{"days": 3.0, "sealed": true}, Labels: map[string]string{"severity": "major", "symptom": "no_power"}, Split: "test", Group: "g"},
			Prediction: &claim.Prediction{ID: "c1", Model: "sha256:m", Axes: axes{"severity": {Label: "minor", Probability: 0.75, Probabilities: []float64{0.25, 0.75}},
				"symptom": {Label: "no_power", Probability: 0.5, Abstained: true}}},
			Annotations: []exchange.Annotation{
				{Rater: "12", Labels: map[string]string{"severity": "major", "symptom": "power"}, At: time.Date(2026, 4, 1, 1, 2, 3, 4000, time.UTC), Seconds: 4.5},
				{Rater: "a@b.c", Labels: map[string]string{"severity": "undetermined"}, Standard: true},
				{Rater: "13", Labels: map[string]string{}, Skipped: true},
			},
		},
		{Claim: claim.Claim{ID: "c2", Text: "Leaks"}},
		{Claim: claim.Claim{ID: "c3", Photos: []string{filepath.Join(root, "c.jpg")}, Labels: map[string]string{"symptom": "leak"}},
			Prediction: &claim.Prediction{ID: "c3", Model: "sha256:m", Axes: axes{"severity": {Label: "major", Probability: 1, Probabilities: []float64{1, 0}}}}},
	}
}

func export(t testing.TB, root string) *exchange.Export {
	return &exchange.Export{Taxonomy: tax(t), Root: root, Classes: map[string][]string{"severity": {"major", "minor"}}}
}

// wanted is what must come back of the predictions.
func wanted() []claim.Prediction {
	var out []claim.Prediction
	for _, item := range items("") {
		if item.Prediction != nil {
			out = append(out, *item.Prediction)
		}
	}
	return out
}

func readSet(t testing.TB, path string) []claim.Claim {
	t.Helper()
	set, err := datasets.Open(path, datasets.Options{Taxonomy: "infer"})
	if err != nil {
		t.Fatal(err)
	}
	var out []claim.Claim
	for c, err := range set.Claims(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func TestLabelStudioRoundTrip(t *testing.T) {
	dir := t.TempDir()
	in, e := items(dir), export(t, dir)
	var b, again bytes.Buffer
	if err := errors.Join(e.WriteLabelStudio(&b, exchange.ItemsOf(in...)), e.WriteLabelStudio(&again, exchange.ItemsOf(in...))); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Fatal("two exports differ", err)
	}
	golden(t, "tasks.json", exported(t))
	golden(t, "config.xml", e.LabelStudioConfig(true))
	tasks, err := exchange.ReadLabelStudio(bytes.NewReader(b.Bytes()), exchange.Options{Taxonomy: e.Taxonomy})
	if err != nil {
		t.Fatal(err)
	}
	if len(tasks) != 3 {
		t.Fatalf("%d tasks", len(tasks))
	}
	if diff := cmp.Diff(in[0].Annotations, tasks[0].Annotations); diff != "" {
		t.Error(diff)
	}
	p, err := tasks.Predictions("")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted(), all(p), near()); diff != "" {
		t.Error(diff)
	}
	want := []exchange.Rating{
		{Claim: "c1", Axis: "severity", Rater: "12", Label: "major", At: in[0].Annotations[0].At, Seconds: 4.5},
		{Claim: "c1", Axis: "symptom", Rater: "12", Label: "power", At: in[0].Annotations[0].At, Seconds: 4.5},
		{Claim: "c1", Axis: "severity", Rater: "a@b.c", Label: "undetermined", Standard: true},
	}
	if diff := cmp.Diff(want, tasks.Ratings()); diff != "" {
		t.Error(diff)
	}
	// The same file as a data set: the claims are back, with the annotators' labels.
	path := filepath.Join(dir, "tasks.json")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	claims := readSet(t, path)
	for i := range claims {
		if diff := cmp.Diff(in[i].Claim, claims[i], cmpopts.IgnoreFields(claim.Claim{}, "Labels")); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff(map[string]string{"severity": "undetermined", "symptom": "power"}, claims[0].Labels); diff != "" {
		t.Error(diff)
	}
	e.Labels = true
	b.Reset()
	if err := e.WriteLabelStudio(&b, exchange.ItemsOf(exchange.Item{Claim: in[0].Claim})); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]claim.Claim{in[0].Claim}, readSet(t, path)); diff != "" {
		t.Error("with labels: ", diff)
	}
}

// exported is the export without folders of this run.
func exported(t *testing.T) []byte {
	var b bytes.Buffer
	if err := export(t, "").WriteLabelStudio(&b, exchange.ItemsOf(items("")...)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// golden compares with a file that testdata/check.py has checked with Label Studio's own
// library; -update writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestLabelStudioConfigIsXML(t *testing.T) {
	config := export(t, "").LabelStudioConfig(false)
	if strings.Contains(string(config), "Image") {
		t.Error("photos were not asked for")
	}
	dec, choices := xml.NewDecoder(bytes.NewReader(config)), map[string]string{}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "Choice" {
			choices[start.Attr[1].Value] = start.Attr[0].Value
		}
	}
	want := map[string]string{"major": "Major fault", "minor": "Minor fault", "power": "Power", "no_power": "Dead & gone", "leak": "Leak", "undetermined": "Cannot be determined"}
	if diff := cmp.Diff(want, choices); diff != "" {
		t.Error(diff)
	}
}

// A project that was set up without aliases gives names instead of ids.
func TestLabelStudioNamesBecomeIDs(t *testing.T) {
	const file = `[{"id":7,"data":{"text":"x"},"annotations":[{"completed_by":{"id":3,"email":"","first_name":"F"},"result":[
		{"from_name":"severity","type":"choices","value":{"choices":["major fault"]}},{"from_name":"symptom","type":"taxonomy","value":{"taxonomy":[["Power","Dead & gone"]]}},
		{"from_name":"unasked","type":"choices","value":{"choices":["x"]}}]}],
		"predictions":[{"model_version":"a","score":0.6,"result":[{"from_name":"severity","type":"choices","value":{"choices":["Cannot be determined"]}}]},
		{"model_version":"b","result":[{"from_name":"severity","type":"choices","value":{"choices":["minor"]}}]}]}]`
	tasks, err := exchange.ReadLabelStudio(strings.NewReader(file), exchange.Options{Taxonomy: tax(t)})
	if err != nil {
		t.Fatal(err)
	}
	if a := tasks[0].Annotations[0]; tasks[0].ID != "task-7" || a.Rater != "3" || !cmp.Equal(a.Labels, map[string]string{"severity": "major", "symptom": "no_power"}) {
		t.Errorf("%+v", tasks)
	}
	if _, err := tasks.Predictions(""); err == nil || !strings.Contains(err.Error(), "predictions of 2 models (a, b); name one") {
		t.Errorf("%v", err)
	}
	if _, err := tasks.Predictions("c"); err == nil || !strings.Contains(err.Error(), "there are a, b") {
		t.Errorf("%v", err)
	}
	p, err := tasks.Predictions("a")
	if err != nil || p.For("task-7").Axes["severity"].Label != "undetermined" || p.For("task-7").Axes["severity"].Probability != 0.6 {
		t.Errorf("%+v %v", p, err)
	}
}

func TestFiftyOneRoundTrip(t *testing.T) {
	dir := t.TempDir()
	in, e := items(dir), export(t, dir)
	var b bytes.Buffer
	left, err := e.WriteFiftyOne(&b, exchange.ItemsOf(in...))
	if err != nil || left != 1 {
		t.Fatal(left, err)
	}
	p, err := exchange.ReadFiftyOne(bytes.NewReader(b.Bytes()), exchange.Options{Taxonomy: e.Taxonomy})
	if err != nil {
		t.Fatal(err)
	}
	want := wanted()
	for i := range want {
		want[i].Model = "" // samples do not say whose predictions they hold
	}
	if diff := cmp.Diff(want, all(p), near()); diff != "" {
		t.Error(diff)
	}
	if err := os.WriteFile(filepath.Join(dir, "samples.json"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]claim.Claim{in[0].Claim, in[2].Claim}, readSet(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// With one axis the fields have FiftyOne's usual names.
func TestFiftyOneWithOneAxis(t *testing.T) {
	e := export(t, "")
	e.Taxonomy.Axes = e.Taxonomy.Axes[:1]
	var b bytes.Buffer
	if _, err := e.WriteFiftyOne(&b, exchange.ItemsOf(items("")...)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"ground_truth":{"_cls":"Classification","label":"major"}`, `"predictions":{"_cls":"Classification","label":"minor","confidence":0.75`, `"tags":["test"]`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is not in %s", want, b.String())
		}
	}
	p, err := exchange.ReadFiftyOne(&b, exchange.Options{Taxonomy: e.Taxonomy})
	if err != nil || p.For("c1").Axes["severity"].Label != "minor" {
		t.Errorf("%+v %v", p, err)
	}
}

func TestNothingToExport(t *testing.T) {
	var a, b bytes.Buffer
	e := export(t, "")
	_, err := e.WriteFiftyOne(&a, exchange.ItemsOf())
	if err = errors.Join(err, e.WriteLabelStudio(&b, exchange.ItemsOf())); err != nil {
		t.Fatal(err)
	}
	if tasks, err := exchange.ReadLabelStudio(&b, exchange.Options{}); err != nil || len(tasks) != 0 {
		t.Error(err)
	}
	if p, err := exchange.ReadFiftyOne(&a, exchange.Options{}); err != nil || p.Len() != 0 {
		t.Error(err)
	}
}
