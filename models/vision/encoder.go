package vision

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
)

// OutputSpec describes one of the vectors that an encoder gives for each view.
type OutputSpec struct {
	Name string `json:"name"`
	Dim  int    `json:"dim"`
}

// Encoder gives vectors of photos. It is safe for concurrent use.
type Encoder struct {
	name    string
	digest  string
	spec    bundle.VisionSpec
	outputs []bundle.Output
	fused   *Fused
	session *onnx.Session
	batcher *onnx.Batcher[[]float32, [][]float32]
	tensors sync.Pool // of *[]float32 with Fused.Len values
	batches sync.Pool // of *[]float32 with room for a batch
	floor   []byte    // see heapFloor

	maxBatch int
}

// heapFloor is the size of a block of memory that an encoder holds and never touches, so
// that the system never provides it. It counts for the collector, which otherwise keeps
// the heap of a run over photos at a few MB and works after every third photo, since each
// leaves half a MB of pixels behind: 3 percent of the processor time, and the pools of
// tensors emptied each time. With it the heap may grow to some 40 MB in between.
const heapFloor = 16 << 20

// Name is the bundle's name.
func (e *Encoder) Name() string { return e.name }

// Digest names everything that decides the vectors but the views.
func (e *Encoder) Digest() string { return e.digest }

// Spec is the preprocessing in use.
func (e *Encoder) Spec() bundle.VisionSpec { return e.spec }

// Outputs describes the vectors of each view, in order.
func (e *Encoder) Outputs() []OutputSpec {
	out := make([]OutputSpec, len(e.outputs))
	for i, o := range e.outputs {
		out[i] = OutputSpec{o.Name, o.Dim}
	}
	return out
}

// ShortSide is the smallest short side in pixels that a photo should be decoded with for
// these views.
func (e *Encoder) ShortSide(views []View) int { return ShortSide(e.spec, views) }

// Stats says how many tensors and batches ran so far.
func (e *Encoder) Stats() (items, batches int64) { return e.batcher.Stats() }

// Encode gives for each view one vector for each output: [view][output][value]. The vectors
// do not depend on what else is encoded at the same time. It waits while the queue is full;
// when ctx ends it returns its cause.
func (e *Encoder) Encode(ctx context.Context, img *raster.Image, views []View) ([][][]float32, error) {
	if img == nil || img.W < 1 || img.H < 1 {
		return nil, claim.Problem{Code: claim.CodePhotoEmpty, Message: "the photo has no pixels"}
	}
	for _, v := range views {
		if err := v.Validate(); err != nil {
			return nil, err
		}
	}
	buffers := make([]*[]float32, len(views))
	tensors := make([][]float32, len(views))
	for i, v := range views {
		buffers[i] = e.tensors.Get().(*[]float32)
		tensors[i] = *buffers[i]
		e.fused.Into(tensors[i], img, v)
	}
	out, err := e.batcher.SubmitAll(ctx, tensors)
	if err != nil { // a batch may still read the tensors: they are left to the collector
		return nil, err
	}
	for _, b := range buffers {
		e.tensors.Put(b)
	}
	return out, nil
}

// Prepare makes the tensor of each view of img: what Encode does before it runs the graph.
func (e *Encoder) Prepare(img *raster.Image, views []View) [][]float32 {
	out := make([][]float32, len(views))
	for i, v := range views {
		out[i] = make([]float32, e.fused.Len())
		e.fused.Into(out[i], img, v)
	}
	return out
}

// Infer runs tensors of [Encoder.Prepare] in batches of at most Config.MaxBatch, without the queue:
// what Encode does after it, for measuring each alone.
func (e *Encoder) Infer(ctx context.Context, tensors [][]float32) ([][][]float32, error) {
	out := make([][][]float32, 0, len(tensors))
	for len(tensors) > 0 {
		n := min(len(tensors), e.maxBatch)
		part, err := e.run(ctx, tensors[:n])
		if err != nil {
			return nil, err
		}
		out, tensors = append(out, part...), tensors[n:]
	}
	return out, nil
}

// run is one batch: [item][output][value].
func (e *Encoder) run(ctx context.Context, items [][]float32) ([][][]float32, error) {
	data := items[0]
	if len(items) > 1 {
		buffer := e.batches.Get().(*[]float32)
		defer e.batches.Put(buffer)
		data = (*buffer)[:0]
		for _, item := range items {
			data = append(data, item...)
		}
	}
	size := int64(e.spec.Size)
	shape := []int64{int64(len(items)), 3, size, size}
	if e.spec.Layout == bundle.NHWC {
		shape = []int64{int64(len(items)), size, size, 3}
	}
	results, err := e.session.Run(ctx, onnx.Tensor{Shape: shape, F32: data})
	if err != nil {
		return nil, err
	}
	return e.collect(results, len(items))
}

// collect pools the outputs and groups them by item.
func (e *Encoder) collect(results []onnx.Tensor, n int) ([][][]float32, error) {
	out := make([][][]float32, n)
	for i, t := range results {
		rows, err := Pool(t, e.outputs[i])
		if err != nil {
			return nil, err
		}
		if len(rows) != n {
			return nil, claim.Problem{Code: onnx.CodeTensor, Where: t.Name, Message: fmt.Sprintf("%d rows for a batch of %d", len(rows), n)}
		}
		for j, row := range rows {
			out[j] = append(out[j], row)
		}
	}
	return out, nil
}

// Close finishes what waits and frees the graph.
func (e *Encoder) Close() error { return errors.Join(e.batcher.Close(), e.session.Close()) }
