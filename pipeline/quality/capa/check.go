package capa

import (
	"context"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// The verdicts of a check.
const (
	Effective = "effective"
	NotShown  = "not shown"
	TooEarly  = "too early"
)

// How units are told into those before and those after the fix.
const (
	ByMade   = "made"   // by the day of production
	BySold   = "sold"   // by the start of service
	ByReport = "report" // all units; claims and exposure by their day, for a fix in the field
)

// Counts gives the claims and exposure of a scope on both sides of a fix, by age in service.
type Counts interface {
	Strata(ctx context.Context, scope store.Cause, split string, fixed, now time.Time) ([]Stratum, error)
}

// CheckConfig says when a fix counts as effective. The zero value of a field takes its default.
type CheckConfig struct {
	// Alpha is the probability, over all looks together, of finding a fix effective that is not.
	// Default: 0.05.
	Alpha float64 `yaml:"alpha"`
	// Target is the ratio of rates that the fix must be shown to stay below, 0..1; 1 asks for
	// any improvement. Default: 1.
	Target float64 `yaml:"target"`
	// MinExpected is the number of claims that the old rate would have brought since the fix,
	// below which it is too early to tell. Default: 5.
	MinExpected float64 `yaml:"min_expected"`
	// MinDays is how long ago the fix must be. Default: 30.
	MinDays int `yaml:"min_days"`
}

func (c CheckConfig) withDefaults() CheckConfig {
	if c.Alpha <= 0 {
		c.Alpha = 0.05
	}
	if c.Target <= 0 {
		c.Target = 1
	}
	if c.MinExpected <= 0 {
		c.MinExpected = 5
	}
	if c.MinDays <= 0 {
		c.MinDays = 30
	}
	return c
}

// Question says what a check compares.
type Question struct {
	// Scope is the group; its zero value takes [Scope] of the action.
	Scope store.Cause
	// Split is ByMade (default), BySold or ByReport.
	Split string
}

// Scope is what an action's fix should show in: new units do not have the old lot, so it is the
// supplier's or the SKU's units, else the group of the cause itself.
func Scope(c store.CAPA) store.Cause {
	switch {
	case c.Cause.Kind == string(store.GroupSKU):
		return c.Cause
	case c.SKU != "":
		return store.Cause{Kind: string(store.GroupSKU), Name: c.SKU, Label: c.Cause.Label}
	case c.Supplier != "":
		return store.Cause{Kind: string(store.GroupSupplier), Name: c.Supplier, Label: c.Cause.Label}
	}
	return c.Cause
}

// Check looks whether the fix works and stores what it found with the action.
func (d *Desk) Check(ctx context.Context, id string, version int64, who string, counts Counts, cfg CheckConfig, q Question) (store.CAPA, error) {
	c, err := d.current(ctx, id, version)
	if err != nil {
		return store.CAPA{}, err
	}
	if c.FixedAt.IsZero() {
		return store.CAPA{}, claim.Problem{Code: CodeNotFixed, Where: "fixed_at", Message: "there is no fix to check yet; do D6 first"}
	}
	if q.Scope == (store.Cause{}) {
		q.Scope = Scope(c)
	}
	switch q.Split {
	case "":
		q.Split = ByMade
	case ByMade, BySold, ByReport:
	default:
		return store.CAPA{}, claim.Problem{Code: CodeScope, Where: "split", Message: "units are split by made, sold or report"}
	}
	strata, err := counts.Strata(ctx, q.Scope, q.Split, c.FixedAt, d.at())
	if err != nil {
		return store.CAPA{}, err
	}
	check := judge(c, strata, cfg.withDefaults(), d.at())
	check.Who, check.Scope, check.Split = who, q.Scope, q.Split
	c.Checks = append(c.Checks, check)
	return d.saved(d.change(ctx, c, who, store.CAPAChecked, check.Verdict+": "+check.Reason))
}

// judge decides. Looks that were too early tested nothing, and cost nothing.
func judge(c store.CAPA, strata []Stratum, cfg CheckConfig, at time.Time) store.CAPACheck {
	look := 1.0
	for _, before := range c.Checks {
		if before.Verdict != TooEarly {
			look++
		}
	}
	r := Compare(strata, cfg.Target)
	out := store.CAPACheck{
		At: at, FixedAt: c.FixedAt, ClaimsBefore: r.Before.Claims, ClaimsAfter: r.After.Claims,
		UnitDaysBefore: r.Before.UnitDays, UnitDaysAfter: r.After.UnitDays, Expected: r.Expected,
		Ratio: r.Ratio, Low: r.Low, High: r.High, P: r.P, Alpha: cfg.Alpha / (look * (look + 1)),
	}
	days := int(at.Sub(c.FixedAt) / day)
	switch {
	case days < cfg.MinDays:
		out.Verdict, out.Reason = TooEarly, fmt.Sprintf("the fix is %d days old; at least %d are needed", days, cfg.MinDays)
	case r.Expected < cfg.MinExpected:
		out.Verdict, out.Reason = TooEarly, fmt.Sprintf("at the rate before, only %.1f claims would have come since; at least %.0f are needed", r.Expected, cfg.MinExpected)
	case r.P <= out.Alpha:
		out.Verdict, out.Reason = Effective, fmt.Sprintf("%d claims since, where %.1f would have come at the rate before (p = %.2g, needed %.2g)", r.After.Claims, r.Expected, r.P, out.Alpha)
	default:
		out.Verdict, out.Reason = NotShown, fmt.Sprintf("%d claims since, where %.1f would have come at the rate before: that may be chance (p = %.2g, needed %.2g)", r.After.Claims, r.Expected, r.P, out.Alpha)
	}
	return out
}
