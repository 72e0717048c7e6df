package storetest

import (
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func decisionLists(b *bench) {
	ids := b.queued(3, 2)
	at := b.clock.stop()
	var all []store.ReviewDecision
	for i, who := range []string{"anna", "bert", "anna", "carl"} {
		r := b.item(ids[i/2%2])
		if who == "carl" {
			r = b.item(ids[0])
		}
		d := choice(who, "major", stored(at.Add(time.Duration(i/2)*time.Second)))
		b.check(b.store.ChangeReview(b.ctx, r, []store.ReviewDecision{d}, nil))
		d.Item, d.Claim = r.ID, r.Claim
		all = append(all, d)
	}
	// Of one time, by id.
	for i := 0; i < len(all); i += 2 {
		if all[i].ID > all[i+1].ID {
			all[i], all[i+1] = all[i+1], all[i]
		}
	}
	pick := func(keep func(d store.ReviewDecision) bool) (out []store.ReviewDecision) {
		for _, d := range all {
			if keep(d) {
				out = append(out, d)
			}
		}
		return out
	}
	later := all[2].At
	for what, tc := range map[string]struct {
		f    store.DecisionFilter
		want []store.ReviewDecision
	}{
		"all":      {store.DecisionFilter{Limit: 10}, all},
		"limit":    {store.DecisionFilter{Limit: 3}, all[:3]},
		"after":    {store.DecisionFilter{Limit: 10, After: all[0].ID}, all[1:]},
		"item":     {store.DecisionFilter{Limit: 10, Item: ids[0]}, pick(func(d store.ReviewDecision) bool { return d.Item == ids[0] })},
		"claim":    {store.DecisionFilter{Limit: 10, Claim: all[0].Claim}, pick(func(d store.ReviewDecision) bool { return d.Claim == all[0].Claim })},
		"reviewer": {store.DecisionFilter{Limit: 10, Reviewer: "anna"}, pick(func(d store.ReviewDecision) bool { return d.Reviewer == "anna" })},
		"with":     {store.DecisionFilter{Limit: 10, With: "bert"}, pick(func(d store.ReviewDecision) bool { return d.Item == ids[0] })},
		"from":     {store.DecisionFilter{Limit: 10, From: later}, all[2:]},
		"until":    {store.DecisionFilter{Limit: 10, Until: later}, all[:2]},
		"nobody":   {store.DecisionFilter{Limit: 10, Reviewer: "ann"}, nil},
		"no claim": {store.DecisionFilter{Limit: 10, Claim: "x"}, nil},
	} {
		got, err := b.store.Decisions(b.ctx, tc.f)
		b.check(err)
		b.same(what, got, tc.want)
	}
	for _, limit := range []int{0, -1, store.MaxDecisions + 1} {
		if _, err := b.store.Decisions(b.ctx, store.DecisionFilter{Limit: limit}); err == nil {
			b.Errorf("a limit of %d was taken", limit)
		}
	}
}

func settledLists(b *bench) {
	at := stored(b.clock.stop())
	ids := b.queued(1, 1, 1, 1)
	var want []store.SettledReview
	for i, id := range ids[:3] {
		r := b.item(id)
		d := choice("anna", "major", stored(at))
		r.State, r.Decided, r.Final, r.SettledAt = store.ReviewSettled, 1, d.ID, stored(at.Add(time.Duration(i)*time.Second))
		b.check(b.store.ChangeReview(b.ctx, r, []store.ReviewDecision{choice("bert", "minor", at), d}, nil))
		d.Item, d.Claim = r.ID, r.Claim
		want = append(want, store.SettledReview{Review: b.item(id), Decision: d})
	}
	for what, tc := range map[string]struct {
		before time.Time
		after  string
		limit  int
		want   []store.SettledReview
	}{
		"all":    {at.Add(time.Hour), "", 10, want},
		"before": {at.Add(2 * time.Second), "", 10, want[:2]},
		"limit":  {at.Add(time.Hour), "", 2, want[:2]},
		"after":  {at.Add(time.Hour), want[0].Review.Claim, 10, want[1:]},
		"end":    {at.Add(time.Hour), want[2].Review.Claim, 10, nil},
	} {
		got, err := b.store.Settled(b.ctx, tc.before, tc.after, tc.limit)
		b.check(err)
		b.same(what, got, tc.want)
	}
	got, err := b.store.SettledOf(b.ctx, want[1].Review.Claim)
	b.check(err)
	b.same("of a claim", got, want[1:2])
	got, err = b.store.SettledOf(b.ctx, b.item(ids[3]).Claim)
	b.check(err)
	b.same("of an open one", got, []store.SettledReview{})
}
