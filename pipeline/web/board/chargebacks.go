package board

import (
	"context"
	"net/http"
	"strings"

	"github.com/defekt/defekt/pipeline/quality/chargeback"
	"github.com/defekt/defekt/pipeline/quality/outgoing"
	"github.com/defekt/defekt/pipeline/web/site"
)

// chargeForm makes the package that a supplier is charged with.
type chargeForm struct {
	Action                   string
	Supplier, Lot, Component string
	Label, LabelText         string
	CAPA, Findings           string
}

// chargebackPackage is POST /chargebacks: the package as ZIP; with "book", its claims are
// charged from then on.
func (s *Server) chargebackPackage(ctx context.Context, r *http.Request) (*outgoing.File, error) {
	q, err := s.chargeRequest(r)
	if err != nil {
		return nil, err
	}
	f, _, err := s.outgoing().Chargeback(ctx, s.cfg.Actor(ctx), q, r.PostForm.Get("book") != "")
	return f, err
}

func (s *Server) chargeRequest(r *http.Request) (chargeback.Request, error) {
	form := r.PostForm
	get := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	q := chargeback.Request{Supplier: get("supplier"), Lot: get("lot"), Component: get("component"), Currency: strings.ToUpper(get("currency")), Reference: get("reference"), Issuer: s.cfg.Issuer, CAPA: get("capa")}
	if q.Supplier == "" {
		return q, site.BadRequest("Say which supplier is charged.")
	}
	if get("only") != "" {
		q.Label = get("label")
	}
	if findings := get("findings"); findings != "" {
		q.Findings = []string{findings}
	}
	var err error
	if q.From, err = dayIn(get("from")); err != nil {
		return q, err
	}
	q.Until, err = dayIn(get("until"))
	return q, err
}
