package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// unitTx is a transaction as the rules of units want it; SQLite has one writer anyway.
type unitTx struct{ *sql.Tx }

var _ rules.UnitTx = unitTx{}

func (tx unitTx) UnitsWith(ctx context.Context, serials []string) ([]rules.UnitRow, error) {
	doc, err := list(serials)
	if err != nil {
		return nil, err
	}
	return all(ctx, tx, scanUnit, unitsOfSerials, doc)
}

// unitsOfSerials is the query of the units of a list of serials.
const unitsOfSerials = "SELECT " + rules.UnitColumns + ` FROM json_each(?) j CROSS JOIN units u ON u.serial = j.value
		JOIN origins o ON o.id = u.origin JOIN ways w ON w.id = u.way`

func (tx unitTx) LotsIn(ctx context.Context, makeups []int64) (map[int64][]rules.LotRow, error) {
	if len(makeups) == 0 {
		return nil, nil
	}
	doc, err := numbers(makeups)
	if err != nil {
		return nil, err
	}
	return lotsOf(ctx, tx.Tx, `SELECT m.makeup, l.id, l.code, l.component, l.supplier
		FROM json_each(?) j CROSS JOIN makeup_lots m ON m.makeup = j.value JOIN lots l ON l.id = m.lot`, doc)
}

func (tx unitTx) LotsWith(ctx context.Context, codes []string) ([]rules.LotRow, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	doc, err := list(codes)
	if err != nil {
		return nil, err
	}
	return all(ctx, tx, scanLot, "SELECT "+lotColumns+" FROM json_each(?) j CROSS JOIN lots ON code = j.value", doc)
}

const lotColumns = "lots.id, code, component, supplier, body"

func scanLot(row scanner) (l rules.LotRow, err error) {
	err = row.Scan(&l.ID, &l.Code, &l.Component, &l.Supplier, &l.Body)
	return l, err
}

func (tx unitTx) InsertLots(ctx context.Context, lots []*rules.LotRow) ([]int64, error) {
	ids := make([]int64, len(lots))
	err := tx.repeat(ctx, "INSERT INTO lots (code, component, supplier, body) VALUES (?, ?, ?, ?) RETURNING id", len(lots), func(i int) ([]any, []any) {
		l := lots[i]
		return []any{l.Code, l.Component, l.Supplier, string(l.Body)}, []any{&ids[i]}
	})
	return ids, err
}

func (tx unitTx) SetLot(ctx context.Context, l rules.LotRow) error {
	return change(ctx, tx.Tx, "UPDATE lots SET component = ?2, supplier = ?3, body = ?4 WHERE id = ?1", l.ID, l.Component, l.Supplier, string(l.Body))
}

func (tx unitTx) BatchesWith(ctx context.Context, codes []string) ([]rules.BatchRow, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	doc, err := list(codes)
	if err != nil {
		return nil, err
	}
	return all(ctx, tx, scanBatch, "SELECT "+batchColumns+" FROM json_each(?) j CROSS JOIN batches ON code = j.value", doc)
}

const batchColumns = "batches.id, code, sku, body"

func scanBatch(row scanner) (b rules.BatchRow, err error) {
	err = row.Scan(&b.ID, &b.Code, &b.SKU, &b.Body)
	return b, err
}

func (tx unitTx) InsertBatches(ctx context.Context, batches []*rules.BatchRow) error {
	return tx.repeat(ctx, "INSERT INTO batches (code, sku, body) VALUES (?, ?, ?)", len(batches), func(i int) ([]any, []any) {
		return []any{batches[i].Code, batches[i].SKU, string(batches[i].Body)}, nil
	})
}

func (tx unitTx) SetBatch(ctx context.Context, b rules.BatchRow) error {
	return change(ctx, tx.Tx, "UPDATE batches SET sku = ?2, body = ?3 WHERE id = ?1", b.ID, b.SKU, string(b.Body))
}

