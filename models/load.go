package models

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/models/text/ngram"
	"github.com/defekt/defekt/taxonomy"
)

// ErrModel marks a folder that is no model, or a damaged one.
var ErrModel = errors.New("not a valid model")

// Opener opens one encoder of a model; fsys is the model's folder.
type Opener func(ctx context.Context, fsys fs.FS, ref EncoderRef) (Encoder, error)

// Loader opens models. Openers has an entry for each kind of encoder beyond KindWords,
// KindFacts and KindStatic, which need nothing from outside.
type Loader struct {
	Openers map[string]Opener
	// Code is the version of the program, for predictions.
	Code string
}

// Load opens the model in fsys: every file is checked against its sha256 first. Errors of
// the folder's content wrap [ErrModel]; those of an opener come as they are.
func (l Loader) Load(ctx context.Context, fsys fs.FS) (*Model, error) {
	data, err := fs.ReadFile(fsys, ManifestFile)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	m := &Model{Digest: digestOf(data), Code: l.Code}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m.Manifest); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrModel, ManifestFile, err)
	}
	if m.Manifest.Format != manifestFormat {
		return nil, fmt.Errorf("%w: format %d, this version reads %d", ErrModel, m.Manifest.Format, manifestFormat)
	}
	if err := verify(fsys, m.Manifest.Files); err != nil {
		return nil, err
	}
	if err := l.parts(ctx, fsys, m); err != nil {
		return nil, err
	}
	return m, m.consistent()
}

// verify compares the folder's files with the manifest's.
func verify(fsys fs.FS, want map[string]string) error {
	got, err := hashFiles(fsys)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrModel, err)
	}
	var errs []error
	for _, path := range slices.Sorted(maps.Keys(want)) {
		switch {
		case got[path] == "":
			errs = append(errs, fmt.Errorf("%w: %s is missing", ErrModel, path))
		case got[path] != want[path]:
			errs = append(errs, fmt.Errorf("%w: %s has changed since the model was made", ErrModel, path))
		}
	}
	return errors.Join(errs...)
}

func (l Loader) parts(ctx context.Context, fsys fs.FS, m *Model) error {
	data, err := fs.ReadFile(fsys, taxonomyFile)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrModel, err)
	}
	if m.Taxonomy, err = taxonomy.Parse(data); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrModel, taxonomyFile, err)
	}
	for _, ref := range m.Manifest.Encoders {
		e, err := l.open(ctx, fsys, ref)
		if err != nil {
			return err
		}
		m.Encoders = append(m.Encoders, e)
	}
	for _, ref := range m.Manifest.Heads {
		data, err := fs.ReadFile(fsys, ref.Path)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrModel, err)
		}
		h, err := head.Read(bytes.NewReader(data))
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrModel, ref.Path, err)
		}
		m.Heads = append(m.Heads, h)
	}
	return nil
}

func (l Loader) open(ctx context.Context, fsys fs.FS, ref EncoderRef) (Encoder, error) {
	switch ref.Kind {
	case KindWords:
		data, err := fs.ReadFile(fsys, ref.Path)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrModel, err)
		}
		grams, err := ngram.Read(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrModel, ref.Path, err)
		}
		return &Words{Field: ref.Field, Name: ref.Name, Grams: grams}, nil
	case KindFacts:
		return openFacts(fsys, ref)
	case KindStatic:
		return openVectors(fsys, ref)
	}
	open, ok := l.Openers[ref.Kind]
	if !ok {
		return nil, fmt.Errorf("%w: this program cannot open encoders of kind %q", ErrModel, ref.Kind)
	}
	return open(ctx, fsys, ref)
}

// consistent checks that heads and encoders belong together.
func (m *Model) consistent() error {
	layout := m.Encoders.Layout()
	for _, h := range m.Heads {
		if !slices.Equal(h.Layout, layout) {
			return fmt.Errorf("%w: the head of axis %s was fitted on other blocks than the encoders give", ErrModel, h.Axis)
		}
		if m.Taxonomy.Axis(h.Axis) == nil {
			return fmt.Errorf("%w: the taxonomy has no axis %s", ErrModel, h.Axis)
		}
	}
	return nil
}
