package main

import (
	"context"
	"fmt"
	"time"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// serve looks at the world day by day from the end of the quiet days on: the first look and one in
// so many days scans ([surveillance.Config].Rescan), the others tend. Units that are sold before the
// next scan are known at a scan, since the service scans every day. 0 scans once, at the end.
func (h *held) serve(rescan int) error {
	h.ahead, h.replayed = world.Day(max(0, rescan-1)), rescan == 0
	w, err := h.watch(rescan)
	if err != nil {
		return err
	}
	end := world.Day(h.period.To)
	if rescan == 0 {
		h.today = end - 1
		_, err = w.Scan(context.Background())
		h.tell()
		return err
	}
	for h.today = world.Day(h.quiet); h.today < end; h.today++ {
		if err := w.Tend(context.Background()); err != nil {
			return err
		}
		h.tell()
	}
	return nil
}

// tell says of new alarms which defect they tell of, while units run what they ran then.
func (h *held) tell() {
	for _, a := range h.opened[len(h.tells):] {
		h.tells = append(h.tells, h.about(a))
	}
}

func (h *held) watch(rescan int) (*surveillance.Watch, error) {
	n := 0
	return surveillance.New(surveillance.Config{Store: h, Rescan: time.Duration(rescan) * 24 * time.Hour,
		Now:   h.now,
		NewID: func() string { n++; return fmt.Sprintf("%06d", n) }})
}

func (h *held) now() time.Time {
	if !h.clock.IsZero() {
		return h.clock
	}
	return h.today.Time().Add(looked)
}

// openedOn is the day of the look that opened an alarm; where all was replayed at the end, that of
// the claim that raised it.
func (h *held) openedOn(a store.Alarm) pattern.Day {
	if h.replayed {
		return max(pattern.DayOf(a.Facts.Raised), h.quiet)
	}
	return pattern.DayOf(a.OpenedAt)
}

func (h *held) line(seed uint64, a store.Alarm, what string) string {
	return fmt.Sprintf("seed %d, day %d: %s of %s %s (%s), %d claims where %.1f are expected", seed, h.openedOn(a)-h.quiet, a.Cause.Label, a.Cause.Kind, a.Cause.Name, what,
		a.Facts.Observed, a.Facts.Expected)
}

func dayOf(d world.Day) pattern.Day { return pattern.Day(d) }
