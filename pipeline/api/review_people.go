package api

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

type reviewersOut struct{ Body wire.ReviewerList }

// listReviewers is GET /v1/reviewers.
func (s *Server) listReviewers(ctx context.Context, _ *struct{}) (*reviewersOut, error) {
	q, err := s.queue()
	if err != nil {
		return nil, err
	}
	list, err := q.People.Reviewers(ctx)
	if err != nil {
		return nil, err
	}
	out := &reviewersOut{wire.ReviewerList{Reviewers: []wire.Reviewer{}}}
	for _, r := range list {
		out.Body.Reviewers = append(out.Body.Reviewers, reviewerShown(r))
	}
	return out, nil
}

func reviewerShown(r store.Reviewer) wire.Reviewer {
	return wire.Reviewer{
		ID: r.ID, Name: r.Name, Roles: texts(r.Roles), Langs: r.Langs, Products: r.Products, Axes: r.Axes,
		Subject: r.Subject, Password: r.Password != "", CreatedAt: r.CreatedAt, DisabledAt: r.DisabledAt,
	}
}

type newReviewerOut struct{ Body wire.Reviewer }

// addReviewer is POST /v1/reviewers.
func (s *Server) addReviewer(ctx context.Context, _ *struct{}) (*newReviewerOut, error) {
	var in wire.NewReviewer
	if err := s.small(ctx, &in); err != nil {
		return nil, err
	}
	q, err := s.queue()
	if err != nil {
		return nil, err
	}
	if err := checkNames("name", []string{in.Name}); err != nil {
		return nil, err
	}
	if in.Roles == nil {
		in.Roles = []string{string(store.ReviewerRole)}
	}
	if err := q.checkTakes(ctx, in.Langs, in.Products, in.Axes, in.Subject); err != nil {
		return nil, err
	}
	r := store.Reviewer{Name: in.Name, Roles: rolesOf(in.Roles), Langs: lower(in.Langs), Products: in.Products, Axes: in.Axes, Subject: in.Subject}
	if r, err = q.Accounts.Add(ctx, r, in.Password); err != nil {
		return nil, err
	}
	callOf(ctx).note(slog.String("reviewer", r.ID))
	return &newReviewerOut{reviewerShown(r)}, nil
}

// changeReviewer is PATCH /v1/reviewers/{id}.
func (s *Server) changeReviewer(ctx context.Context, in *idIn) (*newReviewerOut, error) {
	var body wire.ReviewerChange
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	q, err := s.queue()
	if err != nil {
		return nil, err
	}
	if !isName(in.ID) {
		return nil, store.ErrNotFound
	}
	if err := q.checkTakes(ctx, value(body.Langs), value(body.Products), value(body.Axes), value(body.Subject)); err != nil {
		return nil, err
	}
	c := review.ReviewerChange{Langs: body.Langs, Products: body.Products, Axes: body.Axes, Subject: body.Subject, Password: body.Password, Disabled: body.Disabled}
	if body.Langs != nil {
		c.Langs = ptr(lower(*body.Langs))
	}
	if body.Roles != nil {
		c.Roles = ptr(rolesOf(*body.Roles))
	}
	callOf(ctx).note(slog.String("reviewer", in.ID))
	r, err := q.Accounts.Change(ctx, in.ID, c)
	return &newReviewerOut{reviewerShown(r)}, err
}

// checkTakes checks what a reviewer takes, and who he is at a provider.
func (q *Review) checkTakes(ctx context.Context, langs, products, axes []string, subject string) error {
	for name, list := range map[string][]string{"langs": langs, "products": products, "axes": axes} {
		if err := checkNames(name, list); err != nil {
			return err
		}
	}
	if err := q.checkAxes(ctx, axes); err != nil {
		return err
	}
	if issuer, who, ok := strings.Cut(subject, "#"); subject != "" && (!ok || issuer == "" || who == "" || len(subject) > 1000 || strings.ContainsFunc(subject, control)) {
		return fault(codeBodyInvalid, "subject", "a subject is given as issuer#subject")
	}
	return nil
}

// maxTakes is how many languages, products or axes a reviewer may be given.
const maxTakes = 100

func checkNames(where string, list []string) error {
	if len(list) > maxTakes {
		return fault(codeBodyInvalid, where, fmt.Sprintf("at most %d", maxTakes))
	}
	for _, s := range list {
		if strings.TrimSpace(s) != s || s == "" || len(s) > MaxField || strings.ContainsFunc(s, control) {
			return fault(codeBodyInvalid, where, fmt.Sprintf("1 to %d bytes, no control characters, no spaces around", MaxField))
		}
	}
	return nil
}

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s)
	}
	return out
}

func rolesOf(list []string) []store.ReviewRole {
	out := make([]store.ReviewRole, len(list))
	for i, s := range list {
		out[i] = store.ReviewRole(s)
	}
	return out
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
