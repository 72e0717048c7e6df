package bundle

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
)

// valid is a manifest without fault, whose file is the text "graph".
func valid() Manifest {
	return Manifest{
		Format: 1, Name: "tiny-1.0", Kind: Vision, Model: "model.onnx",
		Files:   []File{{Path: "model.onnx", SHA256: strings.Repeat("0a", 32), Bytes: 5}},
		Inputs:  []Input{{Name: "input", Shape: []int64{-1, 3, 8, 8}}},
		Outputs: []Output{{Name: "features", Dim: 4, Pool: PoolNone}},
		VisionSpec: &VisionSpec{
			Fit: FitCrop, ShortSide: 9, Size: 8, Layout: NCHW, Colour: RGB, Scale: 1.0 / 255,
			Mean: [3]float64{0.5, 0.5, 0.5}, Std: [3]float64{0.25, 0.25, 0.25}, Interpolation: "bilinear",
		},
		Licence: "Apache-2.0", Source: "a test",
		Golden: &Golden{Seed: 1, Tolerance: 0.02, Outputs: []GoldenOutput{{"features", []float32{1, 2, 3, 4}}}},
	}
}

func validText() Manifest {
	m := valid()
	m.Kind, m.VisionSpec, m.Golden = Text, nil, nil
	m.TextSpec = &TextSpec{Tokenizer: "tokenizer.json", MaxTokens: 128}
	m.Files = append(m.Files, File{Path: "tokenizer.json", SHA256: strings.Repeat("0b", 32)})
	return m
}

func TestValidManifests(t *testing.T) {
	for _, m := range []Manifest{valid(), validText()} {
		if err := m.Validate(); err != nil {
			t.Errorf("%s: %v", m.Kind, err)
		}
	}
}

func TestValidateNamesEachFault(t *testing.T) {
	for _, tc := range []struct {
		where  string
		code   claim.Code
		change func(*Manifest)
	}{
		{"format", CodeFormat, func(m *Manifest) { m.Format = 2 }},
		{"name", CodeManifest, func(m *Manifest) { m.Name = "../up" }},
		{"kind", CodeManifest, func(m *Manifest) { m.Kind = "audio" }},
		{"files", CodeManifest, func(m *Manifest) { m.Files = nil }},
		{"files[0]", CodePath, func(m *Manifest) { m.Files[0].Path = "../model.onnx" }},
		{"files[0]", CodePath, func(m *Manifest) { m.Files[0].Path = "/etc/passwd" }},
		{"files[0]", CodePath, func(m *Manifest) { m.Files[0].Path = "a/../model.onnx" }},
		{"files[0]", CodePath, func(m *Manifest) { m.Files[0].Path = ManifestName }},
		{"files[0]", CodeManifest, func(m *Manifest) { m.Files[0].SHA256 = "ABC" }},
		{"files[1]", CodeManifest, func(m *Manifest) { m.Files = append(m.Files, m.Files[0]) }},
		{"model", CodeManifest, func(m *Manifest) { m.Model = "other.onnx" }},
		{"inputs", CodeManifest, func(m *Manifest) { m.Inputs = nil }},
		{"outputs", CodeManifest, func(m *Manifest) { m.Outputs = nil }},
		{"outputs[0]", CodeManifest, func(m *Manifest) { m.Outputs[0].Dim = 0 }},
		{"outputs[0]", CodeManifest, func(m *Manifest) { m.Outputs[0].Pool = "max" }},
		{"vision", CodeManifest, func(m *Manifest) { m.VisionSpec = nil }},
		{"vision.size", CodeManifest, func(m *Manifest) { m.VisionSpec.Size = 1 << 20 }},
		{"vision.short_side", CodeManifest, func(m *Manifest) { m.VisionSpec.ShortSide = 7 }},
		{"vision.fit", CodeManifest, func(m *Manifest) { m.VisionSpec.Fit = "stretch" }},
		{"vision.layout", CodeManifest, func(m *Manifest) { m.VisionSpec.Layout = "CHWN" }},
		{"vision.colour", CodeManifest, func(m *Manifest) { m.VisionSpec.Colour = "YUV" }},
		{"vision.interpolation", CodeManifest, func(m *Manifest) { m.VisionSpec.Interpolation = "nearest" }},
		{"vision.scale", CodeManifest, func(m *Manifest) { m.VisionSpec.Scale = 0 }},
		{"vision.mean[1]", CodeManifest, func(m *Manifest) { m.VisionSpec.Mean[1] = math.NaN() }},
		{"vision.std[2]", CodeManifest, func(m *Manifest) { m.VisionSpec.Std[2] = 0 }},
		{"golden.tolerance", CodeManifest, func(m *Manifest) { m.Golden.Tolerance = 0 }},
		{"golden.outputs", CodeManifest, func(m *Manifest) { m.Golden.Outputs = nil }},
		{"golden.outputs[0]", CodeManifest, func(m *Manifest) { m.Golden.Outputs[0].Values = nil }},
	} {
		m := valid()
		tc.change(&m)
		if p, ok := errors.AsType[Problems](m.Validate()); !ok || !slices.ContainsFunc(p, func(x claim.Problem) bool { return x.Where == tc.where && x.Code == tc.code }) {
			t.Errorf("%s: got %v", tc.where, p)
		}
	}
	m := validText()
	m.TextSpec.MaxTokens, m.TextSpec.PadID, m.TextSpec.Tokenizer = 0, -1, "none.json"
	if p, ok := errors.AsType[Problems](m.Validate()); !ok || len(p) != 3 {
		t.Errorf("all three faults of the text part at once: %v", p)
	}
}

