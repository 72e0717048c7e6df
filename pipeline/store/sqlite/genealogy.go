package sqlite

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// PutBatches keeps batches; see [store.Genealogy].
func (s *Store) PutBatches(ctx context.Context, batches []store.Batch) (w store.Written, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		w, err = rules.PutBatches(ctx, unitTx{tx}, batches)
		return err
	})
	return w, err
}

// PutLots keeps lots; see [store.Genealogy].
func (s *Store) PutLots(ctx context.Context, lots []store.Lot) (w store.Written, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		w, err = rules.PutLots(ctx, unitTx{tx}, lots)
		return err
	})
	return w, err
}

// BatchesBy finds batches; see [store.Genealogy].
func (s *Store) BatchesBy(ctx context.Context, name string) ([]store.Batch, error) {
	q := newUnitQuery()
	q.NamedBatch(name)
	return all(ctx, s.db, func(row scanner) (store.Batch, error) {
		b, err := scanBatch(row)
		if err != nil {
			return store.Batch{}, err
		}
		return b.ReadBatch()
	}, marked("SELECT "+batchColumns+" FROM batches"+q.Conditions(" WHERE ")+" ORDER BY code, sku LIMIT "+mostUnits()), q.Args...)
}

// madeIn reads when batches were made.
func madeIn(ctx context.Context, tx *sql.Tx) (map[string]int, error) {
	made := rules.Made{}
	_, err := all(ctx, tx, func(row scanner) (none struct{}, err error) {
		var code, sku string
		var at sql.NullInt64
		if err = row.Scan(&code, &sku, &at); err == nil {
			made.Add(code, sku, since(at))
		}
		return none, err
	}, rules.SomeMade)
	return made, err
}

// LotsBy finds lots; see [store.Genealogy].
func (s *Store) LotsBy(ctx context.Context, name string) ([]store.Lot, error) {
	q := newUnitQuery()
	q.NamedLot(name)
	return all(ctx, s.db, func(row scanner) (store.Lot, error) {
		l, err := scanLot(row)
		if err != nil {
			return store.Lot{}, err
		}
		return l.ReadLot()
	}, marked("SELECT "+lotColumns+" FROM lots"+q.Conditions(" WHERE ")+" ORDER BY code, component, supplier LIMIT "+mostUnits()), q.Args...)
}

// mostUnits is [store.MaxUnitPage] in SQL.
func mostUnits() string { return strconv.Itoa(store.MaxUnitPage) }

// PutInspections keeps inspections; see [store.Genealogy].
func (s *Store) PutInspections(ctx context.Context, list []store.Inspection) (w store.Written, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		w, err = rules.PutInspections(ctx, unitTx{tx}, list)
		return err
	})
	return w, err
}

// InspectionsOn lists inspections; see [store.Genealogy].
func (s *Store) InspectionsOn(ctx context.Context, on store.Group, from, until time.Time) ([]store.Inspection, error) {
	q := newUnitQuery()
	q.Inspections(on, from, until)
	bodies, err := all(ctx, s.db, value[[]byte], marked("SELECT body FROM inspections"+q.Conditions(" WHERE ")+" ORDER BY at, id"), q.Args...)
	if err != nil {
		return nil, err
	}
	return rules.KeepInspections(bodies, on)
}

// PutRecords keeps master data; see [store.Records].
func (s *Store) PutRecords(ctx context.Context, list []store.Record) (w store.Written, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		w, err = rules.PutRecords(ctx, unitTx{tx}, list)
		return err
	})
	return w, err
}

// RecordsOf lists master data; see [store.Records].
func (s *Store) RecordsOf(ctx context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error) {
	q := newUnitQuery()
	q.Where("kind = ?", string(kind))
	if len(ids) > 0 {
		doc, err := list(ids)
		if err != nil {
			return nil, err
		}
		q.Where("id IN (SELECT value FROM json_each(?))", doc)
	}
	return all(ctx, s.db, scanRecord, marked("SELECT kind, id, body FROM unit_records"+q.Conditions(" WHERE ")+" ORDER BY id LIMIT "+mostUnits()), q.Args...)
}
