package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddUnitEvents keeps what happened; see [store.UnitEvents].
func (s *Store) AddUnitEvents(ctx context.Context, events []store.UnitEvent) (w store.Written, err error) {
	events = append([]store.UnitEvent(nil), events...)
	units, err := rules.UnitsOfEvents(events)
	if err != nil {
		return w, err
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		w = store.Written{}
		_, ids, err := rules.PutUnits(ctx, unitTx{tx}, units)
		if err != nil {
			return err
		}
		for i, e := range events {
			r, err := tx.ExecContext(ctx, "INSERT INTO unit_events (unit, at, what, place, party, source) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
				ids[i], instant(e.At), e.What, e.Where, e.With, e.Source)
			if err != nil {
				return fmt.Errorf("sqlite: %w", err)
			}
			n, err := r.RowsAffected()
			if err != nil {
				return fmt.Errorf("sqlite: %w", err)
			}
			w.Added += int(n)
			w.Same += 1 - int(n)
		}
		return nil
	})
	return w, err
}

// EventsOf lists what happened; see [store.UnitEvents].
func (s *Store) EventsOf(ctx context.Context, serial, sku string) ([]store.UnitEvent, error) {
	return all(ctx, s.db, func(row scanner) (store.UnitEvent, error) { return rules.ReadEvent(row, moment) },
		`SELECT u.serial, u.sku, e.at, e.what, e.place, e.party, e.source FROM units u JOIN unit_events e ON e.unit = u.id
		WHERE u.serial = ?1 AND (?2 = '' OR u.sku = ?2) ORDER BY e.at, e.what, e.place, e.party, u.sku LIMIT `+mostUnits(), rules.Text(serial), rules.Text(sku))
}

// PutCosts keeps costs; see [store.Costs].
func (s *Store) PutCosts(ctx context.Context, costs []store.Cost) (w store.Written, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		w, err = rules.PutCosts(ctx, unitTx{tx}, costs)
		return err
	})
	return w, err
}

func scanCost(row scanner) (store.Cost, error) { return rules.ReadCost(row, moment) }

// CostsOf lists costs; see [store.Costs].
func (s *Store) CostsOf(ctx context.Context, f store.CostFilter, after string, limit int) (costs []store.Cost, err error) {
	if limit < 1 || limit > store.MaxUnitPage {
		return nil, fmt.Errorf("a page of %d costs: want 1 to %d", limit, store.MaxUnitPage)
	}
	q := newUnitQuery()
	if err := q.Costs(f); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(tx *sql.Tx) error {
		if after != "" {
			last, err := one(ctx, tx, value[int64], "SELECT at FROM costs WHERE id = ?", rules.Text(after))
			if err != nil {
				return err
			}
			q.Where("(c.at, c.id) > (?, ?)", last, rules.Text(after))
		}
		costs, err = all(ctx, tx, scanCost, marked("SELECT "+rules.CostColumns+" FROM "+rules.CostTables+q.Conditions(" WHERE ")+
			" ORDER BY c.at, c.id LIMIT "+q.Arg(limit)), q.Args...)
		return err
	})
	return costs, err
}

// SumCosts adds up; see [store.Costs].
func (s *Store) SumCosts(ctx context.Context, f store.CostFilter, by store.GroupKind) (sums []store.CostSum, err error) {
	q := newUnitQuery()
	if err := q.Costs(f); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(tx *sql.Tx) error {
		counts, err := all(ctx, tx, func(row scanner) (c rules.CostCount, err error) {
			err = row.Scan(c.Into()...)
			return c, err
		}, marked(rules.CostSumSQL+q.Conditions(" WHERE ")+rules.CostSumTail), q.Args...)
		if err != nil {
			return err
		}
		var kin *rules.Kin
		if by != "" {
			if kin, err = kinOf(ctx, tx, []store.GroupKind{by}); err != nil {
				return err
			}
		}
		sums = rules.SumCosts(counts, kin)
		return nil
	})
	return sums, err
}
