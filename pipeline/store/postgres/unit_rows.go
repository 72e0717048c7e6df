package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// What is known by an id of the sender's: costs, inspections and master data.

var (
	_ rules.CostTx       = unitTx{}
	_ rules.InspectionTx = unitTx{}
	_ rules.RecordTx     = unitTx{}
)

func (tx unitTx) CostsWith(ctx context.Context, ids []string) ([]store.Cost, error) {
	return all(ctx, tx, scanCost, "SELECT "+rules.CostColumns+" FROM costs c WHERE c.id = ANY($1)", ids)
}

func (tx unitTx) SetCosts(ctx context.Context, rows []rules.CostRow) error {
	return tx.repeat(ctx, `INSERT INTO costs (id, unit, serial, sku, claim, at, kind, minor, currency, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET unit = $2, serial = $3, sku = $4, claim = $5, at = $6, kind = $7, minor = $8, currency = $9, note = $10`,
		len(rows), func(i int) []any { return rules.CostValues(rows[i], rules.Time) })
}

func (tx unitTx) InspectionsWith(ctx context.Context, ids []string) ([]rules.InspectionRow, error) {
	return all(ctx, tx, func(row pgx.CollectableRow) (r rules.InspectionRow, err error) {
		err = row.Scan(&r.ID, &r.Body)
		return r, err
	}, "SELECT id, body FROM inspections WHERE id = ANY($1)", ids)
}

func (tx unitTx) SetInspections(ctx context.Context, rows []rules.InspectionRow) error {
	return tx.repeat(ctx, `INSERT INTO inspections (id, body, kind, code, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET body = $2, kind = $3, code = $4, at = $5`,
		len(rows), func(i int) []any { return rules.InspectionValues(rows[i], rules.Time) })
}

func (tx unitTx) RecordsWith(ctx context.Context, ids []string) ([]store.Record, error) {
	return all(ctx, tx, scanRecord, "SELECT kind, id, body FROM unit_records WHERE id = ANY($1)", ids)
}

func scanRecord(row pgx.CollectableRow) (r store.Record, err error) {
	err = row.Scan(&r.Kind, &r.ID, (*[]byte)(&r.Body))
	return r, err
}

func (tx unitTx) SetRecords(ctx context.Context, list []store.Record) error {
	return tx.repeat(ctx, "INSERT INTO unit_records (kind, id, body) VALUES ($1, $2, $3) ON CONFLICT (kind, id) DO UPDATE SET body = $3",
		len(list), func(i int) []any { return []any{string(list[i].Kind), list[i].ID, string(list[i].Body)} })
}

// repeat runs a statement n times, on one way to the database and back.
func (tx unitTx) repeat(ctx context.Context, query string, n int, values func(i int) []any) error {
	if n == 0 {
		return nil
	}
	b := &pgx.Batch{}
	for i := range n {
		b.Queue(query, values(i)...)
	}
	return tx.SendBatch(ctx, b).Close()
}
