package models

import (
	"context"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/text/ngram"
	"github.com/defekt/defekt/pipeline/claim"
)

// Fields of a claim that words are read from.
const (
	FieldText    = "text"
	FieldProduct = "product"
)

// Words is the Encoder of n-grams over one field of the claim.
type Words struct {
	// Field is FieldText or FieldProduct.
	Field string
	// Name is the block's name.
	Name  string
	Grams *ngram.Encoder
}

// Specs describes the one block.
func (w *Words) Specs() []feature.Spec {
	return []feature.Spec{w.Grams.Spec(w.Name, sourceOf(w.Field))}
}

// sourceOf is the source of a field's blocks: a product's name is context, not what the
// customer wrote.
func sourceOf(field string) string {
	if field == FieldText {
		return "text"
	}
	return "context"
}

// Encode gives the n-grams of the field.
func (w *Words) Encode(_ context.Context, in Input) ([]feature.Block, error) {
	text := FieldOf(in.Claim, w.Field)
	if text == "" {
		return []feature.Block{{}}, nil
	}
	return []feature.Block{w.Grams.Encode(text)}, nil
}

// FieldOf gives the words of a claim's field.
func FieldOf(c claim.Claim, field string) string {
	if field == FieldProduct {
		return c.Product
	}
	return c.Text
}
