package recall

import (
	"cmp"
	"context"
	"iter"

	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

// merge brings the streams of several targets together, which all come by serial, then SKU.
type merge struct{ heads []*head }

// head is a stream with its first unit that was not given yet.
type head struct {
	next func() (store.Unit, error, bool)
	stop func()
	unit store.Unit
	why  string
	over bool
}

func (m *merge) open(ctx context.Context, units cases.Units, q Query, t Target) error {
	next, stop := iter.Pull2(cases.AllUnits(ctx, units, q.filter(t)))
	h := &head{next: next, stop: stop, why: t.why(q)}
	m.heads = append(m.heads, h)
	return h.step()
}

func (m *merge) stop() {
	for _, h := range m.heads {
		h.stop()
	}
}

func (h *head) step() error {
	unit, err, ok := h.next()
	h.unit, h.over = unit, !ok
	return err
}

// next gives the smallest unit with the reasons of every stream that has it.
func (m *merge) next() (Row, bool, error) {
	var first *head
	for _, h := range m.heads {
		if !h.over && (first == nil || order(h.unit, first.unit) < 0) {
			first = h
		}
	}
	if first == nil {
		return Row{}, false, nil
	}
	row := Row{Unit: first.unit}
	row.Stage, _ = row.Unit.Stage()
	for _, h := range m.heads {
		if h.over || order(h.unit, row.Unit) != 0 {
			continue
		}
		row.Reasons = append(row.Reasons, h.why)
		if err := h.step(); err != nil {
			return Row{}, false, err
		}
	}
	return row, true, nil
}

func order(a, b store.Unit) int {
	return cmp.Or(cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.SKU, b.SKU))
}
