package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Sweep walks the tree, which is sorted as digests are, and removes temporary files older
// than grace: their Put was interrupted.
func (f *Folder) Sweep(ctx context.Context, used func(digest string) bool, grace time.Duration) ([]string, error) {
	before := f.now().Add(-grace)
	if err := f.clear(before); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	var found []string
	err := filepath.WalkDir(f.root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			return nil // deleted meanwhile
		case err != nil:
			return err
		case d.IsDir() && filepath.Dir(path) == f.root && d.Name() == temporary:
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		relative, err := filepath.Rel(f.root, path)
		if err != nil {
			return err
		}
		digest, ok := fromName(filepath.ToSlash(relative))
		if ok && older(d, before) && !used(digest) {
			found = append(found, digest)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return found, nil
}

// clear removes old temporary files.
func (f *Folder) clear(before time.Time) error {
	folder := filepath.Join(f.root, temporary)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, d := range entries {
		if !d.Type().IsRegular() || !older(d, before) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, d.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func older(d fs.DirEntry, before time.Time) bool {
	info, err := d.Info()
	return err == nil && info.ModTime().Before(before)
}
