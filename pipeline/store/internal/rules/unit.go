package rules

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/defekt/defekt/pipeline/store"
)

// The tables of units have the same names and columns in every dialect, but for the types of
// times and lists. What a unit shares with many others is kept once: its origin (SKU, batch,
// plant and the makeup, which is a set of lots) and its way (warehouse, carrier, channel ...).

// PutUnits does the work of [store.Units]; it also gives the row's number of each unit.
func PutUnits(ctx context.Context, tx UnitTx, units []store.Unit) (w store.Written, ids []int64, err error) {
	if err := checkChunk(len(units)); err != nil {
		return w, nil, err
	}
	p := &unitPut{units: slices.Clone(units)}
	p.clean()
	if err := p.load(ctx, tx); err != nil {
		return w, nil, err
	}
	p.merge()
	if len(p.refused) > 0 {
		return w, nil, &store.RefusedError{Rows: p.refused}
	}
	if err := p.write(ctx, tx); err != nil {
		return w, nil, err
	}
	ids = make([]int64, len(p.targets))
	for i, t := range p.targets {
		ids[i] = t.ID
	}
	return p.written, ids, nil
}

func checkChunk(n int) error {
	if n > store.MaxUnitChunk {
		return fmt.Errorf("%d rows at once: want at most %d", n, store.MaxUnitChunk)
	}
	return nil
}

// each runs do for every row of a put and says which rows it refused.
func each(n int, do func(i int) error) error {
	var refused []store.RefusedRow
	for i := range n {
		if err := do(i); err != nil {
			refused = append(refused, store.RefusedRow{Index: i, Err: err})
		}
	}
	if len(refused) > 0 {
		return &store.RefusedError{Rows: refused}
	}
	return nil
}

// unitPut is one put under way.
type unitPut struct {
	units   []store.Unit
	refused []store.RefusedRow
	bad     map[int]bool

	rows    map[string][]*UnitRow // by serial
	book    lotBook
	order   []*UnitRow // rows that changed or are new, each once
	targets []*UnitRow
	written store.Written
}

func (p *unitPut) refuse(i int, err error) {
	if p.bad[i] {
		return
	}
	p.bad[i] = true
	p.refused = append(p.refused, store.RefusedRow{Index: i, Err: err})
}

// clean makes the units storable and refuses those that cannot be kept.
func (p *unitPut) clean() {
	p.bad = map[int]bool{}
	for i := range p.units {
		u := &p.units[i]
		cleanUnit(u)
		if err := checkUnit(*u); err != nil {
			p.refuse(i, err)
		}
	}
}

// load reads what the put may touch.
func (p *unitPut) load(ctx context.Context, tx UnitTx) error {
	var serials, codes []string
	for i, u := range p.units {
		if p.bad[i] {
			continue
		}
		serials = append(serials, u.Serial)
		for _, l := range u.Lots {
			codes = append(codes, l.Code)
		}
	}
	known, err := tx.UnitsWith(ctx, distinct(serials))
	if err != nil {
		return err
	}
	lots, err := tx.LotsWith(ctx, distinct(codes))
	if err != nil {
		return err
	}
	p.book = newLotBook(lots)
	var makeups []int64
	for _, r := range known {
		if r.Makeup != 0 {
			makeups = append(makeups, r.Makeup)
		}
	}
	in, err := tx.LotsIn(ctx, distinct(makeups))
	if err != nil {
		return err
	}
	p.rows = map[string][]*UnitRow{}
	for i := range known {
		r := &known[i]
		for _, l := range in[r.Makeup] {
			r.lots = append(r.lots, p.book.known(l))
		}
		p.rows[r.Unit.Serial] = append(p.rows[r.Unit.Serial], r)
	}
	return nil
}

// merge brings each unit into its row.
func (p *unitPut) merge() {
	p.targets = make([]*UnitRow, len(p.units))
	for i, u := range p.units {
		if p.bad[i] {
			continue
		}
		row, err := p.target(u)
		if err != nil {
			p.refuse(i, err)
			continue
		}
		lots, filled, err := p.book.all(u.Lots)
		if err != nil {
			p.refuse(i, err)
			continue
		}
		p.targets[i] = row
		added := row.fresh && !row.dirty
		changed := overlayUnit(&row.Unit, u)
		changed = row.takeLots(lots) || changed || filled
		switch {
		case added:
			p.written.Added++
		case changed:
			p.written.Changed++
		default:
			p.written.Same++
			continue
		}
		if !row.dirty {
			row.dirty = true
			p.order = append(p.order, row)
		}
	}
}

// target finds the row that a unit means, or makes one.
func (p *unitPut) target(u store.Unit) (*UnitRow, error) {
	rows := p.rows[u.Serial]
	known := make([][]string, len(rows))
	for i, r := range rows {
		known[i] = []string{r.Unit.SKU}
	}
	at, err := meant(known, []string{u.SKU})
	if err != nil {
		return nil, fmt.Errorf("%w: %d products have a unit with the serial %s; say which by its SKU", store.ErrConflict, len(rows), u.Serial)
	}
	if at >= 0 {
		return rows[at], nil
	}
	row := &UnitRow{Unit: store.Unit{Serial: u.Serial, SKU: u.SKU}, fresh: true}
	p.rows[u.Serial] = append(rows, row)
	return row, nil
}

// errSeveral: a reference fits several known things.
var errSeveral = errors.New("several are meant")

// meant finds which of the known things a reference means: the one with the same parts, else
// the only one that has others where one of both is empty. It is -1 when there is none.
func meant(known [][]string, ref []string) (int, error) {
	if at := slices.IndexFunc(known, func(k []string) bool { return slices.Equal(k, ref) }); at >= 0 {
		return at, nil
	}
	found := -1
	for i, k := range known {
		fits := true
		for j := range k {
			fits = fits && (k[j] == ref[j] || k[j] == "" || ref[j] == "")
		}
		if fits && found >= 0 {
			return -1, errSeveral
		}
		if fits {
			found = i
		}
	}
	return found, nil
}

// distinct gives each value once, in order, and none for the zero value.
func distinct[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	var zero T
	var out []T
	for _, v := range list {
		if v != zero && !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// checkText refuses what cannot be a name.
func checkText(what, s string, parts bool) error {
	switch {
	case len(s) > store.MaxUnitText:
		return fmt.Errorf("%s has %d bytes; at most %d are kept", what, len(s), store.MaxUnitText)
	case parts && strings.Contains(s, store.PartSign):
		return fmt.Errorf("%s %q must not hold a %s", what, s, store.PartSign)
	case strings.ContainsRune(s, utf8.RuneError) || strings.ContainsRune(s, 0):
		return fmt.Errorf("%s %q is not UTF-8, or holds a NUL", what, s)
	}
	return nil
}
