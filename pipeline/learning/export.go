package learning

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// Reader is what an export needs of the place for photos.
type Reader interface {
	Read(ctx context.Context, digest string, limit int64) ([]byte, error)
}

// ExportConfig says what is exported and where to. All fields must be set but for those with a
// default.
type ExportConfig struct {
	Reviews  store.Reviews
	Claims   review.Claims
	Datasets store.Datasets
	Blobs    Reader
	// Taxonomy is the one that labels are of while no version was published; it goes along.
	Taxonomy *taxonomy.Taxonomy
	// Versions, if set, are the versions of the taxonomy that were published. Labels are then
	// exported in those of the latest, which goes along in the place of Taxonomy: what was decided
	// under an older one is translated by the mappings since (see [revision.History.Label] for how
	// the version is told, which no decision names). What these leave undecided is left out, and
	// counted.
	Versions store.Taxonomies
	// Dir is the version's folder: missing, empty, or that of a version before, which it
	// replaces, keeping the photos that are still needed.
	Dir string
	// Before: labels that count at this time are exported. Give the present less the review
	// queue's UndoWindow.
	Before time.Time
	// TrainAll puts the random slice into training, too. Nothing fair is left to judge with.
	TrainAll bool
	// By is who exports; it goes to the store's list of versions.
	By string
	// Progress, if set, is told of each claim written.
	Progress func(stage string, done, total int64)
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// ErrNotVersion is returned for a folder that holds something else.
var ErrNotVersion = errors.New("the folder is not empty and holds no version of a data set")

// ErrNothing is returned when no claim has a label that counts.
var ErrNothing = errors.New("no claim has a label by a person yet")

// Export writes what people decided as a version of the data set and gives its description. The
// same decisions give the same bytes. A claim keeps its side of the split in all versions.
// Labels on known items measure reviewers and are left out.
func Export(ctx context.Context, cfg ExportConfig) (*Version, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Progress == nil {
		cfg.Progress = func(string, int64, int64) {}
	}
	if err := replaceable(cfg.Dir); err != nil {
		return nil, err
	}
	lost, err := translated(ctx, &cfg)
	if err != nil {
		return nil, err
	}
	rows, err := collect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	sides, err := place(ctx, cfg.Datasets, rows, !cfg.TrainAll)
	if err != nil {
		return nil, err
	}
	w := &writer{dir: cfg.Dir, blobs: cfg.Blobs, v: newVersion(cfg.Taxonomy)}
	if err := w.open(); err != nil {
		return nil, err
	}
	for i, r := range rows {
		if err := w.row(ctx, r, sides[r.ID]); err != nil {
			return nil, err
		}
		cfg.Progress("exporting claims", int64(i+1), int64(len(rows)))
	}
	w.v.Undecided = lost()
	if w.v.Claims == 0 {
		return nil, ErrNothing
	}
	if w.v.Agreement, err = agreement(ctx, cfg.Reviews, cfg.Taxonomy, cfg.Before); err != nil {
		return nil, err
	}
	if err := w.finish(ctx, cfg); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return w.v, nil
}

func newVersion(tax *taxonomy.Taxonomy) *Version {
	return &Version{Taxonomy: tax.Ref(), Splits: map[string]int{}, Labels: map[string]map[string]map[string]int{}}
}

// translated makes the export read labels of the latest version. lost counts, by axis, those
// that were left undecided in what was read until then.
func translated(ctx context.Context, cfg *ExportConfig) (lost func() map[string]int, err error) {
	if cfg.Versions == nil {
		return func() map[string]int { return nil }, nil
	}
	history, err := revision.Load(ctx, cfg.Versions)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	queue := history.Translated(cfg.Reviews)
	cfg.Taxonomy, cfg.Reviews = history.Latest(cfg.Taxonomy), queue
	return queue.Lost, nil
}

// replaceable tells whether a version may be written to dir.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, VersionFile)); err != nil {
		return fmt.Errorf("export to %s: %w", dir, ErrNotVersion)
	}
	return nil
}

// collect reads the labelled claims, in the order of their ids. What the review adds to a
// claim's context is taken out of it: a model must not learn who reviewed a claim.
func collect(ctx context.Context, cfg ExportConfig) ([]labelled, error) {
	var rows []labelled
	for c, err := range review.Export(ctx, cfg.Reviews, cfg.Claims, cfg.Before) {
		if err != nil {
			return nil, err
		}
		r := labelled{Claim: c}
		r.random, _ = c.Context[review.ContextSlice].(bool)
		r.review.Reviewer, _ = c.Context[review.ContextReviewer].(string)
		at, _ := c.Context[review.ContextReviewedAt].(string)
		var err error
		if r.review.At, err = time.Parse(time.RFC3339, at); err != nil {
			return nil, fmt.Errorf("claim %s: %w", c.ID, err)
		}
		r.review.Random = r.random
		for _, fact := range []string{review.ContextSlice, review.ContextReviewer, review.ContextReviewedAt} {
			delete(r.Context, fact)
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, ErrNothing
	}
	return rows, nil
}

// provenance says where a row's labels are from. It stands beside the claim's own facts.
type provenance struct {
	Reviewer string    `json:"reviewer"`
	At       time.Time `json:"at"`
	Random   bool      `json:"random,omitempty"`
}

// line is one row of the claims' file.
type line struct {
	claim.Claim
	Review provenance `json:"review"`
}

// finish writes the files, the description last, and keeps the version in the store.
func (w *writer) finish(ctx context.Context, cfg ExportConfig) error {
	tax := cfg.Taxonomy.Marshal()
	sum := sha256.New()
	_, _ = sum.Write(tax)
	_, _ = sum.Write(w.lines.Bytes())
	w.v.Digest = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	known, err := cfg.Datasets.Datasets(ctx)
	if err != nil {
		return err
	}
	w.v.Extends = extends(known, w.v.Digest)
	document, err := json.MarshalIndent(w.v, "", "  ")
	if err != nil {
		return err
	}
	document = append(document, '\n')
	for _, f := range []struct {
		name string
		data []byte
	}{{ClaimsFile, w.lines.Bytes()}, {TaxonomyFile, tax}, {VersionFile, document}} {
		if err := replace(filepath.Join(w.dir, f.name), f.data); err != nil {
			return err
		}
	}
	if err := w.clear(); err != nil {
		return err
	}
	return cfg.Datasets.AddDataset(ctx, store.Dataset{
		Digest: w.v.Digest, Extends: w.v.Extends, Document: bytes.TrimSpace(document), By: cfg.By, At: cfg.Now(),
	})
}

// extends is the version before: what this one was made from if it is known already, else the
// newest.
func extends(known []store.Dataset, digest string) string {
	for _, d := range known {
		if d.Digest == digest {
			return d.Extends
		}
	}
	if len(known) == 0 {
		return ""
	}
	return known[0].Digest
}
