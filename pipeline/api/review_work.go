package api

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

type taskOutput struct{ Body wire.ReviewTask }

// small reads a small JSON body.
func (s *Server) small(ctx context.Context, into any) error {
	release, err := s.readJSON(ctx, MaxSmallBody, into)
	if err == nil {
		release()
	}
	return err
}

// nextReview is POST /v1/review/next.
func (s *Server) nextReview(ctx context.Context, _ *struct{}) (*taskOutput, error) {
	var in wire.Acting
	if err := s.small(ctx, &in); err != nil {
		return nil, err
	}
	q, who, err := s.acting(ctx, in.Reviewer)
	if err != nil {
		return nil, err
	}
	t, err := q.Queue.Next(ctx, who)
	if codeOf(err).Code == review.CodeQueueEmpty {
		err = retry(err, queueEmptyWait)
	}
	if err != nil {
		return nil, err
	}
	callOf(ctx).note(slog.String("item", t.Item))
	return &taskOutput{taskOut(who, t)}, nil
}

// queueEmptyWait is how long a front end is asked to wait before it looks again.
const queueEmptyWait = 10 * time.Second

type reviewerIn struct {
	Reviewer string `query:"reviewer" maxLength:"200" doc:"The name of the reviewer who asks."`
}

type tasksOut struct{ Body wire.ReviewTaskList }

// heldReviews is GET /v1/review/held.
func (s *Server) heldReviews(ctx context.Context, in *reviewerIn) (*tasksOut, error) {
	q, who, err := s.acting(ctx, in.Reviewer)
	if err != nil {
		return nil, err
	}
	list, err := q.Queue.Held(ctx, who)
	if err != nil {
		return nil, err
	}
	out := &tasksOut{wire.ReviewTaskList{Tasks: []wire.ReviewTask{}}}
	for _, t := range list {
		out.Body.Tasks = append(out.Body.Tasks, taskOut(who, t))
	}
	return out, nil
}

type heldOut struct{ Body wire.Held }

// holdReview is POST /v1/review/items/{id}/hold, the sign of life.
func (s *Server) holdReview(ctx context.Context, in *idIn) (*heldOut, error) {
	var body wire.Holding
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	q, who, version, err := s.holding(ctx, in.ID, body.Reviewer, body.Version)
	if err != nil {
		return nil, err
	}
	until, err := q.Queue.Hold(ctx, who, in.ID, version)
	return &heldOut{wire.Held{HeldUntil: until}}, err
}

// releaseReview is POST /v1/review/items/{id}/release.
func (s *Server) releaseReview(ctx context.Context, in *idIn) (*struct{}, error) {
	var body wire.Holding
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	q, who, version, err := s.holding(ctx, in.ID, body.Reviewer, body.Version)
	if err != nil {
		return nil, err
	}
	return nil, q.Queue.Release(ctx, who, in.ID, version)
}

// skipReview is POST /v1/review/items/{id}/skip.
func (s *Server) skipReview(ctx context.Context, in *idIn) (*struct{}, error) {
	var body wire.SkipRequest
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	q, who, version, err := s.holding(ctx, in.ID, body.Reviewer, body.Version)
	if err != nil {
		return nil, err
	}
	took, err := tookOf(body.TookMS)
	if err != nil {
		return nil, err
	}
	return nil, q.Queue.Skip(ctx, who, in.ID, version, body.Why, took)
}

// tookOf reads milliseconds; a number that no duration holds is no time that an answer takes.
func tookOf(ms int64) (time.Duration, error) {
	if ms < 0 || ms > review.MaxTook.Milliseconds() {
		return 0, fault(review.CodeTook, "took_ms", fmt.Sprintf("An answer takes 0 to %s.", review.MaxTook))
	}
	return time.Duration(ms) * time.Millisecond, nil
}

type decisionOut struct{ Body wire.Decision }

// decideReview is POST /v1/review/items/{id}/decision.
func (s *Server) decideReview(ctx context.Context, in *idIn) (*decisionOut, error) {
	var body wire.DecisionRequest
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	q, who, version, err := s.holding(ctx, in.ID, body.Reviewer, body.Version)
	if err != nil {
		return nil, err
	}
	took, err := tookOf(body.TookMS)
	if err != nil {
		return nil, err
	}
	d, err := q.Queue.Submit(ctx, who, review.Answer{Item: in.ID, Version: version, Labels: body.Labels, Taxonomy: body.Taxonomy, Why: body.Why, Took: took, Shown: body.Shown})
	if err != nil {
		return nil, err
	}
	callOf(ctx).note(slog.String("decision", d.ID))
	v := &view{q: q, by: &who, names: map[string]string{who.ID: who.Name}}
	out, err := v.decision(ctx, d, false)
	return &decisionOut{out}, err
}

// undoDecision is POST /v1/review/decisions/{id}/undo.
func (s *Server) undoDecision(ctx context.Context, in *idIn) (*taskOutput, error) {
	var body wire.Acting
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	q, who, err := s.actingOn(ctx, in.ID, body.Reviewer)
	if err != nil {
		return nil, err
	}
	t, err := q.Queue.Undo(ctx, who, in.ID)
	if err != nil {
		return nil, undoFault(who, err)
	}
	return &taskOutput{taskOut(who, t)}, nil
}

// undoFault gives reviewers one answer for both reasons why it is too late: that somebody
// went on from a decision tells of a second look.
func undoFault(who store.Reviewer, err error) error {
	switch codeOf(err).Code {
	case review.CodeUndoBuiltOn, review.CodeUndoLate:
		if !review.Adjudicates(who) {
			return fault(review.CodeUndoLate, "", "This decision can no longer be taken back.")
		}
	}
	return err
}

// dropReview is POST /v1/review/items/{id}/drop.
func (s *Server) dropReview(ctx context.Context, in *idIn) (*struct{}, error) {
	var body wire.DropRequest
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	q, who, err := s.actingOn(ctx, in.ID, body.Reviewer)
	if err != nil {
		return nil, err
	}
	return nil, q.Queue.Drop(ctx, who, in.ID, body.Why)
}

type reviewItemIn struct {
	ID string `path:"id"`
	ReviewerQuery
}

// ReviewerQuery is exported since huma passes over embedded types that are not.
type ReviewerQuery struct {
	Reviewer string `query:"reviewer" maxLength:"200" doc:"The name of the reviewer who asks; none for a front end itself. A reviewer sees nothing that tells second looks, known items or others' answers."`
}

type suggestionOut struct{ Body wire.Hint }

// reviewSuggestion is GET /v1/review/items/{id}/suggestion.
func (s *Server) reviewSuggestion(ctx context.Context, in *reviewItemIn) (*suggestionOut, error) {
	q, who, err := s.actingOn(ctx, in.ID, in.Reviewer)
	if err != nil {
		return nil, err
	}
	p, err := q.Queue.Suggestion(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	out := &suggestionOut{}
	if p != nil {
		shown := *p
		shown.ID = ""
		out.Body.Prediction = &shown
	}
	return out, nil
}
