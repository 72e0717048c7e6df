package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// texts are the text fields of a unit, with their names; parts marks those that names of
// groups are made of.
func texts(u *store.Unit) []struct {
	what  string
	value *string
	parts bool
} {
	return []struct {
		what  string
		value *string
		parts bool
	}{
		{"the serial", &u.Serial, false}, {"the SKU", &u.SKU, true}, {"the batch", &u.Batch, true}, {"the plant", &u.Plant, false},
		{"the warehouse", &u.Warehouse, false}, {"the shipment", &u.Shipment, false}, {"the carrier", &u.Carrier, false},
		{"the channel", &u.Channel, false}, {"the region", &u.Region, false}, {"the country", &u.Country, false},
		{"the customer", &u.Customer, false}, {"the contact", &u.Contact, false}, {"the terms", &u.Terms, false},
		{"the firmware", &u.Firmware, false}, {"the replacing serial", &u.ReplacedBy, false}, {"why it is gone", &u.Gone, false},
	}
}

func times(u *store.Unit) []*time.Time {
	return []*time.Time{&u.MadeAt, &u.ShippedAt, &u.SoldAt, &u.RegisteredAt, &u.ExtendedUntil, &u.GoneAt}
}

// cleanUnit makes a unit storable.
func cleanUnit(u *store.Unit) {
	for _, t := range texts(u) {
		*t.value = strings.TrimSpace(*t.value)
	}
	for _, t := range times(u) {
		*t = Time(*t)
	}
	u.Lots = slices.Clone(u.Lots)
	for i := range u.Lots {
		cleanLot(&u.Lots[i])
	}
}

func cleanLot(l *store.LotRef) {
	l.Code, l.Component, l.Supplier = strings.TrimSpace(l.Code), strings.TrimSpace(l.Component), strings.TrimSpace(l.Supplier)
}

func checkUnit(u store.Unit) error {
	if u.Serial == "" {
		return errors.New("a unit needs a serial")
	}
	for _, t := range texts(&u) {
		if err := checkText(t.what, *t.value, t.parts); err != nil {
			return err
		}
	}
	for _, t := range times(&u) {
		if err := checkTime(*t); err != nil {
			return err
		}
	}
	if len(u.Lots) > store.MaxUnitLots {
		return fmt.Errorf("a unit of %d lots; at most %d are kept", len(u.Lots), store.MaxUnitLots)
	}
	for _, l := range u.Lots {
		if err := checkLot(l); err != nil {
			return err
		}
	}
	return nil
}

// checkTime refuses years that no database and no JSON takes.
func checkTime(t time.Time) error {
	if y := t.Year(); y < 1 || y > 9999 {
		return fmt.Errorf("the year %d", y)
	}
	return nil
}

func checkLot(l store.LotRef) error {
	if l.Code == "" {
		return errors.New("a lot needs a code")
	}
	for _, s := range []string{l.Code, l.Component, l.Supplier} {
		if err := checkText("the lot", s, true); err != nil {
			return err
		}
	}
	return nil
}

// overlayUnit writes what is known of next over u, all but the lots; it reports a change.
func overlayUnit(u *store.Unit, next store.Unit) (changed bool) {
	to := texts(u)
	for i, from := range texts(&next) {
		changed = overlay(to[i].value, *from.value) || changed
	}
	at := times(u)
	for i, from := range times(&next) {
		changed = overlay(at[i], *from) || changed
	}
	return changed
}

func overlay[T comparable](to *T, from T) bool {
	var zero T
	if from == zero || *to == from {
		return false
	}
	*to = from
	return true
}

// takeLots replaces the lots of the components that come and adds those without one.
func (r *UnitRow) takeLots(lots []*LotRow) (changed bool) {
	if len(lots) == 0 {
		return false
	}
	named := map[string]bool{}
	for _, l := range lots {
		if l.Component != "" {
			named[l.Component] = true
		}
	}
	var next []*LotRow
	for _, l := range r.lots {
		if !named[l.Component] {
			next = append(next, l)
		}
	}
	for _, l := range lots {
		if !slices.Contains(next, l) {
			next = append(next, l)
		}
	}
	same := len(next) == len(r.lots)
	for _, l := range next {
		same = same && slices.Contains(r.lots, l)
	}
	r.lots = next
	return !same
}

// sortLots orders lots by component, code, supplier.
func sortLots(lots []store.LotRef) {
	slices.SortFunc(lots, func(a, b store.LotRef) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Supplier, b.Supplier))
	})
}
