package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
)

// proposed reads a proposal. mistakes are all of those that it has.
func (s *Server) proposed(ctx context.Context, in *wire.TaxonomyProposal) (q *Review, p *revision.Proposal, err error) {
	release, err := s.readJSON(ctx, MaxProposal, in)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	if q, err = s.queue(); err != nil {
		return nil, nil, err
	}
	p, err = q.Insight.Read(ctx, in.Base, in.Document, in.Mapping)
	return q, p, overtaken(err)
}

// overtaken says what the conflict is about.
func overtaken(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return fault(codeTaken, "base", "another version was published since; read it at GET /v1/taxonomies")
	}
	return err
}

type previewOut struct{ Body wire.TaxonomyPreview }

// previewTaxonomy is POST /v1/taxonomies:preview.
func (s *Server) previewTaxonomy(ctx context.Context, _ *struct{}) (*previewOut, error) {
	var in wire.TaxonomyProposal
	out := &previewOut{wire.TaxonomyPreview{Mistakes: []wire.TaxonomyMistake{}, Changes: []wire.TaxonomyChange{}}}
	q, p, err := s.proposed(ctx, &in)
	if q == nil {
		return nil, err
	}
	if list, ok := revision.Mistakes(err); ok {
		for _, m := range list {
			out.Body.Mistakes = append(out.Body.Mistakes, wire.TaxonomyMistake{Code: string(m.Code), Where: m.Where, Message: m.Message})
		}
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	changes, err := q.Insight.Preview(ctx, p)
	if err != nil {
		return nil, err
	}
	out.Body.From, out.Body.To = p.From.Ref(), p.To.Ref()
	for _, c := range changes {
		out.Body.Changes = append(out.Body.Changes, wire.TaxonomyChange{
			Kind: string(c.Kind), Axis: c.Axis, From: c.From, To: c.To, Message: c.Message, Predictions: c.Predictions, Decisions: c.Decisions, Persons: c.Persons,
		})
	}
	return out, nil
}

type publishOut struct{ Body wire.TaxonomyVersion }

// publishTaxonomy is POST /v1/taxonomies.
func (s *Server) publishTaxonomy(ctx context.Context, _ *struct{}) (*publishOut, error) {
	var in wire.TaxonomyProposal
	q, p, err := s.proposed(ctx, &in)
	if err != nil {
		return nil, err
	}
	why := strings.TrimSpace(in.Why)
	switch {
	case why == "":
		return nil, fault(review.CodeWhyMissing, "why", "Whoever reads the history wants to know what a version is for.")
	case len(why) > review.MaxWhy:
		return nil, fault(review.CodeWhyTooLong, "why", fmt.Sprintf("A reason has at most %d bytes, this one %d.", review.MaxWhy, len(why)))
	}
	kept, err := q.Insight.Publish(ctx, p, callOf(ctx).who.by(), why)
	return &publishOut{versionShown(kept)}, overtaken(err)
}
