package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/datasets/fingerprint"
)

// fingerprints remembers what a model is trained on, for its folder.
func fingerprints(a *app, name, digest string, sets []*datasets.Set) (map[string]io.WriterTo, error) {
	d, err := a.decoder()
	if err != nil {
		return nil, err
	}
	defer d.Close()
	all := make([]*fingerprint.Prints, len(sets))
	for i, set := range sets {
		if all[i], err = fingerprint.Build(a.ctx, set, digest, fingerprint.Options{Photos: readPhoto(d)}); err != nil {
			return nil, fmt.Errorf("fingerprints of the training data: %w", err)
		}
	}
	return map[string]io.WriterTo{fingerprint.FileName: fingerprint.Join(name, digest, all...)}, nil
}

// seen says which claims of a set a model was trained on; nil when its folder does not know.
func seen(a *app, model string, set *datasets.Set) (*datasets.LeakReport, error) {
	if model == "" {
		return nil, nil // the built-in one knows its own claims only, which are in the repository
	}
	f, err := os.Open(filepath.Join(model, fingerprint.FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read from
	prints, err := fingerprint.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	d, err := a.decoder()
	if err != nil {
		return nil, err
	}
	defer d.Close()
	hits, claims, err := prints.Match(a.ctx, set, fingerprint.Options{Photos: readPhoto(d)})
	if err != nil {
		return nil, fmt.Errorf("compare with the model's training data: %w", err)
	}
	return fingerprint.Report(prints, hits, claims, 0), nil
}
