package capa

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

func isGone(err error) bool { return errors.Is(err, store.ErrNotFound) }

// watch is a rule on claims with what it has seen, by group.
type watch struct {
	rule  Rule
	by    store.GroupKind
	label string
	since time.Time
	seen  map[string][]time.Time
}

// claims runs the rules that count claims, in one pass over those of the longest window.
func (s *scan) claims(ctx context.Context) error {
	watches, from := s.watches()
	if len(watches) == 0 {
		return nil
	}
	for c, err := range s.Cases.Between(ctx, from, s.now) {
		if err != nil {
			return err
		}
		for _, w := range watches {
			if c.At.Before(w.since) || !c.Has(w.label) {
				continue
			}
			for _, g := range c.Groups {
				if g.Kind == w.by && c.At.After(s.past.ended[w.cause(g.Name)]) {
					w.seen[g.Name] = append(w.seen[g.Name], c.At)
				}
			}
		}
	}
	units, err := s.units(ctx, watches)
	if err != nil {
		return err
	}
	for _, w := range watches {
		if err := s.judge(ctx, w, units); err != nil {
			return err
		}
	}
	return nil
}

func (s *scan) watches() (list []*watch, from time.Time) {
	from = s.now
	add := func(r Rule, by store.GroupKind, label string, days int) {
		w := &watch{r, by, label, s.now.AddDate(0, 0, -days), map[string][]time.Time{}}
		list = append(list, w)
		if w.since.Before(from) {
			from = w.since
		}
	}
	for _, r := range s.Rules.Rules {
		switch {
		case r.Count != nil:
			add(r, r.Count.By, r.Count.Label, r.Count.Days)
		case r.Rate != nil:
			add(r, r.Rate.By, r.Rate.Label, r.Rate.Days)
		}
	}
	return list, from
}

func (w *watch) cause(name string) store.Cause {
	return store.Cause{Kind: string(w.by), Name: name, Label: w.label}
}

// units counts units in service by group, for the rules that need them.
func (s *scan) units(ctx context.Context, watches []*watch) (map[store.Group]int, error) {
	var kinds []store.GroupKind
	for _, w := range watches {
		if w.rule.Rate != nil && !slices.Contains(kinds, w.by) {
			kinds = append(kinds, w.by)
		}
	}
	out := map[store.Group]int{}
	for _, k := range kinds { // one kind at a time: sets of several kinds would be many more rows
		e, err := s.Source.Exposure(ctx, store.ExposureQuery{Kinds: []store.GroupKind{k}, Step: ageBin})
		if err != nil {
			return nil, err
		}
		for _, row := range e.Rows {
			if row.Stage != store.StageField && row.Stage != store.StageGone {
				continue
			}
			for _, g := range e.Groups[row.Groups] {
				out[g] += row.Units
			}
		}
	}
	return out, nil
}

// judge fires for the groups that are over the limit, the worst first.
func (s *scan) judge(ctx context.Context, w *watch, units map[store.Group]int) error {
	year, week := s.now.ISOWeek()
	key := fmt.Sprintf("rule %s %d-W%02d", w.rule.Name, year, week)
	for _, name := range w.worst() {
		n := len(w.seen[name])
		what := w.over(n, units[store.Group{Kind: w.by, Name: name}])
		if what == "" {
			continue
		}
		x := examples{}
		if l, ok := strings.CutPrefix(w.label, "severity="); ok {
			x.severity = l
		}
		o := openingOf(w.cause(name), x)
		o.Firing = store.Firing{Key: key, What: what}
		if err := s.fire(ctx, w.rule, o); err != nil {
			return err
		}
	}
	return nil
}

func (w *watch) worst() []string {
	names := make([]string, 0, len(w.seen))
	for name := range w.seen {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(w.seen[b]), len(w.seen[a])), cmp.Compare(a, b))
	})
	return names
}

// over says what is over the rule's limit; empty when nothing is.
func (w *watch) over(n, units int) string {
	label := w.label
	if label == "" {
		label = "all claims"
	}
	switch c, r := w.rule.Count, w.rule.Rate; {
	case c != nil && n >= c.Count:
		return fmt.Sprintf("%d claims in %d days (%s), the limit is %d", n, c.Days, label, c.Count)
	case r != nil && units >= r.MinUnits && n >= r.MinClaims && float64(n)*100 > r.AbovePercent*float64(units):
		return fmt.Sprintf("%d claims of %d units in service in %d days (%s): %.2f %%, the limit is %.2f %%", n, units, r.Days, label, float64(n)*100/float64(units), r.AbovePercent)
	}
	return ""
}
