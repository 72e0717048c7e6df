package sqlite

import (
	"runtime"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/sourcegraph/conc"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// look is a question to a matrix.
type look struct {
	vector []float32
	k      int
	except uuid.UUID // zero for nobody
	keep   set       // nil for all
}

// search gives the k nearest claims, best first. Threads take blocks in turn; what each found
// best is put together at the end, so that the answer does not depend on who took what.
func (m *matrix) search(l look) []hit {
	m.mu.RLock()
	defer m.mu.RUnlock()
	padded := make([]float32, m.stride)
	copy(padded, l.vector)
	l.vector = padded
	used := (len(m.owners) + blockRows - 1) / blockRows
	tops := make([]*top, min(used, runtime.GOMAXPROCS(0)))
	var next atomic.Int64
	var threads conc.WaitGroup
	for i := range tops {
		tops[i] = newTop(l.k)
		threads.Go(func() {
			scores := make([]float32, blockRows)
			for b := int(next.Add(1)) - 1; b < used; b = int(next.Add(1)) - 1 {
				m.searchBlock(l, b, scores, tops[i])
			}
		})
	}
	threads.Wait()
	if len(tops) == 0 {
		return nil
	}
	for _, t := range tops[1:] {
		for _, h := range t.heap {
			tops[0].offer(h)
		}
	}
	return tops[0].sorted()
}

// searchBlock offers the rows of one block.
func (m *matrix) searchBlock(l look, b int, scores []float32, t *top) {
	owners := m.owners[b*blockRows : min((b+1)*blockRows, len(m.owners))]
	query := blas32.Vector{N: m.stride, Inc: 1, Data: l.vector}
	if l.keep == nil {
		blas32.Gemv(blas.NoTrans, 1, blas32.General{Rows: len(owners), Cols: m.stride, Stride: m.stride, Data: m.blocks[b]},
			query, 0, blas32.Vector{N: len(owners), Inc: 1, Data: scores})
	}
	for i, o := range owners {
		if l.keep != nil {
			if !l.keep.has(o.claim) {
				continue
			}
			scores[i] = blas32.Dot(query, blas32.Vector{N: m.stride, Inc: 1, Data: m.row(b*blockRows + i)})
		}
		if t.full() && scores[i] < t.heap[0].dot || o.id == l.except {
			continue
		}
		t.offer(hit{dot: scores[i], claim: o.claim, id: o.id})
	}
}
