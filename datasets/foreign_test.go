package datasets_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/pipeline/claim"
)

// tasks follows the example of "Label Studio JSON format of annotated tasks" in its
// documentation (guide/task_format), with Choices and Taxonomy results as the pages of
// these tags give them.
const tasks = `[
{"id": 1, "created_at":"2021-03-09T21:52:49.513742Z", "project":83,
 "data": {"claim_id": "c1", "text": "Screen cracked", "photos": ["/data/local-files/?d=images/a%20b.jpg", "/data/upload/3/x-y.jpg"], "serial": "S1", "split": "test"},
 "annotations": [
  {"id": "1001", "completed_by": 10, "was_cancelled": false, "ground_truth": false, "lead_time": 4.288, "result": [
    {"from_name": "severity", "to_name": "text", "type": "choices", "value": {"choices": ["major"]}},
    {"from_name": "symptom", "to_name": "text", "type": "taxonomy", "value": {"taxonomy": [["power", "no_power"]]}},
    {"from_name": "tag", "to_name": "img", "type": "rectanglelabels", "value": {"x": 50.8, "rectanglelabels": ["Moonwalker"]}}]},
  {"id": "1002", "completed_by": {"id": 11, "email": "a@b.c"}, "was_cancelled": false, "ground_truth": false, "result": [
    {"from_name": "severity", "to_name": "text", "type": "choices", "value": {"choices": ["major"]}},
    {"from_name": "symptom", "to_name": "text", "type": "taxonomy", "value": {"taxonomy": [["power"]]}}]},
  {"id": "1003", "completed_by": 12, "was_cancelled": true, "ground_truth": false, "result": [
    {"from_name": "severity", "to_name": "text", "type": "choices", "value": {"choices": ["minor"]}}]}],
 "predictions": [{"model_version": "model 1", "score": 0.5, "result": [{"from_name": "severity", "to_name": "text", "type": "choices", "value": {"choices": ["minor"]}}]}]},
{"id": 2, "data": {"complaint": "Only one text"}, "annotations": [
  {"completed_by": 1, "result": [{"from_name": "severity", "type": "choices", "value": {"choices": ["minor"]}}]},
  {"completed_by": 2, "result": [{"from_name": "severity", "type": "choices", "value": {"choices": ["minor"]}}]},
  {"completed_by": 3, "ground_truth": true, "result": [{"from_name": "severity", "type": "choices", "value": {"choices": ["critical"]}}]}]},
{"id": 3, "image": "a.jpg", "severity": "major"}
]`

