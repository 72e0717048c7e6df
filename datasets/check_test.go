package datasets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/pipeline/claim"
)

func pngOf(t *testing.T, seed uint64) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, drawing(seed, 120, 90)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func readPNG(_ context.Context, path string) (image.Image, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, claim.Problem{Code: claim.CodePhotoTruncated, Message: err.Error()}
	}
	return img, nil
}

func TestCheckFindsWhatWasPlanted(t *testing.T) {
	long := "The charger became so hot after an hour that the cable melted and the table below has a burn mark now, size of a coin"
	rows := []string{
		`{"id":"1","text":"` + long + `","split":"train","labels":{"severity":"critical"},"group":"g"}`,
		`{"id":"2","text":"` + strings.ToUpper(long) + `","split":"test","labels":{"severity":"major"}}`,
		`{"id":"3","text":"` + long + ` too","split":"test","labels":{"severity":"minor"},"group":"g"}`,
		`{"id":"4","photos":["a.png"],"split":"train"}`,
		`{"id":"5","photos":["b.png","a-again.png"],"split":"test"}`,
		`{"id":"6","photos":["gone.png","cut.png"],"split":"train"}`,
		`{"id":"6","text":"same id","split":"train","labels":{"severity":"odd"}}`,
		`{"id":"7","photos":["a-small.png"],"split":"test"}`,
		`oops`,
	}
	var small bytes.Buffer
	if err := png.Encode(&small, drawing(1, 200, 150)); err != nil {
		t.Fatal(err)
	}
	a := pngOf(t, 1)
	dir := write(t, map[string]string{"c.jsonl": strings.Join(rows, "\n"), "a.png": a, "a-again.png": a, "b.png": pngOf(t, 2), "cut.png": a[:len(a)/2], "a-small.png": small.String()})
	set, err := datasets.Open(filepath.Join(dir, "c.jsonl"), datasets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var read atomic.Int64
	report, err := datasets.Check(t.Context(), set, datasets.CheckOptions{Photos: readPNG, RareBelow: 1, Progress: func(_, n int64) { read.Add(n) }})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, f := range report.Findings {
		if f.Level != datasets.LevelNote {
			got[fmt.Sprintf("%s %s row %d", f.Level, f.Code, f.Row)]++
		}
	}
	want := map[string]int{
		"error id_duplicate row 7":            1,
		"error label_unknown row 7":           1,
		"error photo_missing row 6":           1,
		"error photo_truncated row 6":         1,
		"error row_malformed row 9":           1,
		"error split_leak_group row 3":        1,
		"error split_leak_photo row 5":        1,
		"error split_leak_text row 2":         1,
		"warning label_conflict row 2":        1,
		"warning label_untrained row 0":       2,
		"warning split_leak_photo_near row 8": 1,
		"warning split_leak_text_near row 3":  1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%+v", diff, report.Findings)
	}
	if report.PhotosRead != 4 || read.Load() != 6 || report.Summary.Rows != 9 {
		t.Errorf("%d photos fine, %d read, %d rows", report.PhotosRead, read.Load(), report.Summary.Rows)
	}
}

func TestCheckOfCleanDataIsSilent(t *testing.T) {
	dir := write(t, map[string]string{"train/a/1.png": pngOf(t, 1), "test/a/2.png": pngOf(t, 2), "train/b/3.png": pngOf(t, 3), "test/b/4.png": pngOf(t, 4)})
	set, err := datasets.Open(dir, datasets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	report, err := datasets.Check(t.Context(), set, datasets.CheckOptions{Photos: readPNG, RareBelow: 1})
	if err != nil || len(report.Findings) != 0 {
		t.Errorf("%v %+v", err, report)
	}
}

func TestCheckEndsWithItsContext(t *testing.T) {
	dir := write(t, map[string]string{"a/1.png": pngOf(t, 1), "a/2.png": pngOf(t, 2)})
	set, err := datasets.Open(dir, datasets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	slow := func(ctx context.Context, _ string) (image.Image, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if _, err := datasets.Check(ctx, set, datasets.CheckOptions{Photos: slow}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestDescribe(t *testing.T) {
	dir := write(t, map[string]string{"c.jsonl": `{"id":"1","text":"abc","labels":{"severity":"minor"},"split":"train","received_at":"2026-01-02"}
{"id":"2","text":"abcdef","labels":{"severity":"critical"},"split":"train","received_at":"2026-01-01"}
{"id":"3","photos":["x.jpg"],"labels":{"severity":"undetermined"}}`})
	set, err := datasets.Open(filepath.Join(dir, "c.jsonl"), datasets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := datasets.Describe(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	want := []datasets.LabelSummary{{Label: "critical", Rows: map[string]int{"train": 1}}, {Label: "minor", Rows: map[string]int{"train": 1}},
		{Label: "undetermined", Rows: map[string]int{datasets.NoSplit: 1}}}
	for _, axis := range sum.Axes {
		if axis.Axis == "severity" {
			if diff := cmp.Diff(want, axis.Labels); diff != "" {
				t.Error(diff)
			}
		}
	}
	if sum.Rows != 3 || sum.WithText != 2 || sum.Photos != 1 || sum.Characters.Longest != 6 || sum.First.Day() != 1 || sum.Taxonomy != "starter@1" {
		t.Errorf("%+v", sum)
	}
}
