package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/registry/source"
)

// onTheFly bundles a model that was named by path. The bundle is kept in the cache under
// the hash of the model's files, so that the second use takes no longer than any other.
func (r Registry) onTheFly(ctx context.Context, path string) (*bundle.Bundle, error) {
	if r.CacheDir == "" {
		return nil, errors.New("use a model by its path: no cache folder; register it with defekt models add")
	}
	key, err := contentKey(path)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(r.CacheDir, key)
	if bundle.IsBundle(dir) {
		if b, err := bundle.Load(dir); err == nil {
			return b, nil
		}
		if err := os.RemoveAll(dir); err != nil { // a damaged cache is made anew
			return nil, fmt.Errorf("clear the damaged bundle: %w", err)
		}
	}
	r.note(fmt.Sprintf("%s is no bundle yet: bundled with defaults into %s (defekt models add makes it permanent)", path, dir))
	plan, err := r.plan(ctx, path, source.Options{})
	if err != nil {
		return nil, err
	}
	b, err := plan.Save(dir)
	if err != nil && bundle.IsBundle(dir) { // another process was faster
		return bundle.Load(dir)
	}
	return b, err
}

// contentKey hashes names and bytes of the files that a bundle would take.
func contentKey(path string) (string, error) {
	files, err := source.Files(path, source.Options{})
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "bundle format %d\n", bundle.Format)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sum, err := fileSum(files[name])
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(h, "%q %s\n", name, sum)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	_, _ = fmt.Fprintf(h, "%q\n", filepath.Base(abs)) // the default name comes from it
	return hex.EncodeToString(h.Sum(nil))[:32], nil
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
