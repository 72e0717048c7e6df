package fingerprint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/disintegration/imaging"
	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/datasets/fingerprint"
)

func decode(_ context.Context, path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	return img, err
}

type row map[string]any

func set(t testing.TB, files map[string][]byte, rows ...row) *datasets.Set {
	t.Helper()
	dir := t.TempDir()
	var b bytes.Buffer
	for _, r := range rows {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "c.jsonl")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := datasets.Open(path, datasets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func build(t testing.TB, s *datasets.Set, o fingerprint.Options) *fingerprint.Prints {
	t.Helper()
	p, err := fingerprint.Build(t.Context(), s, "sha256:x", o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := p.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	back, err := fingerprint.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if back.Claims() != p.Claims() || back.Photos() != p.Photos() || back.Data != p.Data || back.Digest != p.Digest {
		t.Fatalf("%+v and %+v", p, back)
	}
	return back // all tests match with what was written and read
}

// drawing is a picture with shapes that depend on seed.
func drawing(seed uint64, w, h int) image.Image {
	r := rand.New(rand.NewPCG(seed, 3))
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	type disc struct{ x, y, radius, grey float64 }
	discs := make([]disc, 40)
	for i := range discs {
		discs[i] = disc{r.Float64(), r.Float64(), 0.03 + r.Float64()/6, r.Float64() * 255}
	}
	for y := range h {
		for x := range w {
			grey := 128.0
			for _, d := range discs {
				dx, dy := float64(x)/float64(w)-d.x, float64(y)/float64(h)-d.y
				if dx*dx+dy*dy < d.radius*d.radius {
					grey = d.grey
				}
			}
			img.Set(x, y, color.Gray{uint8(grey)})
		}
	}
	return img
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestMatchFindsWhatWasPlanted(t *testing.T) {
	long := "The charger became so hot after an hour that the cable melted and the table below has a burn mark now, size of a coin"
	a := drawing(1, 200, 150)
	train := set(t, map[string][]byte{"a.png": pngOf(t, a)}, row{"id": "1", "text": long, "serial": "ab-123 4"}, row{"id": "2", "text": "no power", "serial": "n/a"}, row{"id": "3", "photos": []string{"a.png"}})
	test := set(t, map[string][]byte{"same.png": pngOf(t, a), "mirror.png": pngOf(t, imaging.FlipH(imaging.Resize(a, 120, 0, imaging.Lanczos))), "other.png": pngOf(t, drawing(2, 200, 150))},
		row{"id": "e1", "text": strings.ToUpper(long)}, row{"id": "e2", "text": long + " today"}, row{"id": "e3", "text": "No power!", "serial": "N/A"},
		row{"id": "e4", "photos": []string{"other.png", "same.png"}}, row{"id": "e5", "photos": []string{"mirror.png"}}, row{"id": "e6", "text": "x", "serial": "AB1234"},
		row{"id": "2", "text": "quite another text of some words"}, row{"id": "e8", "photos": []string{"other.png", "gone.png"}})
	p := build(t, train, fingerprint.Options{Photos: decode})
	hits, n, err := p.Match(t.Context(), test, fingerprint.Options{Photos: decode})
	if err != nil || n != 8 {
		t.Fatal(n, err)
	}
	got := []string{}
	for _, h := range hits {
		got = append(got, fmt.Sprintf("%s = %d %s %s %v", h.ID, h.TrainClaim, h.Level, h.Code, h.Similarity == 1))
	}
	want := []string{"e1 = 1 error split_leak_text true", "e2 = 1 warning split_leak_text_near false", "e3 = 2 note split_leak_text_short true", "e4 = 3 error split_leak_photo true",
		"e5 = 3 warning split_leak_photo_near false", "e6 = 1 error split_leak_serial true", "2 = 2 note shared_id true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	r := fingerprint.Report(p, hits, n, 0)
	if r.Leaked != 3 || r.Suspect != 2 || !strings.HasPrefix(r.Refusal(), "3 of the 8 claims (37.5 %) are known from training: ") {
		t.Errorf("%+v %s", r, r.Refusal())
	}
}

func TestFilesAreRepeatableAndSmall(t *testing.T) {
	var rows []row
	for i := range 1000 {
		rows = append(rows, row{"id": fmt.Sprint(i), "text": fmt.Sprint("text number ", i, " of some length")})
	}
	s := set(t, map[string][]byte{"a.png": pngOf(t, drawing(1, 60, 40))}, append(rows, row{"id": "p", "photos": []string{"a.png"}})...)
	var files [2]bytes.Buffer
	for i, workers := range []int{1, 4} {
		p, err := fingerprint.Build(t.Context(), s, "d", fingerprint.Options{Photos: decode, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.WriteTo(&files[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("the same set gave two files")
	}
	if n := files[0].Len(); n > 1001*88+172+200 {
		t.Errorf("%d bytes for 1001 claims and a photo", n)
	}
	data := files[0].Bytes()
	for i := 0; i < len(data); i += 97 {
		bad := bytes.Clone(data)
		bad[i] ^= 4
		_, err1 := fingerprint.Read(bytes.NewReader(bad))
		_, err2 := fingerprint.Read(bytes.NewReader(data[:i]))
		if !errors.Is(err1, fingerprint.ErrCorrupt) || !errors.Is(err2, fingerprint.ErrCorrupt) {
			t.Fatalf("byte %d: %v; %v", i, err1, err2)
		}
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	p := build(f, set(f, nil, row{"id": "1", "text": "a b c d e"}), fingerprint.Options{})
	if _, err := p.WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := fingerprint.Read(bytes.NewReader(data)); (p == nil) == (err == nil) {
			t.Fatal(p, err)
		}
	})
}

// The rates that Match's comment promises: texts of which a part was replaced, and texts
// that have only parts in common.
func TestMeasuredOnTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n = 2000
	words := func(k int) []string {
		out := make([]string, k)
		for i := range out {
			out[i] = fmt.Sprint("w", r.IntN(5000))
		}
		return out
	}
	originals := make([][]string, n)
	var train []row
	for i := range originals {
		originals[i] = words(100)
		train = append(train, row{"id": fmt.Sprint(i), "text": strings.Join(originals[i], " ")})
	}
	p := build(t, set(t, nil, train...), fingerprint.Options{})
	for _, tc := range []struct {
		keep        int // of the 100 words
		least, most float64
	}{{96, 0.999, 1}, {91, 0.97, 1}, {83, 0.3, 0.8}, {68, 0, 0.005}, {0, 0, 0}} {
		var test []row
		for i, o := range originals {
			test = append(test, row{"id": fmt.Sprint("t", i), "text": strings.Join(append(append([]string{}, o[:tc.keep]...), words(100-tc.keep)...), " ")})
		}
		hits, _, err := p.Match(t.Context(), set(t, nil, test...), fingerprint.Options{})
		if err != nil {
			t.Fatal(err)
		}
		shared := max(float64(tc.keep-3), 0)
		s, rate := shared/(2*97-shared), float64(len(hits))/n
		t.Logf("Jaccard similarity %.2f: %.4f found", s, rate)
		if rate < tc.least || rate > tc.most {
			t.Errorf("similarity %.2f: %.4f found, want %g to %g", s, rate, tc.least, tc.most)
		}
	}
}

func TestMeasuredOnCopies(t *testing.T) {
	changes := map[string]func(image.Image) image.Image{
		"JPEG 40":  func(i image.Image) image.Image { return recompress(t, i, 40) },
		"half":     func(i image.Image) image.Image { return imaging.Resize(i, 100, 0, imaging.Lanczos) },
		"mirrored": func(i image.Image) image.Image { return imaging.FlipH(i) },
		"brighter": func(i image.Image) image.Image { return imaging.AdjustBrightness(i, 8) },
	}
	const n = 30
	files, rows, drawn := map[string][]byte{}, []row{}, make([]image.Image, n)
	for i := range n {
		name := fmt.Sprintf("%d.png", i)
		drawn[i] = drawing(uint64(i), 200, 150)
		files[name], rows = pngOf(t, drawn[i]), append(rows, row{"id": name, "photos": []string{name}})
	}
	p := build(t, set(t, files, rows...), fingerprint.Options{Photos: decode})
	for name, change := range changes {
		copies := map[string][]byte{}
		for i := range n {
			copies[fmt.Sprintf("%d.png", i)] = pngOf(t, change(drawn[i]))
		}
		hits, _, err := p.Match(t.Context(), set(t, copies, rows...), fingerprint.Options{Photos: decode})
		if err != nil {
			t.Fatal(err)
		}
		right := 0
		for _, h := range hits {
			if h.Code == datasets.CodeLeakPhotoNear && h.TrainClaim == h.Row {
				right++
			}
		}
		t.Logf("%s: %d of %d", name, right, n)
		if right < n*95/100 {
			t.Errorf("%s: %d of %d found", name, right, n)
		}
	}
}

func recompress(t testing.TB, img image.Image, quality int) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	out, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
