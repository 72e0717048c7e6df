package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// unitTx is a transaction, holding the lock of units' writers, as the rules of units want it.
type unitTx struct{ pgx.Tx }

var _ rules.UnitTx = unitTx{}

func (tx unitTx) UnitsWith(ctx context.Context, serials []string) ([]rules.UnitRow, error) {
	return all(ctx, tx, scanUnit, "SELECT "+rules.UnitColumns+" FROM "+rules.UnitTables+" WHERE u.serial = ANY($1)", serials)
}

func (tx unitTx) LotsIn(ctx context.Context, makeups []int64) (map[int64][]rules.LotRow, error) {
	return lotsIn(ctx, tx, makeups)
}

const lotColumns = "id, code, component, supplier, body"

func scanLot(row pgx.CollectableRow) (l rules.LotRow, err error) {
	err = row.Scan(&l.ID, &l.Code, &l.Component, &l.Supplier, &l.Body)
	return l, err
}

func (tx unitTx) LotsWith(ctx context.Context, codes []string) ([]rules.LotRow, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	return all(ctx, tx, scanLot, "SELECT "+lotColumns+" FROM lots WHERE code = ANY($1)", codes)
}

func (tx unitTx) InsertLots(ctx context.Context, lots []*rules.LotRow) ([]int64, error) {
	ids, err := tx.ids(ctx, "lots", len(lots))
	if err != nil {
		return nil, err
	}
	return ids, tx.copy(ctx, "lots", []string{"id", "code", "component", "supplier", "body"}, len(lots), func(i int) []any {
		l := lots[i]
		return []any{ids[i], l.Code, l.Component, l.Supplier, string(l.Body)}
	})
}

func (tx unitTx) SetLot(ctx context.Context, l rules.LotRow) error {
	return mustChange(ctx, tx, "UPDATE lots SET component = $2, supplier = $3, body = $4 WHERE id = $1", l.ID, l.Component, l.Supplier, string(l.Body))
}

const batchColumns = "id, code, sku, body"

func scanBatch(row pgx.CollectableRow) (b rules.BatchRow, err error) {
	err = row.Scan(&b.ID, &b.Code, &b.SKU, &b.Body)
	return b, err
}

func (tx unitTx) BatchesWith(ctx context.Context, codes []string) ([]rules.BatchRow, error) {
	return all(ctx, tx, scanBatch, "SELECT "+batchColumns+" FROM batches WHERE code = ANY($1)", codes)
}

func (tx unitTx) InsertBatches(ctx context.Context, batches []*rules.BatchRow) error {
	return tx.copy(ctx, "batches", []string{"code", "sku", "body"}, len(batches), func(i int) []any {
		return []any{batches[i].Code, batches[i].SKU, string(batches[i].Body)}
	})
}

func (tx unitTx) SetBatch(ctx context.Context, b rules.BatchRow) error {
	return mustChange(ctx, tx, "UPDATE batches SET sku = $2, body = $3 WHERE id = $1", b.ID, b.SKU, string(b.Body))
}

func (tx unitTx) Makeups(ctx context.Context, list []rules.Makeup) ([]int64, error) {
	ids, fresh, err := tx.number(ctx, "makeups", []string{"digest"}, []string{"text"}, len(list), func(i int) []any { return []any{list[i].Digest} })
	if err != nil {
		return nil, err
	}
	var links [][]any
	for i, m := range list {
		for _, lot := range m.Lots {
			if fresh[i] {
				links = append(links, []any{ids[i], lot})
			}
		}
	}
	return ids, tx.copy(ctx, "makeup_lots", []string{"makeup", "lot"}, len(links), func(i int) []any { return links[i] })
}

func (tx unitTx) Origins(ctx context.Context, list []rules.Origin) ([]int64, error) {
	ids, _, err := tx.number(ctx, "origins", []string{"sku", "batch", "plant", "makeup"}, []string{"text", "text", "text", "bigint"}, len(list), func(i int) []any {
		o := list[i]
		return []any{o.SKU, o.Batch, o.Plant, o.Makeup}
	})
	return ids, err
}

