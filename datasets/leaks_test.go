package datasets_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/datasets"
)

func open(t testing.TB, path, split string) *datasets.Set {
	t.Helper()
	set, err := datasets.Open(path, datasets.Options{Split: split, Taxonomy: "infer"})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestLeaksFindsWhatWasPlanted(t *testing.T) {
	long := "The charger became so hot after an hour that the cable melted and the table below has a burn mark now, size of a coin"
	var small bytes.Buffer
	if err := png.Encode(&small, drawing(1, 200, 150)); err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{"a.png": pngOf(t, 1), "again.png": pngOf(t, 1), "small.png": small.String(), "other.png": pngOf(t, 7),
		"c.jsonl": strings.Join([]string{
			`{"id":"t1","split":"train","text":"` + long + `","serial":"ab-123 4"}`,
			`{"id":"t2","split":"train","text":"no power","serial":"unknown"}`,
			`{"id":"t3","split":"train","photos":["a.png"],"group":"g"}`,
			`{"id":"t3","split":"train","text":"a second one of this id"}`,
			`{"id":"e1","split":"test","text":"` + strings.ToUpper(long) + `!"}`,
			`{"id":"e2","split":"test","text":"` + long + ` too"}`,
			`{"id":"e3","split":"test","text":"No power.","serial":"UNKNOWN"}`,
			`{"id":"e4","split":"test","photos":["other.png","again.png"]}`,
			`{"id":"e5","split":"test","photos":["small.png"],"group":"g"}`,
			`{"id":"e6","split":"test","text":"something else","serial":"AB1234"}`,
			`{"id":"t3","split":"test","text":"quite another text"}`,
			`{"id":"e8","split":"test","text":"nothing to see","photos":["other.png"]}`,
		}, "\n")})
	path := filepath.Join(dir, "c.jsonl")
	r, err := datasets.Leaks(t.Context(), open(t, path, "train"), open(t, path, "test"), datasets.LeakOptions{Photos: readPNG})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, l := range r.Leaks {
		got[string(l.Level)+" "+string(l.Code)] = fmt.Sprint(l.Claims, l.Examples[0])
	}
	want := map[string]string{
		"error split_leak_text": "1 e1 = t1", "warning split_leak_text_near": "1 e2 = t1", "note split_leak_text_short": "1 e3 = t2", "error split_leak_photo": "1 e4 = t3",
		"warning split_leak_photo_near": "1 e5 = t3", "error split_leak_group": "1 e5 = t3", "error split_leak_serial": "1 e6 = t1", "error split_leak_id": "1 t3 = t3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"e1", "e4", "e5", "e6", "t3"}, r.LeakedIDs); diff != "" || r.Leaked != 5 || r.Suspect != 1 || r.TestClaims != 8 || r.TrainClaims != 4 {
		t.Errorf("%s %+v", diff, r)
	}
	if s := r.Refusal(); !strings.HasPrefix(s, "5 of the 8 claims (62.5 %) are known from training: ") || !strings.Contains(s, "the same serial: 1 (e6 = t1)") {
		t.Error(s)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestLeaksBetweenFiles(t *testing.T) {
	dir := write(t, map[string]string{"a.jsonl": `{"id":"1","text":"The lid is broken in two"}`, "b.jsonl": `{"id":"1","text":"It does not start any more"}`})
	a, b := open(t, filepath.Join(dir, "a.jsonl"), ""), open(t, filepath.Join(dir, "b.jsonl"), "")
	r, err := datasets.Leaks(t.Context(), a, b, datasets.LeakOptions{})
	if err != nil || len(r.Leaks) != 1 || r.Leaks[0].Code != datasets.CodeSharedID || r.Leaks[0].Level != datasets.LevelNote || r.Refusal() != "" {
		t.Errorf("%+v %v", r, err)
	}
	r, err = datasets.Leaks(t.Context(), a, a, datasets.LeakOptions{})
	if err != nil || r.Leaked != 1 || !strings.Contains(r.Refusal(), "the same claim: 1 (1 = 1); the same text: 1") {
		t.Errorf("%+v %v", r, err)
	}
}

// madeFile gives 80 % train and 20 % test; every tenth test text is one of train with one
// word changed.
func madeFile(t testing.TB, n int) (path string, planted int) {
	var b strings.Builder
	texts := madeTexts(n)
	for i, text := range texts {
		split := "train"
		if i >= n*8/10 {
			split = "test"
			if i%10 == 0 {
				text, planted = texts[i/10]+" extra", planted+1
			}
		}
		fmt.Fprintf(&b, `{"id":"%d","text":"%s","split":"%s","serial":"SN%08d"}`+"\n", i, text, split, i)
	}
	return filepath.Join(write(t, map[string]string{"c.jsonl": b.String()}), "c.jsonl"), planted
}

func TestLeaksFindsAllPlantedTexts(t *testing.T) {
	path, planted := madeFile(t, 5000)
	r, err := datasets.Leaks(t.Context(), open(t, path, "train"), open(t, path, "test"), datasets.LeakOptions{})
	if err != nil || len(r.Leaks) != 1 || r.Leaks[0].Claims != planted || r.Leaks[0].Code != datasets.CodeLeakTextNear {
		t.Errorf("%d planted, %+v %v", planted, r, err)
	}
}

// 100,000 claims of 80 words.
func BenchmarkLeaks100k(b *testing.B) {
	path, planted := madeFile(b, 100_000)
	train, test := open(b, path, "train"), open(b, path, "test")
	for b.Loop() {
		r, err := datasets.Leaks(b.Context(), train, test, datasets.LeakOptions{})
		if err != nil || r.Leaks[0].Claims != planted {
			b.Fatal(r, err)
		}
	}
}

func TestSerialKey(t *testing.T) {
	for in, want := range map[string]string{" ab-12/34 ": "AB1234", "N/A": "", "unknown": "", "0000000": "", "12": "", "12345": "", "ÄB12": "ÄB12", "ÄB1": "", "ÄÄÄÄ": "", "": "", "xxxx": "", "SN 0001": "SN0001"} {
		if got := datasets.SerialKey(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
