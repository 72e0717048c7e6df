package api

import (
	"context"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// view is what the one who asks may see of the queue. A front end's key (review or admin,
// naming no reviewer) and an admin see all. An adjudicator sees all of what is disputed,
// settled or dropped. Of the rest, and everyone else of everything, only what a reviewer may
// know: nothing that tells second looks, known items and others' answers.
type view struct {
	q          *Review
	by         *store.Reviewer // nil for a front end
	all, judge bool
	now        time.Time
	names      map[string]string // reviewers' by id
}

// viewing gives the view of the named reviewer, or the front end's without a name.
func (s *Server) viewing(ctx context.Context, name string) (*view, error) {
	v := &view{now: s.cfg.Now()}
	if name == "" && callOf(ctx).who.reviewer == "" {
		q, err := s.queue()
		v.q, v.all = q, true
		return v, err
	}
	q, who, err := s.acting(ctx, name)
	v.q, v.by, v.all, v.judge = q, &who, review.Administers(who), review.Adjudicates(who)
	return v, err
}

// overall refuses who may not see the queue as a whole.
func (v *view) overall() error {
	if v.all || v.judge {
		return nil
	}
	return fault(review.CodeRole, "", "What the queue holds as a whole would tell of single items: this needs an adjudicator, an admin, or a front end's key.")
}

// whole says whether all of an item may be seen.
func (v *view) whole(r store.Review) bool {
	switch r.State {
	case store.ReviewDisputed, store.ReviewSettled, store.ReviewDropped:
		return v.all || v.judge
	}
	return v.all
}

// named gives the name for a reviewer's id; other ids, of keys, stay.
func (v *view) named(ctx context.Context, id string) (string, error) {
	if v.names == nil {
		list, err := v.q.People.Reviewers(ctx)
		if err != nil {
			return "", err
		}
		v.names = map[string]string{}
		for _, r := range list {
			v.names[r.ID] = r.Name
		}
	}
	if name, ok := v.names[id]; ok {
		return name, nil
	}
	return id, nil
}

// item shows an item. A known item needs its claim's prediction, so that its reason fits.
func (v *view) item(ctx context.Context, claims Claims, r store.Review) (wire.ReviewItem, error) {
	out := wire.ReviewItem{ID: r.ID, Claim: r.Claim, State: string(r.State), Axes: r.Axes, Deadline: r.Deadline, Lang: r.Lang, Product: r.Product}
	if !v.whole(r) {
		out.State = v.standing(r)
		var prediction *claim.Prediction
		if r.State == store.ReviewKnown {
			c, err := claims.Claim(ctx, r.Claim)
			if err != nil {
				return out, err
			}
			prediction = c.Prediction
		}
		out.Reasons = texts(review.BlindReasons(r, prediction))
		return out, nil
	}
	out.Reasons = texts(r.Reasons)
	d := &wire.ReviewDetail{
		CreatedAt: r.CreatedAt, SettledAt: r.SettledAt, Uncertainty: r.Uncertainty, Cost: r.Cost, Looks: r.Looks, Decided: r.Decided, Skips: r.Skips,
		HeldUntil: r.HeldUntil, Model: r.Model, Known: r.Known, Final: r.Final,
	}
	if len(r.Suggested) > 0 {
		d.Suggested = map[string]wire.ReviewSuggestion{}
		for axis, s := range r.Suggested {
			d.Suggested[axis] = wire.ReviewSuggestion{Label: s.Label, Probability: s.Probability, Abstained: s.Abstained}
		}
	}
	var err error
	if r.Holder != "" {
		d.Holder, err = v.named(ctx, r.Holder)
	}
	out.Detail = d
	return out, err
}

// standing is where an item stands for a reviewer.
func (v *view) standing(r store.Review) string {
	switch {
	case r.Holder == v.by.ID && r.HeldUntil.After(v.now):
		return "mine"
	case slices.Contains(r.Touched, v.by.ID):
		return "done"
	case r.State == store.ReviewOpen, r.State == store.ReviewKnown:
		return "waiting"
	}
	return "closed"
}

// texts are words as they stand in JSON.
func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// decision shows a decision. Its role, and so whether it was a second look or a measure of the
// reviewer, is for those who see the whole of it.
func (v *view) decision(ctx context.Context, d store.ReviewDecision, whole bool) (out wire.Decision, err error) {
	out = wire.Decision{ID: d.ID, Item: d.Item, Claim: d.Claim, At: d.At, Labels: labelsOut(d.Labels), Withdraws: d.Withdraws, Why: d.Why,
		TookMS: d.Took.Milliseconds(), Model: d.Model, Shown: d.Shown}
	if whole {
		out.Role = string(d.Role)
	}
	out.Reviewer, err = v.named(ctx, d.Reviewer)
	return out, err
}

func labelsOut(labels map[string]string) map[string]string {
	if labels == nil {
		return map[string]string{}
	}
	return labels
}

// taskOut shows a task. The photos are served under the item, for keys that see no claims.
func taskOut(by store.Reviewer, t review.Task) wire.ReviewTask {
	c := claimOut(t.Claim)
	for i := range c.Photos {
		c.Photos[i].Href = itemPhoto(t.Item, i)
	}
	out := wire.ReviewTask{
		Item: t.Item, Version: review.Seal(by, t.Item, t.Version), HeldUntil: t.HeldUntil, Taxonomy: t.Taxonomy, Axes: t.Axes, Reasons: texts(t.Reasons),
		Deadline: t.Deadline, Notes: t.Notes, Claim: c, Disputed: t.Disputed,
	}
	for _, d := range t.Others {
		out.Others = append(out.Others, wire.Decision{ID: d.ID, Item: d.Item, At: d.At, Labels: labelsOut(d.Labels), Why: d.Why, TookMS: d.Took.Milliseconds(), Shown: d.Shown})
	}
	return out
}
