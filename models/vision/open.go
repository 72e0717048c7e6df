package vision

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/pipeline/claim"
)

// Config are the settings of an [Encoder]. The zero value is the measured default.
type Config struct {
	// IntraThreads is how many threads one batch uses; 0 means 1.
	IntraThreads int
	// Runners is how many batches run at a time; 0 means one for each core.
	Runners int
	// MaxBatch is the most tensors of one batch; 0 means 2.
	MaxBatch int
	// MaxDelay is how long the first tensor of a batch waits for others; default 0: a
	// batch takes what is there. Waiting never pays on a CPU (see models/onnx).
	MaxDelay time.Duration
	// InputSize replaces the bundle's input size, in pixels, for graphs whose height and
	// width are free; 0 keeps it. ShortSide grows in proportion.
	InputSize int
	// Observe, if set, is told of each batch; see [onnx.BatchConfig].
	Observe func(size int, reason onnx.Reason)
	// SkipGolden leaves the golden check out. For making the golden itself.
	SkipGolden bool
}

// Open loads the bundle's graph, checks it against the manifest and compares its golden
// output. b must come from [bundle.Load], which has compared the files. Errors are coded:
// those of models/bundle and models/onnx.
func Open(ctx context.Context, rt *onnx.Runtime, b *bundle.Bundle, cfg Config) (*Encoder, error) {
	if err := b.Want(bundle.Vision); err != nil {
		return nil, err
	}
	spec, err := sized(b, cfg.InputSize)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(b.Outputs))
	for i, out := range b.Outputs {
		names[i] = out.Name
	}
	session, err := rt.Load(b.ModelPath(), onnx.Options{IntraThreads: cfg.IntraThreads, Outputs: names})
	if err != nil {
		return nil, err
	}
	e := &Encoder{name: b.Name, digest: digest(b, spec), spec: spec, outputs: b.Outputs, fused: NewFused(spec), session: session, floor: make([]byte, heapFloor)}
	if err := e.prepare(ctx, b, cfg); err != nil {
		return nil, errors.Join(err, session.Close())
	}
	return e, nil
}

// sized applies Config.InputSize.
func sized(b *bundle.Bundle, size int) (bundle.VisionSpec, error) {
	spec := *b.VisionSpec
	if size == 0 || size == spec.Size {
		return spec, nil
	}
	if size < 0 || size > bundle.MaxSize {
		return spec, fmt.Errorf("open encoder: input size %d is not within 1 to %d", size, bundle.MaxSize)
	}
	if !freeSize(b.Inputs[0].Shape, spec.Layout) {
		return spec, claim.Problem{Code: onnx.CodeTensor, Where: b.Name, Message: fmt.Sprintf("the graph has a fixed input size of %d", spec.Size)}
	}
	spec.ShortSide = spec.ShortSide * size / spec.Size
	spec.Size = size
	return spec, nil
}

func freeSize(shape []int64, l bundle.Layout) bool {
	if len(shape) != 4 {
		return false
	}
	if l == bundle.NHWC {
		return shape[1] < 0 && shape[2] < 0
	}
	return shape[2] < 0 && shape[3] < 0
}

// digest is the bundle's, with another input size made part of it.
func digest(b *bundle.Bundle, spec bundle.VisionSpec) string {
	m := b.Manifest
	m.VisionSpec = &spec
	return m.Digest()
}

// prepare checks the loaded graph and starts the batcher.
func (e *Encoder) prepare(ctx context.Context, b *bundle.Bundle, cfg Config) error {
	in := e.session.Inputs()
	if len(in) != 1 || in[0].Name != b.Inputs[0].Name || !slices.Equal(in[0].Shape, b.Inputs[0].Shape) {
		return claim.Problem{Code: onnx.CodeTensor, Where: b.Name, Message: fmt.Sprintf("the graph takes %v, the manifest says %v", in, b.Inputs)}
	}
	length := e.fused.Len()
	e.tensors.New = func() any { s := make([]float32, length); return &s }
	batch := onnx.BatchConfig{MaxSize: max(cfg.MaxBatch, 0), MaxDelay: cfg.MaxDelay, Runners: cfg.Runners, Observe: cfg.Observe}
	if batch.MaxSize == 0 {
		batch.MaxSize = 2
	}
	if batch.Runners == 0 {
		batch.Runners = runtime.GOMAXPROCS(0)
	}
	if fixed := in[0].Shape[0]; fixed > 0 {
		if fixed != 1 {
			return claim.Problem{Code: onnx.CodeTensor, Where: b.Name, Message: fmt.Sprintf("the graph takes batches of exactly %d; needed is 1 or any", fixed)}
		}
		batch.MaxSize = 1
	}
	size := batch.MaxSize
	e.maxBatch = size
	e.batches.New = func() any { s := make([]float32, size*length); return &s }
	if b.Golden != nil && !cfg.SkipGolden && e.spec.Size == b.VisionSpec.Size {
		if err := e.checkGolden(ctx, b.Golden); err != nil {
			return err
		}
	}
	var err error
	e.batcher, err = onnx.NewBatcher(batch, e.run)
	return err
}

func (e *Encoder) checkGolden(ctx context.Context, g *bundle.Golden) error {
	vectors, err := e.golden(ctx, g.Seed)
	if err != nil {
		return err
	}
	return g.Check(vectors)
}

// golden gives the vectors of the noise input.
func (e *Encoder) golden(ctx context.Context, seed uint64) ([][]float32, error) {
	out, err := e.run(ctx, [][]float32{bundle.Noise(seed, e.fused.Len())})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// Golden runs the bundle's graph on [bundle.Noise] and gives the golden to save with it.
func Golden(ctx context.Context, rt *onnx.Runtime, b *bundle.Bundle, seed uint64) (*bundle.Golden, error) {
	e, err := Open(ctx, rt, b, Config{SkipGolden: true, Runners: 1})
	if err != nil {
		return nil, err
	}
	vectors, err := e.golden(ctx, seed)
	if err := errors.Join(err, e.Close()); err != nil {
		return nil, err
	}
	g := bundle.NewGolden(b.Outputs, vectors)
	g.Seed = seed
	return &g, nil
}
