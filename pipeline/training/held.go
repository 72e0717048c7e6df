package training

import (
	"context"
	"fmt"
	"iter"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// Held is one axis of claims as models saw them that had not seen their labels.
type Held struct {
	head.Data
	// Probabilities are calibrated, one for each class, row by row.
	Probabilities [][]float64
}

// HeldOut cross-validates: for every axis, each labelled claim's probabilities by a head
// fitted on the other folds. Encoders that learn from texts learn from all of them, as they
// need no labels. An axis that lacks rows is left out and reported by skipped.
func HeldOut(ctx context.Context, engine *pipeline.Engine, tax *taxonomy.Taxonomy, claims iter.Seq2[claim.Claim, error], frozen models.Encoders, cfg Config, folds int, progress Progress) (axes []Held, skipped map[string]error, err error) {
	f, rows, examples, err := read(ctx, engine, tax, claims, frozen, cfg, progress)
	if err != nil {
		return nil, nil, err
	}
	for _, data := range f.axes(rows, examples, cfg) {
		p, err := head.OutOfFold(ctx, data, cfg.Head, folds, 1, cfg.Head.Seed)
		if err := f.skip(data.Axis, err); err != nil {
			return nil, nil, fmt.Errorf("axis %s: %w", data.Axis, err)
		}
		if err == nil {
			axes = append(axes, Held{data, p})
		}
	}
	if len(axes) == 0 {
		return nil, nil, f.noHead()
	}
	return axes, f.Skipped, nil
}
