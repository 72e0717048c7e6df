package capa

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/defekt/defekt/pipeline/store"
)

// Days is a number of days; in YAML a whole number, or "14d".
type Days int

// UnmarshalYAML reads both forms.
func (d *Days) UnmarshalYAML(b []byte) error {
	var n int
	if _, err := fmt.Sscanf(strings.TrimSuffix(strings.Trim(strings.TrimSpace(string(b)), `"'`), "d"), "%d", &n); err != nil || n < 0 || n > 3650 {
		return fmt.Errorf("%q is no number of days from 0 to 3650", strings.TrimSpace(string(b)))
	}
	*d = Days(n)
	return nil
}

// Rules say what opens an action, and when a fix counts as effective.
type Rules struct {
	// Owner answers for actions whose rule names nobody.
	Owner string `yaml:"owner"`
	// Due are the days after the opening that steps are due, by step.
	Due map[string]Days `yaml:"due"`
	// Check says when a fix counts as effective.
	Check CheckConfig `yaml:"check"`
	Rules []Rule      `yaml:"rules"`
}

// Rule is one reason to open an action. Exactly one of Alarm, Count and Rate is set.
type Rule struct {
	// Name is unique; it stands on the actions that the rule opens.
	Name  string          `yaml:"name"`
	Owner string          `yaml:"owner"`
	Due   map[string]Days `yaml:"due"`
	Alarm *AlarmRule      `yaml:"alarm"`
	Count *CountRule      `yaml:"count"`
	Rate  *RateRule       `yaml:"rate"`
}

// AlarmRule fires for an open alarm for which all that is set holds.
type AlarmRule struct {
	// Severities are labels of the axis severity: one of them must be the alarm's own label, or
	// that of at least half of its example claims.
	Severities []string `yaml:"severities"`
	// Kinds are those of the alarm's group, such as lot or batch; none takes all.
	Kinds []string `yaml:"kinds"`
	// MinClaims and MinRatio are the least claims since the onset, and the least rate ratio (its
	// shrunk lower bound, EB05).
	MinClaims int     `yaml:"min_claims"`
	MinRatio  float64 `yaml:"min_ratio"`
	// MinUnits is the least number of units in stock and in the field.
	MinUnits int `yaml:"min_units"`
}

// CountRule fires when Count claims with a label came about one group within Days.
type CountRule struct {
	// Label is "axis=label"; severity=critical by default.
	Label string `yaml:"label"`
	Count int    `yaml:"count"`
	Days  int    `yaml:"days"`
	// By is the kind of group; sku by default.
	By store.GroupKind `yaml:"by"`
}

// RateRule fires when the claims of Days are more than a share of a group's units in service.
type RateRule struct {
	// AbovePercent is the share, in percent.
	AbovePercent float64 `yaml:"above_percent"`
	// Label is "axis=label", or empty for all claims.
	Label string `yaml:"label"`
	// Days is how far back claims count; 365 by default.
	Days int `yaml:"days"`
	// MinUnits and MinClaims keep small groups from firing; 50 and 3 by default.
	MinUnits  int `yaml:"min_units"`
	MinClaims int `yaml:"min_claims"`
	// By is the kind of group; sku by default.
	By store.GroupKind `yaml:"by"`
}

// Limits of rules.
const (
	// MaxRules is the most rules, MaxRulesBytes the longest file, MaxWindow the most days that a
	// rule looks back.
	MaxRules      = 100
	MaxRulesBytes = 1 << 20
	MaxWindow     = 1095
)

// DefaultRules are those without a file: an action for each alarm of a critical severity, and
// for three critical claims of one SKU in 14 days.
func DefaultRules() Rules {
	return Rules{Rules: []Rule{
		{Name: "critical alarm", Alarm: &AlarmRule{Severities: []string{"critical"}, MinClaims: 3}},
		{Name: "large alarm", Alarm: &AlarmRule{Kinds: []string{"lot", "batch"}, MinClaims: 10, MinRatio: 2}},
		{Name: "critical claims", Count: &CountRule{Label: "severity=critical", Count: 3, Days: 14, By: store.GroupSKU}},
	}}
}

