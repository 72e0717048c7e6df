package rules

import (
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
)

// lotBook knows lots by code while a put goes on.
type lotBook struct {
	byCode map[string][]*LotRow
	byID   map[int64]*LotRow
	fresh  []*LotRow
}

func newLotBook(lots []LotRow) lotBook {
	b := lotBook{map[string][]*LotRow{}, map[int64]*LotRow{}, nil}
	for _, l := range lots {
		b.add(&l)
	}
	return b
}

func (b *lotBook) add(l *LotRow) {
	b.byCode[l.Code] = append(b.byCode[l.Code], l)
	if l.ID != 0 {
		b.byID[l.ID] = l
	}
}

// known gives the one row of a lot, so that rows can be compared by address.
func (b *lotBook) known(l LotRow) *LotRow {
	if have := b.byID[l.ID]; have != nil {
		return have
	}
	// Its code is not asked for, so that it stays out of byCode, which must be complete.
	b.byID[l.ID] = &l
	return &l
}

// find gives the lot that a reference means, or makes one; filled says that the reference
// told something new about a known one.
func (b *lotBook) find(ref store.LotRef) (l *LotRow, filled bool, err error) {
	list := b.byCode[ref.Code]
	known := make([][]string, len(list))
	for i, l := range list {
		known[i] = []string{l.Component, l.Supplier}
	}
	at, err := meant(known, []string{ref.Component, ref.Supplier})
	if err != nil {
		return nil, false, fmt.Errorf("%w: several lots have the code %s; say which by component and supplier", store.ErrConflict, ref.Code)
	}
	if at < 0 {
		l := &LotRow{LotRef: ref, Body: []byte("{}")}
		b.add(l)
		b.fresh = append(b.fresh, l)
		return l, false, nil
	}
	l = list[at]
	a, c := overlay(&l.Component, ref.Component), overlay(&l.Supplier, ref.Supplier)
	filled = a || c
	l.dirty = l.dirty || filled
	return l, filled, nil
}

func (b *lotBook) all(refs []store.LotRef) (out []*LotRow, filled bool, err error) {
	for _, ref := range refs {
		l, f, err := b.find(ref)
		if err != nil {
			return nil, false, err
		}
		out, filled = append(out, l), filled || f
	}
	return out, filled, nil
}
