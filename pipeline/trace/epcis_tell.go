package trace

import (
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
	where := placeName(t.Location.ID)
	if where == "" {
		where = placeName(t.ReadPoint.ID)
	}
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
	where := placeName(t.Location.ID)
	if where == "" {
		where = placeName(t.ReadPoint.ID)
	}
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
		if strings.EqualFold(t.Action, "DELETE") {
			what = orText(what, "unpacking")
		} else {
			u.Shipment = parent.shipment
		}
		units = append(units, u)
		events = append(events, t.entry(u, orText(what, "packing"), parent.shipment))
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
	taken := strings.EqualFold(t.Action, "DELETE")
	if !taken {
		u.Lots = lots
	}
	what := orText(t.step, map[bool]string{false: "assembling", true: "disassembling"}[taken])
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
		news.Plant = orText(placeName(t.Location.ID), placeName(t.ReadPoint.ID))
	}
	news.Shipment, news.ShippedAt = "", time.Time{}
	news.Batch = orText(news.Batch, t.ilmd("lotNumber", "batch"))
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
		events = append(events, t.entry(u, orText(t.step, "transforming"), ""))
	}
	return units, events, nil
}
