package api

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/store"
)

type capasIn struct {
	State    string `query:"state" enum:"open,closed,dropped"`
	Owner    string `query:"owner" maxLength:"300"`
	Supplier string `query:"supplier" maxLength:"300"`
	PageQuery
}

type capasOut struct {
	Body struct {
		CAPAs []store.CAPA `json:"capas" nullable:"false"`
		Next  string       `json:"next,omitempty" doc:"For after; absent with the last page."`
	}
}

// listCAPAs is GET /v1/capas.
func (s *Server) listCAPAs(ctx context.Context, in *capasIn) (*capasOut, error) {
	var err error
	out := new(capasOut)
	out.Body.CAPAs, out.Body.Next, err = qualityPage(s, in.PageQuery, func(q *Quality, limit int) ([]store.CAPA, error) {
		return q.Store.CAPAs(ctx, store.CAPAFilter{State: store.CAPAState(in.State), Owner: in.Owner, Supplier: in.Supplier, Limit: limit, After: in.After})
	}, func(c store.CAPA) string { return c.ID })
	return out, err
}

// capaShown is an action with its log, and why it cannot be closed yet.
type capaShown struct {
	store.CAPA
	Undone   []string             `json:"undone" nullable:"false" doc:"Steps that are not done."`
	Unproven string               `json:"unproven,omitempty" doc:"Why the fix does not count as proven; absent when it does."`
	Log      []store.QualityEvent `json:"log" nullable:"false"`
}

type capaOut struct {
	Status int
	Body   capaShown
}

// getCAPA is GET /v1/capas/{id}.
func (s *Server) getCAPA(ctx context.Context, in *idIn) (*capaOut, error) {
	q, err := s.quality()
	if err != nil {
		return nil, err
	}
	c, err := q.Store.CAPA(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return capaAnswer(ctx, q, c)
}

func capaAnswer(ctx context.Context, q *Quality, c store.CAPA) (*capaOut, error) {
	out := &capaOut{Status: 200, Body: capaShown{CAPA: c, Undone: capa.Undone(c), Unproven: capa.Unproven(c), Log: []store.QualityEvent{}}}
	if out.Body.Undone == nil {
		out.Body.Undone = []string{}
	}
	log, err := q.Store.QualityLog(ctx, c.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	out.Body.Log = append(out.Body.Log, log...)
	return out, nil
}

// openCAPA is POST /v1/capas.
func (s *Server) openCAPA(ctx context.Context, _ *struct{}) (*capaOut, error) {
	var in wire.CAPARequest
	q, who, err := s.signing(ctx, &in, &in.By)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(in.Why) == "" {
		return nil, fault(codeWhy, "why", "")
	}
	key := in.Key
	if key == "" {
		key = "manual " + s.cfg.Now().UTC().Format(time.RFC3339Nano)
	}
	c, created, err := s.desk(q).Open(ctx, capa.Opening{
		Cause: store.Cause{Kind: in.Kind, Name: in.Name, Label: in.Label}, Title: in.Title, Owner: in.Owner, Severity: in.Severity, Supplier: in.Supplier, SKU: in.SKU,
		Due: q.Rules.Due, Firing: store.Firing{Rule: "manual", Key: key, What: in.Why}, Who: who,
	})
	if err != nil {
		return nil, err
	}
	out, err := capaAnswer(ctx, q, c)
	if err == nil && created {
		out.Status = 201
	}
	return out, err
}

func (s *Server) desk(q *Quality) *capa.Desk { return capa.NewDesk(q.Store, s.cfg.Now) }

// changeCAPA reads a body and does one of the things that people do with actions.
func changeCAPA[T any](ctx context.Context, s *Server, by func(*T) *string, do func(q *Quality, who string, in T) (store.CAPA, error)) (*capaOut, error) {
	var in T
	q, who, err := s.signing(ctx, &in, by(&in))
	if err != nil {
		return nil, err
	}
	c, err := do(q, who, in)
	if err != nil {
		return nil, err
	}
	return capaAnswer(ctx, q, c)
}

func (s *Server) editCAPA(ctx context.Context, at *idIn) (*capaOut, error) {
	return changeCAPA(ctx, s, func(in *wire.CAPAEdit) *string { return &in.By }, func(q *Quality, who string, in wire.CAPAEdit) (store.CAPA, error) {
		return s.desk(q).Edit(ctx, at.ID, in.Version, who, capa.Edit{Title: in.Title, Owner: in.Owner, Severity: in.Severity, Supplier: in.Supplier, SKU: in.SKU, Due: in.Due})
	})
}

func (s *Server) stepCAPA(ctx context.Context, at *idIn) (*capaOut, error) {
	return changeCAPA(ctx, s, func(in *wire.CAPAStep) *string { return &in.By }, func(q *Quality, who string, in wire.CAPAStep) (store.CAPA, error) {
		return s.desk(q).Step(ctx, at.ID, in.Version, who, capa.Done{Step: in.Step, Text: in.Text, Evidence: in.Evidence, FixedAt: in.FixedAt})
	})
}

func (s *Server) checkCAPA(ctx context.Context, at *idIn) (*capaOut, error) {
	return changeCAPA(ctx, s, func(in *wire.CAPACheck) *string { return &in.By }, func(q *Quality, who string, in wire.CAPACheck) (store.CAPA, error) {
		s.extend(callOf(ctx).w, fileTime)
		return s.desk(q).Check(ctx, at.ID, in.Version, who, capa.Evidence{Cases: quality.Cases(q.Store)}, q.Rules.Check,
			capa.Question{Scope: store.Cause{Kind: in.Kind, Name: in.Name, Label: in.Label}, Split: in.Split})
	})
}

func (s *Server) closeCAPA(ctx context.Context, at *idIn) (*capaOut, error) {
	return changeCAPA(ctx, s, func(in *wire.CAPAEnd) *string { return &in.By }, func(q *Quality, who string, in wire.CAPAEnd) (store.CAPA, error) {
		return s.desk(q).Close(ctx, at.ID, in.Version, who, in.Text)
	})
}

func (s *Server) dropCAPA(ctx context.Context, at *idIn) (*capaOut, error) {
	return changeCAPA(ctx, s, func(in *wire.CAPAEnd) *string { return &in.By }, func(q *Quality, who string, in wire.CAPAEnd) (store.CAPA, error) {
		return s.desk(q).Drop(ctx, at.ID, in.Version, who, in.Text)
	})
}
