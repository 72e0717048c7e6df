// Package encoded turns labelled sets into features once, for the programs in .ci that fit many
// heads on one set. What is slow to make, the photos' features, can be kept between runs.
package encoded

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"slices"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/models/text/ngram"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
)

// Set is one axis of a labelled set.
type Set struct {
	// Data is the descriptor's name, Root the folder of the set under the shared one.
	Data, Root, Axis string
	// Vision is the photo encoder: a folder under the shared one's models, or Builtin. Empty
	// for texts. Views is the recipe by which photos are looked at.
	Vision, Views string
}

// Reader reads sets.
type Reader struct {
	// Shared is the folder with data and models.
	Shared string
	// Cache is the folder in which photos' features are kept; empty for none.
	Cache string
}

// Unknown is the label of a row whose label the first split does not have.
const Unknown = -1

// Read gives one [head.Data] a split, in their order; the empty split is the whole set. Classes
// are the labels of the first split, and encoders that learn from texts learn from all of its
// texts, as they need no labels.
func (r Reader) Read(ctx context.Context, s Set, splits ...string) ([]head.Data, error) {
	claims, classes, err := r.claims(ctx, s, splits)
	if err != nil {
		return nil, err
	}
	encode := func(rows []claim.Claim) (feature.Layout, []feature.Example, error) {
		e, closer, err := r.encoders(ctx, s, claims[0])
		if err != nil {
			return nil, nil, err
		}
		defer closer()
		examples, err := run(ctx, e, rows)
		return e.Layout(), examples, err
	}
	all := slices.Concat(claims...)
	layout, examples, err := r.kept(s, all, encode)
	if err != nil {
		return nil, err
	}
	var out []head.Data
	for _, rows := range claims {
		d := head.Data{Axis: s.Axis, Classes: classes, Layout: layout, Examples: examples[:len(rows)]}
		examples = examples[len(rows):]
		for _, c := range rows {
			d.IDs, d.Groups = append(d.IDs, c.ID), append(d.Groups, c.Group)
			d.Labels = append(d.Labels, slices.Index(classes, c.Labels[s.Axis])) // Unknown if it is not there
		}
		out = append(out, d)
	}
	return out, nil
}

// claims reads the labelled claims of each split, and the labels of the first.
func (r Reader) claims(ctx context.Context, s Set, splits []string) (claims [][]claim.Claim, classes []string, err error) {
	for i, split := range splits {
		set, err := datasets.Open(s.Data, datasets.Options{Root: filepath.Join(r.Shared, s.Root), Split: split})
		if err != nil {
			return nil, nil, err
		}
		var rows []claim.Claim
		for c, err := range set.Claims(ctx) {
			if err != nil {
				return nil, nil, err
			}
			if c.Labels[s.Axis] != "" {
				rows = append(rows, c)
			}
		}
		claims = append(claims, rows)
		if i > 0 {
			continue
		}
		for _, l := range set.Taxonomy().Axis(s.Axis).IDs() {
			if slices.ContainsFunc(rows, func(c claim.Claim) bool { return c.Labels[s.Axis] == l }) {
				classes = append(classes, l)
			}
		}
	}
	return claims, classes, nil
}

// run encodes the claims.
func run(ctx context.Context, encoders models.Encoders, claims []claim.Claim) ([]feature.Example, error) {
	decoder, err := photo.New(photo.Config{})
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	engine := pipeline.New(pipeline.Config{}, pipeline.Files{}, decoder)
	var out []feature.Example
	return out, engine.Encode(ctx, encoders, each(claims), func(row pipeline.Encoded) error {
		if row.Features == nil {
			return errors.New(row.Claim.ID + " could not be read")
		}
		out = append(out, row.Features)
		return nil
	})
}

func each(claims []claim.Claim) iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		for _, c := range claims {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// encoders gives what `defekt train` would use: photos by the set's backbone, texts by
// n-grams and the built-in vectors.
func (r Reader) encoders(ctx context.Context, s Set, claims []claim.Claim) (models.Encoders, func(), error) {
	if s.Vision != "" {
		return r.photos(ctx, s)
	}
	of, err := builtin.Text()
	if err != nil {
		return nil, nil, err
	}
	out := models.Encoders{&models.Vectors{Fields: []string{models.FieldText}, Of: of}}
	for _, cfg := range []ngram.Config{ngram.WordConfig(), ngram.CharConfig()} {
		grams, err := ngram.Fit(texts(claims), cfg)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, &models.Words{Field: models.FieldText, Name: "text." + string(cfg.Unit), Grams: grams})
	}
	return out, func() {}, nil
}

func texts(claims []claim.Claim) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, c := range claims {
			if !yield(c.Text) {
				return
			}
		}
	}
}
