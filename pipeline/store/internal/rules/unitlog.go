package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// UnitsOfEvents cleans events and gives the unit of each; what is wrong with one is refused.
func UnitsOfEvents(events []store.UnitEvent) ([]store.Unit, error) {
	if err := checkChunk(len(events)); err != nil {
		return nil, err
	}
	var refused []store.RefusedRow
	units := make([]store.Unit, len(events))
	for i := range events {
		e := &events[i]
		if err := cleanEvent(e); err != nil {
			refused = append(refused, store.RefusedRow{Index: i, Err: err})
		}
		units[i] = store.Unit{Serial: e.Serial, SKU: e.SKU}
	}
	if len(refused) > 0 {
		return nil, &store.RefusedError{Rows: refused}
	}
	return units, nil
}

func cleanEvent(e *store.UnitEvent) error {
	for _, s := range []*string{&e.Serial, &e.SKU, &e.What, &e.Where, &e.With, &e.Source} {
		*s = strings.TrimSpace(*s)
		if err := checkText("the event", *s, false); err != nil {
			return err
		}
	}
	e.At = Time(e.At)
	switch {
	case e.Serial == "":
		return errors.New("an event needs a serial")
	case e.What == "":
		return errors.New("an event needs a what")
	case e.At.IsZero():
		return errors.New("an event needs a time")
	}
	return checkTime(e.At)
}

// ReadEvent reads serial, sku, at, what, place, party, source.
func ReadEvent[T any](row Row, since func(T) time.Time) (e store.UnitEvent, err error) {
	var at T
	err = row.Scan(&e.Serial, &e.SKU, &at, &e.What, &e.Where, &e.With, &e.Source)
	e.At = since(at)
	return e, err
}

// InspectionBody cleans an inspection and writes it.
func InspectionBody(i *store.Inspection) ([]byte, error) {
	i.ID, i.At = strings.TrimSpace(i.ID), Time(i.At)
	parts := i.On.Parts()
	for _, s := range append([]string{i.ID, string(i.On.Kind)}, parts...) {
		if err := checkText("the inspection", s, false); err != nil {
			return nil, err
		}
	}
	switch {
	case i.ID == "":
		return nil, errors.New("an inspection needs an id")
	case parts[0] == "":
		return nil, fmt.Errorf("the inspection %s names nothing that it looked at", i.ID)
	case i.At.IsZero():
		return nil, fmt.Errorf("the inspection %s has no date", i.ID)
	case i.Checked < 0, i.Failed < 0, i.Failed > i.Checked && i.Checked > 0:
		return nil, fmt.Errorf("the inspection %s: %d of %d failed", i.ID, i.Failed, i.Checked)
	}
	if err := checkTime(i.At); err != nil {
		return nil, err
	}
	return Document(i)
}

// InspectionBodies writes all, or says which are refused.
func InspectionBodies(list []store.Inspection) ([][]byte, error) {
	if err := checkChunk(len(list)); err != nil {
		return nil, err
	}
	var refused []store.RefusedRow
	out := make([][]byte, len(list))
	for i := range list {
		body, err := InspectionBody(&list[i])
		if err != nil {
			refused = append(refused, store.RefusedRow{Index: i, Err: err})
		}
		out[i] = body
	}
	if len(refused) > 0 {
		return nil, &store.RefusedError{Rows: refused}
	}
	return out, nil
}

// Inspections asks for those on a group, in the columns kind, code and at.
func (q *UnitQuery) Inspections(on store.Group, from, until time.Time) {
	if on.Kind != "" {
		q.Where("kind = ?", string(on.Kind))
	}
	if code := on.Parts()[0]; code != "" {
		q.Where("code = ?", Text(code))
	}
	q.span("at", from, until)
}

// KeepInspections reads bodies and keeps those whose further parts fit the group's name.
func KeepInspections(bodies [][]byte, on store.Group) ([]store.Inspection, error) {
	var out []store.Inspection
	want := on.Parts()
	for _, b := range bodies {
		var i store.Inspection
		if err := json.Unmarshal(b, &i); err != nil {
			return nil, fmt.Errorf("an inspection: %w", err)
		}
		fits := true
		for j, p := range i.On.Parts() {
			fits = fits && (j >= len(want) || want[j] == "" || want[j] == p)
		}
		if fits && len(out) < store.MaxUnitPage {
			out = append(out, i)
		}
	}
	return out, nil
}

// CheckRecords cleans records and says which are refused.
func CheckRecords(list []store.Record) error {
	if err := checkChunk(len(list)); err != nil {
		return err
	}
	var refused []store.RefusedRow
	for i := range list {
		r := &list[i]
		r.ID = strings.TrimSpace(r.ID)
		err := checkText("the "+string(r.Kind), r.ID, r.Kind == store.RecordProduct || r.Kind == store.RecordSupplier)
		var fields map[string]json.RawMessage
		switch {
		case err != nil:
		case r.ID == "":
			err = fmt.Errorf("a %s needs an id", r.Kind)
		default:
			err = json.Unmarshal(r.Body, &fields)
		}
		if err != nil {
			refused = append(refused, store.RefusedRow{Index: i, Err: err})
		}
	}
	if len(refused) > 0 {
		return &store.RefusedError{Rows: refused}
	}
	return nil
}

// MergeRecord writes a record's fields over those that are there; fresh says that none is.
func MergeRecord(was []byte, fresh bool, r store.Record, w *store.Written) (body []byte, changed bool, err error) {
	body, changed, err = overlayBody(was, r.Body)
	if err == nil {
		count(w, fresh, changed)
	}
	return body, changed || fresh, err
}