// ReadRules reads a YAML file; keys that it does not know are errors.
func ReadRules(r io.Reader) (Rules, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxRulesBytes+1))
	if err != nil {
		return Rules{}, fmt.Errorf("rules: %w", err)
	}
	if len(data) > MaxRulesBytes {
		return Rules{}, fmt.Errorf("rules: the file has more than %d bytes", MaxRulesBytes)
	}
	var out Rules
	if err := yaml.UnmarshalWithOptions(data, &out, yaml.Strict()); err != nil {
		return Rules{}, fmt.Errorf("rules: %w", err)
	}
	for i := range out.Rules {
		out.Rules[i] = out.Rules[i].withDefaults()
	}
	return out, out.Validate()
}

func (r Rule) withDefaults() Rule {
	if c := r.Count; c != nil {
		def(&c.Label, "severity=critical")
		def(&c.By, store.GroupSKU)
	}
	if c := r.Rate; c != nil {
		def(&c.By, store.GroupSKU)
		def(&c.Days, 365)
		def(&c.MinUnits, 50)
		def(&c.MinClaims, 3)
	}
	return r
}

func def[T comparable](v *T, d T) {
	var none T
	if *v == none {
		*v = d
	}
}

// Validate says everything that is wrong.
func (r Rules) Validate() error {
	var errs []error
	if len(r.Rules) > MaxRules {
		errs = append(errs, fmt.Errorf("rules: %d, at most %d", len(r.Rules), MaxRules))
	}
	if c := r.Check; c.Alpha < 0 || c.Alpha >= 1 || c.Target < 0 || c.Target > 1 || c.MinExpected < 0 || c.MinDays < 0 {
		errs = append(errs, errors.New("rules: check: alpha lies in 0..1, target in 0..1, the others are not negative"))
	}
	errs = append(errs, dueFaults("due", r.Due)...)
	names := map[string]bool{}
	for i, rule := range r.Rules {
		where := fmt.Sprintf("rules[%d]", i)
		if rule.Name == "" || names[rule.Name] {
			errs = append(errs, fmt.Errorf("%s: a rule needs a name of its own", where))
		}
		names[rule.Name] = true
		errs = append(errs, dueFaults(where+".due", rule.Due)...)
		if err := rule.validate(); err != nil {
			errs = append(errs, fmt.Errorf("%s (%s): %w", where, rule.Name, err))
		}
	}
	return errors.Join(errs...)
}

func dueFaults(where string, due map[string]Days) []error {
	var errs []error
	for _, step := range slices.Sorted(maps.Keys(due)) {
		if Title(step) == step {
			errs = append(errs, fmt.Errorf("%s: there is no step %q; the steps are D1 to D8", where, step))
		}
	}
	return errs
}

func (r Rule) validate() error {
	set := 0
	for _, there := range []bool{r.Alarm != nil, r.Count != nil, r.Rate != nil} {
		if there {
			set++
		}
	}
	switch {
	case set != 1:
		return errors.New("a rule has exactly one of alarm, count and rate")
	case r.Count != nil:
		return errors.Join(label(r.Count.Label), kind(r.Count.By), window(r.Count.Days), positive("count", r.Count.Count))
	case r.Rate != nil:
		err := errors.Join(kind(r.Rate.By), window(r.Rate.Days), positive("min_units", r.Rate.MinUnits), positive("min_claims", r.Rate.MinClaims))
		if !(r.Rate.AbovePercent > 0 && r.Rate.AbovePercent <= 100) {
			err = errors.Join(err, errors.New("above_percent lies above 0 and up to 100"))
		}
		if r.Rate.Label != "" {
			err = errors.Join(err, label(r.Rate.Label))
		}
		return err
	}
	for _, k := range r.Alarm.Kinds {
		if k == "" {
			return errors.New("a kind is empty")
		}
	}
	return nil
}

func label(s string) error {
	if s == store.Unlabelled {
		return nil
	}
	if axis, l, ok := strings.Cut(s, "="); !ok || axis == "" || l == "" {
		return fmt.Errorf("%q is no label; write axis=label, such as severity=critical", s)
	}
	return nil
}

func kind(k store.GroupKind) error {
	if !slices.Contains(store.GroupKinds(), k) {
		return fmt.Errorf("%q is no kind of group; kinds are %v", k, store.GroupKinds())
	}
	return nil
}

func window(days int) error {
	if days < 1 || days > MaxWindow {
		return fmt.Errorf("days is %d; 1 to %d", days, MaxWindow)
	}
	return nil
}

func positive(what string, n int) error {
	if n < 1 {
		return fmt.Errorf("%s is %d; at least 1", what, n)
	}
	return nil
}
