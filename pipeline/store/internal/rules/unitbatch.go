package rules

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/defekt/defekt/pipeline/store"
)

// batchBook knows batches by code while a put goes on.
type batchBook struct {
	byCode map[string][]*BatchRow
	fresh  []*BatchRow
}

func (b *batchBook) find(code, sku string) (row *BatchRow, fresh, filled bool, err error) {
	list := b.byCode[code]
	known := make([][]string, len(list))
	for i, r := range list {
		known[i] = []string{r.SKU}
	}
	at, err := meant(known, []string{sku})
	if err != nil {
		return nil, false, false, fmt.Errorf("%w: several products have a batch %s; say which by its SKU", store.ErrConflict, code)
	}
	if at < 0 {
		row := &BatchRow{Code: code, SKU: sku, Body: []byte("{}")}
		b.byCode[code] = append(list, row)
		b.fresh = append(b.fresh, row)
		return row, true, false, nil
	}
	row = list[at]
	filled = overlay(&row.SKU, sku)
	row.dirty = row.dirty || filled
	return row, false, filled, nil
}

func loadBatches(ctx context.Context, tx BatchTx, codes []string) (*batchBook, error) {
	rows, err := tx.BatchesWith(ctx, distinct(codes))
	if err != nil {
		return nil, err
	}
	b := &batchBook{byCode: map[string][]*BatchRow{}}
	for i := range rows {
		b.byCode[rows[i].Code] = append(b.byCode[rows[i].Code], &rows[i])
	}
	return b, nil
}

func (b *batchBook) write(ctx context.Context, tx BatchTx) error {
	for _, rows := range b.byCode {
		for _, r := range rows {
			if !r.dirty || r.ID == 0 {
				continue // as it was, or among the fresh ones
			}
			if err := tx.SetBatch(ctx, *r); err != nil {
				return err
			}
		}
	}
	if len(b.fresh) == 0 {
		return nil
	}
	return tx.InsertBatches(ctx, b.fresh)
}

// nameBatches makes known what units name. A batch that may be one of several products' is
// known already.
func nameBatches(ctx context.Context, tx BatchTx, list []store.Batch) error {
	if len(list) == 0 {
		return nil
	}
	codes := make([]string, len(list))
	for i, b := range list {
		codes[i] = b.Code
	}
	book, err := loadBatches(ctx, tx, codes)
	if err != nil {
		return err
	}
	for _, b := range list {
		if _, _, _, err := book.find(b.Code, b.SKU); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return book.write(ctx, tx)
}

// PutBatches does the work of [store.Genealogy].
func PutBatches(ctx context.Context, tx BatchTx, batches []store.Batch) (w store.Written, err error) {
	if err := checkChunk(len(batches)); err != nil {
		return w, err
	}
	codes := make([]string, len(batches))
	for i, b := range batches {
		codes[i] = strings.TrimSpace(b.Code)
	}
	book, err := loadBatches(ctx, tx, codes)
	if err != nil {
		return w, err
	}
	err = each(len(batches), func(i int) error {
		b := batches[i]
		b.Code, b.SKU = strings.TrimSpace(b.Code), strings.TrimSpace(b.SKU)
		return book.put(b, &w)
	})
	if err != nil {
		return store.Written{}, err
	}
	return w, book.write(ctx, tx)
}

func (b *batchBook) put(in store.Batch, w *store.Written) error {
	if in.Code == "" {
		return errors.New("a batch needs a code")
	}
	for _, s := range []string{in.Code, in.SKU} {
		if err := checkText("the batch", s, true); err != nil {
			return err
		}
	}
	if err := checkTime(in.MadeAt); err != nil {
		return err
	}
	row, fresh, filled, err := b.find(in.Code, in.SKU)
	if err != nil {
		return err
	}
	next, err := batchBody(in)
	if err != nil {
		return err
	}
	body, changed, err := overlayBody(row.Body, next)
	if err != nil {
		return err
	}
	row.Body, row.dirty = body, row.dirty || changed
	count(w, fresh, changed || filled)
	return nil
}

func count(w *store.Written, fresh, changed bool) {
	switch {
	case fresh:
		w.Added++
	case changed:
		w.Changed++
	default:
		w.Same++
	}
}
