package api

import (
	"context"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

type taxonomiesOut struct{ Body wire.TaxonomyList }

// listTaxonomies is GET /v1/taxonomies.
func (s *Server) listTaxonomies(ctx context.Context, _ *struct{}) (*taxonomiesOut, error) {
	model := s.cfg.Models.Taxonomy()
	out := &taxonomiesOut{wire.TaxonomyList{Taxonomies: []wire.Taxonomy{taxonomyShown(model)}}}
	if s.cfg.Review == nil {
		return out, nil
	}
	h, latest, err := s.cfg.Review.Insight.History(ctx)
	if err != nil {
		return nil, err
	}
	if latest.Digest() != model.Digest() {
		out.Body.Taxonomies = append(out.Body.Taxonomies, taxonomyShown(latest))
	}
	for _, v := range h.Versions {
		out.Body.Versions = append(out.Body.Versions, versionShown(v))
	}
	return out, nil
}

func taxonomyShown(t *taxonomy.Taxonomy) wire.Taxonomy {
	return wire.Taxonomy{Ref: t.Ref(), Digest: t.Digest(), Axes: t.Axes}
}

func versionShown(v store.TaxonomyVersion) wire.TaxonomyVersion {
	return wire.TaxonomyVersion{Ref: v.Ref, By: v.By, Why: v.Why, At: v.At, Document: v.Document, Mapping: v.Mapping}
}

type modelsOut struct{ Body wire.ModelList }

func (s *Server) listModels(context.Context, *struct{}) (*modelsOut, error) {
	m, digest := s.cfg.Models.Current()
	out := wire.Model{
		Name: m.Name, Digest: digest, Taxonomy: m.Taxonomy, Encoders: []wire.Encoder{}, Axes: []string{},
		Trained: wire.Trained{Data: m.Trained.Data, Digest: m.Trained.Digest, Split: m.Trained.Split, Claims: m.Trained.Claims, Code: m.Trained.Code},
	}
	for _, e := range m.Encoders {
		out.Encoders = append(out.Encoders, wire.Encoder{Kind: e.Kind, Name: e.Name})
	}
	for _, h := range m.Heads {
		out.Axes = append(out.Axes, h.Axis)
	}
	return &modelsOut{wire.ModelList{Models: []wire.Model{out}}}, nil
}
