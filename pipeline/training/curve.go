package training

import (
	"context"
	"iter"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// AxisCurve is the learning curve of one axis.
type AxisCurve struct {
	Axis   string            `json:"axis"`
	Points []head.CurvePoint `json:"points"`
}

// Curves measures, for every axis, what a head reaches with so many labels; see
// [head.Curve]. The n-gram vocabulary comes from all texts, as unlabelled ones are there
// before labels are. An axis that lacks rows is left out and reported by skipped.
func Curves(ctx context.Context, engine *pipeline.Engine, tax *taxonomy.Taxonomy, claims iter.Seq2[claim.Claim, error], frozen models.Encoders, cfg Config, sizes []int, progress Progress) (curves []AxisCurve, skipped map[string]error, err error) {
	f, rows, examples, err := read(ctx, engine, tax, claims, frozen, cfg, progress)
	if err != nil {
		return nil, nil, err
	}
	for _, data := range f.axes(rows, examples, cfg) {
		points, err := head.Curve(ctx, data, cfg.Head, sizes, counter(progress, "curve of "+data.Axis, head.CurveFits(sizes)))
		if err := f.skip(data.Axis, err); err != nil {
			return nil, nil, err
		}
		if err == nil {
			curves = append(curves, AxisCurve{data.Axis, points})
		}
	}
	if len(curves) == 0 {
		return nil, nil, f.noHead()
	}
	return curves, f.Skipped, nil
}
