package source_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/onnx/onnxtest"
	"github.com/defekt/defekt/models/registry/source"
	"github.com/defekt/defekt/pipeline/claim"
)

// folder makes a model folder: file name to content, where "=photo.onnx" means a copy of
// that tiny graph.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "My Model v1")
	for name, content := range files {
		data := []byte(content)
		if graph, ok := strings.CutPrefix(content, "="); ok {
			var err error
			if data, err = os.ReadFile(onnxtest.Graph(t, graph)); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func inspect(t *testing.T, path string, o source.Options) *source.Plan {
	t.Helper()
	p, err := source.Inspect(context.Background(), onnxtest.Runtime(t), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestBareFileTakesImageNetsPreprocessingAndSaysSo(t *testing.T) {
	p := inspect(t, onnxtest.Graph(t, "photo.onnx"), source.Options{})
	m := p.Manifest
	want := bundle.VisionSpec{
		Fit: bundle.FitCrop, ShortSide: 9, Size: 8, Layout: bundle.NCHW, Colour: bundle.RGB, Scale: 1.0 / 255,
		Mean: [3]float64{0.485, 0.456, 0.406}, Std: [3]float64{0.229, 0.224, 0.225}, Interpolation: "bilinear",
	}
	if diff := cmp.Diff(want, *m.VisionSpec); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]bundle.Output{{Name: "features", Dim: 4, Pool: bundle.PoolNone}}, m.Outputs); diff != "" {
		t.Error(diff)
	}
	if notes := strings.Join(p.Notes, "\n"); !strings.Contains(notes, "ImageNet") || !strings.Contains(notes, "licence") {
		t.Errorf("notes: %s", notes)
	}
	if m.Name != "photo" || m.Golden == nil || m.Golden.Seed == 0 {
		t.Errorf("name %q, golden %v", m.Name, m.Golden)
	}
}

func TestFlagsOverride(t *testing.T) {
	p := inspect(t, onnxtest.Graph(t, "photo-free.onnx"), source.Options{
		Name: "mine", InputSize: 32, Squash: true, Mean: []float64{1, 2, 3}, Std: []float64{4, 5, 6}, Scale: 1,
		Colour: bundle.BGR, Interpolation: "bicubic", Outputs: []string{"map", "logits"}, Licence: "MIT", Source: "me",
	})
	want := bundle.VisionSpec{
		Fit: bundle.FitSquash, Size: 32, Layout: bundle.NCHW, Colour: bundle.BGR, Scale: 1,
		Mean: [3]float64{1, 2, 3}, Std: [3]float64{4, 5, 6}, Interpolation: "bicubic",
	}
	if diff := cmp.Diff(want, *p.Manifest.VisionSpec); diff != "" {
		t.Error(diff)
	}
	outputs := []bundle.Output{{Name: "map", Dim: 4, Pool: bundle.PoolSpace}, {Name: "logits", Dim: 5, Pool: bundle.PoolNone}}
	if diff := cmp.Diff(outputs, p.Manifest.Outputs); diff != "" {
		t.Error(diff)
	}
	if m := p.Manifest; m.Name != "mine" || m.Licence != "MIT" || m.Source != "me" {
		t.Errorf("%q %q %q", m.Name, m.Licence, m.Source)
	}
}

func TestOutputsOfOtherGraphs(t *testing.T) {
	last := inspect(t, onnxtest.Graph(t, "photo-last.onnx"), source.Options{}).Manifest
	if diff := cmp.Diff([]bundle.Output{{Name: "last", Dim: 4, Pool: bundle.PoolLast}}, last.Outputs); diff != "" || last.VisionSpec.Layout != bundle.NHWC {
		t.Errorf("channels last: %s %s", last.VisionSpec.Layout, diff)
	}
	scores := inspect(t, onnxtest.Graph(t, "photo-classes.onnx"), source.Options{})
	if scores.Manifest.Outputs[0].Name != "logits" || !slices.ContainsFunc(scores.Notes, func(n string) bool { return strings.Contains(n, "class scores") }) {
		t.Errorf("only class scores: %+v %q", scores.Manifest.Outputs, scores.Notes)
	}
}

func TestPreprocessorConfigs(t *testing.T) {
	for _, tc := range []struct {
		name, json string
		want       string // "fit short size interpolation"
		notes      int
	}{
		{"ViT", `{"size":{"height":224,"width":224},"resample":2,"do_resize":true}`, "squash 0 224 bilinear", 0},
		{"old ViT", `{"size":224,"resample":2,"do_resize":true}`, "squash 0 224 bilinear", 0},
		{"CLIP", `{"size":{"shortest_edge":224},"crop_size":{"height":224,"width":224},"do_center_crop":true,"resample":3}`, "crop 224 224 bicubic", 0},
		{"old CLIP", `{"size":224,"crop_size":224,"do_center_crop":true,"resample":3}`, "crop 224 224 bicubic", 0},
		{"MobileNet", `{"size":{"shortest_edge":256},"crop_size":{"height":224,"width":224},"do_center_crop":true}`, "crop 256 224 bilinear", 0},
		{"ConvNeXt", `{"size":{"shortest_edge":224},"crop_pct":0.875,"resample":3}`, "crop 256 224 bicubic", 0},
		{"ConvNeXt 384", `{"size":{"shortest_edge":384},"crop_pct":0.875,"resample":3}`, "squash 0 384 bicubic", 0},
		{"short side only", `{"size":{"shortest_edge":224},"resample":1}`, "crop 224 224 lanczos", 1},
		{"squash then crop", `{"size":{"height":256,"width":256},"crop_size":224,"do_center_crop":true,"resample":0}`, "crop 256 224 bilinear", 2},
		{"pair", `{"size":[192,192]}`, "squash 0 192 bilinear", 0},
		{"empty", `{}`, "crop 256 224 bilinear", 1},
		{"null size", `{"size":null,"crop_size":null}`, "crop 256 224 bilinear", 1},
	} {
		spec, notes, err := source.ReadPreprocessor([]byte(tc.json))
		got := strings.Join([]string{string(spec.Fit), itoa(spec.ShortSide), itoa(spec.Size), spec.Interpolation}, " ")
		if err != nil || got != tc.want || len(notes) != tc.notes {
			t.Errorf("%s: %q, want %q; notes %q; %v", tc.name, got, tc.want, notes, err)
		}
	}
	for name, bad := range map[string]string{
		"not square": `{"size":{"height":224,"width":448}}`, "three sides": `{"size":[1,2,3]}`, "text": `{"size":"big"}`,
		"one mean": `{"image_mean":[0.5],"image_std":[0.5]}`, "no JSON": `{`,
	} {
		if _, _, err := source.ReadPreprocessor([]byte(bad)); claim.AsProblem(err, "").Code != source.CodeSource {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestValuesOfPreprocessorConfig(t *testing.T) {
	spec, _, err := source.ReadPreprocessor([]byte(`{"size":8,"do_rescale":false,"do_normalize":false,"do_flip_channel_order":true}`))
	if err != nil || spec.Scale != 1 || spec.Mean != [3]float64{} || spec.Std != [3]float64{1, 1, 1} || spec.Colour != bundle.BGR {
		t.Errorf("%+v %v", spec, err)
	}
	spec, _, err = source.ReadPreprocessor([]byte(`{"size":8,"rescale_factor":0.5,"image_mean":[1,2,3],"image_std":[4,5,6]}`))
	if err != nil || spec.Scale != 0.5 || spec.Mean != [3]float64{1, 2, 3} || spec.Std != [3]float64{4, 5, 6} {
		t.Errorf("%+v %v", spec, err)
	}
}

func TestHuggingFacePhotoFolder(t *testing.T) {
	dir := folder(t, map[string]string{
		"onnx/model.onnx":          "=photo.onnx",
		"onnx/model_fp16.onnx":     "not looked at",
		"config.json":              `{"model_type":"vit","id2label":{"0":"a","1":"b","2":"c","3":"d"}}`,
		"preprocessor_config.json": `{"size":{"height":8,"width":8},"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"resample":2}`,
		"README.md":                "---\nlicense: mit\n---\n# A model\n",
		"pytorch_model.bin":        "large and not needed",
	})
	p := inspect(t, dir, source.Options{})
	want := []string{"README.md", "config.json", "onnx/model.onnx", "preprocessor_config.json"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(p.Files))); diff != "" {
		t.Error(diff)
	}
	if m := p.Manifest; m.Name != "my-model-v1" || m.Licence != "mit" || m.VisionSpec.Fit != bundle.FitSquash || m.Model != "onnx/model.onnx" {
		t.Errorf("%+v", m)
	}
	b, err := p.Save(filepath.Join(t.TempDir(), "b"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bundle.Load(b.Dir); err != nil {
		t.Error(err)
	}
}

func TestSentenceTransformersFolder(t *testing.T) {
	files := map[string]string{
		"model.onnx":                "=text.onnx",
		"tokenizer.json":            "{}",
		"tokenizer_config.json":     `{"model_max_length":1000000000000000019884624838656}`,
		"config.json":               `{"model_type":"mpnet","max_position_embeddings":514,"pad_token_id":1}`,
		"sentence_bert_config.json": `{"max_seq_length":384}`,
		"modules.json":              `[{"type":"sentence_transformers.models.Transformer"},{"type":"sentence_transformers.models.Normalize"}]`,
		"1_Pooling/config.json":     `{"pooling_mode_cls_token":true}`,
	}
	m := inspect(t, folder(t, files), source.Options{}).Manifest
	want := bundle.TextSpec{Tokenizer: "tokenizer.json", MaxTokens: 384, Normalise: true, PadID: 1}
	if diff := cmp.Diff(want, *m.TextSpec); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]bundle.Output{{Name: "last_hidden_state", Dim: 4, Pool: bundle.PoolCLS}}, m.Outputs); diff != "" || m.Kind != bundle.Text {
		t.Errorf("%s %s", m.Kind, diff)
	}
	delete(files, "sentence_bert_config.json")
	delete(files, "1_Pooling/config.json")
	delete(files, "modules.json")
	m = inspect(t, folder(t, files), source.Options{Prefix: "query: "}).Manifest
	if m.TextSpec.MaxTokens != 512 || m.Outputs[0].Pool != bundle.PoolMean || !m.TextSpec.Normalise || m.TextSpec.Prefix != "query: " {
		t.Errorf("guessed: %+v %+v", m.TextSpec, m.Outputs)
	}
}

func TestInspectFaultsAreCoded(t *testing.T) {
	both := map[string]string{"model.onnx": "=photo.onnx", "preprocessor_config.json": "{}", "tokenizer.json": "{}"}
	for _, tc := range []struct {
		name string
		path string
		o    source.Options
		code claim.Code
	}{
		{"nothing there", filepath.Join(t.TempDir(), "none"), source.Options{}, source.CodeSource},
		{"another file", folder(t, map[string]string{"a.txt": "x"}) + "/a.txt", source.Options{}, source.CodeSource},
		{"no graph", folder(t, map[string]string{"a.txt": "x"}), source.Options{}, source.CodeSource},
		{"two graphs", folder(t, map[string]string{"a.onnx": "x", "b.onnx": "x"}), source.Options{}, source.CodeSource},
		{"graph outside", folder(t, map[string]string{"a.onnx": "x"}), source.Options{Model: "../a.onnx"}, source.CodeSource},
		{"broken graph", folder(t, map[string]string{"a.onnx": "x"}), source.Options{}, onnx.CodeModel},
		{"both kinds", folder(t, both), source.Options{}, source.CodeSource},
		{"text without tokenizer", folder(t, map[string]string{"a.onnx": "=text.onnx"}), source.Options{Kind: bundle.Text}, source.CodeSource},
		{"text graph as photo", folder(t, map[string]string{"a.onnx": "=text.onnx"}), source.Options{}, source.CodeSource},
		{"unknown output", onnxtest.Graph(t, "photo.onnx"), source.Options{Outputs: []string{"x"}}, source.CodeSource},
		{"fixed size", onnxtest.Graph(t, "photo.onnx"), source.Options{InputSize: 16}, source.CodeSource},
		{"two means", onnxtest.Graph(t, "photo.onnx"), source.Options{Mean: []float64{1, 2}}, source.CodeSource},
		{"short side below size", onnxtest.Graph(t, "photo.onnx"), source.Options{ShortSide: 4}, ""},
	} {
		p, err := source.Inspect(context.Background(), onnxtest.Runtime(t), tc.path, tc.o)
		if err == nil { // what only the manifest's own check can see
			_, err = p.Save(filepath.Join(t.TempDir(), "b"))
		}
		if tc.code == "" {
			tc.code = bundle.CodeManifest
		}
		if got := claim.AsProblem(err, "none").Code; got != tc.code {
			t.Errorf("%s: code %q, want %q: %v", tc.name, got, tc.code, err)
		}
	}
}

func TestSharedModelsNeedNoFlags(t *testing.T) {
	for name, want := range map[string][]bundle.Output{
		"mobilenetv2":       {{Name: "features", Dim: 1280, Pool: "none"}, {Name: "features_mid", Dim: 576, Pool: "none"}},
		"mobilenetv2-int8":  {{Name: "472_QuantizeInput", Dim: 1280, Pool: "none"}},
		"resnet50v2-stage3": {{Name: "features", Dim: 1024, Pool: "none"}, {Name: "features_mid", Dim: 512, Pool: "none"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := inspect(t, onnxtest.SharedModel(t, name), source.Options{}).Manifest
			if diff := cmp.Diff(want, m.Outputs); diff != "" {
				t.Error(diff)
			}
			if m.Name != name || !strings.Contains(m.Licence, "Apache-2.0") || m.VisionSpec.ShortSide != 256 || m.VisionSpec.Size != 224 {
				t.Errorf("%q %q %+v", m.Name, m.Licence, m.VisionSpec)
			}
		})
	}
}

func FuzzReadPreprocessor(f *testing.F) {
	f.Add([]byte(`{"size":{"shortest_edge":224},"crop_pct":0.875,"resample":3}`))
	f.Add([]byte(`{"size":224,"crop_size":[224,224],"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		spec, _, err := source.ReadPreprocessor(data)
		if err == nil && spec.Fit != bundle.FitCrop && spec.Fit != bundle.FitSquash {
			t.Errorf("no fit: %+v", spec)
		}
	})
}
