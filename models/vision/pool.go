package vision

import (
	"fmt"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/pipeline/claim"
)

// Pool brings a graph's output to one vector per item of the batch, as out says:
// (N,C) as it is, (N,T,C) by the first token or the mean, (N,C,H,W) and (N,H,W,C) by the
// mean over the picture. A shape that does not fit gives a [claim.Problem].
func Pool(t onnx.Tensor, out bundle.Output) ([][]float32, error) {
	rank := map[bundle.Pool]int{bundle.PoolNone: 2, bundle.PoolMean: 3, bundle.PoolCLS: 3, bundle.PoolSpace: 4, bundle.PoolLast: 4}[out.Pool]
	if t.Type() != onnx.Float32 || !rankFits(t.Shape, rank, out.Pool) {
		return nil, claim.Problem{Code: onnx.CodeTensor, Where: out.Name, Message: fmt.Sprintf("%s of shape %v cannot be pooled by %q", t.Type(), t.Shape, out.Pool)}
	}
	rows := t.Rows()
	for i, row := range rows {
		rows[i] = poolRow(row, t.Shape, out.Pool)
		if len(rows[i]) != out.Dim {
			return nil, claim.Problem{Code: onnx.CodeTensor, Where: out.Name, Message: fmt.Sprintf("gives %d values, the bundle says %d", len(rows[i]), out.Dim)}
		}
	}
	return rows, nil
}

// rankFits lets (N,C,1,1) and the like pass as a vector.
func rankFits(shape []int64, rank int, p bundle.Pool) bool {
	if p == bundle.PoolNone && len(shape) > 2 {
		for _, d := range shape[2:] {
			if d != 1 {
				return false
			}
		}
		return true
	}
	return len(shape) == rank
}

// poolRow pools one item; shape is that of the whole batch.
func poolRow(row []float32, shape []int64, p bundle.Pool) []float32 {
	switch p {
	case bundle.PoolCLS:
		return row[:shape[2]:shape[2]]
	case bundle.PoolMean:
		return meanRows(row, int(shape[2]))
	case bundle.PoolLast:
		return meanRows(row, int(shape[3]))
	case bundle.PoolSpace:
		return meanPlanes(row, int(shape[1]))
	}
	return row
}

// meanRows averages rows of width values; sums are float64, so that thousands of values add
// up without loss.
func meanRows(data []float32, width int) []float32 {
	sums := make([]float64, width)
	for i, v := range data {
		sums[i%width] += float64(v)
	}
	out := make([]float32, width)
	for i, s := range sums {
		out[i] = float32(s / float64(len(data)/width))
	}
	return out
}

// meanPlanes averages each of n equal runs of values.
func meanPlanes(data []float32, n int) []float32 {
	out := make([]float32, n)
	size := len(data) / n
	for i := range out {
		sum := 0.0
		for _, v := range data[i*size : (i+1)*size] {
			sum += float64(v)
		}
		out[i] = float32(sum / float64(size))
	}
	return out
}
