package trace

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// size is the number of rows of the largest put.
func (c *chunk) size() int {
	return max(len(c.records), len(c.batches), len(c.lots), len(c.units), len(c.events), len(c.inspections), len(c.costs))
}

// flushIf keeps the chunk when it has grown to n.
func (i *importer) flushIf(ctx context.Context, n int) error {
	if i.chunk.size() < n {
		return nil
	}
	return i.flush(ctx)
}

// flush keeps what waits: what others refer to comes first.
func (i *importer) flush(ctx context.Context) error {
	c := i.chunk
	i.chunk = chunk{}
	if c.rows == 0 {
		return nil
	}
	if err := i.nameProducts(ctx, &c); err != nil {
		return err
	}
	p := &i.report
	i.refused = map[int]bool{}
	err := put(ctx, i, i.sink.PutRecords, c.records, &p.Other)
	err = orElse(err, func() error { return put(ctx, i, i.sink.PutBatches, c.batches, &p.Other) })
	err = orElse(err, func() error { return put(ctx, i, i.sink.PutLots, c.lots, &p.Other) })
	err = orElse(err, func() error { return put(ctx, i, i.sink.PutUnits, c.units, &p.Units) })
	err = orElse(err, func() error { return put(ctx, i, i.sink.AddUnitEvents, c.events, &p.Events) })
	err = orElse(err, func() error { return put(ctx, i, i.sink.PutInspections, c.inspections, &p.Other) })
	err = orElse(err, func() error { return put(ctx, i, i.sink.PutCosts, c.costs, &p.Other) })
	if err != nil {
		return err
	}
	p.Used += c.rows - len(i.refused)
	p.Line = c.last
	if i.cfg.Progress != nil {
		i.cfg.Progress(*p)
	}
	return nil
}

func orElse(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// put keeps rows in pieces that the sink takes, without those that it refuses.
func put[T any](ctx context.Context, i *importer, keep func(context.Context, []T) (store.Written, error), rows []placed[T], w *store.Written) error {
	for piece := range slices.Chunk(rows, store.MaxUnitChunk) {
		for len(piece) > 0 {
			list := make([]T, len(piece))
			for n, r := range piece {
				list[n] = r.row
			}
			done, err := keep(ctx, list)
			if err == nil {
				w.Added, w.Changed, w.Same = w.Added+done.Added, w.Changed+done.Changed, w.Same+done.Same
				break
			}
			var refused *store.RefusedError
			if !errors.As(err, &refused) || len(refused.Rows) == 0 {
				return fmt.Errorf("trace: behind line %d: %w", i.report.Line, err)
			}
			if piece, err = without(i, piece, refused.Rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// without notes the refused rows and gives the others.
func without[T any](i *importer, piece []placed[T], refused []store.RefusedRow) ([]placed[T], error) {
	gone := map[int]bool{}
	for _, r := range refused {
		if r.Index < 0 || r.Index >= len(piece) {
			return nil, fmt.Errorf("trace: the store refuses row %d of %d: %w", r.Index, len(piece), r.Err)
		}
		gone[r.Index] = true
		code := CodeRefused
		if errors.Is(r.Err, store.ErrConflict) {
			code = CodeAmbiguous
		}
		i.refused[piece[r.Index].line] = true
		if err := i.bad(piece[r.Index].line, claim.Problem{Code: code, Where: "row", Message: r.Err.Error()}); err != nil {
			return nil, err
		}
	}
	var rest []placed[T]
	for n, r := range piece {
		if !gone[n] {
			rest = append(rest, r)
		}
	}
	return rest, nil
}

// nameProducts replaces GTINs by the SKUs that products have for them, or by themselves.
func (i *importer) nameProducts(ctx context.Context, c *chunk) error {
	if len(c.gtins) == 0 {
		return nil
	}
	known := map[string]string{}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(c.gtins)), store.MaxUnitPage) {
		records, err := i.sink.RecordsOf(ctx, store.RecordGTIN, part...)
		if err != nil {
			return fmt.Errorf("trace: %w", err)
		}
		for _, r := range records {
			g, err := store.ReadRecord[store.GTIN](r)
			if err != nil {
				return fmt.Errorf("trace: %w", err)
			}
			known[r.ID] = g.SKU
		}
	}
	name := func(sku *string) {
		if gtin, ok := strings.CutPrefix(*sku, gtinSign); ok {
			if *sku = known[gtin]; *sku == "" {
				*sku = gtin
			}
		}
	}
	for n := range c.units {
		name(&c.units[n].row.SKU)
	}
	for n := range c.batches {
		name(&c.batches[n].row.SKU)
	}
	for n := range c.events {
		name(&c.events[n].row.SKU)
	}
	return nil
}
