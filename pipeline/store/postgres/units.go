package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// unitsLock is the advisory lock that writers of units take turns by: each must see the lots,
// makeups and units that the one before made.
const unitsLock = 0x64656603

// PutUnits keeps units; see [store.Units].
func (s *Store) PutUnits(ctx context.Context, units []store.Unit) (w store.Written, err error) {
	err = s.writeUnits(ctx, "put units", func(ctx context.Context, tx unitTx) error {
		w, _, err = rules.PutUnits(ctx, tx, units)
		return err
	})
	if err != nil {
		return store.Written{}, err
	}
	return w, nil
}

// writeUnits runs f in a transaction as the only writer of units.
func (s *Store) writeUnits(ctx context.Context, what string, f func(ctx context.Context, tx unitTx) error) error {
	return s.inTx(ctx, what, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", unitsLock); err != nil {
			return err
		}
		return f(ctx, unitTx{tx})
	})
}

// UnitsBySerial finds units; see [store.Units].
func (s *Store) UnitsBySerial(ctx context.Context, serial string) (units []store.Unit, err error) {
	return s.units(ctx, "units by serial", "SELECT "+rules.UnitColumns+" FROM "+rules.UnitTables+" WHERE u.serial = $1 ORDER BY u.sku", rules.Text(serial))
}

// UnitsBySerials finds units; see [store.Units].
func (s *Store) UnitsBySerials(ctx context.Context, serials []string) (map[string][]store.Unit, error) {
	asked, err := rules.AskSerials(serials)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	units, err := s.units(ctx, "units by serials", "SELECT "+rules.UnitColumns+" FROM "+rules.UnitTables+" WHERE u.serial = ANY($1) ORDER BY u.serial, u.sku", asked)
	return rules.BySerial(serials, units), err
}

// ReplacedBy finds units; see [store.Units].
func (s *Store) ReplacedBy(ctx context.Context, serial string) ([]store.Unit, error) {
	return s.units(ctx, "replaced units", "SELECT "+rules.UnitColumns+" FROM "+rules.UnitTables+
		" WHERE u.replaced_by <> '' AND u.replaced_by = $1 ORDER BY u.serial, u.sku", rules.Text(serial))
}

// units reads whole units. Makeups never change, so that two queries agree.
func (s *Store) units(ctx context.Context, what, query string, args ...any) (units []store.Unit, err error) {
	err = s.try(ctx, what, func(ctx context.Context) error {
		rows, err := all(ctx, s.pool, scanUnit, query, args...)
		if err != nil {
			return err
		}
		lots, err := lotsIn(ctx, s.pool, rules.MakeupsOf(rows))
		units = rules.WithLots(rows, lots)
		return err
	})
	return units, err
}

func scanUnit(row pgx.CollectableRow) (rules.UnitRow, error) { return rules.ReadUnit(row, since) }

func newUnitQuery() *rules.UnitQuery {
	return &rules.UnitQuery{Time: func(t time.Time) any { return rules.Time(t) }}
}

// UnitsOf lists units; see [store.Units].
func (s *Store) UnitsOf(ctx context.Context, f store.UnitFilter, after string, limit int) (units []store.Unit, next string, err error) {
	many := len(f.Groups) == 0
	if !many {
		count := newUnitQuery()
		query, err := count.Many(f.Groups)
		if err != nil {
			return nil, "", err
		}
		if many, err = find(ctx, s, "units", pgx.RowTo[bool], query, count.Args...); err != nil {
			return nil, "", err
		}
	}
	q := newUnitQuery()
	query, err := q.ListUnits(f, after, limit, many, "")
	if err != nil {
		return nil, "", err
	}
	units, err = s.units(ctx, "units", query, q.Args...)
	units, next = rules.CutPage(units, limit)
	return units, next, err
}

// CountUnits counts by stage; see [store.Units].
func (s *Store) CountUnits(ctx context.Context, f store.UnitFilter) (map[store.Stage]int, error) {
	q := newUnitQuery()
	if err := q.Filter(f); err != nil {
		return nil, err
	}
	out := map[store.Stage]int{}
	_, err := listOf(ctx, s, "count units", func(row pgx.CollectableRow) (none struct{}, err error) {
		var stage int64
		var n int
		if err = row.Scan(&stage, &n); err == nil {
			out[rules.StageOf(stage)] = n
		}
		return none, err
	}, "SELECT u.stage, count(*) FROM units u"+q.Conditions(" WHERE ")+" GROUP BY u.stage", q.Args...)
	return out, err
}

// Existing finds known serials; see [store.Units].
func (s *Store) Existing(ctx context.Context, keys []string) (map[string]string, error) {
	out := map[string]string{}
	_, err := listOf(ctx, s, "known serials", func(row pgx.CollectableRow) (none struct{}, err error) {
		var key, serial string
		err = row.Scan(&key, &serial)
		if have, ok := out[key]; err == nil && (!ok || serial < have) {
			out[key] = serial
		}
		return none, err
	}, `SELECT u.key, u.serial FROM units u WHERE u.key IS NOT NULL AND u.key = ANY($1)
		UNION ALL SELECT u.serial, u.serial FROM units u WHERE u.key IS NULL AND u.serial = ANY($1)`, cleanAll(keys))
	return out, err
}

