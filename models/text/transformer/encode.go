package transformer

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/defekt/defekt/models/onnx"
)

// row is a text on its way: its place in the call and its token ids.
type row struct {
	at  int
	ids []int64
}

// Encode implements text.Encoder. Texts longer than the bundle's MaxTokens lose their
// end. Errors are coded as in [Open], or ctx's cause.
func (e *Encoder) Encode(ctx context.Context, texts []string) ([][]float32, error) {
	rows := make([]row, len(texts))
	for i, t := range texts {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		ids, err := e.tokens.Encode(e.spec.Prefix+t, e.spec.MaxTokens)
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 { // a tokenizer without special tokens, and nothing to cut
			ids = []int64{e.spec.PadID}
		}
		rows[i] = row{i, ids}
	}
	// The longest first: the last batches to run are short, and no core waits long.
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(len(b.ids), len(a.ids)) })
	out := make([][]float32, len(texts))
	group, gctx := errgroup.WithContext(ctx)
	for len(rows) > 0 {
		n := e.batchSize(rows)
		batch := rows[:n]
		rows = rows[n:]
		select {
		case e.slots <- struct{}{}:
		case <-gctx.Done():
			rows = nil
			continue
		}
		group.Go(func() error {
			defer func() { <-e.slots }()
			return e.run(gctx, batch, out)
		})
	}
	err := group.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// batchSize is how many of rows, the longest first, go into one batch.
func (e *Encoder) batchSize(rows []row) int {
	return min(len(rows), e.cfg.MaxBatch, max(e.cfg.BatchTokens/len(rows[0].ids), 1))
}

// run computes the vectors of a batch and puts them in their places.
func (e *Encoder) run(ctx context.Context, batch []row, out [][]float32) error {
	n, length := len(batch), len(batch[0].ids)
	if e.fixedLength > 0 {
		length = e.fixedLength
	}
	if e.fixedBatch > 0 {
		n = e.fixedBatch
	}
	results, err := e.session.Run(ctx, e.tensors(batch, n, length)...)
	if err != nil {
		return err
	}
	return e.pool(results[0], batch, n, length, out)
}

// tensors makes the inputs that the graph asks for, n by length; rows beyond the batch
// are copies of its first, so that no row is masked whole.
func (e *Encoder) tensors(batch []row, n, length int) []onnx.Tensor {
	shape := []int64{int64(n), int64(length)}
	inputs := make([]onnx.Tensor, 0, len(e.inputs))
	for _, in := range e.inputs {
		t := onnx.Tensor{Name: in.Name, Shape: shape, I64: make([]int64, n*length)}
		for i := range n {
			r := batch[0]
			if i < len(batch) {
				r = batch[i]
			}
			fill(t.I64[i*length:(i+1)*length], in.Name, r.ids, e.spec.PadID)
		}
		inputs = append(inputs, t)
	}
	return inputs
}

// fill writes one row of one input; types are all 0, that of a single text.
func fill(dst []int64, name string, ids []int64, pad int64) {
	switch name {
	case inputIDs:
		n := copy(dst, ids)
		for i := n; i < len(dst); i++ {
			dst[i] = pad
		}
	case inputMask:
		for i := range min(len(ids), len(dst)) {
			dst[i] = 1
		}
	}
}
