package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

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
	err = s.writeUnits(ctx, "add events", func(ctx context.Context, tx unitTx) error {
		_, ids, err := rules.PutUnits(ctx, tx, units)
		if err != nil {
			return err
		}
		columns := []string{"unit", "at", "what", "place", "party", "source"}
		arrays, marks, _ := columnsOf(columns, []string{"bigint", "timestamptz", "text", "text", "text", "text"}, len(events), func(i int) []any {
			e := events[i]
			return []any{ids[i], e.At, e.What, e.Where, e.With, e.Source}
		})
		t, err := tx.Exec(ctx, "INSERT INTO unit_events (unit, at, what, place, party, source) SELECT * FROM unnest("+marks+") ON CONFLICT DO NOTHING", arrays...)
		w = store.Written{Added: int(t.RowsAffected()), Same: len(events) - int(t.RowsAffected())}
		return err
	})
	if err != nil {
		return store.Written{}, err
	}
	return w, nil
}

// EventsOf lists what happened; see [store.UnitEvents].
func (s *Store) EventsOf(ctx context.Context, serial, sku string) ([]store.UnitEvent, error) {
	return listOf(ctx, s, "events", func(row pgx.CollectableRow) (store.UnitEvent, error) { return rules.ReadEvent(row, rules.Time) },
		`SELECT u.serial, u.sku, e.at, e.what, e.place, e.party, e.source FROM units u JOIN unit_events e ON e.unit = u.id
		WHERE u.serial = $1 AND ($2 = '' OR u.sku = $2) ORDER BY e.at, e.what, e.place, e.party, u.sku LIMIT `+mostUnits(), rules.Text(serial), rules.Text(sku))
}

// PutCosts keeps costs; see [store.Costs].
func (s *Store) PutCosts(ctx context.Context, costs []store.Cost) (w store.Written, err error) {
	err = s.writeUnits(ctx, "put costs", func(ctx context.Context, tx unitTx) error {
		w, err = rules.PutCosts(ctx, tx, costs)
		return err
	})
	return w, err
}

func scanCost(row pgx.CollectableRow) (store.Cost, error) { return rules.ReadCost(row, rules.Time) }

// CostsOf lists costs; see [store.Costs].
func (s *Store) CostsOf(ctx context.Context, f store.CostFilter, after string, limit int) (costs []store.Cost, err error) {
	if limit < 1 || limit > store.MaxUnitPage {
		return nil, fmt.Errorf("a page of %d costs: want 1 to %d", limit, store.MaxUnitPage)
	}
	err = s.try(ctx, "costs", func(ctx context.Context) error {
		q := newUnitQuery()
		if err := q.Costs(f); err != nil {
			return err
		}
		if after != "" {
			last, err := only(ctx, s.pool, pgx.RowTo[time.Time], "SELECT at FROM costs WHERE id = $1", rules.Text(after))
			if err != nil {
				return err
			}
			q.Where("(c.at, c.id) > (?, ?)", last, rules.Text(after))
		}
		query := "SELECT " + rules.CostColumns + " FROM " + rules.CostTables + q.Conditions(" WHERE ") + " ORDER BY c.at, c.id LIMIT " + q.Arg(limit)
		costs, err = all(ctx, s.pool, scanCost, query, q.Args...)
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
	err = s.scanTx(ctx, "sum costs", func(ctx context.Context, tx pgx.Tx) error {
		counts, err := all(ctx, tx, func(row pgx.CollectableRow) (c rules.CostCount, err error) {
			err = row.Scan(c.Into()...)
			return c, err
		}, rules.CostSumSQL+q.Conditions(" WHERE ")+rules.CostSumTail, q.Args...)
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
