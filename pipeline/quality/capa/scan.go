package capa

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

// Alarms is what the scanner asks of the store of alarms.
type Alarms interface {
	Alarms(ctx context.Context, f store.AlarmFilter) ([]store.Alarm, error)
}

// Source is what the scanner asks of the store beside alarms.
type Source interface {
	Exposure(ctx context.Context, q store.ExposureQuery) (store.Exposure, error)
	Claim(ctx context.Context, id string) (store.Claim, error)
}

// Scanner looks whether a rule fires, and opens actions or attaches to them. Run it as often as
// wanted, also in several processes: what was seen already counts once.
type Scanner struct {
	Desk   *Desk
	Rules  Rules
	Alarms Alarms
	Source Source
	Cases  cases.Reader
}

// Scanned is what one run did.
type Scanned struct {
	// Opened are new actions, Attached those that a rule fired for again.
	Opened, Attached []store.CAPA
}

// Scan runs every rule.
func (s Scanner) Scan(ctx context.Context) (Scanned, error) {
	if err := s.Rules.Validate(); err != nil {
		return Scanned{}, err
	}
	past, err := s.past(ctx)
	if err != nil {
		return Scanned{}, err
	}
	run := &scan{Scanner: s, now: s.Desk.at(), past: past}
	if err := run.alarms(ctx); err != nil {
		return run.out, err
	}
	return run.out, run.claims(ctx)
}

// past is what the actions so far know.
type past struct {
	// alarms are those that an action has, open or not, under whatever cause.
	alarms map[string]bool
	// ended is when the last action of a cause ended: what came before is settled.
	ended map[store.Cause]time.Time
}

func (s Scanner) past(ctx context.Context) (past, error) {
	out := past{map[string]bool{}, map[store.Cause]time.Time{}}
	for c, err := range store.EachCAPA(ctx, s.Desk.store, store.CAPAFilter{}) {
		if err != nil {
			return out, err
		}
		for _, f := range c.Firings {
			out.alarms[f.Key] = true
		}
		if c.ClosedAt.After(out.ended[c.Cause]) {
			out.ended[c.Cause] = c.ClosedAt
		}
	}
	return out, nil
}

// scan is one run.
type scan struct {
	Scanner
	now  time.Time
	past past
	out  Scanned
}

// fire opens an action, or attaches to the open one.
func (s *scan) fire(ctx context.Context, r Rule, o Opening) error {
	o.Owner, o.Who, o.Firing.Rule = r.Owner, "rule "+r.Name, r.Name
	if o.Owner == "" {
		o.Owner = s.Rules.Owner
	}
	o.Due = maps.Clone(s.Rules.Due)
	if o.Due == nil {
		o.Due = map[string]Days{}
	}
	maps.Copy(o.Due, r.Due)
	before, err := s.Desk.openOf(ctx, o.Cause)
	there := err == nil
	c, created, err := s.Desk.Open(ctx, o)
	switch {
	case err != nil:
		return fmt.Errorf("rule %s: %w", r.Name, err)
	case created:
		s.out.Opened = append(s.out.Opened, c)
	case !there || c.Version != before.Version:
		s.out.Attached = append(s.out.Attached, c)
	}
	return nil
}

func (s *scan) alarms(ctx context.Context) error {
	var rules []Rule
	for _, r := range s.Rules.Rules {
		if r.Alarm != nil {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 || s.Alarms == nil {
		return nil
	}
	standing := store.AlarmFilter{States: []store.AlarmState{store.AlarmOpen, store.AlarmAcknowledged}}
	for a, err := range store.EachAlarm(ctx, s.Alarms, standing) {
		if err != nil {
			return err
		}
		if err := s.alarm(ctx, a, rules); err != nil {
			return err
		}
	}
	return nil
}

// alarm opens an action for the first rule that an alarm meets; one alarm is one reason, and one
// that belongs to an action is settled with it.
func (s *scan) alarm(ctx context.Context, a store.Alarm, rules []Rule) error {
	key := "alarm " + a.ID
	if s.past.alarms[key] {
		return nil
	}
	x, err := s.examples(ctx, a)
	if err != nil {
		return err
	}
	for _, r := range rules {
		if !r.Alarm.meets(a, x) {
			continue
		}
		o := openingOf(a.Cause, x)
		o.Firing = store.Firing{Key: key, What: fmt.Sprintf("%d claims where %.1f are expected (%.1f times, at least %.1f), %d units in stock, %d in the field",
			a.Facts.Observed, a.Facts.Expected, a.Facts.Ratio, a.Facts.EB05, a.Facts.Units.Stock, a.Facts.Units.Field)}
		return s.fire(ctx, r, o)
	}
	return nil
}

// examples is what an alarm's example claims say.
type examples struct {
	severity string // of at least half of them, or of the alarm's own label
	sku      string
	n        int
}

func (s *scan) examples(ctx context.Context, a store.Alarm) (examples, error) {
	var out examples
	severities, skus := map[string]int{}, map[string]int{}
	for _, id := range a.Facts.Examples {
		c, err := s.Source.Claim(ctx, id)
		if isGone(err) {
			continue
		}
		if err != nil {
			return out, err
		}
		one, err := s.Cases.Of(ctx, c)
		if err != nil {
			return out, err
		}
		out.n++
		severities[one.Labels["severity"].Label]++
		if one.Unit != nil {
			skus[one.Unit.SKU]++
		}
	}
	for _, label := range append([]string{a.Cause.Label}, a.Facts.Also...) {
		if l, ok := strings.CutPrefix(label, "severity="); ok && out.severity == "" {
			out.severity = l
		}
	}
	if l, n := most(severities); out.severity == "" && 2*n >= out.n {
		out.severity = l
	}
	out.sku, _ = most(skus)
	return out, nil
}

// most gives what was counted most often; of ties the first by name, never the empty one.
func most(counts map[string]int) (name string, n int) {
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		if k != "" && counts[k] > n {
			name, n = k, counts[k]
		}
	}
	return name, n
}

func (r AlarmRule) meets(a store.Alarm, x examples) bool {
	return (len(r.Severities) == 0 || slices.Contains(r.Severities, x.severity)) &&
		(len(r.Kinds) == 0 || slices.Contains(r.Kinds, a.Cause.Kind)) &&
		a.Facts.Observed >= r.MinClaims && a.Facts.EB05 >= r.MinRatio &&
		a.Facts.Units.Stock+a.Facts.Units.Field >= r.MinUnits
}

// openingOf finds supplier and SKU in a cause's name.
func openingOf(c store.Cause, x examples) Opening {
	o := Opening{Cause: c, Severity: x.severity, SKU: x.sku}
	parts := store.Group{Kind: store.GroupKind(c.Kind), Name: c.Name}.Parts()
	switch store.GroupKind(c.Kind) {
	case store.GroupSKU:
		o.SKU = c.Name
	case store.GroupBatch:
		if parts[1] != "" {
			o.SKU = parts[1]
		}
	case store.GroupLot:
		o.Supplier = parts[2]
	case store.GroupSupplier:
		o.Supplier = c.Name
	}
	return o
}
