package transformer

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/onnx/onnxtest"
	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

var _ text.Encoder = (*Encoder)(nil)

// golden is what testdata/make.py got from the Python packages, one text at a time.
type golden struct {
	Texts []string    `json:"texts"`
	Mean  [][]float32 `json:"mean"`
	CLS   [][]float32 `json:"cls"`
	None  [][]float32 `json:"none"`
}

func readGolden(t testing.TB) golden {
	t.Helper()
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// tiny makes a bundle of the tiny graph; change may alter it.
func tiny(t testing.TB, graph string, change func(*bundle.Manifest)) *bundle.Bundle {
	t.Helper()
	root := onnxtest.Root(t)
	m := bundle.Manifest{
		Format: bundle.Format, Name: "tiny", Kind: bundle.Text, Model: "model.onnx", Licence: "Apache-2.0", Source: "testdata/make.py",
		Inputs: []bundle.Input{
			{Name: "input_ids", Shape: []int64{-1, -1}}, {Name: "attention_mask", Shape: []int64{-1, -1}},
			{Name: "token_type_ids", Shape: []int64{-1, -1}},
		},
		Outputs:  []bundle.Output{{Name: "last_hidden_state", Dim: 6, Pool: bundle.PoolMean}},
		TextSpec: &bundle.TextSpec{Tokenizer: "tokenizer.json", MaxTokens: 16},
	}
	if change != nil {
		change(&m)
	}
	b, err := bundle.Save(filepath.Join(t.TempDir(), "tiny"), m, map[string]string{
		"model.onnx":     filepath.Join(root, "models/text/transformer/testdata", graph),
		"tokenizer.json": filepath.Join(root, "models/text/tokenizer/testdata/uncased.json"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, b *bundle.Bundle, cfg Config) *Encoder {
	t.Helper()
	e, err := Open(t.Context(), onnxtest.Runtime(t), b, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// near compares vectors within what sums in another order may differ by.
func near(got, want []float32) bool {
	return slices.EqualFunc(got, want, func(a, b float32) bool { return math.Abs(float64(a-b)) <= 1e-5*(1+math.Abs(float64(b))) })
}

func TestVectorsMatchPython(t *testing.T) {
	defer goleak.VerifyNone(t)
	g := readGolden(t)
	for _, c := range []struct {
		name  string
		graph string
		pool  bundle.Pool
		cfg   Config
		want  [][]float32
	}{
		{"mean, one batch", "tiny.onnx", bundle.PoolMean, Config{MaxBatch: 32}, g.Mean},
		{"cls, small batches side by side", "tiny.onnx", bundle.PoolCLS, Config{MaxBatch: 2, Runners: 3}, g.CLS},
		{"mean, few tokens a batch", "tiny.onnx", bundle.PoolMean, Config{MaxBatch: 8, BatchTokens: 20}, g.Mean},
		{"mean, one by one", "tiny.onnx", bundle.PoolMean, Config{}, g.Mean},
		{"pooled by the graph", "tiny.onnx", bundle.PoolNone, Config{MaxBatch: 1}, g.None},
		{"fixed batch and length", "tiny-fixed.onnx", bundle.PoolMean, Config{}, g.Mean},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := tiny(t, c.graph, func(m *bundle.Manifest) {
				m.Outputs[0].Pool = c.pool
				if c.pool == bundle.PoolNone {
					m.Outputs[0].Name = "pooled"
				}
			})
			e := open(t, b, c.cfg)
			got, err := e.Encode(t.Context(), g.Texts)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range got {
				if !near(v, c.want[i]) {
					t.Errorf("%q\n got %v\nwant %v", g.Texts[i], v, c.want[i])
				}
			}
			if e.Dim() != 6 || e.Name() != "tiny" || e.Digest() != b.Digest() {
				t.Errorf("dim %d, name %q, digest %q", e.Dim(), e.Name(), e.Digest())
			}
			if got, err := e.Encode(t.Context(), nil); err != nil || len(got) != 0 {
				t.Errorf("no texts: %v, %v", got, err)
			}
		})
	}
}

func TestNeighboursDoNotMatter(t *testing.T) {
	g := readGolden(t)
	e := open(t, tiny(t, "tiny.onnx", nil), Config{})
	together, err := e.Encode(t.Context(), g.Texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range g.Texts {
		alone, err := e.Encode(t.Context(), []string{s})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(alone[0], together[i]) {
			t.Errorf("%q: alone %v, among others %v", s, alone[0], together[i])
		}
	}
}

func TestNormaliseAndPrefix(t *testing.T) {
	g := readGolden(t)
	plain := open(t, tiny(t, "tiny.onnx", nil), Config{})
	e := open(t, tiny(t, "tiny.onnx", func(m *bundle.Manifest) {
		m.TextSpec.Normalise, m.TextSpec.Prefix = true, "query: "
	}), Config{})
	got, err := e.Encode(t.Context(), g.Texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range g.Texts {
		want, err := plain.Encode(t.Context(), []string{"query: " + s})
		if err != nil {
			t.Fatal(err)
		}
		norm := 0.0
		for _, x := range want[0] {
			norm += float64(x) * float64(x)
		}
		for j := range want[0] {
			want[0][j] /= float32(math.Sqrt(norm))
		}
		if !near(got[i], want[0]) {
			t.Errorf("%q: got %v, want %v", s, got[i], want[0])
		}
	}
}

func TestGoldenIsChecked(t *testing.T) {
	g := readGolden(t)
	record := func(shift float32) func(*bundle.Manifest) {
		return func(m *bundle.Manifest) {
			v := slices.Clone(g.Mean[2])
			v[0] += shift
			golden := bundle.NewGolden(m.Outputs, [][]float32{v})
			golden.Text = g.Texts[2]
			m.Golden = &golden
		}
	}
	open(t, tiny(t, "tiny.onnx", record(0)), Config{})
	_, err := Open(t.Context(), onnxtest.Runtime(t), tiny(t, "tiny.onnx", record(1)), Config{})
	if claim.AsProblem(err, "none").Code != bundle.CodeGolden {
		t.Errorf("a changed model: %v", err)
	}
	open(t, tiny(t, "tiny.onnx", record(1)), Config{SkipGolden: true})
}

func TestUnfitBundlesAreRefused(t *testing.T) {
	rt := onnxtest.Runtime(t)
	for _, c := range []struct {
		name, graph string
		change      func(*bundle.Manifest)
		code        claim.Code
	}{
		{"no such output", "tiny.onnx", func(m *bundle.Manifest) { m.Outputs[0].Name = "other" }, onnx.CodeTensor},
		{"wrong dimension", "tiny.onnx", func(m *bundle.Manifest) { m.Outputs[0].Dim = 7 }, onnx.CodeTensor},
		{"wrong pool", "tiny.onnx", func(m *bundle.Manifest) { m.Outputs[0].Pool = bundle.PoolNone }, onnx.CodeTensor},
		{"a photo model", "../../../onnx/testdata/photo.onnx", func(m *bundle.Manifest) { m.Outputs[0].Name = "features" }, onnx.CodeTensor},
		{"no room for tokens", "tiny.onnx", func(m *bundle.Manifest) { m.TextSpec.MaxTokens = 2 }, text.CodeTokenizer},
		{"two outputs", "tiny.onnx", func(m *bundle.Manifest) { m.Outputs = append(m.Outputs, m.Outputs[0]) }, bundle.CodeManifest},
	} {
		e, err := Open(t.Context(), rt, tiny(t, c.graph, c.change), Config{})
		if claim.AsProblem(err, "none").Code != c.code {
			t.Errorf("%s: %v, want code %s", c.name, err, c.code)
		}
		if e != nil {
			t.Errorf("%s: an encoder came with the error", c.name)
		}
	}
	if _, err := Open(t.Context(), rt, tiny(t, "tiny.onnx", nil), Config{MaxBatch: -1}); claim.AsProblem(err, "none").Code != text.CodeEncoderConfig {
		t.Errorf("negative batch: %v", err)
	}
}

func TestCancelAndClose(t *testing.T) {
	e := open(t, tiny(t, "tiny.onnx", nil), Config{})
	stop := errors.New("stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if _, err := e.Encode(ctx, []string{"a"}); !errors.Is(err, stop) {
		t.Errorf("cancelled: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Encode(t.Context(), []string{"a"}); !errors.Is(err, onnx.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func TestManyCallsAtATime(t *testing.T) {
	g := readGolden(t)
	e := open(t, tiny(t, "tiny.onnx", nil), Config{Runners: 2, MaxBatch: 3})
	errs := make(chan error, 8)
	for range cap(errs) {
		go func() {
			got, err := e.Encode(context.Background(), slices.Repeat(g.Texts, 5))
			for i, v := range got {
				if !near(v, g.Mean[i%len(g.Mean)]) {
					err = errors.Join(err, errors.New("wrong vector for "+strings.TrimSpace(g.Texts[i%len(g.Texts)])))
				}
			}
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}
