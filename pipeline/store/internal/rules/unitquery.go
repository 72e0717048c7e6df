package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// UnitQuery puts together a query on the tables of units, in a text that every dialect takes
// but for the sign of its parameters, which is $ here.
type UnitQuery struct {
	Args []any
	cond []string
	// Time makes a dialect's value of a time.
	Time func(time.Time) any
}

// Arg adds an argument and gives its mark.
func (q *UnitQuery) Arg(v any) string {
	q.Args = append(q.Args, v)
	return "$" + strconv.Itoa(len(q.Args))
}

// Where adds a condition; each ? stands for an argument.
func (q *UnitQuery) Where(text string, args ...any) {
	for _, a := range args {
		text = strings.Replace(text, "?", q.Arg(a), 1)
	}
	q.cond = append(q.cond, text)
}

// Conditions are joined by AND behind lead; empty without any.
func (q *UnitQuery) Conditions(lead string) string {
	if len(q.cond) == 0 {
		return ""
	}
	return lead + strings.Join(q.cond, " AND ")
}

// Filter asks for the units u that a filter keeps.
func (q *UnitQuery) Filter(f store.UnitFilter) error {
	if err := q.Groups(f.Groups); err != nil {
		return err
	}
	if len(f.Stages) > 0 {
		marks := make([]string, len(f.Stages))
		for i, s := range f.Stages {
			n := stageNumber(s)
			if n < 0 {
				return fmt.Errorf("there is no stage %q", s)
			}
			marks[i] = strconv.FormatInt(n, 10)
		}
		q.Where("u.stage IN (" + strings.Join(marks, ", ") + ")")
	}
	q.span("u.made", f.MadeFrom, f.MadeUntil)
	q.span("coalesce(u.sold, u.registered)", f.SoldFrom, f.SoldUntil)
	return nil
}

func (q *UnitQuery) span(what string, from, until time.Time) {
	if !from.IsZero() {
		q.Where(what+" >= ?", q.Time(Ceil(from)))
	}
	if !until.IsZero() {
		q.Where(what+" < ?", q.Time(Ceil(until)))
	}
}

// Groups asks for the units u that are in all of the groups.
func (q *UnitQuery) Groups(groups []store.Group) error {
	for _, g := range groups {
		parts := g.Parts()
		if strings.Join(parts, "") == "" {
			return fmt.Errorf("a group of kind %q has no name", g.Kind) // it would keep every unit
		}
		switch g.Kind {
		case store.GroupSKU:
			q.origin([]string{"sku"}, parts)
		case store.GroupBatch:
			q.origin([]string{"batch", "sku"}, parts)
		case store.GroupPlant:
			q.origin([]string{"plant"}, parts)
		case store.GroupLot:
			q.lot([]string{"code", "component", "supplier"}, parts)
		case store.GroupComponent, store.GroupSupplier:
			q.lot([]string{string(g.Kind)}, parts)
		case store.GroupWarehouse, store.GroupShipment, store.GroupCarrier, store.GroupChannel, store.GroupRegion, store.GroupCountry,
			store.GroupFirmware, store.GroupTerms:
			q.Where("u.way IN (SELECT id FROM ways WHERE "+string(g.Kind)+" = ?)", Text(parts[0]))
		case store.GroupUnit:
			q.Where("u.serial = ?", Text(parts[0]))
		default:
			return fmt.Errorf("there is no kind of group %q", g.Kind)
		}
	}
	return nil
}

func (q *UnitQuery) origin(columns, values []string) {
	q.Where("u.origin IN (SELECT id FROM origins WHERE " + q.given(columns, values) + ")")
}

func (q *UnitQuery) lot(columns, values []string) {
	q.Where("u.origin IN (SELECT id FROM origins WHERE makeup IN (SELECT makeup FROM makeup_lots WHERE lot IN (SELECT id FROM lots WHERE " +
		q.given(columns, values) + ")))")
}

// given asks for equality of the columns with a value; empty without any.
func (q *UnitQuery) given(columns, values []string) string {
	var cond []string
	for i, v := range values {
		if v != "" {
			cond = append(cond, columns[i]+" = "+q.Arg(Text(v)))
		}
	}
	return strings.Join(cond, " AND ")
}

// NamedBatch asks for the batches that a name keeps; an empty one keeps all.
func (q *UnitQuery) NamedBatch(name string) {
	if cond := q.given([]string{"code", "sku"}, store.Group{Kind: store.GroupBatch, Name: name}.Parts()); cond != "" {
		q.Where(cond)
	}
}

// NamedLot asks for the lots that a name keeps; an empty one keeps all.
func (q *UnitQuery) NamedLot(name string) {
	if cond := q.given([]string{"code", "component", "supplier"}, store.Group{Kind: store.GroupLot, Name: name}.Parts()); cond != "" {
		q.Where(cond)
	}
}

// ListUnits is the query of a page of units: limit+1 of them, so that a further page shows. The
// units of a group are gathered and sorted, since walking all units by serial until a page is
// full would be slow for a rare group; walk says that the group has more than [ManyUnits], for
// which it is the other way round. index is what the dialect writes behind the table to have it
// read by serial.
func (q *UnitQuery) ListUnits(f store.UnitFilter, after string, limit int, walk bool, index string) (string, error) {
	if limit < 1 || limit > store.MaxUnitPage {
		return "", fmt.Errorf("a page of %d units: want 1 to %d", limit, store.MaxUnitPage)
	}
	if err := q.Filter(f); err != nil {
		return "", err
	}
	if after != "" {
		serial, sku, err := parseUnitCursor(after)
		if err != nil {
			return "", err
		}
		q.Where("(u.serial, u.sku) > (?, ?)", serial, sku)
	}
	n := q.Arg(limit + 1)
	if walk || len(f.Groups) == 0 {
		// Outer joins keep the order of the tables; there is an origin and a way of each unit.
		return "SELECT " + UnitColumns + " FROM units u" + index + " LEFT JOIN origins o ON o.id = u.origin LEFT JOIN ways w ON w.id = u.way" +
			q.Conditions(" WHERE ") + " ORDER BY u.serial, u.sku LIMIT " + n, nil
	}
	return "WITH hit AS MATERIALIZED (SELECT u.id, u.serial, u.sku FROM units u" + q.Conditions(" WHERE ") + ") SELECT " + UnitColumns +
		" FROM (SELECT id FROM hit ORDER BY serial, sku LIMIT " + n + ") h JOIN units u ON u.id = h.id JOIN origins o ON o.id = u.origin JOIN ways w ON w.id = u.way" +
		" ORDER BY u.serial, u.sku", nil
}

// ManyUnits is the number of a group's units from which they are found by walking.
const ManyUnits = 100_000

// Many is the query of whether groups have more than [ManyUnits] together; it reads no more
// of an index than that.
func (q *UnitQuery) Many(groups []store.Group) (string, error) {
	if err := q.Groups(groups); err != nil {
		return "", err
	}
	return "SELECT count(*) > " + strconv.Itoa(ManyUnits) + " FROM (SELECT 1 FROM units u" + q.Conditions(" WHERE ") + " LIMIT " + strconv.Itoa(ManyUnits+1) + ") n", nil
}

// CutPage takes the surplus unit off a page and gives the cursor behind it.
func CutPage(units []store.Unit, limit int) ([]store.Unit, string) {
	if len(units) <= limit {
		return units, ""
	}
	return units[:limit], UnitCursor(units[limit-1])
}