func TestLabelStudioAsClaims(t *testing.T) {
	dir := write(t, map[string]string{"export.json": tasks})
	got := read(t, filepath.Join(dir, "export.json"), datasets.Options{Taxonomy: "infer"})
	want := []claim.Claim{
		{ID: "c1", Text: "Screen cracked", Photos: []string{filepath.Join(dir, "images/a b.jpg"), filepath.Join(dir, "upload/3/x-y.jpg")}, Serial: "S1", Split: "test",
			Labels: map[string]string{"severity": "major"}},
		{ID: "task-2", Text: "Only one text", Labels: map[string]string{"severity": "critical"}},
		{ID: "line-19"},
	}
	if codes(got[0]) != "label_conflict" || codes(got[1]) != "" || codes(got[2]) != "row_malformed" || !strings.Contains(got[0].Problems[0].Message, "no_power and power") ||
		!strings.Contains(got[2].Problems[0].Message, "export as JSON") {
		t.Errorf("problems: %v", got)
	}
	for i := range got {
		got[i].Problems = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The starter taxonomy is taken when all axes are its own, else the labels found.
func TestLabelStudioTaxonomy(t *testing.T) {
	for axis, want := range map[string]string{"severity": "starter", "mood": "export"} {
		dir := write(t, map[string]string{"export.json": `[{"data":{"text":"a"},"annotations":[{"result":[{"from_name":"` + axis + `","value":{"choices":["minor"]}}]}]}]`})
		set, err := datasets.Open(filepath.Join(dir, "export.json"), datasets.Options{})
		if err != nil || set.Taxonomy().Name != want {
			t.Errorf("%s: %v %v", axis, set.Taxonomy(), err)
		}
	}
}

// samples follows what FiftyOne's Sample.to_mongo_dict and its exporter write.
const samples = `{"samples": [
{"_id": {"$oid": "5ecdd7f58efd8c18fcea4073"}, "filepath": "data/1.jpg", "tags": ["difficult", "test"], "metadata": null,
 "ground_truth": {"_cls": "Classification", "label": "dent", "confidence": null, "logits": null},
 "predictions": {"_cls": "Classification", "label": "scratch", "confidence": 0.957, "logits": null}, "frame_quality": 62.9},
{"filepath": "data/2.jpg", "claim_id": "c2", "text": "Dented", "tags": [], "weather": {"_cls": "Classification", "label": "sunny"}, "my_model": {"_cls": "Classification", "label": "x", "confidence": 0.5}},
{"filepath": "data/3.jpg", "claim_id": "c2", "text": "Dented", "tags": []},
{"filepath": "../out.jpg", "tags": null, "ground_truth_part": {"_cls": "Classification", "label": "lid"}}
]}`

func TestFiftyOneAsClaims(t *testing.T) {
	dir := write(t, map[string]string{"samples.json": samples, "data/1.jpg": "x"})
	for _, path := range []string{dir, filepath.Join(dir, "samples.json")} {
		got := read(t, path, datasets.Options{})
		want := []claim.Claim{
			{ID: "data/1.jpg", Photos: []string{filepath.Join(dir, "data/1.jpg")}, Split: "test", Labels: map[string]string{"label": "dent"}},
			{ID: "c2", Text: "Dented", Photos: []string{filepath.Join(dir, "data/2.jpg"), filepath.Join(dir, "data/3.jpg")}, Labels: map[string]string{"weather": "sunny"}},
			{ID: "../out.jpg", Labels: map[string]string{"part": "lid"}},
		}
		if codes(got[2]) != "photo_outside_root" {
			t.Errorf("%v", got[2].Problems)
		}
		got[2].Problems = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestJSONListOfClaims(t *testing.T) {
	dir := write(t, map[string]string{"c.json": "\ufeff[\n{\"id\":\"a\",\"text\":\"t\",\n\"labels\":{\"severity\":\"minor\"}},\n\n7,\n{\"id\":\"b\"}]",
		"d.yaml": "name: d\nfile: c.json\nid: id\ntext: text\nlabels: {s: labels.severity}\n"})
	got := read(t, filepath.Join(dir, "c.json"), datasets.Options{})
	if len(got) != 3 || got[0].Labels["severity"] != "minor" || got[1].ID != "line-5" || codes(got[1]) != "row_malformed" || codes(got[2]) != "claim_empty" {
		t.Errorf("%+v", got)
	}
	if got := read(t, filepath.Join(dir, "d.yaml"), datasets.Options{}); got[0].Labels["s"] != "minor" {
		t.Errorf("%+v", got)
	}
}

func TestBrokenJSONNamesTheLine(t *testing.T) {
	for content, want := range map[string]string{
		"": "the file is empty", "7": "a list of claims is needed", `{"a":1}`: `no list "samples"`, `{"samples":1}`: "not a list",
		"[\n{\"id\":\"a\",\"text\":\"t\"},\n{\"id\": oops}]": "line 3", "[\n{\"id\":\"a\",\"text\":\"t\"}\n": "does not end",
	} {
		path := filepath.Join(write(t, map[string]string{"c.json": content}), "c.json")
		_, err := datasets.Open(path, datasets.Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
}

// The layouts of "Create an image dataset" in the documentation of Hugging Face datasets.
func TestImageFolderWithMetadata(t *testing.T) {
	dir := write(t, map[string]string{
		"train/metadata.jsonl": `{"file_name": "0001.png", "text": "This is a golden retriever", "label": "dog"}` + "\n" + `{"file_names": ["0002.png", "sub/3.png"], "label": "cat", "id": "own"}`,
		"train/0001.png":       "", "test/metadata.jsonl": `{"file_name": "0004.png", "severity": "minor", "left_file_name": "5.png", "days": 3, "split": "dev"}`,
	})
	want := []claim.Claim{
		{ID: "test/0004.png", Photos: []string{filepath.Join(dir, "test/0004.png"), filepath.Join(dir, "test/5.png")}, Split: "dev", Labels: map[string]string{"severity": "minor"}},
		{ID: "train/0001.png", Text: "This is a golden retriever", Photos: []string{filepath.Join(dir, "train/0001.png")}, Split: "train", Labels: map[string]string{"label": "dog"}},
		{ID: "own", Photos: []string{filepath.Join(dir, "train/0002.png"), filepath.Join(dir, "train/sub/3.png")}, Split: "train", Labels: map[string]string{"label": "cat"}},
	}
	if diff := cmp.Diff(want, read(t, dir, datasets.Options{})); diff != "" {
		t.Error(diff)
	}
	root := write(t, map[string]string{"metadata.csv": "file_name,label,labels.part,context.days\ntrain/a.png,dog,lid,2\nother/b.png,cat,,\n"})
	want = []claim.Claim{
		{ID: "train/a.png", Photos: []string{filepath.Join(root, "train/a.png")}, Split: "train", Labels: map[string]string{"label": "dog", "part": "lid"}, Context: map[string]any{"days": 2.0}},
		{ID: "other/b.png", Photos: []string{filepath.Join(root, "other/b.png")}, Labels: map[string]string{"label": "cat"}},
	}
	if diff := cmp.Diff(want, read(t, root, datasets.Options{})); diff != "" {
		t.Error(diff)
	}
}

// A metadata file that names no photos is somebody else's.
func TestOtherMetadataIsLeftAlone(t *testing.T) {
	dir := write(t, map[string]string{"metadata.csv": "name,value\na,b\n", "dog/a.png": "x", "cat/b.png": "x"})
	if got := read(t, dir, datasets.Options{}); len(got) != 2 || got[0].Labels["label"] != "cat" {
		t.Errorf("%+v", got)
	}
	parquet := write(t, map[string]string{"metadata.parquet": "PAR1", "a.png": "x"})
	if _, err := datasets.Open(parquet, datasets.Options{}); err == nil || !strings.Contains(err.Error(), "metadata.parquet is not read") {
		t.Errorf("%v", err)
	}
}
