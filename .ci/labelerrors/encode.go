package main

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/registry"
	"github.com/defekt/defekt/models/text/ngram"
	"github.com/defekt/defekt/models/vision"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
)

// set is one data set of the figure.
type set struct {
	data, root, axis, vision, views string
}

// encoded is a set in features, its labels as they were given.
type encoded struct{ head.Data }

// encode reads the set and turns each labelled claim into features once. Encoders that
// learn from texts learn from all of them, as they need no labels.
func encode(ctx context.Context, s set, shared, split string) (*encoded, error) {
	rows, err := datasets.Open(s.data, datasets.Options{Root: filepath.Join(shared, s.root), Split: split})
	if err != nil {
		return nil, err
	}
	var claims []claim.Claim
	for c, err := range rows.Claims(ctx) {
		if err != nil {
			return nil, err
		}
		if c.Labels[s.axis] != "" {
			claims = append(claims, c)
		}
	}
	encoders, closer, err := s.encoders(ctx, shared, claims)
	if err != nil {
		return nil, err
	}
	defer closer()
	out := &encoded{head.Data{Axis: s.axis, Layout: encoders.Layout()}}
	return out, out.fill(ctx, encoders, claims, rows.Taxonomy().Axis(s.axis).IDs())
}

// fill encodes the claims.
func (e *encoded) fill(ctx context.Context, encoders models.Encoders, claims []claim.Claim, labels []string) error {
	for _, l := range labels {
		if slices.ContainsFunc(claims, func(c claim.Claim) bool { return c.Labels[e.Axis] == l }) {
			e.Classes = append(e.Classes, l)
		}
	}
	decoder, err := photo.New(photo.Config{})
	if err != nil {
		return err
	}
	defer decoder.Close()
	engine := pipeline.New(pipeline.Config{}, pipeline.Files{}, decoder)
	return engine.Encode(ctx, encoders, each(claims), func(row pipeline.Encoded) error {
		if row.Features == nil {
			return errors.New(row.Claim.ID + " could not be read")
		}
		e.IDs = append(e.IDs, row.Claim.ID)
		e.Examples = append(e.Examples, row.Features)
		e.Labels = append(e.Labels, slices.Index(e.Classes, row.Claim.Labels[e.Axis]))
		e.Groups = append(e.Groups, row.Claim.Group)
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
func (s set) encoders(ctx context.Context, shared string, claims []claim.Claim) (models.Encoders, func(), error) {
	if s.vision != "" {
		return photos(ctx, filepath.Join(shared, "models", s.vision), s.views)
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

func photos(ctx context.Context, backbone, views string) (models.Encoders, func(), error) {
	open := func() (*onnx.Runtime, error) { return onnx.Open(onnx.DefaultSearch(os.Getenv)) }
	cache := filepath.Join(onnx.UserCacheDir(os.Getenv), "defekt", "bundles")
	b, err := registry.Registry{Dir: registry.DefaultDir(os.Getenv), CacheDir: cache, Runtime: open}.Find(ctx, backbone)
	if err != nil {
		return nil, nil, err
	}
	recipe, err := models.RecipeByName(views)
	if err != nil {
		return nil, nil, err
	}
	rt, err := open()
	if err != nil {
		return nil, nil, err
	}
	encoder, err := vision.Open(ctx, rt, b, vision.Config{})
	if err != nil {
		return nil, nil, errors.Join(err, rt.Close())
	}
	closer := func() { _ = encoder.Close(); _ = rt.Close() }
	return models.Encoders{&models.Photos{Of: encoder, Recipe: recipe, Bundle: b.Dir}}, closer, nil
}
