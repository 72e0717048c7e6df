package vision_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/onnx/onnxtest"
	"github.com/defekt/defekt/models/vision"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// manifest describes one of the tiny graphs: it gives the mean of red, green and blue of
// the prepared photo, in levels, and their sum.
func manifest(graph string, shape ...int64) bundle.Manifest {
	return bundle.Manifest{
		Format: 1, Name: "tiny", Kind: bundle.Vision, Model: graph,
		Inputs:  []bundle.Input{{Name: "input", Shape: shape}},
		Outputs: []bundle.Output{{Name: "features", Dim: 4, Pool: bundle.PoolNone}, {Name: "map", Dim: 4, Pool: bundle.PoolSpace}},
		VisionSpec: &bundle.VisionSpec{
			Fit: bundle.FitCrop, ShortSide: 9, Size: 8, Layout: bundle.NCHW, Colour: bundle.RGB,
			Scale: 1, Std: [3]float64{1, 1, 1}, Interpolation: "bilinear",
		},
	}
}

// saved writes the bundle of a tiny graph.
func saved(t *testing.T, m bundle.Manifest) *bundle.Bundle {
	t.Helper()
	b, err := bundle.Save(filepath.Join(t.TempDir(), "b"), m, map[string]string{m.Model: onnxtest.Graph(t, m.Model)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t *testing.T, m bundle.Manifest, c vision.Config) *vision.Encoder {
	t.Helper()
	e, err := vision.Open(context.Background(), onnxtest.Runtime(t), saved(t, m), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// plain is a photo of one colour, with another one in its right half when given.
func plain(w, h int, left, right [3]uint8) *raster.Image {
	m := raster.New(w, h)
	for y := range h {
		for x := range w {
			c := left
			if x >= w/2 {
				c = right
			}
			copy(m.Row(y)[3*x:], c[:])
		}
	}
	return m
}

func TestEncodeViewsAndOutputs(t *testing.T) {
	e := open(t, manifest("photo.onnx", -1, 3, 8, 8), vision.Config{})
	img := plain(64, 48, [3]uint8{10, 20, 30}, [3]uint8{50, 60, 70})
	left, right := vision.View{X1: 0.5, Y1: 1, Fit: bundle.FitSquash}, vision.View{X0: 0.5, X1: 1, Y1: 1}
	got, err := e.Encode(context.Background(), img, []vision.View{left, right})
	if err != nil {
		t.Fatal(err)
	}
	want := [][][]float32{
		{{10, 20, 30, 60}, {10, 20, 30, 60}},
		{{50, 60, 70, 180}, {50, 60, 70, 180}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]vision.OutputSpec{{Name: "features", Dim: 4}, {Name: "map", Dim: 4}}, e.Outputs()); diff != "" {
		t.Error(diff)
	}
	if e.Name() != "tiny" || e.ShortSide([]vision.View{{}}) != 9 {
		t.Errorf("name %q, short side %d", e.Name(), e.ShortSide([]vision.View{{}}))
	}
}

func TestEncodeChannelsLast(t *testing.T) {
	m := manifest("photo-last.onnx", -1, 8, 8, 3)
	m.Outputs = []bundle.Output{{Name: "last", Dim: 4, Pool: bundle.PoolLast}}
	m.VisionSpec.Layout, m.VisionSpec.Colour = bundle.NHWC, bundle.BGR
	got, err := open(t, m, vision.Config{}).Encode(context.Background(), plain(20, 20, [3]uint8{1, 2, 3}, [3]uint8{1, 2, 3}), []vision.View{{}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][][]float32{{{3, 2, 1, 6}}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestVectorsDoNotDependOnBatchNeighbours(t *testing.T) {
	dir := onnxtest.SharedModel(t, "mobilenetv2")
	m := manifest("model_features.onnx", -1, 3, 224, 224)
	m.Outputs = []bundle.Output{{Name: "features", Dim: 1280, Pool: bundle.PoolNone}}
	*m.VisionSpec = bundle.VisionSpec{
		Fit: bundle.FitCrop, ShortSide: 256, Size: 224, Layout: bundle.NCHW, Colour: bundle.RGB, Scale: 1.0 / 255,
		Mean: [3]float64{0.485, 0.456, 0.406}, Std: [3]float64{0.229, 0.224, 0.225}, Interpolation: "bilinear",
	}
	b, err := bundle.Save(filepath.Join(t.TempDir(), "b"), m, map[string]string{m.Model: filepath.Join(dir, m.Model)})
	if err != nil {
		t.Fatal(err)
	}
	e, err := vision.Open(context.Background(), onnxtest.Runtime(t), b, vision.Config{Runners: 1, MaxBatch: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	views := []vision.View{{}, {X1: 0.5, Y1: 0.5}, {X0: 0.5, Y0: 0.5, X1: 1, Y1: 1}, {Flip: true}}
	img := plain(300, 260, [3]uint8{200, 30, 90}, [3]uint8{20, 130, 10})
	together, err := e.Encode(context.Background(), img, views)
	if err != nil {
		t.Fatal(err)
	}
	if _, batches := e.Stats(); batches > 3 {
		t.Errorf("%d batches for 4 views: nothing was batched, so this test would show nothing", batches)
	}
	for i, v := range views {
		alone, err := e.Encode(context.Background(), img, []vision.View{v})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(alone[0], together[i]); diff != "" {
			t.Errorf("view %d: %s", i, diff)
		}
	}
}

func TestManyGoroutinesGetTheirOwnVectors(t *testing.T) {
	for name, m := range map[string]bundle.Manifest{
		"any batch": manifest("photo.onnx", -1, 3, 8, 8), "batch of one only": manifest("photo-one.onnx", 1, 3, 8, 8),
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t, m, vision.Config{Runners: 2, MaxBatch: 5})
			var wg sync.WaitGroup
			for g := range 16 {
				wg.Go(func() {
					c := [3]uint8{uint8(g), uint8(2 * g), 7}
					for range 20 {
						got, err := e.Encode(context.Background(), plain(30, 20, c, c), []vision.View{{}, {Flip: true}})
						want := []float32{float32(g), float32(2 * g), 7, float32(3*g + 7)}
						if err != nil || !cmp.Equal(want, got[0][0]) || !cmp.Equal(want, got[1][1]) {
							t.Errorf("goroutine %d: %v %v", g, got, err)
							return
						}
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestInputSizeOfFreeGraphs(t *testing.T) {
	free := manifest("photo-free.onnx", -1, 3, -1, -1)
	e := open(t, free, vision.Config{InputSize: 16})
	if s := e.Spec(); s.Size != 16 || s.ShortSide != 18 {
		t.Errorf("size %d, short side %d", s.Size, s.ShortSide)
	}
	if e.Digest() == free.Digest() {
		t.Error("another input size must have another digest")
	}
	got, err := e.Encode(context.Background(), plain(30, 20, [3]uint8{1, 2, 3}, [3]uint8{1, 2, 3}), []vision.View{{}})
	if err != nil || !cmp.Equal([]float32{1, 2, 3, 6}, got[0][0]) {
		t.Errorf("%v %v", got, err)
	}
	_, err = vision.Open(context.Background(), onnxtest.Runtime(t), saved(t, manifest("photo.onnx", -1, 3, 8, 8)), vision.Config{InputSize: 16})
	if claim.AsProblem(err, "").Code != onnx.CodeTensor {
		t.Errorf("a graph of fixed size: %v", err)
	}
}

func TestGoldenIsCheckedAtLoad(t *testing.T) {
	ctx, rt := context.Background(), onnxtest.Runtime(t)
	m := manifest("photo.onnx", -1, 3, 8, 8)
	g, err := vision.Golden(ctx, rt, saved(t, m), 7)
	if err != nil {
		t.Fatal(err)
	}
	m.Golden = g
	open(t, m, vision.Config{})
	m.VisionSpec.Size = 8
	m.Golden.Outputs[0].Values[2] *= 1.5
	if _, err := vision.Open(ctx, rt, saved(t, m), vision.Config{}); claim.AsProblem(err, "").Code != bundle.CodeGolden {
		t.Errorf("a wrong golden value: %v", err)
	}
}

func TestOpenFaultsAreCoded(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*bundle.Manifest)
		code   claim.Code
	}{
		"unknown output": {func(m *bundle.Manifest) { m.Outputs[0].Name = "nope" }, onnx.CodeTensor},
		"other input":    {func(m *bundle.Manifest) { m.Inputs[0].Name = "x" }, onnx.CodeTensor},
		"other shape":    {func(m *bundle.Manifest) { m.Inputs[0].Shape[2] = 9 }, onnx.CodeTensor},
	} {
		m := manifest("photo.onnx", -1, 3, 8, 8)
		tc.change(&m)
		if _, err := vision.Open(context.Background(), onnxtest.Runtime(t), saved(t, m), vision.Config{}); claim.AsProblem(err, "").Code != tc.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	b := saved(t, manifest("photo.onnx", -1, 3, 8, 8))
	if err := os.WriteFile(b.ModelPath(), []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := vision.Open(context.Background(), onnxtest.Runtime(t), b, vision.Config{}); claim.AsProblem(err, "").Code != onnx.CodeModel {
		t.Errorf("junk: %v", err)
	}
}

func TestEncodeFaults(t *testing.T) {
	e := open(t, manifest("photo.onnx", -1, 3, 8, 8), vision.Config{})
	img := plain(9, 9, [3]uint8{}, [3]uint8{})
	if _, err := e.Encode(context.Background(), nil, []vision.View{{}}); claim.AsProblem(err, "").Code != claim.CodePhotoEmpty {
		t.Errorf("no photo: %v", err)
	}
	if _, err := e.Encode(context.Background(), img, []vision.View{{X0: 2, X1: 3, Y1: 1}}); err == nil {
		t.Error("a view outside the photo was taken")
	}
	cause := errors.New("stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	if _, err := e.Encode(ctx, img, []vision.View{{}}); !errors.Is(err, cause) {
		t.Errorf("cancelled: %v", err)
	}
}
