package vision

import (
	"image"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/pipeline/claim"
)

func TestViewRect(t *testing.T) {
	for _, tc := range []struct {
		v    View
		w, h int
		want image.Rectangle
	}{
		{Whole(""), 10, 20, image.Rect(0, 0, 10, 20)},
		{View{X0: 0.25, Y0: 0.5, X1: 0.75, Y1: 1}, 10, 20, image.Rect(3, 10, 8, 20)},
		{View{X0: 0.99, Y0: 0.99, X1: 1, Y1: 1}, 10, 20, image.Rect(9, 19, 10, 20)},
		{View{X0: 0.4, Y0: 0.4, X1: 0.41, Y1: 0.41}, 1, 1, image.Rect(0, 0, 1, 1)},
	} {
		if got := tc.v.rect(tc.w, tc.h); got != tc.want {
			t.Errorf("%+v of %dx%d: %v, want %v", tc.v, tc.w, tc.h, got, tc.want)
		}
	}
}

func TestViewValidate(t *testing.T) {
	for _, v := range append(Tiles(4, 0.3), View{}, View{Flip: true}) {
		if err := v.Validate(); err != nil {
			t.Errorf("%+v: %v", v, err)
		}
	}
	nan := math.NaN()
	for _, v := range []View{{X1: 1}, {X0: 0.5, X1: 0.5, Y1: 1}, {X1: 1.1, Y1: 1}, {X0: -0.1, X1: 1, Y1: 1}, {X1: nan, Y1: 1}, {X0: nan, X1: 1, Y1: 1}, {Fit: "stretch"}} {
		if v.Validate() == nil {
			t.Errorf("%+v was taken", v)
		}
	}
}

func TestTilesCoverThePhoto(t *testing.T) {
	for _, overlap := range []float64{0, 0.25, 0.5} {
		tiles := Tiles(3, overlap)
		if len(tiles) != 9 {
			t.Fatalf("%d tiles", len(tiles))
		}
		if last := tiles[8]; tiles[0].X0 != 0 || math.Abs(last.X1-1) > 1e-9 || math.Abs(last.Y1-1) > 1e-9 {
			t.Errorf("overlap %g: from %+v to %+v", overlap, tiles[0], last)
		}
		side := tiles[0].X1 - tiles[0].X0
		if got := (tiles[0].X1 - tiles[1].X0) / side; math.Abs(got-overlap) > 1e-9 {
			t.Errorf("overlap is %g, want %g", got, overlap)
		}
	}
}

func TestShortSide(t *testing.T) {
	crop := bundle.VisionSpec{Fit: bundle.FitCrop, ShortSide: 256, Size: 224}
	squash := bundle.VisionSpec{Fit: bundle.FitSquash, Size: 224}
	for _, tc := range []struct {
		spec  bundle.VisionSpec
		views []View
		want  int
	}{
		{crop, nil, 0},
		{crop, []View{{}}, 256},
		{squash, []View{{}}, 224},
		{squash, []View{{Fit: bundle.FitCrop}}, 224},
		{crop, Tiles(2, 0), 448},
		{crop, append(Tiles(3, 0), View{}), 672},
		{crop, []View{{X1: 1, Y1: 0.5}}, 512},
	} {
		if got := ShortSide(tc.spec, tc.views); got != tc.want {
			t.Errorf("%+v: %d, want %d", tc.views, got, tc.want)
		}
	}
}

func TestPool(t *testing.T) {
	tensor := func(shape ...int64) onnx.Tensor {
		n := onnx.Elements(shape)
		x := onnx.Tensor{Name: "x", Shape: shape, F32: make([]float32, n)}
		for i := range x.F32 {
			x.F32[i] = float32(i)
		}
		return x
	}
	for _, tc := range []struct {
		t    onnx.Tensor
		pool bundle.Pool
		want [][]float32
	}{
		{tensor(2, 2), bundle.PoolNone, [][]float32{{0, 1}, {2, 3}}},
		{tensor(2, 2, 1, 1), bundle.PoolNone, [][]float32{{0, 1}, {2, 3}}},
		{tensor(2, 3, 2), bundle.PoolCLS, [][]float32{{0, 1}, {6, 7}}},
		{tensor(2, 3, 2), bundle.PoolMean, [][]float32{{2, 3}, {8, 9}}},
		{tensor(1, 2, 2, 2), bundle.PoolSpace, [][]float32{{1.5, 5.5}}},
		{tensor(1, 2, 2, 2), bundle.PoolLast, [][]float32{{3, 4}}},
	} {
		got, err := Pool(tc.t, bundle.Output{Name: "x", Dim: 2, Pool: tc.pool})
		if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
			t.Errorf("%v by %s: %v %s", tc.t.Shape, tc.pool, err, diff)
		}
	}
	for name, tc := range map[string]struct {
		t   onnx.Tensor
		out bundle.Output
	}{
		"rank":      {tensor(2, 2), bundle.Output{Dim: 2, Pool: bundle.PoolMean}},
		"dimension": {tensor(2, 2), bundle.Output{Dim: 3, Pool: bundle.PoolNone}},
		"a map":     {tensor(1, 2, 2, 2), bundle.Output{Dim: 2, Pool: bundle.PoolNone}},
		"type":      {onnx.Tensor{Shape: []int64{1, 2}, I64: []int64{1, 2}}, bundle.Output{Dim: 2, Pool: bundle.PoolNone}},
	} {
		if _, err := Pool(tc.t, tc.out); claim.AsProblem(err, "").Code != onnx.CodeTensor {
			t.Errorf("%s: %v", name, err)
		}
	}
}