func (tx unitTx) Ways(ctx context.Context, list []rules.Way) ([]int64, error) {
	ids, _, err := tx.number(ctx, "ways", []string{"warehouse", "shipment", "carrier", "channel", "region", "country", "firmware", "terms"},
		strings.Fields("text text text text text text text text"), len(list), func(i int) []any {
			w := list[i]
			return []any{w.Warehouse, w.Shipment, w.Carrier, w.Channel, w.Region, w.Country, w.Firmware, w.Terms}
		})
	return ids, err
}

// number finds or makes the rows of a table that have the values, and says which are new.
func (tx unitTx) number(ctx context.Context, table string, columns, types []string, n int, values func(i int) []any) (ids []int64, fresh []bool, err error) {
	ids, fresh = make([]int64, n), make([]bool, n)
	if n == 0 {
		return ids, fresh, nil
	}
	arrays, marks, equal := columnsOf(columns, types, n, values)
	found := 0
	_, err = all(ctx, tx, func(row pgx.CollectableRow) (none struct{}, err error) {
		var at int
		var id int64
		if err = row.Scan(&at, &id); err == nil {
			ids[at-1] = id
			found++
		}
		return none, err
	}, "SELECT v.n, t.id FROM unnest("+marks+") WITH ORDINALITY AS v("+strings.Join(columns, ", ")+", n) JOIN "+table+" t ON "+equal, arrays...)
	if err != nil || found == n {
		return ids, fresh, err
	}
	var missing []int
	for i, id := range ids {
		if id == 0 {
			missing = append(missing, i)
		}
	}
	made, err := tx.ids(ctx, table, len(missing))
	if err != nil {
		return nil, nil, err
	}
	return ids, fresh, tx.copy(ctx, table, append([]string{"id"}, columns...), len(missing), func(i int) []any {
		at := missing[i]
		ids[at], fresh[at] = made[i], true
		return append([]any{made[i]}, values(at)...)
	})
}

// columnsOf turns rows into one array for each column, with the marks of unnest and the
// condition that joins its columns, named as the table's, to the table t.
func columnsOf(columns, types []string, n int, values func(i int) []any) (arrays []any, marks, equal string) {
	lists := make([][]any, len(columns))
	for i := range n {
		for c, v := range values(i) {
			lists[c] = append(lists[c], v)
		}
	}
	var m, e []string
	for c, name := range columns {
		arrays = append(arrays, lists[c])
		m = append(m, fmt.Sprintf("$%d::%s[]", c+1, types[c]))
		e = append(e, fmt.Sprintf("t.%s = v.%s", name, name))
	}
	return arrays, strings.Join(m, ", "), strings.Join(e, " AND ")
}

// ids takes numbers from a table's sequence.
func (tx unitTx) ids(ctx context.Context, table string, n int) ([]int64, error) {
	if n == 0 {
		return nil, nil
	}
	return all(ctx, tx, pgx.RowTo[int64], "SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2)", table, n)
}

func (tx unitTx) UnitIDs(ctx context.Context, n int) ([]int64, error) { return tx.ids(ctx, "units", n) }

func (tx unitTx) InsertUnits(ctx context.Context, rows []*rules.UnitRow) error {
	return tx.copy(ctx, "units", rules.UnitValueColumns(), len(rows), func(i int) []any { return rules.UnitValues(rows[i], when) })
}

func (tx unitTx) UpdateUnits(ctx context.Context, rows []*rules.UnitRow) error {
	if len(rows) == 0 {
		return nil
	}
	columns := rules.UnitValueColumns()
	types := strings.Fields("bigint text text text bigint bigint smallint smallint int timestamptz timestamptz timestamptz timestamptz text text timestamptz text timestamptz text")
	arrays, marks, _ := columnsOf(columns, types, len(rows), func(i int) []any { return rules.UnitValues(rows[i], when) })
	set := make([]string, 0, len(columns))
	for _, c := range columns[1:] {
		set = append(set, c+" = v."+c)
	}
	_, err := tx.Exec(ctx, "UPDATE units u SET "+strings.Join(set, ", ")+" FROM unnest("+marks+") AS v("+strings.Join(columns, ", ")+") WHERE u.id = v.id", arrays...)
	return err
}

// copy writes n rows.
func (tx unitTx) copy(ctx context.Context, table string, columns []string, n int, values func(i int) []any) error {
	if n == 0 {
		return nil
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(n, func(i int) ([]any, error) { return values(i), nil }))
	return err
}
