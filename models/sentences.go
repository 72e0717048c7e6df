package models

import (
	"context"

	"github.com/defekt/defekt/models/feature"
)

// Sentences is the Encoder of a claim's text by a frozen sentence encoder.
type Sentences struct {
	Name string
	// Dim is the length of the vectors.
	Dim int
	// Embed gives the vector of one text; whoever makes it may form batches across calls.
	Embed func(ctx context.Context, text string) ([]float32, error)
}

// Specs describes the one block.
func (s *Sentences) Specs() []feature.Spec {
	return []feature.Spec{{Name: "text." + s.Name, Kind: feature.Dense, Dim: s.Dim, Source: "text"}}
}

// Encode embeds the claim's text.
func (s *Sentences) Encode(ctx context.Context, in Input) ([]feature.Block, error) {
	if in.Claim.Text == "" {
		return []feature.Block{{}}, nil
	}
	v, err := s.Embed(ctx, in.Claim.Text)
	if err != nil {
		return nil, err
	}
	return []feature.Block{feature.DenseBlock(v)}, nil
}
