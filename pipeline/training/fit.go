package training

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// Progress is told how far a long step is: done of total units of the named stage.
type Progress func(stage string, done, total int64)

// ErrNoLabels is returned when no claim has a label on any wanted axis.
var ErrNoLabels = errors.New("no claim has a label on a wanted axis")

// Fitted is the outcome of a training.
type Fitted struct {
	Model *models.Model
	// Claims is the number of rows read, Unread those of which nothing could be read.
	Claims, Unread int
	// Skipped says, by axis, why an axis has no head.
	Skipped map[string]error
	// Problems counts bad inputs by code.
	Problems map[claim.Code]int
}

// Fit trains on claims. frozen are the encoders that come ready made; the fitted ones
// stand behind them in the model's layout. It fails when no axis can be fitted; an axis
// that lacks rows is skipped and reported.
func Fit(ctx context.Context, engine *pipeline.Engine, tax *taxonomy.Taxonomy, claims iter.Seq2[claim.Claim, error], frozen models.Encoders, cfg Config, progress Progress) (*Fitted, error) {
	f, rows, examples, err := read(ctx, engine, tax, claims, frozen, cfg, progress)
	if err != nil {
		return nil, err
	}
	return f, f.heads(ctx, rows, examples, cfg, progress)
}

// read fits the n-gram encoders and encodes the labelled claims: all that comes before
// heads.
func read(ctx context.Context, engine *pipeline.Engine, tax *taxonomy.Taxonomy, claims iter.Seq2[claim.Claim, error], frozen models.Encoders, cfg Config, progress Progress) (*Fitted, []claim.Claim, []feature.Example, error) {
	rows, err := collect(claims)
	if err != nil {
		return nil, nil, nil, err
	}
	fitted, err := fitEncoders(rows, cfg)
	if err != nil {
		return nil, nil, nil, err
	}
	f := &Fitted{Claims: len(rows), Skipped: map[string]error{}, Problems: map[claim.Code]int{}}
	f.Model = &models.Model{Taxonomy: tax, Encoders: append(slices.Clone(frozen), fitted...), Code: cfg.Code}
	f.Model.Manifest.Name = cfg.Name
	examples, err := f.encode(ctx, engine, rows, progress)
	return f, rows, examples, err
}

// collect keeps the labelled claims in memory: texts and references, no photos.
func collect(claims iter.Seq2[claim.Claim, error]) ([]claim.Claim, error) {
	var rows []claim.Claim
	for c, err := range claims {
		if err != nil {
			return nil, err
		}
		if len(c.Labels) > 0 {
			rows = append(rows, c)
		}
	}
	if len(rows) == 0 {
		return nil, ErrNoLabels
	}
	return rows, nil
}

// encode gives the rows' features; nil where nothing could be read.
func (f *Fitted) encode(ctx context.Context, engine *pipeline.Engine, rows []claim.Claim, progress Progress) ([]feature.Example, error) {
	examples := make([]feature.Example, 0, len(rows))
	source := func(yield func(claim.Claim, error) bool) {
		for _, c := range rows {
			if !yield(c, nil) {
				return
			}
		}
	}
	err := engine.Encode(ctx, f.Model.Encoders, source, func(e pipeline.Encoded) error {
		examples = append(examples, e.Features)
		if e.Features == nil {
			f.Unread++
		}
		for _, p := range e.Problems {
			f.Problems[p.Code]++
		}
		progress("encoding claims", int64(len(examples)), int64(len(rows)))
		return nil
	})
	return examples, err
}

// heads fits one head an axis.
func (f *Fitted) heads(ctx context.Context, rows []claim.Claim, examples []feature.Example, cfg Config, progress Progress) error {
	for _, data := range f.axes(rows, examples, cfg) {
		h, err := head.Fit(ctx, data, cfg.Head, counter(progress, "fitting "+data.Axis, cfg.Head.Fits(data.Ordinal)))
		if err := f.skip(data.Axis, err); err != nil {
			return err
		}
		if err == nil {
			f.Model.Heads = append(f.Model.Heads, h)
		}
	}
	if len(f.Model.Heads) > 0 {
		return nil
	}
	return f.noHead()
}

// axes gives the rows of each wanted axis that has any.
func (f *Fitted) axes(rows []claim.Claim, examples []feature.Example, cfg Config) []head.Data {
	var out []head.Data
	layout := f.Model.Encoders.Layout()
	for i := range f.Model.Taxonomy.Axes {
		axis := &f.Model.Taxonomy.Axes[i]
		if len(cfg.Axes) > 0 && !slices.Contains(cfg.Axes, axis.ID) {
			continue
		}
		data := axisData(axis, rows, examples, cfg.MinLabel)
		data.Layout = layout
		if len(data.Examples) > 0 {
			out = append(out, data)
		}
	}
	return out
}

// skip notes an axis whose rows are too few or all alike, and passes other errors on.
func (f *Fitted) skip(axis string, err error) error {
	if errors.Is(err, head.ErrTooFewRows) || errors.Is(err, head.ErrOneClass) {
		f.Skipped[axis] = err
		return nil
	}
	return err
}

// noHead is the error of a training in which no axis could be fitted.
func (f *Fitted) noHead() error {
	errs := []error{ErrNoLabels}
	for axis, err := range f.Skipped {
		errs = append(errs, fmt.Errorf("axis %s: %w", axis, err))
	}
	return errors.Join(errs...)
}