func (tx unitTx) Makeups(ctx context.Context, list []rules.Makeup) ([]int64, error) {
	ids, fresh, err := tx.number(ctx, "makeups", []string{"digest"}, len(list), func(i int) []any { return []any{list[i].Digest} })
	if err != nil {
		return nil, err
	}
	type link struct{ makeup, lot int64 }
	var links []link
	for i, m := range list {
		for _, lot := range m.Lots {
			if fresh[i] {
				links = append(links, link{ids[i], lot})
			}
		}
	}
	return ids, tx.repeat(ctx, "INSERT INTO makeup_lots (makeup, lot) VALUES (?, ?)", len(links), func(i int) ([]any, []any) {
		return []any{links[i].makeup, links[i].lot}, nil
	})
}

func (tx unitTx) Origins(ctx context.Context, list []rules.Origin) ([]int64, error) {
	ids, _, err := tx.number(ctx, "origins", []string{"sku", "batch", "plant", "makeup"}, len(list), func(i int) []any {
		o := list[i]
		return []any{o.SKU, o.Batch, o.Plant, o.Makeup}
	})
	return ids, err
}

func (tx unitTx) Ways(ctx context.Context, list []rules.Way) ([]int64, error) {
	ids, _, err := tx.number(ctx, "ways", []string{"warehouse", "shipment", "carrier", "channel", "region", "country", "firmware", "terms"}, len(list), func(i int) []any {
		w := list[i]
		return []any{w.Warehouse, w.Shipment, w.Carrier, w.Channel, w.Region, w.Country, w.Firmware, w.Terms}
	})
	return ids, err
}

// number finds or makes the rows of a table that have the values, and says which are new.
func (tx unitTx) number(ctx context.Context, table string, columns []string, n int, values func(i int) []any) (ids []int64, fresh []bool, err error) {
	ids, fresh = make([]int64, n), make([]bool, n)
	find, err := tx.PrepareContext(ctx, "SELECT id FROM "+table+" WHERE "+strings.Join(columns, " = ? AND ")+" = ?")
	if err != nil {
		return nil, nil, fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = errors.Join(err, find.Close()) }()
	for i := range n {
		err := find.QueryRowContext(ctx, values(i)...).Scan(&ids[i])
		if errors.Is(err, sql.ErrNoRows) {
			fresh[i] = true
			err = tx.QueryRowContext(ctx, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES ("+marks(len(columns))+") RETURNING id", values(i)...).Scan(&ids[i])
		}
		if err != nil {
			return nil, nil, fmt.Errorf("sqlite: %w", err)
		}
	}
	return ids, fresh, nil
}

func (tx unitTx) UnitIDs(ctx context.Context, n int) ([]int64, error) {
	last, err := one(ctx, tx, value[int64], "SELECT coalesce(max(id), 0) FROM units")
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = last + 1 + int64(i)
	}
	return ids, err
}

func (tx unitTx) InsertUnits(ctx context.Context, rows []*rules.UnitRow) error {
	columns := rules.UnitValueColumns()
	query := "INSERT INTO units (" + strings.Join(columns, ", ") + ") VALUES (" + marks(len(columns)) + ")"
	return tx.repeat(ctx, query, len(rows), func(i int) ([]any, []any) { return rules.UnitValues(rows[i], micros), nil })
}

func (tx unitTx) UpdateUnits(ctx context.Context, rows []*rules.UnitRow) error {
	columns := rules.UnitValueColumns()
	for i := range columns {
		columns[i] = fmt.Sprintf("%s = ?%d", columns[i], i+1)
	}
	query := "UPDATE units SET " + strings.Join(columns[1:], ", ") + " WHERE id = ?1"
	return tx.repeat(ctx, query, len(rows), func(i int) ([]any, []any) { return rules.UnitValues(rows[i], micros), nil })
}

// repeat runs a prepared statement n times; where out is given, the row that it returns is
// read into it.
func (tx unitTx) repeat(ctx context.Context, query string, n int, values func(i int) (in, out []any)) (err error) {
	if n == 0 {
		return nil
	}
	statement, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	for i := range n {
		in, out := values(i)
		if out == nil {
			_, err = statement.ExecContext(ctx, in...)
		} else {
			err = statement.QueryRowContext(ctx, in...).Scan(out...)
		}
		if err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
	}
	return nil
}
