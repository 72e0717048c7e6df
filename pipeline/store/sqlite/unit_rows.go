package sqlite

import (
	"context"

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
	doc, err := list(ids)
	if err != nil {
		return nil, err
	}
	return all(ctx, tx, scanCost, "SELECT "+rules.CostColumns+" FROM json_each(?) j CROSS JOIN costs c ON c.id = j.value", doc)
}

func (tx unitTx) SetCosts(ctx context.Context, rows []rules.CostRow) error {
	return tx.repeat(ctx, `INSERT INTO costs (id, unit, serial, sku, claim, at, kind, minor, currency, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
		ON CONFLICT (id) DO UPDATE SET unit = ?2, serial = ?3, sku = ?4, claim = ?5, at = ?6, kind = ?7, minor = ?8, currency = ?9, note = ?10`,
		len(rows), func(i int) ([]any, []any) { return rules.CostValues(rows[i], instant), nil })
}

func (tx unitTx) InspectionsWith(ctx context.Context, ids []string) ([]rules.InspectionRow, error) {
	doc, err := list(ids)
	if err != nil {
		return nil, err
	}
	return all(ctx, tx, func(row scanner) (r rules.InspectionRow, err error) {
		err = row.Scan(&r.ID, &r.Body)
		return r, err
	}, "SELECT i.id, i.body FROM json_each(?) j CROSS JOIN inspections i ON i.id = j.value", doc)
}

func (tx unitTx) SetInspections(ctx context.Context, rows []rules.InspectionRow) error {
	return tx.repeat(ctx, `INSERT INTO inspections (id, body, kind, code, at) VALUES (?1, ?2, ?3, ?4, ?5)
		ON CONFLICT (id) DO UPDATE SET body = ?2, kind = ?3, code = ?4, at = ?5`,
		len(rows), func(i int) ([]any, []any) { return rules.InspectionValues(rows[i], instant), nil })
}

func (tx unitTx) RecordsWith(ctx context.Context, ids []string) ([]store.Record, error) {
	doc, err := list(ids)
	if err != nil {
		return nil, err
	}
	return all(ctx, tx, scanRecord, "SELECT kind, id, body FROM unit_records WHERE id IN (SELECT value FROM json_each(?))", doc)
}

func scanRecord(row scanner) (r store.Record, err error) {
	err = row.Scan(&r.Kind, &r.ID, (*[]byte)(&r.Body))
	return r, err
}

func (tx unitTx) SetRecords(ctx context.Context, list []store.Record) error {
	return tx.repeat(ctx, "INSERT INTO unit_records (kind, id, body) VALUES (?1, ?2, ?3) ON CONFLICT (kind, id) DO UPDATE SET body = ?3",
		len(list), func(i int) ([]any, []any) { return []any{string(list[i].Kind), list[i].ID, string(list[i].Body)}, nil })
}
