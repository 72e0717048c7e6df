package trace

import (
	"maps"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// Facts gives what a check knows as context of the claim, under the keys that classification
// and the store's filters read:
//
//   - days_since_delivery: whole days from the start of service (sale, else registration) to at;
//     only when it is a date that was told and not later than at
//   - unit_age_days: whole days from making to at
//   - batch, supplier, lot: those of the unit; supplier and lot only when it has one
//   - warranty: covered, not_covered or unclear; warranty_days_left when the end is known
//   - earlier_claims: the number of earlier claims of the unit and of those that it replaced;
//     days_since_last_claim when there is one
//   - known_issue: true when an issue is known of one of its groups
//
// What the check does not know is absent, which says something to the classifier, too.
func (c Check) Facts(at time.Time) map[string]any {
	out := map[string]any{}
	if u := c.Unit; u != nil {
		days(out, "days_since_delivery", u.Since(), at)
		days(out, "unit_age_days", u.MadeAt, at)
		text(out, "batch", u.Batch)
		if suppliers := u.Groups(store.GroupSupplier); len(suppliers) == 1 {
			text(out, "supplier", suppliers[0].Name)
		}
		if len(u.Lots) == 1 {
			text(out, "lot", u.Lots[0].Code)
		}
		out["earlier_claims"] = float64(len(c.Repeats))
	} else if len(c.Repeats) > 0 {
		out["earlier_claims"] = float64(len(c.Repeats))
	}
	if len(c.Repeats) > 0 {
		days(out, "days_since_last_claim", c.Repeats[0].At, at)
	}
	if w := c.Warranty; w != nil {
		out["warranty"] = string(w.Standing)
		if !w.End.IsZero() {
			out["warranty_days_left"] = float64(w.DaysLeft)
		}
	}
	if len(c.Issues) > 0 {
		out["known_issue"] = true
	}
	return out
}

func days(out map[string]any, key string, from, to time.Time) {
	if !from.IsZero() && !from.After(to) {
		out[key] = float64(int(to.Sub(from).Hours() / 24))
	}
}

func text(out map[string]any, key, value string) {
	if value != "" {
		out[key] = value
	}
}

// AddFacts gives the claim with the facts in its context. What the sender gave stays; a value of
// null is one that he did not give. The claim's own map is left as it is.
func AddFacts(c claim.Claim, facts map[string]any) claim.Claim {
	if len(facts) == 0 {
		return c
	}
	context := make(map[string]any, len(c.Context)+len(facts))
	maps.Copy(context, facts)
	for key, value := range c.Context {
		if _, known := context[key]; value != nil || !known {
			context[key] = value
		}
	}
	c.Context = context
	return c
}
