package rules

import (
	"errors"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// UnitsOfEvents cleans events and gives the unit of each; what is wrong with one is refused.
func UnitsOfEvents(events []store.UnitEvent) ([]store.Unit, error) {
	if err := checkChunk(len(events)); err != nil {
		return nil, err
	}
	units := make([]store.Unit, len(events))
	err := each(len(events), func(i int) error {
		e := &events[i]
		err := cleanEvent(e)
		units[i] = store.Unit{Serial: e.Serial, SKU: e.SKU}
		return err
	})
	return units, err
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
