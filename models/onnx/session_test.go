package onnx_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/onnx/onnxtest"
	"github.com/defekt/defekt/pipeline/claim"
)

func load(t testing.TB, name string, o onnx.Options) *onnx.Session {
	t.Helper()
	s, err := onnxtest.Runtime(t).Load(onnxtest.Graph(t, name), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// constant is a batch of n photos of 8x8 with the given value in each channel of photo i.
func constant(values ...[3]float32) onnx.Tensor {
	t := onnx.Tensor{Name: "input", Shape: []int64{int64(len(values)), 3, 8, 8}}
	for _, rgb := range values {
		for _, v := range rgb {
			for range 64 {
				t.F32 = append(t.F32, v)
			}
		}
	}
	return t
}

func TestDescribesGraph(t *testing.T) {
	s := load(t, "photo.onnx", onnx.Options{Outputs: []string{"features"}})
	if diff := cmp.Diff([]onnx.Info{{Name: "input", Type: onnx.Float32, Shape: []int64{-1, 3, 8, 8}}}, s.Inputs()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]onnx.Info{{Name: "features", Type: onnx.Float32, Shape: []int64{-1, 4}}}, s.Outputs()); diff != "" {
		t.Error(diff)
	}
	if got := len(s.AllOutputs()); got != 3 {
		t.Errorf("%d outputs in all, want 3", got)
	}
}

// TestOutputsDoNotDependOnWhatElseIsAskedFor: a graph cut down to one output gives the same
// values as the whole one.
func TestOutputsDoNotDependOnWhatElseIsAskedFor(t *testing.T) {
	x := constant([3]float32{1, 2, 3}, [3]float32{0, -1, 0.5})
	all, err := load(t, "photo.onnx", onnx.Options{}).Run(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range all {
		got, err := load(t, "photo.onnx", onnx.Options{Outputs: []string{want.Name}}).Run(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]onnx.Tensor{want}, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRunGivesOutputsInTheOrderAskedFor(t *testing.T) {
	s := load(t, "photo.onnx", onnx.Options{Outputs: []string{"logits", "features"}})
	out, err := s.Run(context.Background(), constant([3]float32{1, 2, 3}, [3]float32{0, -1, 0.5}))
	if err != nil {
		t.Fatal(err)
	}
	if out[0].Name != "logits" || out[1].Name != "features" {
		t.Fatalf("order %q, %q", out[0].Name, out[1].Name)
	}
	want := [][]float32{{1, 2, 3, 6}, {0, -1, 0.5, -0.5}} // r, g, b and their sum
	if diff := cmp.Diff(want, out[1].Rows()); diff != "" {
		t.Error(diff)
	}
}

func TestRunTwoInputsByNameInAnyOrder(t *testing.T) {
	s := load(t, "text.onnx", onnx.Options{})
	out, err := s.Run(context.Background(),
		onnx.Tensor{Name: "attention_mask", Shape: []int64{1, 2}, I64: []int64{1, 0}},
		onnx.Tensor{Name: "input_ids", Shape: []int64{1, 2}, I64: []int64{3, 5}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float32{3, 6, 1, -3, 0, 0, 0, 0}, out[0].F32); diff != "" {
		t.Error(diff)
	}
}

func TestTypesThatAreNotExchangedAreLeftOut(t *testing.T) {
	s := load(t, "types.onnx", onnx.Options{})
	out, err := s.Run(context.Background(), onnx.Tensor{Shape: []int64{1, 2}, F32: []float32{1.9, -2.9}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{1, -2}, out[0].I64); diff != "" {
		t.Error(diff)
	}
	if len(out) != 2 {
		t.Errorf("%d outputs, want whole and pair", len(out))
	}
}

func TestRunFaultsAreCoded(t *testing.T) {
	photo := load(t, "photo.onnx", onnx.Options{})
	types := load(t, "types.onnx", onnx.Options{})
	good := constant([3]float32{1, 2, 3})
	with := func(change func(*onnx.Tensor)) []onnx.Tensor {
		x := good
		change(&x)
		return []onnx.Tensor{x}
	}
	for _, tc := range []struct {
		name string
		s    *onnx.Session
		in   []onnx.Tensor
		code claim.Code
	}{
		{"no input", photo, nil, onnx.CodeTensor},
		{"another name", photo, with(func(x *onnx.Tensor) { x.Name = "pixels" }), onnx.CodeTensor},
		{"another rank", photo, with(func(x *onnx.Tensor) { x.Shape = []int64{3, 8, 8} }), onnx.CodeTensor},
		{"another size", photo, with(func(x *onnx.Tensor) { x.Shape = []int64{1, 3, 4, 16} }), onnx.CodeTensor},
		{"too few values", photo, with(func(x *onnx.Tensor) { x.F32 = x.F32[:100] }), onnx.CodeTensor},
		{"too many values", photo, with(func(x *onnx.Tensor) { x.F32 = make([]float32, 200) }), onnx.CodeTensor},
		{"another type", photo, with(func(x *onnx.Tensor) { x.F32, x.I64 = nil, make([]int64, 192) }), onnx.CodeTensor},
		{"no values", photo, with(func(x *onnx.Tensor) { x.F32 = nil }), onnx.CodeTensor},
		{"empty batch", photo, with(func(x *onnx.Tensor) { x.Shape, x.F32 = []int64{0, 3, 8, 8}, []float32{} }), onnx.CodeTensor},
		{"overflowing shape", photo, with(func(x *onnx.Tensor) { x.Shape = []int64{math.MaxInt64, 3, 8, 8} }), onnx.CodeTensor},
		{"the graph fails", types, []onnx.Tensor{{Shape: []int64{2, 2}, F32: make([]float32, 4)}}, onnx.CodeModel},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := tc.s.Run(context.Background(), tc.in...)
			if got := claim.AsProblem(err, "none").Code; got != tc.code {
				t.Errorf("code %q, want %q: %v", got, tc.code, err)
			}
		})
	}
}

func TestLoadFaultsAreCoded(t *testing.T) {
	rt := onnxtest.Runtime(t)
	junk := filepath.Join(t.TempDir(), "junk.onnx")
	if err := os.WriteFile(junk, []byte("this is no graph"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := rt.Load(junk, onnx.Options{}); claim.AsProblem(err, "").Code != onnx.CodeModel {
		t.Errorf("junk: %v", err)
	}
	if _, err := rt.LoadBytes("empty", nil, onnx.Options{}); claim.AsProblem(err, "").Code != onnx.CodeModel {
		t.Errorf("empty: %v", err)
	}
	if _, err := rt.Load(onnxtest.Graph(t, "photo.onnx"), onnx.Options{Outputs: []string{"nope"}}); claim.AsProblem(err, "").Code != onnx.CodeTensor {
		t.Errorf("unknown output: %v", err)
	}
	if _, err := rt.Load(filepath.Join(t.TempDir(), "none.onnx"), onnx.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestLoadBytesIsLoad(t *testing.T) {
	data, err := os.ReadFile(onnxtest.Graph(t, "photo.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := onnxtest.Runtime(t).LoadBytes("photo", data, onnx.Options{Outputs: []string{"features"}})
	if err != nil {
		t.Fatal(err)
	}
	clear(data) // the session must not depend on the caller's memory
	out, err := s.Run(context.Background(), constant([3]float32{1, 2, 3}))
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float32{1, 2, 3, 6}, out[0].F32); diff != "" {
		t.Error(diff)
	}
}

func TestRunsAtTheSameTimeDoNotMix(t *testing.T) {
	s := load(t, "photo.onnx", onnx.Options{Outputs: []string{"features"}})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 50 {
				v := float32(g*100 + i)
				out, err := s.Run(context.Background(), constant([3]float32{v, 0, 1}))
				if err != nil || out[0].F32[0] != v || out[0].F32[3] != v+1 {
					t.Errorf("goroutine %d: %v %v, want %v", g, out, err, v)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestCancelEndsARunningGraph(t *testing.T) {
	s := load(t, "slow.onnx", onnx.Options{})
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(50*time.Millisecond, func() { cancel(cause) })
	start := time.Now()
	_, err := s.Run(ctx, onnx.Tensor{Shape: []int64{64, 64}, F32: make([]float32, 64*64)})
	if !errors.Is(err, cause) {
		t.Errorf("error %v, want the cause", err)
	}
	if d := time.Since(start); d > 10*time.Second { // the whole loop takes minutes
		t.Errorf("took %v to end", d)
	}
	if _, err := s.Run(ctx, onnx.Tensor{Shape: []int64{64, 64}, F32: make([]float32, 64*64)}); !errors.Is(err, cause) {
		t.Errorf("ended before the start: %v", err)
	}
}

func TestUseAfterClose(t *testing.T) {
	rt, err := onnx.Open(onnxtest.Search())
	if errors.Is(err, onnx.ErrMissing) {
		onnxtest.Runtime(t) // skips or fails
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := rt.Load(onnxtest.Graph(t, "photo.onnx"), onnx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := rt.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := rt.Load(onnxtest.Graph(t, "photo.onnx"), onnx.Options{}); !errors.Is(err, onnx.ErrClosed) {
		t.Errorf("load after close: %v", err)
	}
	if _, err := s.Run(context.Background(), constant([3]float32{1, 2, 3})); err != nil {
		t.Errorf("a session must outlive the hold it was loaded with: %v", err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Run(context.Background(), constant([3]float32{1, 2, 3})); !errors.Is(err, onnx.ErrClosed) {
		t.Errorf("run after close: %v", err)
	}
}

func TestRuntimeStartsAgainAfterTheLastClose(t *testing.T) {
	for range 5 {
		t.Run("", func(t *testing.T) { load(t, "photo.onnx", onnx.Options{}) })
	}
}

func TestCloseWaitsForRuns(t *testing.T) {
	s := load(t, "photo.onnx", onnx.Options{Outputs: []string{"features"}})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				if _, err := s.Run(context.Background(), constant([3]float32{1, 2, 3})); err != nil {
					if !errors.Is(err, onnx.ErrClosed) {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func TestElements(t *testing.T) {
	for _, tc := range []struct {
		shape []int64
		want  int64
	}{
		{[]int64{2, 3, 4}, 24}, {[]int64{5, 0}, 0}, {nil, 1}, {[]int64{-1, 3}, -1},
		{[]int64{1 << 40, 1 << 40}, -1}, {[]int64{math.MaxInt64, 2}, -1}, {[]int64{1 << 31}, 1 << 31}, {[]int64{1<<31 + 1}, -1},
	} {
		if got := onnx.Elements(tc.shape); got != tc.want {
			t.Errorf("Elements(%v) = %d, want %d", tc.shape, got, tc.want)
		}
	}
}
