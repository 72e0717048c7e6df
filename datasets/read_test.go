package datasets_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/pipeline/claim"
)

// write puts files into a new folder and gives its path.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t testing.TB, path string, opts datasets.Options) []claim.Claim {
	t.Helper()
	set, err := datasets.Open(path, opts)
	if err != nil {
		t.Fatal(err)
	}
	var out []claim.Claim
	for c, err := range set.Claims(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func codes(c claim.Claim) string {
	var list []string
	for _, p := range c.Problems {
		list = append(list, string(p.Code))
	}
	return strings.Join(list, " ")
}

func TestJSONLReadsEveryField(t *testing.T) {
	dir := write(t, map[string]string{"c.jsonl": "\xef\xbb\xbf" + `{"id":"c1","text":"Hinge broke","photos":["images/a.jpg"],"product":"Chair","sku":"S1","serial":"N1","received_at":"2026-03-01T10:00:00Z","lang":"EN","context":{"days_since_delivery":3,"sealed":true,"who":{"age":"7"},"code":"007"},"labels":{"severity":"major"},"split":"train","group":"g"}` + "\n"})
	want := []claim.Claim{{
		ID: "c1", Text: "Hinge broke", Photos: []string{filepath.Join(dir, "images", "a.jpg")}, Product: "Chair", SKU: "S1", Serial: "N1",
		ReceivedAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Lang: "en",
		Context: map[string]any{"days_since_delivery": 3.0, "sealed": true, "who.age": 7.0, "code": "007"},
		Labels:  map[string]string{"severity": "major"}, Split: "train", Group: "g",
	}}
	if diff := cmp.Diff(want, read(t, filepath.Join(dir, "c.jsonl"), datasets.Options{})); diff != "" {
		t.Error(diff)
	}
}

func TestBadRowsBecomeClaimsWithCodes(t *testing.T) {
	photos := `["` + strings.Repeat(`a.jpg","`, 20) + `b.jpg"]`
	rows := []struct{ row, codes, id, text string }{
		{`{"id":"ok","text":"fine"}`, "", "ok", "fine"},
		{`{"id":"x","text":"cut`, "row_malformed", "line-2", ""},
		{`["a"]`, "row_malformed", "line-3", ""},
		{`null`, "row_malformed", "line-4", ""},
		{`{"text":"no id"}`, "id_missing", "line-5", "no id"},
		{`{"id":"ok","text":"again"}`, "id_duplicate", "ok", "again"},
		{"{\"id\":\"u\",\"text\":\"a\xffb\"}", "text_not_utf8", "u", "a\uFFFDb"},
		{"{\"id\":\"u2\",\"text\":\"ok\",\"product\":\"\xff\"}", "text_not_utf8", "u2", "ok"},
		{`{"id":"e","text":" \n "}`, "text_empty", "e", ""},
		{`{"id":"n"}`, "claim_empty", "n", ""},
		{`{"id":"l","text":"t","labels":{"severity":"terrible"}}`, "label_unknown", "l", "t"},
		{`{"id":"l2","text":"t","labels":{"mood":"bad"}}`, "label_unknown", "l2", "t"},
		{`{"id":"r","text":"t","received_at":"yesterday"}`, "received_at_invalid", "r", "t"},
		{`{"id":"p","photos":` + photos + `}`, "photos_too_many", "p", ""},
		{`{"id":"o","text":"t","photos":["../x.jpg","/etc/passwd"]}`, "photo_outside_root photo_outside_root", "o", "t"},
		{`{"id":"w","text":{"a":1}}`, "row_malformed", "w", ""},
		{`{"id":"long","text":"` + strings.Repeat("é", datasets.MaxText+1) + `"}`, "text_too_long", "long", strings.Repeat("é", datasets.MaxText)},
		{`{"id":"huge","text":"` + strings.Repeat("a", datasets.MaxRow) + `"}`, "row_too_long", "line-18", ""},
		{`{"id":"last","text":"after the huge row"}`, "", "last", "after the huge row"},
	}
	var file strings.Builder
	for _, r := range rows {
		file.WriteString(r.row + "\n")
	}
	got := read(t, filepath.Join(write(t, map[string]string{"c.jsonl": file.String()}), "c.jsonl"), datasets.Options{})
	if len(got) != len(rows) {
		t.Fatalf("%d rows in, %d claims out", len(rows), len(got))
	}
	for i, r := range rows {
		if codes(got[i]) != r.codes || got[i].ID != r.id || got[i].Text != r.text {
			t.Errorf("row %d %.60s: codes %q id %q text %.40q, want %q %q %.40q", i+1, r.row, codes(got[i]), got[i].ID, got[i].Text, r.codes, r.id, r.text)
		}
	}
	if n := len(got[13].Photos); n != datasets.MaxPhotos {
		t.Errorf("%d photos kept", n)
	}
	if len(got[10].Labels)+len(got[14].Photos) != 0 {
		t.Error("an unknown label or an escaping photo was kept")
	}
}

func TestCSV(t *testing.T) {
	const table = "id,text,photos,severity,labels.symptom,context.days,split\r\n" +
		"a,\"two\nlines, \"\"quoted\"\"\",x.jpg; y.jpg,major,leak,3,train\r\n" +
		"b,5\" screen cracked,,minor,,,test\n" +
		"c,too few\n" +
		"d,\"never closed,,,,,\n" +
		"\n" +
		"e,\"closed\"x,,,,,\n" +
		"f,fine \xff,,,,,\n"
	dir := write(t, map[string]string{"c.csv": table})
	got := read(t, filepath.Join(dir, "c.csv"), datasets.Options{})
	want := []claim.Claim{
		{ID: "a", Text: "two\nlines, \"quoted\"", Photos: []string{filepath.Join(dir, "x.jpg"), filepath.Join(dir, "y.jpg")},
			Labels: map[string]string{"severity": "major", "symptom": "leak"}, Context: map[string]any{"days": 3.0}, Split: "train"},
		{ID: "b", Text: `5" screen cracked`, Labels: map[string]string{"severity": "minor"}, Split: "test"},
		{ID: "line-5"}, {ID: "line-6"}, {ID: "line-8"},
		{ID: "f", Text: "fine \uFFFD"},
	}
	wantCodes := []string{"", "", "row_malformed", "row_malformed", "row_malformed", "text_not_utf8"}
	if len(got) != len(want) {
		t.Fatalf("%d claims, want %d: %+v", len(got), len(want), got)
	}
	for i := range got {
		if codes(got[i]) != wantCodes[i] {
			t.Errorf("%s: codes %q, want %q", got[i].ID, codes(got[i]), wantCodes[i])
		}
		got[i].Problems = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSeparators(t *testing.T) {
	for name, sep := range map[string]string{"semicolon": ";", "tab": "\t"} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, map[string]string{"c.csv": "id" + sep + "text\n1" + sep + "a, b\n"})
			if got := read(t, filepath.Join(dir, "c.csv"), datasets.Options{}); len(got) != 1 || got[0].Text != "a, b" {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestFolders(t *testing.T) {
	for name, tc := range map[string]struct {
		files map[string]string
		want  []claim.Claim
	}{
		"label": {map[string]string{"b/2.PNG": "", "a/1.jpg": "", "a/notes.txt": ""}, []claim.Claim{
			{ID: "a/1.jpg", Labels: map[string]string{"label": "a"}, Photos: []string{"a/1.jpg"}},
			{ID: "b/2.PNG", Labels: map[string]string{"label": "b"}, Photos: []string{"b/2.PNG"}}}},
		"split": {map[string]string{"train/a/1.jpg": "", "val/b/2.jpg": "", "0.webp": ""}, []claim.Claim{
			{ID: "0.webp", Photos: []string{"0.webp"}},
			{ID: "train/a/1.jpg", Labels: map[string]string{"label": "a"}, Split: "train", Photos: []string{"train/a/1.jpg"}},
			{ID: "val/b/2.jpg", Labels: map[string]string{"label": "b"}, Split: "val", Photos: []string{"val/b/2.jpg"}}}},
		"claims.jsonl": {map[string]string{"claims.jsonl": `{"id":"1","text":"t"}`, "a/1.jpg": ""}, []claim.Claim{{ID: "1", Text: "t"}}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, tc.files)
			got := read(t, dir, datasets.Options{})
			for _, c := range got {
				for i := range c.Photos {
					rel, err := filepath.Rel(dir, c.Photos[i])
					if err != nil {
						t.Fatal(err)
					}
					c.Photos[i] = filepath.ToSlash(rel)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDescriptor(t *testing.T) {
	const descriptor = `
name: d
file: rows.jsonl
id: meta.nr
text: [title, body]
photo: {column: pics, separator: "|"}
lang: {value: DE}
received_at: when
context: {place: meta.place}
split: part
labels:
  kind: {column: labels.code, map: {1: one, true: yes_, 2: two}, drop: [two]}
  severity: {column: sev, order: [bad, mild]}
  first: labels.parts.0
where:
  keep: [true, null]
  labels.parts: {count: 1}
  state: {not: gone}
`
	rows := `{"meta":{"nr":1,"place":"Ulm"},"title":"T","body":"B","pics":"a.jpg|b.jpg","when":"2026-01-02","part":"train","labels":{"code":1,"parts":["p"]},"sev":"bad"}
{"meta":{"nr":2},"title":"T","labels":{"code":true,"parts":["q"]},"sev":"awful","keep":true}
{"meta":{"nr":3},"title":"T","labels":{"code":2,"parts":["q"]}}
{"meta":{"nr":4},"title":"T","labels":{"code":9,"parts":[]}}
{"meta":{"nr":5},"title":"T","labels":{"parts":["q"]},"keep":false}
{"meta":{"nr":6},"title":"T","labels":{"parts":["q"]},"state":"gone"}
broken
`
	dir := write(t, map[string]string{"desc/d.yaml": descriptor, "data/rows.jsonl": rows})
	set, err := datasets.Open(filepath.Join(dir, "desc", "d.yaml"), datasets.Options{Root: filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, filepath.Join(dir, "desc", "d.yaml"), datasets.Options{Root: filepath.Join(dir, "data")})
	var ids []string
	for _, c := range got {
		ids = append(ids, c.ID+"/"+codes(c))
	}
	if diff := cmp.Diff([]string{"1/", "2/label_unknown", "3/", "line-7/row_malformed"}, ids); diff != "" {
		t.Fatal(diff)
	}
	want := claim.Claim{ID: "1", Text: "T\nB", Photos: []string{filepath.Join(dir, "data", "a.jpg"), filepath.Join(dir, "data", "b.jpg")}, Lang: "de",
		ReceivedAt: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Context: map[string]any{"place": "Ulm"}, Split: "train",
		Labels: map[string]string{"kind": "one", "severity": "bad", "first": "p"}}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Error(diff)
	}
	tax := set.Taxonomy()
	if diff := cmp.Diff([]any{[]string{"one", "yes_"}, []string{"bad", "mild"}, true, []string{"p", "q"}},
		[]any{tax.Axis("kind").IDs(), tax.Axis("severity").IDs(), tax.Axis("severity").Ordinal, tax.Axis("first").IDs()}); diff != "" {
		t.Error(diff)
	}
}

func TestDescriptorReportsEverythingAtOnce(t *testing.T) {
	_, err := datasets.ParseDescriptor([]byte("name: d\nfile: x.csv\ntexts: a\nlabels:\n  severety: {colum: s}\nwhere:\n  a: {count: -1}\n  b: {}\ntaxonomy: starter\n"))
	want := []string{
		"line 1: neither text nor photo names a column; a claim needs one of them",
		`line 3: unknown key "texts"; did you mean "text"?`,
		`line 5: labels: the starter taxonomy has no axis "severety"; did you mean "severity"?`,
		`line 5: labels.severety: column is missing`,
		`line 5: labels.severety: unknown key "colum"; did you mean "column"?`,
		"line 7: where.a.count: count cannot be below 0",
		"line 8: where.b: a condition is a value, a list of values, {not: ...} or {count: N}",
	}
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestSplitFilter(t *testing.T) {
	path := filepath.Join(write(t, map[string]string{"c.jsonl": `{"id":"1","text":"t","split":"train"}
{"id":"2","text":"t","split":"test"}
broken
{"id":"4","text":"t","split":"val"}
`}), "c.jsonl")
	var ids []string
	for _, c := range read(t, path, datasets.Options{Split: "train, val"}) {
		ids = append(ids, c.ID)
	}
	if diff := cmp.Diff([]string{"1", "line-3", "4"}, ids); diff != "" {
		t.Error(diff)
	}
	set, err := datasets.Open(path, datasets.Options{Split: "golden"})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range set.Claims(t.Context()) {
		last = err
	}
	split, ok := errors.AsType[*datasets.SplitError](last)
	if !ok {
		t.Fatalf("got %v", last)
	}
	if diff := cmp.Diff([]string{"test", "train", "val"}, split.Found); diff != "" {
		t.Error(diff)
	}
}

func TestStreamFailures(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for range 2000 {
		_, _ = w.Write([]byte(`{"id":"1","text":"` + time.Now().String() + `"}` + "\n"))
	}
	_ = w.Close()
	dir := write(t, map[string]string{"cut.jsonl.gz": packed.String()[:packed.Len()/2], "ok.jsonl": `{"id":"1","text":"t"}`})
	last := func(ctx context.Context, path string) (n int, last error) {
		set, err := datasets.Open(filepath.Join(dir, path), datasets.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range set.Claims(ctx) {
			if n, last = n+1, err; err == nil {
				n++
			}
		}
		return n, last
	}
	if n, err := last(t.Context(), "cut.jsonl.gz"); err == nil || n < 10 {
		t.Errorf("a broken gzip gave %d claims and the error %v", n, err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := last(cancelled, "ok.jsonl"); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context gave %v", err)
	}
	for _, path := range []string{"missing.jsonl", "car-damage", "ok.txt"} {
		if _, err := datasets.Open(path, datasets.Options{}); err == nil {
			t.Errorf("%s was opened", path)
		}
	}
}

func TestDigest(t *testing.T) {
	digest := func(files map[string]string, opts datasets.Options) string {
		set, err := datasets.Open(filepath.Join(write(t, files), "c.jsonl"), opts)
		if err != nil {
			t.Fatal(err)
		}
		d, err := set.Digest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	base := func() map[string]string {
		return map[string]string{"c.jsonl": `{"id":"1","photos":["a.jpg"],"split":"x"}` + "\n" + `{"id":"2","text":"t","split":"y"}`, "a.jpg": "one"}
	}
	want := digest(base(), datasets.Options{})
	if got := digest(base(), datasets.Options{}); got != want {
		t.Error("the same data in another folder has another digest")
	}
	photo, text, split := base(), base(), base()
	photo["a.jpg"] = "two"
	text["c.jsonl"] = strings.Replace(text["c.jsonl"], `"t"`, `"u"`, 1)
	for name, got := range map[string]string{"photo": digest(photo, datasets.Options{}), "text": digest(text, datasets.Options{}),
		"split": digest(split, datasets.Options{Split: "x"}), "taxonomy": digest(base(), datasets.Options{Taxonomy: "infer"})} {
		if got == want {
			t.Errorf("another %s has the same digest", name)
		}
	}
}

func BenchmarkJSONL(b *testing.B) {
	benchmarkRead(b, "c.jsonl", `{"id":"c%","text":"The hinge broke after two weeks of normal use and the lid fell on my hand, see the photo.","photos":["a.jpg"],"product":"Chair","received_at":"2026-03-01T10:00:00Z","context":{"days_since_delivery":3},"labels":{"severity":"major","symptom":"crack_break"},"split":"train"}`+"\n")
}

func BenchmarkCSV(b *testing.B) {
	benchmarkRead(b, "c.csv", "c%,\"The hinge broke after two weeks of normal use and the lid fell on my hand, see the photo.\",a.jpg,major,crack_break,3,train\n")
}

func benchmarkRead(b *testing.B, name, row string) {
	const rows = 10_000
	var file strings.Builder
	if strings.HasSuffix(name, "csv") {
		file.WriteString("id,text,photos,severity,symptom,context.days,split\n")
	}
	for i := range rows {
		file.WriteString(strings.Replace(row, "%", time.Duration(i).String(), 1))
	}
	path := filepath.Join(write(b, map[string]string{name: file.String()}), name)
	set, err := datasets.Open(path, datasets.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		n := 0
		for c, err := range set.Claims(context.Background()) {
			if err != nil || len(c.Problems) > 0 {
				b.Fatal(err, c.Problems)
			}
			n++
		}
		if n != rows {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "claims/s")
}
