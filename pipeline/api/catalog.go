package api

import (
	"context"

	"github.com/defekt/defekt/pipeline/api/wire"
)

type taxonomiesOut struct{ Body wire.TaxonomyList }

func (s *Server) listTaxonomies(context.Context, *struct{}) (*taxonomiesOut, error) {
	t := s.cfg.Models.Taxonomy()
	return &taxonomiesOut{wire.TaxonomyList{Taxonomies: []wire.Taxonomy{{Ref: t.Ref(), Digest: t.Digest(), Axes: t.Axes}}}}, nil
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
