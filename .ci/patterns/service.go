package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// service is what the watch of `defekt serve` makes of worlds: alarms as it keeps them, of all
// groups and labels, on the day on which they were opened.
type service struct {
	Units   int      `json:"units"`
	Rescan  int      `json:"scan_every_days"` // 0: one scan at the end
	Healthy []uint64 `json:"healthy_seeds"`
	Years   float64  `json:"years"`
	False   int      `json:"false_alarms"`
	PerYear float64  `json:"false_alarms_per_year"`
	Worlds  []uint64 `json:"planted_seeds"`
	Chance  int      `json:"alarms_of_no_defect"` // in the worlds with defects
	Found   []told   `json:"planted"`
	lines   []string
}

// told is a planted defect and the first alarm about it.
type told struct {
	world.Planted
	Seed  uint64 `json:"seed"`
	Must  bool   `json:"must_be_found"`
	Delay int    `json:"delay_days"` // neverFound when it was not
	// Named says that the first alarm put it down to the right group, Ends that one of its alarms
	// does at the end of the watch.
	Named bool   `json:"right_cause_first"`
	Ends  bool   `json:"right_cause_in_the_end"`
	First string `json:"first_cause,omitempty"`
}

func (s *service) run(j job, seeds, worlds []uint64) error {
	for _, seed := range seeds {
		h, err := hold(j.sized(seed, 0))
		if err == nil {
			err = h.serve(s.Rescan)
		}
		if err != nil {
			return err
		}
		s.Healthy, s.False = append(s.Healthy, seed), s.False+len(h.opened)
		s.Years += float64(h.period.To-h.quiet) / 365
		for _, a := range h.opened {
			s.lines = append(s.lines, h.line(seed, a, "false"))
		}
	}
	s.PerYear = float64(s.False) / max(s.Years, 1)
	for _, seed := range worlds {
		h, err := hold(j.sized(seed, j.defects))
		if err == nil {
			err = h.serve(s.Rescan)
		}
		if err != nil {
			return err
		}
		s.Worlds = append(s.Worlds, seed)
		s.score(seed, h)
	}
	return nil
}

func (h *held) line(seed uint64, a store.Alarm, what string) string {
	return fmt.Sprintf("seed %d, day %d: %s of %s %s (%s), %d claims where %.1f are expected", seed, h.openedOn(a)-h.quiet, a.Cause.Label, a.Cause.Kind, a.Cause.Name, what,
		a.Facts.Observed, a.Facts.Expected)
}

// openedOn is the day of the look that opened an alarm; where all was replayed at the end, that of
// the claim that raised it.
func (h *held) openedOn(a store.Alarm) pattern.Day {
	if h.replayed {
		return max(pattern.DayOf(a.Facts.Raised), h.quiet)
	}
	return pattern.DayOf(a.OpenedAt)
}

// serve looks at the world day by day from the end of the quiet days on: the first look and one in
// so many days scans ([surveillance.Config].Rescan), the others tend. Units that are sold before the
// next scan are known at a scan, since the service scans every day. 0 scans once, at the end.
func (h *held) serve(rescan int) error {
	n := 0
	h.ahead, h.replayed = world.Day(max(0, rescan-1)), rescan == 0
	now := func() time.Time { return h.today.Time().Add(looked) }
	w, err := surveillance.New(surveillance.Config{Store: h, Rescan: time.Duration(rescan) * 24 * time.Hour, Now: now,
		NewID: func() string { n++; return fmt.Sprintf("%06d", n) }})
	if err != nil {
		return err
	}
	end := world.Day(h.period.To)
	for h.today = world.Day(h.quiet); rescan > 0 && h.today < end; h.today++ {
		if err := w.Tend(context.Background()); err != nil {
			return err
		}
	}
	if rescan == 0 {
		h.today = end - 1
		_, err = w.Scan(context.Background())
	}
	return err
}

// score matches alarms and planted defects.
func (s *service) score(seed uint64, h *held) {
	rows := make([]told, len(h.truth.Planted))
	for i, p := range h.truth.Planted {
		rows[i] = told{Planted: p, Seed: seed, Must: p.Ratio >= doubles && p.Settled >= fewest, Delay: neverFound}
	}
	for _, a := range h.opened {
		d := h.about(a)
		if d < 0 {
			s.Chance++
			s.lines = append(s.lines, h.line(seed, a, "of no defect"))
			continue
		}
		r := &rows[d]
		if r.Delay == neverFound {
			r.Delay = int(h.openedOn(a) - pattern.Day(r.OnsetDay()))
			r.First, r.Named = a.Cause.Kind+" "+a.Cause.Name, names(a, r.Planted)
		}
		r.Ends = r.Ends || names(h.alarms[a.ID], r.Planted)
		s.lines = append(s.lines, h.line(seed, a, "of "+r.GroupKind+" "+r.Name+", "+r.Label))
	}
	for _, r := range rows {
		if r.Must && !r.Ends {
			s.lines = append(s.lines, fmt.Sprintf("seed %d: %s %s, %s (%.1f x, %d claims of it, %d units) found %t, named first %s", seed, r.GroupKind, r.Name, r.Label,
				r.Ratio, r.Claims, r.Units, r.Delay < neverFound, r.First))
		}
	}
	s.Found = append(s.Found, rows...)
}

