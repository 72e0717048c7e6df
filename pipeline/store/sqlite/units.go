package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// PutUnits keeps units; see [store.Units].
func (s *Store) PutUnits(ctx context.Context, units []store.Unit) (w store.Written, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		w, _, err = rules.PutUnits(ctx, unitTx{tx}, units)
		return err
	})
	if err != nil {
		return store.Written{}, err
	}
	return w, nil
}

// UnitsBySerial finds units; see [store.Units].
func (s *Store) UnitsBySerial(ctx context.Context, serial string) (units []store.Unit, err error) {
	return s.unitsWhere(ctx, "u.serial = ? ORDER BY u.sku", rules.Text(serial))
}

// UnitsBySerials finds units; see [store.Units].
func (s *Store) UnitsBySerials(ctx context.Context, serials []string) (map[string][]store.Unit, error) {
	asked, err := rules.AskSerials(serials)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	doc, err := list(asked)
	if err != nil {
		return nil, err
	}
	var units []store.Unit
	err = s.read(ctx, func(tx *sql.Tx) error {
		units, err = readUnits(ctx, tx, unitsOfSerials+" ORDER BY u.serial, u.sku", doc)
		return err
	})
	return rules.BySerial(serials, units), err
}

// ReplacedBy finds units; see [store.Units].
func (s *Store) ReplacedBy(ctx context.Context, serial string) ([]store.Unit, error) {
	return s.unitsWhere(ctx, "u.replaced_by <> '' AND u.replaced_by = ? ORDER BY u.serial, u.sku", rules.Text(serial))
}

func (s *Store) unitsWhere(ctx context.Context, where string, args ...any) (units []store.Unit, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		units, err = readUnits(ctx, tx, "SELECT "+rules.UnitColumns+" FROM "+rules.UnitTables+" WHERE "+where, args...)
		return err
	})
	return units, err
}

// readUnits reads whole units.
func readUnits(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]store.Unit, error) {
	rows, err := all(ctx, tx, scanUnit, query, args...)
	if err != nil {
		return nil, err
	}
	lots, err := unitTx{tx}.LotsIn(ctx, rules.MakeupsOf(rows))
	if err != nil {
		return nil, err
	}
	return rules.WithLots(rows, lots), nil
}

func scanUnit(row scanner) (rules.UnitRow, error) { return rules.ReadUnit(row, since) }

func newUnitQuery() *rules.UnitQuery {
	return &rules.UnitQuery{Time: func(t time.Time) any { return instant(t) }}
}

// marked writes the parameters of a shared text as SQLite knows them by number.
func marked(query string) string { return strings.ReplaceAll(query, "$", "?") }

// UnitsOf lists units; see [store.Units].
func (s *Store) UnitsOf(ctx context.Context, f store.UnitFilter, after string, limit int) (units []store.Unit, next string, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		many, err := manyUnits(ctx, tx, f.Groups)
		if err != nil {
			return err
		}
		q := newUnitQuery()
		query, err := q.ListUnits(f, after, limit, many, " INDEXED BY units_serial")
		if err != nil {
			return err
		}
		units, err = readUnits(ctx, tx, marked(query), q.Args...)
		return err
	})
	units, next = rules.CutPage(units, limit)
	return units, next, err
}

// manyUnits says whether the groups are too large to be sorted for each page.
func manyUnits(ctx context.Context, tx *sql.Tx, groups []store.Group) (bool, error) {
	if len(groups) == 0 {
		return true, nil
	}
	q := newUnitQuery()
	query, err := q.Many(groups)
	if err != nil {
		return false, err
	}
	return one(ctx, tx, value[bool], marked(query), q.Args...)
}

// CountUnits counts by stage; see [store.Units].
func (s *Store) CountUnits(ctx context.Context, f store.UnitFilter) (map[store.Stage]int, error) {
	q := newUnitQuery()
	if err := q.Filter(f); err != nil {
		return nil, err
	}
	out := map[store.Stage]int{}
	_, err := all(ctx, s.db, func(row scanner) (none struct{}, err error) {
		var stage int64
		var n int
		err = row.Scan(&stage, &n)
		if err == nil {
			out[rules.StageOf(stage)] = n
		}
		return none, err
	}, marked("SELECT u.stage, count(*) FROM units u"+q.Conditions(" WHERE ")+" GROUP BY u.stage"), q.Args...)
	return out, err
}

