package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
)

// Promotions makes registered models answer; [learning.Office] does. Errors that the sender can
// mend must be a [claim.Problem], or [store.ErrNotFound].
type Promotions interface {
	Candidates(ctx context.Context) (all []store.Model, live string, err error)
	Promote(ctx context.Context, name, by, why string, force bool) (store.Promotion, error)
	Back(ctx context.Context, name, by, why string) (store.Promotion, error)
}

// promotionRoutes registers what changes which model answers.
func (s *Server) promotionRoutes() {
	const tag = "models"
	add(s, route{method: http.MethodGet, path: "/v1/models/candidates", id: "list-candidates", summary: "The registered models, newest first, with what judging them gave", tag: tag, scope: ScopeAdmin}, s.listCandidates)
	add(s, route{method: http.MethodPost, path: "/v1/models:promote", id: "promote-model", summary: "Make a registered model answer; servers change over within seconds and answer the history again", tag: tag, scope: ScopeAdmin, body: jsonOf[wire.PromoteRequest]()}, s.promoteModel)
	add(s, route{method: http.MethodPost, path: "/v1/models:rollback", id: "rollback-model", summary: "Make a model that was live before answer again", tag: tag, scope: ScopeAdmin, body: jsonOf[wire.RollbackRequest]()}, s.rollbackModel)
}

func (s *Server) promotions() (Promotions, error) {
	if s.cfg.Promotions == nil {
		return nil, fault(codePromotionsOff, "", "")
	}
	return s.cfg.Promotions, nil
}

type candidatesOut struct{ Body wire.CandidateList }

// listCandidates is GET /v1/models/candidates.
func (s *Server) listCandidates(ctx context.Context, _ *struct{}) (*candidatesOut, error) {
	p, err := s.promotions()
	if err != nil {
		return nil, err
	}
	all, live, err := p.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	out := &candidatesOut{wire.CandidateList{Candidates: []wire.Candidate{}}}
	for _, m := range all {
		one := wire.Candidate{Digest: m.Digest, Name: m.Name, Taxonomy: m.Taxonomy, Data: m.Data, Live: m.Digest == live, Judged: len(m.Gate) > 0, Passed: m.Passed, By: m.By, At: m.At}
		if one.Judged {
			if err := json.Unmarshal(m.Gate, &one.Verdict); err != nil {
				return nil, err
			}
		}
		out.Body.Candidates = append(out.Body.Candidates, one)
	}
	return out, nil
}

type promotionOut struct{ Body wire.Promotion }

// promoteModel is POST /v1/models:promote.
func (s *Server) promoteModel(ctx context.Context, _ *struct{}) (*promotionOut, error) {
	var in wire.PromoteRequest
	if err := s.small(ctx, &in); err != nil {
		return nil, err
	}
	p, err := s.promotions()
	if err != nil {
		return nil, err
	}
	if in.Model == "" {
		return nil, fault(codeBodyInvalid, "model", "name a registered model by its digest; GET /v1/models/candidates lists them")
	}
	made, err := p.Promote(ctx, in.Model, callOf(ctx).who.by(), strings.TrimSpace(in.Why), in.Force)
	return promoted(made), err
}

// rollbackModel is POST /v1/models:rollback.
func (s *Server) rollbackModel(ctx context.Context, _ *struct{}) (*promotionOut, error) {
	var in wire.RollbackRequest
	if err := s.small(ctx, &in); err != nil {
		return nil, err
	}
	p, err := s.promotions()
	if err != nil {
		return nil, err
	}
	made, err := p.Back(ctx, in.Model, callOf(ctx).who.by(), strings.TrimSpace(in.Why))
	return promoted(made), err
}

func promoted(p store.Promotion) *promotionOut {
	return &promotionOut{wire.Promotion{Model: p.Model, Before: p.Before, Back: p.Back, By: p.By, Why: p.Why, At: p.At}}
}
