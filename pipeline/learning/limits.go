package learning

import (
	"errors"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Limits bound what may be promoted without a person. Start from [DefaultLimits].
type Limits struct {
	// Margin is the loss of accuracy that must be ruled out, 0..1: the lower end of the
	// paired 95 % interval of the difference must not be below -Margin on any axis of any
	// set (non-inferiority, not merely no loss shown).
	Margin float64
	// MinAudit is the number of labelled claims that every judged axis of the random slice
	// must have, at least 1.
	MinAudit int
	// MaxDrift bounds the total variation between what both models answer on an axis of the
	// random slice, 0..1: larger changes are for a person to look at, right or wrong.
	MaxDrift float64
	// MaxCoverageLoss bounds how much smaller the share that is answered without a person may
	// become on an axis, 0..1.
	MaxCoverageLoss float64
	// Every is the least time between two promotions that no person made.
	Every time.Duration
}

// DefaultLimits rule out a loss of 2 points on at least 200 claims an axis, let a fifth of the
// answers change sides at most, and promote once a day.
func DefaultLimits() Limits {
	return Limits{Margin: 0.02, MinAudit: 200, MaxDrift: 0.2, MaxCoverageLoss: 0.1, Every: 24 * time.Hour}
}

// Validate says what is out of range, all at once.
func (l Limits) Validate() error {
	var errs []error
	for _, f := range []struct {
		name  string
		value float64
	}{{"margin", l.Margin}, {"largest drift", l.MaxDrift}, {"largest loss of coverage", l.MaxCoverageLoss}} {
		if !(f.value >= 0 && f.value <= 1) {
			errs = append(errs, fmt.Errorf("%s %v is not within 0..1", f.name, f.value))
		}
	}
	if l.MinAudit < 1 {
		errs = append(errs, fmt.Errorf("at least %d audited claims: must be 1 or more", l.MinAudit))
	}
	if l.Every < 0 {
		errs = append(errs, fmt.Errorf("a promotion every %s", l.Every))
	}
	return errors.Join(errs...)
}

// Refuse says why a candidate must not be promoted without a person, a sentence each; nothing
// when it may be. history is the promotions so far, newest first.
func (l Limits) Refuse(v *Verdict, history []store.Promotion, now time.Time) []string {
	var out []string
	if !v.Passed {
		out = append(out, "the candidate did not pass the gates")
	}
	if len(v.Lost) > 0 {
		out = append(out, fmt.Sprintf("axes %v would go unanswered", v.Lost))
	}
	audited := false
	for _, s := range v.Sets {
		for _, a := range s.Axes {
			out = append(out, l.axis(s, a)...)
			audited = audited || s.Audit
		}
	}
	if !audited {
		out = append(out, "the random slice has no labels to judge with")
	}
	for _, p := range history {
		if p.Auto && now.Sub(p.At) < l.Every {
			out = append(out, fmt.Sprintf("a model was promoted by itself at %s, and the limit is one every %s", p.At.Format(time.DateTime), l.Every))
			break
		}
	}
	return out
}

func (l Limits) axis(s SetVerdict, a AxisVerdict) []string {
	var out []string
	where := s.Name + ", " + a.Axis
	if a.Accuracy.Low < -l.Margin {
		out = append(out, fmt.Sprintf("%s: a loss of more than %.1f points is not ruled out (%+.1f to %+.1f)", where, 100*l.Margin, 100*a.Accuracy.Low, 100*a.Accuracy.High))
	}
	if !s.Audit {
		return out
	}
	if a.N < l.MinAudit {
		out = append(out, fmt.Sprintf("%s: %d labelled claims, at least %d are wanted", where, a.N, l.MinAudit))
	}
	if a.Drift > l.MaxDrift {
		out = append(out, fmt.Sprintf("%s: %.0f %% of the answers change sides, at most %.0f %% may", where, 100*a.Drift, 100*l.MaxDrift))
	}
	if a.CoverageLive-a.CoverageCandidate > l.MaxCoverageLoss {
		out = append(out, fmt.Sprintf("%s: %.0f %% answered instead of %.0f %%", where, 100*a.CoverageCandidate, 100*a.CoverageLive))
	}
	return out
}
