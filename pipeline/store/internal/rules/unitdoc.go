package rules

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/defekt/defekt/pipeline/store"
)

// overlayBody writes the fields of next, a JSON object, over those of body. Objects within are
// replaced, not mixed.
func overlayBody(body, next []byte) (out []byte, changed bool, err error) {
	was, to := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &was); err != nil {
			return nil, false, fmt.Errorf("a document: %w", err)
		}
	}
	if next, err = Document(json.RawMessage(next)); err != nil { // without blanks, so that bytes can be compared
		return nil, false, err
	}
	if err := json.Unmarshal(next, &to); err != nil {
		return nil, false, fmt.Errorf("a document: %w", err)
	}
	for name, value := range to {
		if !bytes.Equal(was[name], value) {
			was[name], changed = value, true
		}
	}
	if !changed && len(body) > 0 {
		return body, false, nil
	}
	out, err = Document(was)
	return out, changed, err
}

// batchBody writes a batch without what it is known by.
func batchBody(b store.Batch) ([]byte, error) {
	b.MadeAt = Time(b.MadeAt)
	return bodyWithout(b, "batch", "sku")
}

func lotBody(l store.Lot) ([]byte, error) {
	l.MadeAt, l.ReceivedAt, l.ExpiresAt = Time(l.MadeAt), Time(l.ReceivedAt), Time(l.ExpiresAt)
	return bodyWithout(l, "component", "lot", "supplier")
}

func bodyWithout(v any, names ...string) ([]byte, error) {
	doc, err := Document(v)
	if err != nil {
		return nil, err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(doc, &fields); err != nil {
		return nil, err
	}
	for _, n := range names {
		delete(fields, n)
	}
	return json.Marshal(fields)
}

// ReadBatch makes a batch of its row.
func (r BatchRow) ReadBatch() (b store.Batch, err error) {
	err = json.Unmarshal(r.Body, &b)
	b.Code, b.SKU = r.Code, r.SKU
	return b, err
}

// ReadLot makes a lot of its row.
func (r LotRow) ReadLot() (l store.Lot, err error) {
	err = json.Unmarshal(r.Body, &l)
	l.LotRef = r.LotRef
	return l, err
}

// PutLots does the work of [store.Genealogy].
func PutLots(ctx context.Context, tx LotTx, lots []store.Lot) (w store.Written, err error) {
	if err := checkChunk(len(lots)); err != nil {
		return w, err
	}
	codes := make([]string, len(lots))
	for i, l := range lots {
		codes[i] = strings.TrimSpace(l.Code)
	}
	rows, err := tx.LotsWith(ctx, distinct(codes))
	if err != nil {
		return w, err
	}
	book := newLotBook(rows)
	err = each(len(lots), func(i int) error {
		l := lots[i]
		cleanLot(&l.LotRef)
		return book.put(l, &w)
	})
	if err != nil {
		return store.Written{}, err
	}
	return w, book.write(ctx, tx)
}

func (b *lotBook) put(in store.Lot, w *store.Written) error {
	if err := checkLot(in.LotRef); err != nil {
		return err
	}
	for _, t := range []error{checkTime(in.MadeAt), checkTime(in.ReceivedAt), checkTime(in.ExpiresAt)} {
		if t != nil {
			return t
		}
	}
	before := len(b.fresh)
	row, filled, err := b.find(in.LotRef)
	if err != nil {
		return err
	}
	next, err := lotBody(in)
	if err != nil {
		return err
	}
	body, changed, err := overlayBody(row.Body, next)
	if err != nil {
		return err
	}
	row.Body, row.dirty = body, row.dirty || changed
	count(w, len(b.fresh) > before, changed || filled)
	return nil
}
