package api

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// sameLook is how long a request that is sent again finds the first one's look.
const sameLook = 24 * time.Hour

// maxDeadline is how far ahead a deadline may lie.
const maxDeadline = 10 * 366 * 24 * time.Hour

type lookOut struct {
	Status   int
	Location string `header:"Location"`
	Body     wire.Look
}

// requestLook is POST /v1/claims/{id}/review. It needs no idempotency key: the same request of
// the same key within a day finds the first one's look, whatever became of it.
func (s *Server) requestLook(ctx context.Context, in *idIn) (*lookOut, error) {
	var body wire.LookRequest
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	q, err := s.queue()
	if err != nil {
		return nil, err
	}
	c, err := s.seen(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := q.checkLook(ctx, &body); err != nil {
		return nil, err
	}
	out := &lookOut{Status: http.StatusOK, Location: "/v1/claims/" + c.ID + "/reviews"}
	id, err := s.earlierLook(ctx, q, c.ID, body)
	if err == nil && id == "" {
		out.Status = http.StatusCreated
		id, err = s.addLook(ctx, q, c, body)
	}
	if err != nil {
		return nil, err
	}
	r, err := q.Store.Review(ctx, id)
	if err != nil {
		return nil, err
	}
	out.Body, err = lookShown(ctx, q, r)
	return out, err
}

// checkLook checks what the types do not say, and puts axes in order.
func (r *Review) checkLook(ctx context.Context, body *wire.LookRequest) error {
	if err := r.checkAxes(ctx, body.Axes); err != nil {
		return err
	}
	slices.Sort(body.Axes)
	body.Axes = slices.Compact(body.Axes)
	body.Deadline = body.Deadline.UTC().Truncate(time.Microsecond)
	if len(body.Why) > review.MaxWhy {
		return fault(review.CodeWhyTooLong, "why", fmt.Sprintf("A reason has at most %d bytes, this one %d.", review.MaxWhy, len(body.Why)))
	}
	body.Why = strings.TrimSpace(body.Why)
	return nil
}

func (s *Server) addLook(ctx context.Context, q *Review, c store.Claim, body wire.LookRequest) (string, error) {
	now := s.cfg.Now()
	if d := body.Deadline; !d.IsZero() && (!d.After(now) || d.After(now.Add(maxDeadline))) {
		return "", fault(codeBodyInvalid, "deadline", "it must lie ahead, and not ten years")
	}
	n := q.Planner.Request(c, body.Axes, body.Deadline, callOf(ctx).who.by())
	n.Why = body.Why
	ids, err := q.Store.AddReviews(ctx, []store.NewReview{n})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// earlierLook finds what the same request made when it came first.
func (s *Server) earlierLook(ctx context.Context, q *Review, id string, body wire.LookRequest) (string, error) {
	list, err := q.Store.ReviewsOf(ctx, id)
	if err != nil {
		return "", err
	}
	since, by := s.cfg.Now().Add(-sameLook), callOf(ctx).who.by()
	for _, r := range slices.Backward(list) {
		if !slices.Contains(r.Reasons, store.ReasonRequested) || !asksFor(r, body) {
			continue
		}
		log, err := q.Store.ReviewLog(ctx, r.ID)
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(log, func(e store.ReviewEvent) bool {
			return e.What == store.ReviewAdded && e.Who == by && e.At.After(since) && slices.Contains(strings.Split(reasonsOf(e.Why), ", "), string(store.ReasonRequested)) &&
				strings.TrimPrefix(e.Why, reasonsOf(e.Why)) == colon(body.Why)
		}) {
			return r.ID, nil
		}
	}
	return "", nil
}

// reasonsOf is the part of a log line before what the sender said.
func reasonsOf(why string) string {
	reasons, _, _ := strings.Cut(why, ": ")
	return reasons
}

func colon(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// asksFor says whether an item asks for all that a request does, and as soon.
func asksFor(r store.Review, body wire.LookRequest) bool {
	if len(r.Axes) > 0 {
		if len(body.Axes) == 0 {
			return false
		}
		for _, axis := range body.Axes {
			if !slices.Contains(r.Axes, axis) {
				return false
			}
		}
	}
	return body.Deadline.IsZero() || !r.Deadline.IsZero() && !r.Deadline.After(body.Deadline)
}

type looksOut struct{ Body wire.LookList }

// listLooks is GET /v1/claims/{id}/reviews. Items that measure reviewers are none of the
// claim's.
func (s *Server) listLooks(ctx context.Context, in *idIn) (*looksOut, error) {
	q, err := s.queue()
	if err != nil {
		return nil, err
	}
	if _, err := s.seen(ctx, in.ID); err != nil {
		return nil, err
	}
	list, err := q.Store.ReviewsOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &looksOut{wire.LookList{Looks: []wire.Look{}}}
	for _, r := range list {
		if r.State == store.ReviewKnown {
			continue
		}
		look, err := lookShown(ctx, q, r)
		if err != nil {
			return nil, err
		}
		out.Body.Looks = append(out.Body.Looks, look)
	}
	return out, nil
}

// lookShown is an item as the claim's owner sees it.
func lookShown(ctx context.Context, q *Review, r store.Review) (wire.Look, error) {
	out := wire.Look{ID: r.ID, State: "waiting", Axes: r.Axes, Reasons: texts(r.Reasons), Deadline: r.Deadline, CreatedAt: r.CreatedAt}
	switch r.State {
	case store.ReviewDropped:
		out.State = "dropped"
	case store.ReviewSettled:
		d, err := q.Store.Decision(ctx, r.Final)
		if err != nil {
			return out, err
		}
		h, _, err := q.versions(ctx)
		if err != nil {
			return out, err
		}
		labels, lost := h.Answer("", d.Labels, d.At)
		out.State, out.SettledAt, out.Labels, out.Undecided = "settled", r.SettledAt, labels, slices.Sorted(maps.Keys(lost))
	}
	return out, nil
}

type claimLabelsOut struct{ Body wire.ClaimLabels }

// claimLabels is GET /v1/claims/{id}/labels.
func (s *Server) claimLabels(ctx context.Context, in *idIn) (*claimLabelsOut, error) {
	q, err := s.queue()
	if err != nil {
		return nil, err
	}
	if _, err := s.seen(ctx, in.ID); err != nil {
		return nil, err
	}
	h, t, err := q.versions(ctx)
	if err != nil {
		return nil, err
	}
	now := h.Translated(q.Store)
	labels, err := review.Labels(ctx, now, in.ID)
	if err != nil {
		return nil, err
	}
	v := &view{q: q}
	out := &claimLabelsOut{wire.ClaimLabels{Claim: in.ID, Taxonomy: t.Ref(), Labels: map[string]wire.PersonLabel{}, Undecided: slices.Sorted(maps.Keys(now.Lost()))}}
	for axis, l := range labels {
		shown := wire.PersonLabel{Label: l.Label, At: l.At}
		if callOf(ctx).who.admin {
			if shown.By, err = v.named(ctx, l.Reviewer); err != nil {
				return nil, err
			}
		}
		out.Body.Labels[axis] = shown
	}
	return out, nil
}
