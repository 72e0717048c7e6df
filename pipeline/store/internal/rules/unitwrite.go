package rules

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// write keeps what merge changed: lots, then makeups, origins and ways, then the units.
func (p *unitPut) write(ctx context.Context, tx UnitTx) error {
	if err := p.book.write(ctx, tx); err != nil {
		return err
	}
	if err := p.numberMakeups(ctx, tx); err != nil {
		return err
	}
	err := number(ctx, p.order, tx.Origins, func(r *UnitRow) Origin {
		return Origin{r.Unit.SKU, r.Unit.Batch, r.Unit.Plant, r.Makeup}
	}, func(r *UnitRow, id int64) { r.Origin = id })
	if err != nil {
		return err
	}
	err = number(ctx, p.order, tx.Ways, func(r *UnitRow) Way {
		u := r.Unit
		return Way{u.Warehouse, u.Shipment, u.Carrier, u.Channel, u.Region, u.Country, u.Firmware, u.Terms}
	}, func(r *UnitRow, id int64) { r.Way = id })
	if err != nil {
		return err
	}
	var fresh, old []*UnitRow
	var batches []store.Batch
	for _, r := range p.order {
		if r.Unit.Batch != "" {
			batches = append(batches, store.Batch{Code: r.Unit.Batch, SKU: r.Unit.SKU})
		}
		if r.fresh {
			fresh = append(fresh, r)
		} else {
			old = append(old, r)
		}
	}
	if err := nameBatches(ctx, tx, distinct(batches)); err != nil {
		return err
	}
	ids, err := tx.UnitIDs(ctx, len(fresh))
	if err != nil {
		return err
	}
	for i, r := range fresh {
		r.ID = ids[i]
	}
	if err := tx.InsertUnits(ctx, fresh); err != nil {
		return err
	}
	return tx.UpdateUnits(ctx, old)
}

func (b *lotBook) write(ctx context.Context, tx LotTx) error {
	if len(b.fresh) > 0 {
		ids, err := tx.InsertLots(ctx, b.fresh)
		if err != nil {
			return err
		}
		for i, l := range b.fresh {
			l.ID = ids[i]
		}
	}
	for _, l := range b.byID {
		if !l.dirty {
			continue
		}
		if err := tx.SetLot(ctx, *l); err != nil {
			return err
		}
	}
	return nil
}

func (p *unitPut) numberMakeups(ctx context.Context, tx UnitTx) error {
	sets := map[string]Makeup{}
	digests := make([]string, len(p.order))
	for i, r := range p.order {
		if len(r.lots) == 0 {
			r.Makeup = 0
			continue
		}
		m := makeupOf(r.lots)
		sets[m.Digest], digests[i] = m, m.Digest
	}
	list := make([]Makeup, 0, len(sets))
	for _, d := range distinct(digests) {
		list = append(list, sets[d])
	}
	ids, err := tx.Makeups(ctx, list)
	if err != nil {
		return err
	}
	byDigest := map[string]int64{}
	for i, m := range list {
		byDigest[m.Digest] = ids[i]
	}
	for i, r := range p.order {
		r.Makeup = byDigest[digests[i]]
	}
	return nil
}

func makeupOf(lots []*LotRow) Makeup {
	ids := make([]int64, len(lots))
	for i, l := range lots {
		ids[i] = l.ID
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var b []byte
	for _, id := range ids {
		b = binary.BigEndian.AppendUint64(b, uint64(id))
	}
	sum := sha256.Sum256(b)
	return Makeup{hex.EncodeToString(sum[:16]), ids}
}

// number asks for the numbers of the distinct keys of rows and hands them out.
func number[K comparable](ctx context.Context, rows []*UnitRow, ask func(context.Context, []K) ([]int64, error), key func(*UnitRow) K, set func(*UnitRow, int64)) error {
	at := map[K]int{}
	var list []K
	for _, r := range rows {
		k := key(r)
		if _, ok := at[k]; !ok {
			at[k] = len(list)
			list = append(list, k)
		}
	}
	if len(list) == 0 {
		return nil
	}
	ids, err := ask(ctx, list)
	if err != nil {
		return err
	}
	for _, r := range rows {
		set(r, ids[at[key(r)]])
	}
	return nil
}
