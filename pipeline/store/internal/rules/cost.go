package rules

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// CostColumns are those of [ReadCost], of costs c.
const CostColumns = "c.id, c.serial, c.sku, c.claim, c.at, c.kind, c.minor, c.currency, c.note"

// cleanCost makes a cost storable, or says what is wrong with it.
func cleanCost(c *store.Cost) error {
	for _, s := range []*string{&c.ID, &c.Serial, &c.SKU, &c.Claim, &c.Kind, &c.Amount.Currency} {
		*s = strings.TrimSpace(*s)
		if err := checkText("the cost", *s, false); err != nil {
			return err
		}
	}
	c.Note, c.At = Text(c.Note), Time(c.At)
	switch {
	case c.ID == "":
		return errors.New("a cost needs an id")
	case c.Serial == "" && c.Claim == "":
		return fmt.Errorf("the cost %s names neither a serial nor a claim", c.ID)
	case c.At.IsZero():
		return fmt.Errorf("the cost %s has no date", c.ID)
	case !isCurrency(c.Amount.Currency):
		return fmt.Errorf("the cost %s: %q is no currency code such as EUR", c.ID, c.Amount.Currency)
	}
	return checkTime(c.At)
}

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// ReadCost reads a cost.
func ReadCost[T any](row Row, since func(T) time.Time) (c store.Cost, err error) {
	var at T
	err = row.Scan(&c.ID, &c.Serial, &c.SKU, &c.Claim, &at, &c.Kind, &c.Amount.Minor, &c.Amount.Currency, &c.Note)
	c.At = since(at)
	return c, err
}

// CostValues are id, unit, serial, sku, claim, at, kind, minor, currency, note.
func CostValues[T any](c CostRow, when func(time.Time) T) []any {
	return []any{c.ID, c.Unit, c.Serial, c.SKU, c.Claim, when(c.At), c.Kind, c.Amount.Minor, c.Amount.Currency, c.Note}
}

// CostRow is a cost with its unit's number, nil without one.
type CostRow struct {
	store.Cost
	Unit *int64
}

// CostTx is the part of a transaction that keeps costs.
type CostTx interface {
	UnitTx
	// CostsWith gives the costs that have one of the ids; SetCosts writes rows one after the
	// other, of which a later one may have the id of an earlier one.
	CostsWith(ctx context.Context, ids []string) ([]store.Cost, error)
	SetCosts(ctx context.Context, rows []CostRow) error
}

// PutCosts does the work of [store.Costs].
func PutCosts(ctx context.Context, tx CostTx, costs []store.Cost) (w store.Written, err error) {
	costs = slices.Clone(costs)
	units, at, err := unitsOfCosts(costs)
	if err != nil {
		return w, err
	}
	_, numbers, err := PutUnits(ctx, tx, units)
	if err != nil {
		return w, renumber(err, at)
	}
	ids := make([]string, len(costs))
	for i, c := range costs {
		ids[i] = c.ID
	}
	kept, err := tx.CostsWith(ctx, distinct(ids))
	if err != nil {
		return w, err
	}
	known := map[string]store.Cost{}
	for _, c := range kept {
		known[c.ID] = c
	}
	var rows []CostRow
	for i, c := range costs {
		was, ok := known[c.ID]
		count(&w, !ok, was != c)
		if was == c {
			continue
		}
		known[c.ID] = c
		row := CostRow{Cost: c}
		if at[i] >= 0 {
			row.Unit = &numbers[at[i]]
		}
		rows = append(rows, row)
	}
	return w, tx.SetCosts(ctx, rows)
}

// unitsOfCosts gives the units that costs name, and for each cost the place of its unit there,
// -1 without one. What is wrong with a cost is refused.
func unitsOfCosts(costs []store.Cost) (units []store.Unit, at []int, err error) {
	if err := checkChunk(len(costs)); err != nil {
		return nil, nil, err
	}
	at = make([]int, len(costs))
	err = each(len(costs), func(i int) error {
		c := &costs[i]
		at[i] = -1
		if err := cleanCost(c); err != nil {
			return err
		}
		if c.Serial != "" {
			at[i] = len(units)
			units = append(units, store.Unit{Serial: c.Serial, SKU: c.SKU})
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return units, at, nil
}

// renumber puts the refused units' rows back to those of the list that they were made from.
func renumber(err error, at []int) error {
	var refused *store.RefusedError
	if !errors.As(err, &refused) {
		return err
	}
	out := &store.RefusedError{}
	for _, r := range refused.Rows {
		out.Rows = append(out.Rows, store.RefusedRow{Index: slices.Index(at, r.Index), Err: r.Err})
	}
	return out
}

// Costs asks for the costs c, with their units u where a filter of groups needs them.
func (q *UnitQuery) Costs(f store.CostFilter) error {
	if f.Serial != "" {
		q.Where("c.serial = ?", Text(f.Serial))
	}
	if f.Claim != "" {
		q.Where("c.claim = ?", Text(f.Claim))
	}
	if f.Kind != "" {
		q.Where("c.kind = ?", Text(f.Kind))
	}
	q.span("c.at", f.From, f.Until)
	return q.Groups(f.Groups)
}

// CostTables are costs with their units.
const CostTables = "costs c LEFT JOIN units u ON u.id = c.unit"

// CostSumSQL begins the query of sums; conditions go between it and [CostSumTail].
const (
	CostSumSQL  = "SELECT coalesce(u.origin, 0), coalesce(u.way, 0), c.currency, CAST(sum(c.minor) AS bigint), count(*) FROM " + CostTables
	CostSumTail = " GROUP BY coalesce(u.origin, 0), coalesce(u.way, 0), c.currency"
)

// CostCount is a row of sums.
type CostCount struct {
	Origin, Way int64
	Currency    string
	Minor, N    int64
}

// Into is where a row is read into.
func (c *CostCount) Into() []any { return []any{&c.Origin, &c.Way, &c.Currency, &c.Minor, &c.N} }

// SumCosts adds up by the groups of kin; without kin it gives one sum per currency.
func SumCosts(counts []CostCount, kin *Kin) []store.CostSum {
	type key struct {
		group    store.Group
		currency string
	}
	sums := map[key]*store.CostSum{}
	for _, c := range counts {
		groups := []store.Group{{}}
		if kin != nil {
			if of := kin.Groups(c.Origin, c.Way); len(of) > 0 {
				groups = of
			}
		}
		for _, g := range groups {
			k := key{g, c.Currency}
			if sums[k] == nil {
				sums[k] = &store.CostSum{Group: g, Amount: store.Money{Currency: c.Currency}}
			}
			sums[k].Amount.Minor += c.Minor
			sums[k].N += int(c.N)
		}
	}
	out := make([]store.CostSum, 0, len(sums))
	for _, s := range sums {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b store.CostSum) int {
		return cmp.Or(cmp.Compare(a.Group.Kind, b.Group.Kind), cmp.Compare(a.Group.Name, b.Group.Name), cmp.Compare(a.Amount.Currency, b.Amount.Currency))
	})
	return out
}