// ForgetCustomer erases an owner; see [store.Units].
func (s *Store) ForgetCustomer(ctx context.Context, customer, by string) (n int, err error) {
	if customer == "" {
		return 0, nil
	}
	err = s.writeUnits(ctx, "forget a customer", func(ctx context.Context, tx unitTx) error {
		t, err := tx.Exec(ctx, "UPDATE units SET customer = '', contact = '' WHERE customer = $1", rules.Text(customer))
		if err != nil {
			return err
		}
		n = int(t.RowsAffected())
		return note(ctx, tx, store.Entry{At: s.now(), By: by, What: store.CustomerForgotten, Detail: fmt.Sprintf("%d units", n)})
	})
	return n, err
}

// Exposure counts units; see [store.Units].
func (s *Store) Exposure(ctx context.Context, q store.ExposureQuery) (sum store.Exposure, err error) {
	err = s.scanTx(ctx, "exposure", func(ctx context.Context, tx pgx.Tx) error {
		kin, err := kinOf(ctx, tx, q.Kinds)
		if err != nil {
			return err
		}
		e := rules.NewExposed(kin, q.Step)
		rows, err := tx.Query(ctx, "SELECT origin, string_agg(("+rules.PackedPlace+")::text, ','), string_agg(coalesce(day::text, ''), ',') FROM units GROUP BY origin")
		if err != nil {
			return err
		}
		var origin int64
		var places, days string
		if _, err := pgx.ForEachRow(rows, []any{&origin, &places, &days}, func() error { return e.AddPacked(origin, places, days) }); err != nil {
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

// scanTx runs f, which may look at every unit, on one state of the database.
func (s *Store) scanTx(ctx context.Context, what string, f func(ctx context.Context, tx pgx.Tx) error) error {
	return s.tryWithin(ctx, s.cfg.ScanTimeout, what, func(ctx context.Context) error {
		return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			// The context ends it in time.
			if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = 0"); err != nil {
				return err
			}
			return f(ctx, tx)
		})
	})
}

// madeIn reads when batches were made.
func madeIn(ctx context.Context, tx pgx.Tx) (map[string]int, error) {
	rows, err := tx.Query(ctx, rules.SomeMade)
	if err != nil {
		return nil, err
	}
	made := rules.Made{}
	var code, sku string
	var at *time.Time
	_, err = pgx.ForEachRow(rows, []any{&code, &sku, &at}, func() error {
		made.Add(code, sku, since(at))
		return nil
	})
	return made, err
}

// kinOf reads the groups of all origins and ways.
func kinOf(ctx context.Context, db querier, kinds []store.GroupKind) (*rules.Kin, error) {
	origins, err := all(ctx, db, func(row pgx.CollectableRow) (o rules.OriginRow, err error) {
		err = row.Scan(&o.ID, &o.SKU, &o.Batch, &o.Plant, &o.Makeup)
		return o, err
	}, "SELECT id, sku, batch, plant, makeup FROM origins")
	if err != nil {
		return nil, err
	}
	ways, err := all(ctx, db, func(row pgx.CollectableRow) (w rules.WayRow, err error) {
		err = row.Scan(&w.ID, &w.Warehouse, &w.Shipment, &w.Carrier, &w.Channel, &w.Region, &w.Country, &w.Firmware, &w.Terms)
		return w, err
	}, "SELECT id, warehouse, shipment, carrier, channel, region, country, firmware, terms FROM ways")
	if err != nil {
		return nil, err
	}
	lots, err := lotsOf(ctx, db, "SELECT m.makeup, l.id, l.code, l.component, l.supplier FROM makeup_lots m JOIN lots l ON l.id = m.lot")
	if err != nil {
		return nil, err
	}
	return rules.NewKin(kinds, origins, ways, lots), nil
}

// lotsIn reads the lots of makeups.
func lotsIn(ctx context.Context, db querier, makeups []int64) (map[int64][]rules.LotRow, error) {
	if len(makeups) == 0 {
		return nil, nil
	}
	return lotsOf(ctx, db, "SELECT m.makeup, l.id, l.code, l.component, l.supplier FROM makeup_lots m JOIN lots l ON l.id = m.lot WHERE m.makeup = ANY($1)", makeups)
}

func lotsOf(ctx context.Context, db querier, query string, args ...any) (map[int64][]rules.LotRow, error) {
	out := map[int64][]rules.LotRow{}
	_, err := all(ctx, db, func(row pgx.CollectableRow) (none struct{}, err error) {
		var makeup int64
		var l rules.LotRow
		if err = row.Scan(&makeup, &l.ID, &l.Code, &l.Component, &l.Supplier); err == nil {
			out[makeup] = append(out[makeup], l)
		}
		return none, err
	}, query, args...)
	return out, err
}