// names says that an alarm puts its excess down to a defect's group, or to one that it says cannot
// be told apart from it.
func names(a store.Alarm, p world.Planted) bool {
	is := func(kind, name string) bool {
		k := pattern.Key{Kind: kind, Name: (store.Group{Kind: store.GroupKind(kind), Name: name}).Parts()[0]}
		return k.Whole() == group(p)
	}
	return is(a.Cause.Kind, a.Cause.Name) || slices.ContainsFunc(a.Facts.Rivals, func(r store.AlarmRival) bool { return r.Same && is(r.Kind, r.Name) })
}

// about gives the planted defect that an alarm tells of, -1 for none: the one that brought most of
// the claims that it has too many.
func (h *held) about(a store.Alarm) int {
	label := strings.TrimPrefix(a.Cause.Label, world.Axis+"=")
	counts := make([]int, len(h.truth.Planted))
	n := 0
	last := pattern.DayOf(a.Facts.At) // its counts are of that day
	for i, c := range h.claims {
		day := pattern.DayOf(c.CreatedAt)
		if day < pattern.DayOf(a.Facts.Onset) || day > last || label != "" && c.Prediction.Axes[world.Axis].Label != label || !h.in(c, a) {
			continue
		}
		n++
		if d := h.defects[i]; d >= 0 {
			counts[d]++
		}
	}
	best := -1
	for d, k := range counts {
		if k > 0 && (best < 0 || k > counts[best]) {
			best = d
		}
	}
	excess := float64(n) * (1 - a.Facts.Expected/float64(max(a.Facts.Observed, 1)))
	if best < 0 || 2*float64(counts[best]) < excess {
		return -1
	}
	return best
}

// in says that an alarm is about a claim's unit.
func (h *held) in(c store.Claim, a store.Alarm) bool {
	at := &h.cohorts[h.serials[c.Claim.Serial]]
	if made := at.made.Time(); made.Before(a.Facts.MadeFrom) || !a.Facts.MadeUntil.IsZero() && !made.Before(a.Facts.MadeUntil) {
		return false
	}
	of := a.Cause
	if of.Kind == pattern.SeasonKind {
		return pattern.Season(pattern.Day(at.made)).Name == of.Name
	}
	set := at.sets[at.runs(h.scanned)]
	return slices.Contains(h.groups[set], store.Group{Kind: store.GroupKind(of.Kind), Name: of.Name})
}

func (s *service) must() []told {
	return slices.DeleteFunc(slices.Clone(s.Found), func(t told) bool { return !t.Must })
}

func (s *service) print(w io.Writer, verbose bool) {
	how := fmt.Sprintf("daily looks from the end of the first year on, a scan every %d days and Tend on the others", s.Rescan)
	if s.Rescan == 0 {
		how = "one scan at the end that replays all; delays are to the day of the claim that raised the alarm"
	}
	fmt.Fprintf(w, "\nTHE SERVICE'S WATCH (surveillance.Watch, %d units; %s)\n", s.Units, how)
	fmt.Fprintf(w, "  healthy worlds, seeds %v: %d alarms in %.0f years, %.2f a year\n", s.Healthy, s.False, s.Years, s.PerYear)
	must := s.must()
	var delays []int
	found, first, ends, all := 0, 0, 0, 0
	for _, t := range must {
		delays = append(delays, t.Delay)
		if t.Delay < neverFound {
			found++
		}
		if t.Named {
			first++
		}
		if t.Ends {
			ends++
		}
	}
	for _, t := range s.Found {
		if t.Delay < neverFound {
			all++
		}
	}
	slices.Sort(delays)
	middle := neverFound
	if n := len(delays); n > 0 {
		middle = delays[(n-1)/2]
	}
	fmt.Fprintf(w, "  planted, seeds %v: %d of %d found that must be (%d of %d of all), median delay %s days; right cause first %d, in the end %d; %d alarms of no defect\n",
		s.Worlds, found, len(must), all, len(s.Found), days(middle), first, ends, s.Chance)
	if verbose {
		for _, l := range s.lines {
			fmt.Fprintln(w, "   ", l)
		}
	}
}
