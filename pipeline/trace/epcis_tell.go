package trace

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// object is an event on units themselves, or on the pallet that they are on.
func (t *telling) object(kind string) ([]store.Unit, []store.UnitEvent, error) {
	list := t.EPCs
	if kind == "transactionevent" && t.Parent != "" {
		list = append(list[:len(list):len(list)], t.Parent)
	}
	news := t.news()
	if t.deletes() {
		news = t.deleted(kind, news)
	}
	var units []store.Unit
	var events []store.UnitEvent
	for _, text := range list {
		id, err := parseEPC(text)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case id.shipment != "":
			if err := t.shipment(id.shipment); err != nil {
				return nil, nil, err
			}
		case id.serial != "":
			u := news
			t.name(&u, id)
			units = append(units, u)
			events = append(events, t.entry(u, t.step, ""))
		}
	}
	return units, events, nil
}

// news is what the event says of each of its units, without their names.
func (t *telling) news() store.Unit {
	var u store.Unit
	where := t.where()
	u.Shipment = t.delivery()
	switch t.step {
	case "commissioning", "creating_class_instance", "assembling", "encoding":
		u.Shipment = ""
		if t.step != "encoding" {
			u.MadeAt, u.Plant = t.at, where
		}
		u.Batch = t.ilmd("lotNumber", "batch")
		if made, err := ParseTime(t.ilmd("productionDate", "manufacturingDate")); err == nil && !made.IsZero() {
			u.MadeAt = made
		}
	case "shipping", "departing":
		// What leaves from a shop was sold to whom it goes to; bizLocation is where it was.
		u.ShippedAt = t.at
		u.Warehouse = where
	case "receiving", "storing", "arriving", "stocking":
		u.Warehouse = where
	case "retail_selling", "selling":
		u.SoldAt, u.Channel = t.at, where
	case "destroying", "decommissioning":
		u.GoneAt, u.Gone = t.at, t.step
	}
	switch d := word(t.Dispo); d {
	case "retail_sold":
		if u.SoldAt.IsZero() {
			u.SoldAt, u.Channel = t.at, where
		}
	case "destroyed", "disposed":
		u.GoneAt, u.Gone = t.at, d
	}
	return u
}

// deletes says that the event takes something away: an object, a tie to a pallet or a part.
func (t *telling) deletes() bool { return strings.EqualFold(t.Action, "DELETE") }

// deleted is what an event on objects that deletes says of its units: an object without a step is
// gone; one that was sold or destroyed is what its step says (EPCIS 2.0, 7.4.1).
func (t *telling) deleted(kind string, news store.Unit) store.Unit {
	switch {
	case kind == "transactionevent":
		t.partly("action", "a transaction that is taken back stands in the time line only; the units' delivery and sale stay as they are")
		return store.Unit{}
	case !news.SoldAt.IsZero() || !news.GoneAt.IsZero():
	case t.step == "":
		news.GoneAt, news.Gone = t.at, "decommissioning"
	default:
		t.partly("action", "the step %.40q is kept, but not that DELETE ends the units; an event of decommissioning or destroying, or one without a step, does", t.step)
	}
	return news
}

// delivery is the delivery note that the event names.
func (t *telling) delivery() string {
	for _, tr := range t.Transactions {
		if word(tr.Type) == "desadv" {
			return shortID(tr.ID)
		}
	}
	return ""
}

// ilmd gives the first of the named texts among the master data of the instance or lot.
func (t *telling) ilmd(names ...string) string {
	for key, v := range t.ILMD {
		for _, n := range names {
			if s, ok := v.(string); ok && strings.EqualFold(word(key), n) {
				return s
			}
		}
	}
	return ""
}

// shipment keeps what the event says of a pallet.
func (t *telling) shipment(id string) error {
	s := store.Shipment{}
	where := t.where()
	switch t.step {
	case "shipping", "departing":
		s.From, s.ShippedAt = where, t.at
	case "receiving", "arriving":
		s.To, s.ArrivedAt = where, t.at
	default:
		return nil
	}
	r, err := store.RecordOf(store.RecordShipment, id, s)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	t.records = append(t.records, placed[store.Record]{t.line, r})
	return nil
}

// aggregation packs units together.
func (t *telling) aggregation() ([]store.Unit, []store.UnitEvent, error) {
	var parent epcName
	if t.Parent != "" {
		var err error
		if parent, err = parseEPC(t.Parent); err != nil {
			return nil, nil, err
		}
	}
	if parent.serial != "" { // packed into a unit: a component
		return t.association()
	}
	var units []store.Unit
	var events []store.UnitEvent
	for _, text := range t.Children {
		id, err := parseEPC(text)
		if err != nil {
			return nil, nil, err
		}
		if id.serial == "" {
			continue
		}
		u := store.Unit{}
		t.name(&u, id)
		what := t.step
		if t.deletes() { // the shipment that a unit came with stays true
			what = cmp.Or(what, "unpacking")
		} else {
			u.Shipment = parent.shipment
		}
		units = append(units, u)
		events = append(events, t.entry(u, cmp.Or(what, "packing"), parent.shipment))
	}
	return units, events, nil
}

// association puts components into the unit that is the parent.
func (t *telling) association() ([]store.Unit, []store.UnitEvent, error) {
	parent, err := parseEPC(t.Parent)
	if err != nil {
		return nil, nil, err
	}
	if parent.serial == "" {
		return nil, nil, problem(CodeEvent, "parentID", "%.80q names no unit", t.Parent)
	}
	var u store.Unit
	t.name(&u, parent)
	lots, err := components(t.Children, t.ChildQuantities)
	if err != nil {
		return nil, nil, err
	}
	what := "assembling"
	if t.deletes() {
		what = "disassembling"
		t.partly("action", "parts that are taken out stay among the unit's lots; their leaving stands in the time line only")
	} else {
		u.Lots = lots
	}
	what = cmp.Or(t.step, what)
	var events []store.UnitEvent
	for _, l := range lots {
		events = append(events, t.entry(u, what, l.Name()))
	}
	if len(events) == 0 {
		events = append(events, t.entry(u, what, ""))
	}
	return []store.Unit{u}, events, nil
}

// transformation makes units of what went in.
func (t *telling) transformation() ([]store.Unit, []store.UnitEvent, error) {
	lots, err := components(t.Inputs, t.InputQuantities)
	if err != nil {
		return nil, nil, err
	}
	news := t.news()
	if news.MadeAt.IsZero() {
		news.MadeAt = t.at
	}
	if news.Plant == "" {
		news.Plant = t.where()
	}
	news.Shipment, news.ShippedAt = "", time.Time{}
	news.Batch = cmp.Or(news.Batch, t.ilmd("lotNumber", "batch"))
	var units []store.Unit
	var events []store.UnitEvent
	for _, text := range t.Outputs {
		id, err := parseEPC(text)
		if err != nil {
			return nil, nil, err
		}
		if id.serial == "" {
			continue
		}
		u := news
		t.name(&u, id)
		u.Lots = lots
		units = append(units, u)
		events = append(events, t.entry(u, cmp.Or(t.step, "transforming"), ""))
	}
	return units, events, nil
}
