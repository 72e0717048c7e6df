package review

import (
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/store"
)

// TestFaults: each way in which an item could contradict itself is found.
func TestFaults(t *testing.T) {
	look := func(id, who string, role store.DecisionRole) store.ReviewDecision {
		return store.ReviewDecision{ID: id, Reviewer: who, Role: role}
	}
	item := func(state store.ReviewState, looks, decided int, final string) store.Review {
		return store.Review{NewReview: store.NewReview{Looks: looks}, State: state, Decided: decided, Final: final}
	}
	one := []store.ReviewDecision{look("a", "anna", store.RoleLook)}
	two := append(one[:1:1], look("b", "bert", store.RoleLook))
	for name, tc := range map[string]struct {
		r    store.Review
		d    []store.ReviewDecision
		want string
	}{
		"fine":         {item(store.ReviewSettled, 1, 1, "a"), one, ""},
		"fine, judged": {item(store.ReviewSettled, 2, 3, "c"), append(two[:2:2], look("c", "carl", store.RoleAdjudication)), ""},
		"twice":        {item(store.ReviewSettled, 1, 2, "a"), two, "planned"},
		"by one":       {item(store.ReviewSettled, 2, 2, "b"), append(one[:1:1], look("b", "anna", store.RoleLook)), "twice"},
		"too early":    {item(store.ReviewSettled, 2, 1, "a"), one, "settled after 1 looks of 2"},
		"count":        {item(store.ReviewOpen, 2, 0, ""), one, "counted"},
		"final":        {item(store.ReviewSettled, 1, 1, "x"), one, "does not stand"},
	} {
		got := strings.Join(decisionFaults(tc.r, tc.d), "; ")
		if !strings.Contains(got, tc.want) || tc.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	log := []store.ReviewEvent{{What: store.ReviewAdded}, {What: store.ReviewHanded, Who: "anna"}, {What: store.ReviewDecided, Who: "anna"}}
	if got := logFaults(item(store.ReviewSettled, 1, 1, "a"), one, log); len(got) != 0 {
		t.Errorf("%q", got)
	}
	for name, bad := range map[string][]store.ReviewEvent{"added": log[1:], "handed": {log[0], log[2]}, "decided": log[:2], "often": append(log[:3:3], log[2])} {
		if got := logFaults(item(store.ReviewSettled, 1, 1, "a"), one, bad); len(got) != 1 {
			t.Errorf("%s: %q", name, got)
		}
	}
}
