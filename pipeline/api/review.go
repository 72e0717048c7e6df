package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// Review is what the routes of the review queue need.
type Review struct {
	// Queue hands items out and takes answers: a [review.Queue].
	Queue Queue
	// Store keeps items, decisions and log.
	Store store.Reviews
	// People finds reviewers.
	People People
	// Accounts adds and changes them: [review.Accounts].
	Accounts ReviewAccounts
	// Planner makes items of requests: a [review.Planner].
	Planner LookPlanner
	// Insight reads the lead's figures, and the versions of the taxonomy.
	Insight *insight.Reader
}

// validate reports what is missing.
func (r *Review) validate() error {
	if r == nil || r.Queue != nil && r.Store != nil && r.People != nil && r.Accounts != nil && r.Planner != nil && r.Insight != nil {
		return nil
	}
	return errors.New("api: a part of Review is missing")
}

// Queue is [review.Queue].
type Queue interface {
	HandOut
	Answers
	Elsewhere
	Measures
}

// HandOut gives items to reviewers and takes them back without an answer.
type HandOut interface {
	Next(ctx context.Context, by store.Reviewer) (review.Task, error)
	Held(ctx context.Context, by store.Reviewer) ([]review.Task, error)
	Hold(ctx context.Context, by store.Reviewer, item string, version int64) (time.Time, error)
	Release(ctx context.Context, by store.Reviewer, item string, version int64) error
	Skip(ctx context.Context, by store.Reviewer, item string, version int64, why string, took time.Duration) error
	Drop(ctx context.Context, by store.Reviewer, item, why string) error
}

// Answers takes answers.
type Answers interface {
	Submit(ctx context.Context, by store.Reviewer, a review.Answer) (store.ReviewDecision, error)
	Undo(ctx context.Context, by store.Reviewer, decision string) (review.Task, error)
	Suggestion(ctx context.Context, by store.Reviewer, item string) (*claim.Prediction, error)
}

// Elsewhere lets people answer in another tool.
type Elsewhere interface {
	Offer(ctx context.Context, by store.Reviewer, limit int) ([]store.Review, error)
	Answer(ctx context.Context, by store.Reviewer, a review.Answer) (store.ReviewDecision, error)
	Pass(ctx context.Context, by store.Reviewer, item string, version int64, why string) error
	// Firm is the time before which no answer can be taken back.
	Firm() time.Time
}

// Measures says which claims measure reviewers.
type Measures interface {
	// Know makes a settled claim one of them.
	Know(ctx context.Context, by store.Reviewer, claim, why string) (store.Review, error)
}

// People is what the API needs of [store.Reviewers].
type People interface {
	ReviewerByName(ctx context.Context, name string) (store.Reviewer, error)
	Reviewers(ctx context.Context) ([]store.Reviewer, error)
}

// ReviewAccounts adds and changes reviewers, see [review.Accounts].
type ReviewAccounts interface {
	Add(ctx context.Context, r store.Reviewer, password string) (store.Reviewer, error)
	Change(ctx context.Context, id string, c review.ReviewerChange) (store.Reviewer, error)
}

// LookPlanner makes the item of a request, see [review.Planner.Request].
type LookPlanner interface {
	Request(c store.Claim, axes []string, deadline time.Time, by string) store.NewReview
}

// queue gives what the review routes need, if this server has it.
func (s *Server) queue() (*Review, error) {
	if s.cfg.Review == nil {
		return nil, fault(codeReviewOff, "", "")
	}
	return s.cfg.Review, nil
}

// versions gives those of the taxonomy, and the one that people answer in now.
func (r *Review) versions(ctx context.Context) (*revision.History, *taxonomy.Taxonomy, error) {
	return r.Insight.Versions().History(ctx)
}

// now is the queue as it reads in the newest labels.
func (r *Review) now(ctx context.Context) (*revision.Reviews, error) {
	h, _, err := r.versions(ctx)
	if err != nil {
		return nil, err
	}
	return h.Translated(r.Store), nil
}

// checkAxes refuses axes that people are not asked about.
func (r *Review) checkAxes(ctx context.Context, axes []string) error {
	_, t, err := r.versions(ctx)
	if err != nil {
		return err
	}
	for i, axis := range axes {
		if t.Axis(axis) == nil {
			return fault(codeBodyInvalid, fmt.Sprintf("axes[%d]", i), "the taxonomy has no axis "+clip(axis))
		}
	}
	return nil
}

// actingOn is acting on something that has an id, which must look like one.
func (s *Server) actingOn(ctx context.Context, id, name string) (*Review, store.Reviewer, error) {
	if !isUUID(id) {
		return nil, store.Reviewer{}, store.ErrNotFound
	}
	return s.acting(ctx, name)
}

// acting gives the reviewer in whose name something is done. A key that is a reviewer's own
// acts for him alone.
func (s *Server) acting(ctx context.Context, name string) (*Review, store.Reviewer, error) {
	q, err := s.queue()
	if err != nil {
		return nil, store.Reviewer{}, err
	}
	if own := callOf(ctx).who.reviewer; own != "" {
		if name != "" && name != own {
			return nil, store.Reviewer{}, fault(codeReviewerOther, "reviewer", "")
		}
		name = own
	}
	if name == "" {
		return nil, store.Reviewer{}, fault(codeReviewerMissing, "reviewer", "")
	}
	if len(name) > MaxField {
		return nil, store.Reviewer{}, fault(codeReviewerUnknown, "reviewer", fmt.Sprintf("a name has at most %d bytes", MaxField))
	}
	who, err := q.People.ReviewerByName(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		err = fault(codeReviewerUnknown, "reviewer", "")
	case err == nil && !who.DisabledAt.IsZero():
		err = fault(codeReviewerDisabled, "reviewer", "")
	}
	return q, who, err
}

// holding gives who acts, on which item, at which version.
func (s *Server) holding(ctx context.Context, item, name, sealed string) (*Review, store.Reviewer, int64, error) {
	if !isUUID(item) {
		return nil, store.Reviewer{}, 0, store.ErrNotFound
	}
	q, who, err := s.acting(ctx, name)
	if err != nil {
		return nil, who, 0, err
	}
	version, err := review.Unseal(who, item, sealed)
	if err != nil {
		err = at(err, "version")
	}
	return q, who, version, err
}