func TestParseIsStrict(t *testing.T) {
	good, err := json.Marshal(valid())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(good); err != nil {
		t.Fatal(err)
	}
	text := string(good)
	for name, bad := range map[string]string{
		"unknown field":  strings.Replace(text, `"mean"`, `"meen"`, 1),
		"trailing text":  text + "x",
		"two values":     text + text,
		"cut":            text[:len(text)-10],
		"another type":   strings.Replace(text, `"format":1`, `"format":"1"`, 1),
		"nothing at all": "",
	} {
		if _, err := Parse([]byte(bad)); claim.AsProblem(err, "").Code != CodeManifest {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// save writes a bundle of one file with the text "graph".
func save(t *testing.T) *Bundle {
	t.Helper()
	from := filepath.Join(t.TempDir(), "any-name")
	if err := os.WriteFile(from, []byte("graph"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := Save(filepath.Join(t.TempDir(), "deep", "tiny"), valid(), map[string]string{"model.onnx": from})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSaveAndLoadAgree(t *testing.T) {
	b := save(t)
	got, err := Load(b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, got); diff != "" {
		t.Error(diff)
	}
	if got.Digest() != b.Digest() || got.Bytes() != 5 || !IsBundle(b.Dir) {
		t.Errorf("digest %s, %d bytes", got.Digest(), got.Bytes())
	}
	if _, err := Save(b.Dir, valid(), nil); err == nil {
		t.Error("an existing bundle was overwritten")
	}
	if around, _ := os.ReadDir(filepath.Dir(b.Dir)); len(around) != 1 {
		t.Errorf("left behind: %v", around)
	}
}

func TestSaveLeavesNothingWhenItFails(t *testing.T) {
	dir := t.TempDir()
	for name, files := range map[string]map[string]string{
		"missing":  {"model.onnx": filepath.Join(dir, "none")},
		"escaping": {"../model.onnx": filepath.Join(dir, "none")},
	} {
		if _, err := Save(filepath.Join(dir, "b"), valid(), files); err == nil {
			t.Errorf("%s: saved", name)
		}
	}
	if around, _ := os.ReadDir(dir); len(around) != 0 {
		t.Errorf("left behind: %v", around)
	}
}

func TestLoadFindsDamage(t *testing.T) {
	for _, tc := range []struct {
		name   string
		code   claim.Code
		damage func(dir string) error
	}{
		{"one byte", CodeChanged, func(d string) error { return os.WriteFile(filepath.Join(d, "model.onnx"), []byte("grapf"), 0o600) }},
		{"cut", CodeChanged, func(d string) error { return os.Truncate(filepath.Join(d, "model.onnx"), 2) }},
		{"gone", CodeMissing, func(d string) error { return os.Remove(filepath.Join(d, "model.onnx")) }},
		{"a link out of the bundle", CodePath, func(d string) error {
			out := filepath.Join(filepath.Dir(d), "outside")
			_ = os.WriteFile(out, []byte("graph"), 0o600)
			_ = os.Remove(filepath.Join(d, "model.onnx"))
			return os.Symlink(out, filepath.Join(d, "model.onnx"))
		}},
		{"no manifest", CodeManifest, func(d string) error { return os.Remove(filepath.Join(d, ManifestName)) }},
		{"a huge manifest", CodeManifest, func(d string) error { return os.Truncate(filepath.Join(d, ManifestName), MaxManifestBytes+1) }},
	} {
		b := save(t)
		if err := tc.damage(b.Dir); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(b.Dir); claim.AsProblem(err, "").Code != tc.code {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

func TestDigestNamesWhatDecidesVectors(t *testing.T) {
	base := valid()
	digest := base.Digest()
	for name, change := range map[string]func(*Manifest){
		"name":    func(m *Manifest) { m.Name = "other" },
		"licence": func(m *Manifest) { m.Licence = "MIT" },
		"golden":  func(m *Manifest) { m.Golden = nil },
		"readme": func(m *Manifest) {
			m.Files = append(m.Files, File{Path: "README.md", SHA256: strings.Repeat("0c", 32)})
		},
	} {
		m := valid()
		if change(&m); m.Digest() != digest {
			t.Errorf("%s changed the digest", name)
		}
	}
	for name, change := range map[string]func(*Manifest){
		"mean":    func(m *Manifest) { m.VisionSpec.Mean[0] = 0.4 },
		"graph":   func(m *Manifest) { m.Files[0].SHA256 = strings.Repeat("0d", 32) },
		"outputs": func(m *Manifest) { m.Outputs[0].Pool = PoolSpace },
		"config": func(m *Manifest) {
			m.Files = append(m.Files, File{Path: "tokenizer.json", SHA256: strings.Repeat("0c", 32)})
		},
	} {
		m := valid()
		if change(&m); m.Digest() == digest {
			t.Errorf("%s did not change the digest", name)
		}
	}
}

func TestNoiseIsTheStatedFormula(t *testing.T) {
	// SplitMix64 from seed 0 starts e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f.
	want := []float32{float32(0xe220a8)/(1<<23) - 1, float32(0x6e789e)/(1<<23) - 1, float32(0x06c45d)/(1<<23) - 1}
	if diff := cmp.Diff(want, Noise(0, 3)); diff != "" {
		t.Error(diff)
	}
}

func TestGoldenCheck(t *testing.T) {
	nan := float32(math.NaN())
	g := NewGolden([]Output{{Name: "a", Dim: 3}}, [][]float32{{100, 0, -50}})
	for _, tc := range []struct {
		name string
		got  [][]float32
		ok   bool
	}{
		{"same", [][]float32{{100, 0, -50}}, true},
		{"within", [][]float32{{101.9, -1.9, -50}}, true},
		{"beyond", [][]float32{{100, 2.1, -50}}, false},
		{"not a number", [][]float32{{100, nan, -50}}, false},
		{"shorter", [][]float32{{100, 0}}, false},
		{"none", nil, false},
	} {
		if err := g.Check(tc.got); (err == nil) != tc.ok {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	long := make([]float32, 1000)
	for i := range long {
		long[i] = float32(i)
	}
	if s := Sample(long); len(s) != GoldenValues || s[0] != 0 || s[63] != 984 {
		t.Errorf("sample %v", s)
	}
}

func FuzzParse(f *testing.F) {
	good, _ := json.Marshal(valid())
	f.Add(good)
	f.Add([]byte(`{"format":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err != nil {
			return
		}
		again, err := m.Encode()
		if err != nil {
			t.Fatalf("a manifest that was read cannot be written: %v", err)
		}
		twin, err := Parse(again)
		if err != nil || twin.Digest() != m.Digest() {
			t.Fatalf("written and read again: %v", err)
		}
	})
}
