package training

import (
	"fmt"
	"iter"
	"slices"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/text/facts"
	"github.com/defekt/defekt/models/text/ngram"
	"github.com/defekt/defekt/pipeline/claim"
)

// fitEncoders fits n-grams and facts on the rows; what the rows do not have gets none.
func fitEncoders(rows []claim.Claim, cfg Config) (models.Encoders, error) {
	var out models.Encoders
	for _, w := range []struct {
		name, field string
		cfg         ngram.Config
	}{
		{"text.words", models.FieldText, cfg.Words},
		{"text.chars", models.FieldText, cfg.Chars},
		{"context.product", models.FieldProduct, cfg.Product},
	} {
		if cfg.NoNGrams || !slices.ContainsFunc(rows, func(c claim.Claim) bool { return models.FieldOf(c, w.field) != "" }) {
			continue
		}
		grams, err := ngram.Fit(texts(rows, w.field), w.cfg)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		if grams.Dim() > 0 {
			out = append(out, &models.Words{Field: w.field, Name: w.name, Grams: grams})
		}
	}
	if !slices.ContainsFunc(rows, func(c claim.Claim) bool { return len(c.Context) > 0 }) {
		return out, nil
	}
	of, err := facts.Fit(contexts(rows), cfg.Facts)
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	if of.Dim() > 0 {
		out = append(out, &models.Facts{Of: of})
	}
	return out, nil
}

func texts(rows []claim.Claim, field string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, c := range rows {
			if text := models.FieldOf(c, field); text != "" && !yield(text) {
				return
			}
		}
	}
}

func contexts(rows []claim.Claim) iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) {
		for _, c := range rows {
			if !yield(c.Context) {
				return
			}
		}
	}
}