// Existing finds known serials; see [store.Units].
func (s *Store) Existing(ctx context.Context, keys []string) (map[string]string, error) {
	doc, err := list(keys)
	if err != nil {
		return nil, err
	}
	type known struct{ key, serial string }
	rows, err := all(ctx, s.db, func(row scanner) (k known, err error) {
		err = row.Scan(&k.key, &k.serial)
		return k, err
	}, `SELECT j.value, min(u.serial) FROM json_each(?1) j CROSS JOIN units u ON u.key = j.value AND u.key IS NOT NULL GROUP BY j.value
		UNION ALL SELECT j.value, u.serial FROM json_each(?1) j CROSS JOIN units u ON u.serial = j.value AND u.key IS NULL`, doc)
	out := make(map[string]string, len(rows))
	for _, k := range rows {
		if have, ok := out[k.key]; !ok || k.serial < have {
			out[k.key] = k.serial
		}
	}
	return out, err
}

// ForgetCustomer erases an owner; see [store.Units].
func (s *Store) ForgetCustomer(ctx context.Context, customer, by string) (n int, err error) {
	if customer == "" {
		return 0, nil
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, "UPDATE units SET customer = '', contact = '' WHERE customer = ?", rules.Text(customer))
		if err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		changed, err := r.RowsAffected()
		if err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		n = int(changed)
		s.uncut.Store(true)
		return note(ctx, tx, store.Entry{At: s.now(), By: by, What: store.CustomerForgotten, Detail: fmt.Sprintf("%d units", n)})
	})
	return n, err
}

// Exposure counts units; see [store.Units].
func (s *Store) Exposure(ctx context.Context, q store.ExposureQuery) (sum store.Exposure, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		kin, err := kinOf(ctx, tx, q.Kinds)
		if err != nil {
			return err
		}
		e := rules.NewExposed(kin, q.Step)
		_, err = all(ctx, tx, func(row scanner) (none struct{}, err error) {
			var origin int64
			var places, days string
			if err = row.Scan(&origin, &places, &days); err == nil {
				err = e.AddPacked(origin, places, days)
			}
			return none, err
		}, "SELECT origin, group_concat("+rules.PackedPlace+"), group_concat(coalesce(day, '')) FROM units INDEXED BY units_exposure GROUP BY origin")
		if err != nil {
			return err
		}
		sum = e.Sum()
		if q.Made {
			sum.Made, err = madeIn(ctx, tx)
		}
		return err
	})
	return sum, err
}

// kinOf reads the groups of all origins and ways.
func kinOf(ctx context.Context, tx *sql.Tx, kinds []store.GroupKind) (*rules.Kin, error) {
	origins, err := all(ctx, tx, func(row scanner) (o rules.OriginRow, err error) {
		err = row.Scan(&o.ID, &o.SKU, &o.Batch, &o.Plant, &o.Makeup)
		return o, err
	}, "SELECT id, sku, batch, plant, makeup FROM origins")
	if err != nil {
		return nil, err
	}
	ways, err := all(ctx, tx, func(row scanner) (w rules.WayRow, err error) {
		err = row.Scan(&w.ID, &w.Warehouse, &w.Shipment, &w.Carrier, &w.Channel, &w.Region, &w.Country, &w.Firmware, &w.Terms)
		return w, err
	}, "SELECT id, warehouse, shipment, carrier, channel, region, country, firmware, terms FROM ways")
	if err != nil {
		return nil, err
	}
	lots, err := lotsOf(ctx, tx, "SELECT m.makeup, l.id, l.code, l.component, l.supplier FROM makeup_lots m JOIN lots l ON l.id = m.lot")
	if err != nil {
		return nil, err
	}
	return rules.NewKin(kinds, origins, ways, lots), nil
}

// lotsOf reads lots by makeup.
func lotsOf(ctx context.Context, tx *sql.Tx, query string, args ...any) (map[int64][]rules.LotRow, error) {
	out := map[int64][]rules.LotRow{}
	_, err := all(ctx, tx, func(row scanner) (none struct{}, err error) {
		var makeup int64
		var l rules.LotRow
		if err = row.Scan(&makeup, &l.ID, &l.Code, &l.Component, &l.Supplier); err == nil {
			out[makeup] = append(out[makeup], l)
		}
		return none, err
	}, query, args...)
	return out, err
}

// numbers writes numbers as JSON.
func numbers(list []int64) (string, error) {
	b, err := json.Marshal(list)
	return string(b), err
}
