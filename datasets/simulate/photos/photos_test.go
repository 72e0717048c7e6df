package photos

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

func TestDrawIsDeterministic(t *testing.T) {
	for _, p := range Products() {
		spec := Spec{Seed: 11, Product: p, Symptom: Plausible(p)[0], Severity: .5, Size: 96}
		a, b := Draw(spec), Draw(spec)
		if !bytes.Equal(a.Pix, b.Pix) {
			t.Errorf("%s: two drawings of one spec differ", p)
		}
		spec.Seed++
		if c := Draw(spec); bytes.Equal(a.Pix, c.Pix) {
			t.Errorf("%s: another seed drew the same photo", p)
		}
	}
}

// Every symptom has to leave a mark that outlasts noise, also at the lowest severity, on
// any product, and must leave most of the photo as it was.
func TestSymptomsShow(t *testing.T) {
	for _, p := range Products() {
		intact := Draw(Spec{Seed: 5, Product: p, Size: 160})
		for _, sy := range Symptoms() {
			for _, severity := range []float64{0, 1} {
				spec := Spec{Seed: 5, Product: p, Symptom: sy, Severity: severity, Size: 160}
				if p == Chair && sy == Corrosion {
					continue // a chair that rusts is made of metal, another chair altogether
				}
				got := changed(Draw(spec), intact)
				plausible := slices.Contains(Plausible(p), sy)
				if plausible && got < .0012 {
					t.Errorf("%s %s at %v: %.4f of the pixels changed, too few to see", p, sy, severity, got)
				}
				if got > .75 {
					t.Errorf("%s %s at %v: %.4f of the pixels changed; the scene moved", p, sy, severity, got)
				}
			}
		}
	}
}

// changed gives the share of pixels with a channel more than 24 apart.
func changed(a, b *image.RGBA) float64 {
	n := 0
	for i := 0; i < len(a.Pix); i += 4 {
		for k := range 3 {
			if d := int(a.Pix[i+k]) - int(b.Pix[i+k]); d > 24 || d < -24 {
				n++
				break
			}
		}
	}
	return float64(n) / float64(len(a.Pix)/4)
}

func TestMoreSeverityShowsMore(t *testing.T) {
	for _, sy := range []string{Stain, Burn, Scratch, Crack} {
		var low, high float64
		for seed := range uint64(6) {
			at := func(severity float64) float64 {
				s := Spec{Seed: seed, Product: Plastic, Symptom: sy, Severity: severity, Size: 96}
				intact := s
				intact.Symptom = Intact
				return changed(Draw(s), Draw(intact))
			}
			low, high = low+at(.1), high+at(1)
		}
		if high <= low {
			t.Errorf("%s: severity 1 changes %.4f, severity 0.1 changes %.4f", sy, high/6, low/6)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct{ ask, want int }{{0, 480}, {1, 64}, {97, 97}, {99999, 4096}} {
		if c.want > 1000 {
			if got := (Spec{Size: c.ask}).size(); got != c.want {
				t.Errorf("size %d became %d, want %d", c.ask, got, c.want)
			}
			continue
		}
		for seed := range uint64(4) { // both orientations
			b := Draw(Spec{Seed: seed, Product: Bottle, Symptom: Leak, Severity: 1, Size: c.ask}).Bounds()
			if got := max(b.Dx(), b.Dy()); got != c.want {
				t.Errorf("size %d: drawn with %d, want %d", c.ask, got, c.want)
			}
		}
	}
}

func TestUnknownsAreDrawn(t *testing.T) {
	a := Draw(Spec{Seed: 3, Product: "teapot", Symptom: "haunted", Size: 80})
	b := Draw(Spec{Seed: 3, Product: Parcel, Size: 80})
	if !bytes.Equal(a.Pix, b.Pix) {
		t.Error("an unknown product and symptom is not an intact parcel")
	}
	if got := Labels(Spec{Product: Parcel, Symptom: "haunted"}); len(got) != 0 {
		t.Errorf("labels of an unknown symptom: %v", got)
	}
}

func TestLabelsAreOfTheTaxonomy(t *testing.T) {
	tax := taxonomy.Starter()
	for _, p := range Products() {
		for _, sy := range Symptoms() {
			for _, severity := range []float64{0, .5, 1} {
				labels := Labels(Spec{Product: p, Symptom: sy, Severity: severity})
				if labels["symptom"] != sy || labels["component"] == "" {
					t.Errorf("%s %s: labels %v", p, sy, labels)
				}
				for axis, label := range labels {
					if !tax.Valid(axis, label) {
						t.Errorf("%s %s: %s has no label %q", p, sy, axis, label)
					}
				}
			}
		}
	}
	if got := Labels(Spec{Product: Chair}); len(got) != 0 {
		t.Errorf("labels of an intact chair: %v", got)
	}
}

func TestWriteSet(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	const n = 10
	for _, dir := range []string{a, b} {
		if err := WriteSet(t.Context(), dir, n, 7); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(readTree(t, a), readTree(t, b)); diff != "" {
		t.Error("two sets of one seed differ")
	}
	f, err := os.Open(filepath.Join(a, claimsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	symptoms := map[string]bool{}
	for i := range n {
		var c claim.Claim
		if err := dec.Decode(&c); err != nil {
			t.Fatalf("row %d: %v", i, err)
		}
		if c.Text != "" || c.Context["drawn"] != true || c.ID == "" || c.Product == "" {
			t.Errorf("row %d: %+v", i, c)
		}
		symptoms[c.Labels["symptom"]] = true
		checkPhoto(t, filepath.Join(a, c.Photos[0]))
	}
	if len(symptoms) != len(Symptoms()) {
		t.Errorf("%d rows show %d symptoms, want all %d", n, len(symptoms), len(Symptoms()))
	}
}

func checkPhoto(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := jpeg.DecodeConfig(f)
	if err != nil || max(c.Width, c.Height) != defaultSize {
		t.Errorf("%s: %v, %d x %d", path, err, c.Width, c.Height)
	}
}

func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWriteSetRefuses(t *testing.T) {
	if err := WriteSet(t.Context(), t.TempDir(), 0, 1); err == nil {
		t.Error("a set of no photos was written")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if err := WriteSet(ctx, dir, 5, 1); err == nil {
		t.Error("a cancelled run reported success")
	}
	if _, err := os.Stat(filepath.Join(dir, claimsFile)); err == nil {
		t.Error("a cancelled run left a claims.jsonl")
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, p := range Products() {
		b.Run(string(p), func(b *testing.B) {
			symptoms := Plausible(p)
			for i := range b.N {
				Draw(Spec{Seed: uint64(i), Product: p, Symptom: symptoms[i%len(symptoms)], Severity: .6})
			}
		})
	}
}
