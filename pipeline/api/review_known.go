package api

import (
	"context"
	"log/slog"

	"github.com/defekt/defekt/pipeline/api/wire"
)

type knownOut struct{ Body wire.KnownClaim }

// markKnown is POST /v1/review/claims/{id}/known.
func (s *Server) markKnown(ctx context.Context, in *idIn) (*knownOut, error) {
	var body wire.KnownRequest
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	q, who, err := s.actingOn(ctx, in.ID, body.Reviewer)
	if err != nil {
		return nil, err
	}
	r, err := q.Queue.Know(ctx, who, in.ID, body.Why)
	if err != nil {
		return nil, err
	}
	callOf(ctx).note(slog.String("item", r.ID))
	return &knownOut{wire.KnownClaim{Item: r.ID, Claim: r.Claim, Labels: labelsOut(r.Known)}}, nil
}
