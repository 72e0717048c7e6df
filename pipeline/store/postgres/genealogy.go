package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// PutBatches keeps batches; see [store.Genealogy].
func (s *Store) PutBatches(ctx context.Context, batches []store.Batch) (w store.Written, err error) {
	err = s.writeUnits(ctx, "put batches", func(ctx context.Context, tx unitTx) error {
		w, err = rules.PutBatches(ctx, tx, batches)
		return err
	})
	return w, err
}

// PutLots keeps lots; see [store.Genealogy].
func (s *Store) PutLots(ctx context.Context, lots []store.Lot) (w store.Written, err error) {
	err = s.writeUnits(ctx, "put lots", func(ctx context.Context, tx unitTx) error {
		w, err = rules.PutLots(ctx, tx, lots)
		return err
	})
	return w, err
}

// BatchesBy finds batches; see [store.Genealogy].
func (s *Store) BatchesBy(ctx context.Context, name string) ([]store.Batch, error) {
	q := newUnitQuery()
	q.NamedBatch(name)
	return listOf(ctx, s, "batches", func(row pgx.CollectableRow) (store.Batch, error) {
		b, err := scanBatch(row)
		if err != nil {
			return store.Batch{}, err
		}
		return b.ReadBatch()
	}, "SELECT "+batchColumns+" FROM batches"+q.Conditions(" WHERE ")+" ORDER BY code, sku LIMIT "+mostUnits(), q.Args...)
}

// LotsBy finds lots; see [store.Genealogy].
func (s *Store) LotsBy(ctx context.Context, name string) ([]store.Lot, error) {
	q := newUnitQuery()
	q.NamedLot(name)
	return listOf(ctx, s, "lots", func(row pgx.CollectableRow) (store.Lot, error) {
		l, err := scanLot(row)
		if err != nil {
			return store.Lot{}, err
		}
		return l.ReadLot()
	}, "SELECT "+lotColumns+" FROM lots"+q.Conditions(" WHERE ")+" ORDER BY code, component, supplier LIMIT "+mostUnits(), q.Args...)
}

// mostUnits is [store.MaxUnitPage] in SQL.
func mostUnits() string { return strconv.Itoa(store.MaxUnitPage) }

// PutInspections keeps inspections; see [store.Genealogy].
func (s *Store) PutInspections(ctx context.Context, list []store.Inspection) (w store.Written, err error) {
	err = s.writeUnits(ctx, "put inspections", func(ctx context.Context, tx unitTx) error {
		w, err = rules.PutInspections(ctx, tx, list)
		return err
	})
	return w, err
}

// InspectionsOn lists inspections; see [store.Genealogy].
func (s *Store) InspectionsOn(ctx context.Context, on store.Group, from, until time.Time) ([]store.Inspection, error) {
	q := newUnitQuery()
	q.Inspections(on, from, until)
	bodies, err := listOf(ctx, s, "inspections", pgx.RowTo[[]byte], "SELECT body FROM inspections"+q.Conditions(" WHERE ")+" ORDER BY at, id", q.Args...)
	if err != nil {
		return nil, err
	}
	return rules.KeepInspections(bodies, on)
}

// PutRecords keeps master data; see [store.Records].
func (s *Store) PutRecords(ctx context.Context, list []store.Record) (w store.Written, err error) {
	err = s.writeUnits(ctx, "put records", func(ctx context.Context, tx unitTx) error {
		w, err = rules.PutRecords(ctx, tx, list)
		return err
	})
	return w, err
}

// RecordsOf lists master data; see [store.Records].
func (s *Store) RecordsOf(ctx context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error) {
	q := newUnitQuery()
	q.Where("kind = ?", string(kind))
	if len(ids) > 0 {
		q.Where("id = ANY(?)", cleanAll(ids))
	}
	return listOf(ctx, s, "records", scanRecord, "SELECT kind, id, body FROM unit_records"+q.Conditions(" WHERE ")+" ORDER BY id LIMIT "+mostUnits(), q.Args...)
}
