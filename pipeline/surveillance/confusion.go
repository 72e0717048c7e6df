package surveillance

import (
	"context"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
)

// confusion estimates how the classifier takes labels for others, of the random slice: claims
// drawn without regard to what the model said, which people have labelled. Axes of which too few
// are settled are left out; a label that was never the right one there is taken as it is. Nil
// when no axis has enough.
func (w *Watch) confusion(ctx context.Context, l *labels) (*pattern.Confusion, error) {
	slice, err := w.cfg.Store.Slice(ctx, time.Time{}, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("the random slice: %w", err)
	}
	type pair struct{ right, said int32 }
	counts := map[pair]int{}
	any := false
	for _, axis := range w.cfg.Axes {
		n := 0
		mine := map[pair]int{}
		for _, item := range slice {
			said, ok := item.Review.Suggested[axis]
			right := item.Decision.Labels[axis]
			if ok && right != "" && said.Label != "" && !said.Abstained {
				mine[pair{l.id(Label(axis, right)), l.id(Label(axis, said.Label))}]++
				n++
			}
		}
		if n < w.cfg.Calibrated {
			continue
		}
		any = true
		for p, k := range mine {
			counts[p] += k
		}
	}
	if !any {
		return nil, nil
	}
	table := make([][]int, len(l.names))
	for i := range table {
		table[i] = make([]int, len(l.names))
	}
	for p, k := range counts {
		table[p.right][p.said] = k
	}
	for i, row := range table {
		sum := 0
		for _, k := range row {
			sum += k
		}
		if sum == 0 {
			table[i][i] = 1
		}
	}
	return pattern.NewConfusion(l.names, table)
}
