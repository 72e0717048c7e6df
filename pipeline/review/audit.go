package review

import (
	"context"
	"fmt"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// Faults says, one sentence each, where an item, its decisions and its log contradict each
// other: decided more often than planned, or twice by one person; a decision that counts but
// does not stand; a decision, withdrawal or skip that is not in the log, or that was made by
// somebody who was never handed the item. None is the only good answer.
func Faults(ctx context.Context, reviews store.Reviews, item string) ([]string, error) {
	r, err := reviews.Review(ctx, item)
	if err != nil {
		return nil, err
	}
	all, err := reviews.Decisions(ctx, store.DecisionFilter{Item: item, Limit: store.MaxDecisions})
	if err != nil {
		return nil, err
	}
	log, err := reviews.ReviewLog(ctx, item)
	if err != nil {
		return nil, err
	}
	return append(decisionFaults(r, Standing(all)), logFaults(r, all, log)...), nil
}

func decisionFaults(r store.Review, standing []store.ReviewDecision) (faults []string) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	by, judged := map[string]bool{}, 0
	for _, d := range standing {
		if by[d.Reviewer] {
			add("%s decided twice", d.Reviewer)
		}
		by[d.Reviewer] = true
		if d.Role == store.RoleAdjudication {
			judged++
		}
	}
	looks := len(standing) - judged
	if len(standing) != r.Decided {
		add("%d decisions stand, %d were counted", len(standing), r.Decided)
	}
	if r.State != store.ReviewKnown && (looks > r.Looks || judged > 1) {
		add("%d looks and %d adjudications where %d looks were planned", looks, judged, r.Looks)
	}
	if r.State != store.ReviewSettled {
		return faults
	}
	if judged == 0 && looks != r.Looks {
		add("settled after %d looks of %d", looks, r.Looks)
	}
	if !slices.ContainsFunc(standing, func(d store.ReviewDecision) bool { return d.ID == r.Final }) {
		add("the decision that counts does not stand")
	}
	return faults
}

func logFaults(r store.Review, all []store.ReviewDecision, log []store.ReviewEvent) (faults []string) {
	lines, handed := map[string]int{}, map[string]bool{}
	for _, e := range log {
		lines[e.What]++
		switch e.What {
		case store.ReviewHanded:
			handed[e.Who] = true
		case store.ReviewDecided, store.ReviewSkipped, store.ReviewUndone:
			if !handed[e.Who] {
				faults = append(faults, fmt.Sprintf("%s by %s, who never had it", e.What, e.Who))
			}
		}
	}
	withdrawn := 0
	for _, d := range all {
		if d.Role == store.RoleWithdrawal {
			withdrawn++
		}
	}
	for _, c := range []struct {
		what string
		want int
	}{{store.ReviewDecided, len(all) - withdrawn}, {store.ReviewUndone, withdrawn}, {store.ReviewSkipped, r.Skips}} {
		if lines[c.what] != c.want {
			faults = append(faults, fmt.Sprintf("%d lines of %s in the log, want %d", lines[c.what], c.what, c.want))
		}
	}
	if lines[store.ReviewAdded] == 0 {
		faults = append(faults, "the log does not say where it came from")
	}
	return faults
}
