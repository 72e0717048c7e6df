package review

import (
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// The functions here say what an item becomes. They change copies and know no store.

// Standing leaves out decisions that were taken back, and those that take back.
func Standing(all []store.ReviewDecision) []store.ReviewDecision {
	gone := map[string]bool{}
	for _, d := range all {
		if d.Role == store.RoleWithdrawal {
			gone[d.Withdraws] = true
		}
	}
	var out []store.ReviewDecision
	for _, d := range all {
		if d.Role != store.RoleWithdrawal && !gone[d.ID] {
			out = append(out, d)
		}
	}
	return out
}

// role is the part that an answer to the item plays.
func role(r store.Review) store.DecisionRole {
	switch r.State {
	case store.ReviewKnown:
		return store.RoleKnown
	case store.ReviewDisputed:
		return store.RoleAdjudication
	}
	return store.RoleLook
}

// decided is the item after d, when the decisions before stand: settled by the last look that
// it needed, by two that agree or by the adjudicator; disputed by two that do not agree.
func decided(r store.Review, before []store.ReviewDecision, d store.ReviewDecision) store.Review {
	r = touched(r, d.Reviewer)
	r.Decided++
	if r.State == store.ReviewKnown {
		return r
	}
	var looks []store.ReviewDecision
	for _, b := range before {
		if b.Role == store.RoleLook {
			looks = append(looks, b)
		}
	}
	switch {
	case r.State == store.ReviewDisputed:
		return settled(r, d)
	case len(looks)+1 < r.Looks:
		return r
	case len(looks) == 0 || agree(looks[len(looks)-1].Labels, d.Labels):
		return settled(r, d)
	}
	r.State = store.ReviewDisputed
	return r
}

func settled(r store.Review, d store.ReviewDecision) store.Review {
	r.State, r.Final, r.SettledAt = store.ReviewSettled, d.ID, d.At
	return r
}

// agree says that two answers are the same on every axis that either gives.
func agree(a, b map[string]string) bool {
	for axis, label := range a {
		if b[axis] != label {
			return false
		}
	}
	for axis, label := range b {
		if a[axis] != label {
			return false
		}
	}
	return true
}

// touched is the item given back by one who does not get it again.
func touched(r store.Review, reviewer string) store.Review {
	r.Touched = append(slices.DeleteFunc(slices.Clone(r.Touched), func(t string) bool { return t == reviewer }), reviewer)
	return released(r)
}

// released is the item given back.
func released(r store.Review) store.Review {
	r.Holder, r.HeldUntil = "", time.Time{}
	return r
}

// skipped is the item after one could not decide; after limit of them it is an adjudicator's.
func skipped(r store.Review, reviewer string, limit int) store.Review {
	r = touched(r, reviewer)
	r.Skips++
	if r.State == store.ReviewOpen && r.Skips >= limit {
		r.State = store.ReviewDisputed
	}
	return r
}

// undone is the item as it was before d, in the hands of who takes d back.
func undone(r store.Review, d store.ReviewDecision, until time.Time) store.Review {
	r.Touched = slices.DeleteFunc(slices.Clone(r.Touched), func(t string) bool { return t == d.Reviewer })
	r.Holder, r.HeldUntil = d.Reviewer, until
	r.Decided--
	r.Final, r.SettledAt = "", time.Time{}
	switch d.Role {
	case store.RoleAdjudication:
		r.State = store.ReviewDisputed
	case store.RoleLook:
		r.State = store.ReviewOpen
	}
	return r
}

// builtOn says that somebody decided after d, or has the item in hand now. Answers to a known
// item do not build on each other.
func builtOn(r store.Review, all []store.ReviewDecision, d store.ReviewDecision, now time.Time) bool {
	if r.State == store.ReviewDropped {
		return true
	}
	if r.Holder != "" && r.Holder != d.Reviewer && r.HeldUntil.After(now) {
		return true
	}
	if d.Role == store.RoleKnown {
		return false
	}
	standing := Standing(all)
	return len(standing) == 0 || standing[len(standing)-1].ID != d.ID
}

// isRandom says that an item belongs to the random slice.
func isRandom(r store.Review) bool { return slices.Contains(r.Reasons, store.ReasonRandom) }
