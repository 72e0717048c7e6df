package api

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

type reviewItemsIn struct {
	ReviewerQuery
	State   string `query:"state" enum:"open,disputed,known,settled,dropped,waiting,mine,done" doc:"open, disputed, known, settled and dropped are for those who may see them; waiting, mine and done for the named reviewer. Default: waiting for a reviewer, open and disputed otherwise."`
	Lang    string `query:"lang" maxLength:"200"`
	Product string `query:"product" maxLength:"200"`
	Axis    string `query:"axis" maxLength:"200" doc:"Only items that ask for this axis alone."`
	Claim   string `query:"claim" maxLength:"200" doc:"Only items of this claim, whatever their state, oldest first."`
	Limit   int    `query:"limit" minimum:"1" maximum:"500" doc:"50 unless told."`
}

type reviewItemsOut struct{ Body wire.ReviewItemList }

// listReviews is GET /v1/review/items.
func (s *Server) listReviews(ctx context.Context, in *reviewItemsIn) (*reviewItemsOut, error) {
	v, err := s.viewing(ctx, in.Reviewer)
	if err != nil {
		return nil, err
	}
	if in.Limit == 0 {
		in.Limit = DefaultPage
	}
	list, err := v.list(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &reviewItemsOut{wire.ReviewItemList{Items: []wire.ReviewItem{}}}
	for _, r := range list {
		if len(out.Body.Items) == in.Limit {
			out.Body.Truncated = true
			break
		}
		item, err := v.item(ctx, s.cfg.Claims, r)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, nil
}

// list gives one more than was asked for, if there is one.
func (v *view) list(ctx context.Context, in *reviewItemsIn) ([]store.Review, error) {
	if in.Claim != "" {
		if !isUUID(in.Claim) {
			return nil, fault(codeParameter, "query.claim", "this is no id of a claim")
		}
		list, err := v.q.Store.ReviewsOf(ctx, in.Claim)
		return slices.DeleteFunc(list, v.hidden), err
	}
	f := store.ReviewFilter{Langs: given(in.Lang), Products: given(in.Product), Axes: given(in.Axis)}
	state := in.State
	if state == "" {
		state = "waiting"
	}
	switch state {
	case "mine", "done":
		return v.handed(ctx, state, in.Limit)
	case "waiting":
		if v.by == nil {
			f.States = []store.ReviewState{store.ReviewOpen, store.ReviewDisputed}
			break
		}
		f.By = v.by.ID
		f.States = []store.ReviewState{store.ReviewOpen, store.ReviewKnown}
	default:
		f.States = []store.ReviewState{store.ReviewState(state)}
		if !v.whole(store.Review{State: f.States[0]}) {
			return nil, fault(review.CodeRole, "query.state", "A reviewer sees what is waiting, mine or done.")
		}
	}
	return v.q.Store.OpenReviews(ctx, f, in.Limit+1)
}

// hidden leaves out what a reviewer has no part in: that a claim was decided before would tell
// him that an item of it has known labels.
func (v *view) hidden(r store.Review) bool { return !v.whole(r) && v.standing(r) == "closed" }

// handed lists what the reviewer has, or had.
func (v *view) handed(ctx context.Context, state string, limit int) ([]store.Review, error) {
	if v.by == nil {
		return nil, fault(codeReviewerMissing, "query.reviewer", "this state is a reviewer's")
	}
	if state == "mine" {
		return v.q.Store.Held(ctx, v.by.ID, v.now)
	}
	list, err := v.q.Store.Handed(ctx, v.by.ID, store.MaxPage)
	if err != nil {
		return nil, err
	}
	var out []store.Review
	seen := map[string]bool{}
	for _, r := range list {
		if !seen[r.ID] && slices.Contains(r.Touched, v.by.ID) {
			out = append(out, r)
		}
		seen[r.ID] = true
	}
	return out[:min(len(out), limit+1)], nil
}

func given(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

type reviewItemOut struct{ Body wire.ReviewItem }

// reviewItem finds an item for a view.
func (s *Server) reviewItem(ctx context.Context, in *reviewItemIn) (*view, store.Review, error) {
	if !isUUID(in.ID) {
		return nil, store.Review{}, store.ErrNotFound
	}
	callOf(ctx).note(slog.String("item", in.ID))
	v, err := s.viewing(ctx, in.Reviewer)
	if err != nil {
		return nil, store.Review{}, err
	}
	r, err := v.q.Store.Review(ctx, in.ID)
	return v, r, err
}

// getReview is GET /v1/review/items/{id}.
func (s *Server) getReview(ctx context.Context, in *reviewItemIn) (*reviewItemOut, error) {
	v, r, err := s.reviewItem(ctx, in)
	if err != nil {
		return nil, err
	}
	out, err := v.item(ctx, s.cfg.Claims, r)
	if err != nil {
		return nil, err
	}
	log, err := v.q.Store.ReviewLog(ctx, r.ID)
	out.Notes = review.Notes(log)
	return &reviewItemOut{out}, err
}

type historyOut struct{ Body wire.ReviewHistory }

// reviewHistory is GET /v1/review/items/{id}/history.
func (s *Server) reviewHistory(ctx context.Context, in *reviewItemIn) (*historyOut, error) {
	v, r, err := s.reviewItem(ctx, in)
	if err != nil {
		return nil, err
	}
	log, err := v.q.Store.ReviewLog(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	all, err := v.q.Store.Decisions(ctx, store.DecisionFilter{Item: r.ID, Limit: store.MaxDecisions})
	if err != nil {
		return nil, err
	}
	out := &historyOut{wire.ReviewHistory{Events: []wire.ReviewEvent{}, Decisions: []wire.Decision{}}}
	whole := v.whole(r)
	for _, e := range log {
		if !whole && e.Who != v.by.ID {
			continue
		}
		who, err := v.named(ctx, e.Who)
		if err != nil {
			return nil, err
		}
		out.Body.Events = append(out.Body.Events, wire.ReviewEvent{At: e.At, Who: who, What: e.What, From: e.From, To: e.To, Why: e.Why, TookMS: e.Took.Milliseconds(), Model: e.Model})
	}
	for _, d := range all {
		if !whole && d.Reviewer != v.by.ID {
			continue
		}
		shown, err := v.decision(ctx, d, whole)
		if err != nil {
			return nil, err
		}
		out.Body.Decisions = append(out.Body.Decisions, shown)
	}
	return out, nil
}

type reviewPhotoIn struct {
	ID string `path:"id"`
	N  int    `path:"n" minimum:"0" maximum:"19" doc:"The photo's place, counted from 0."`
}

// itemPhoto is where a photo is served to those who see no claims.
func itemPhoto(item string, n int) string {
	return fmt.Sprintf("/v1/review/items/%s/photos/%d", item, n)
}

// reviewPhoto is GET /v1/review/items/{id}/photos/{n}.
func (s *Server) reviewPhoto(ctx context.Context, in *reviewPhotoIn) (*photoOut, error) {
	if !isUUID(in.ID) {
		return nil, store.ErrNotFound
	}
	q, err := s.queue()
	if err != nil {
		return nil, err
	}
	r, err := q.Store.Review(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	c, err := s.cfg.Claims.Claim(ctx, r.Claim)
	if err != nil {
		return nil, err
	}
	return s.photo(ctx, c, in.N)
}
