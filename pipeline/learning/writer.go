package learning

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/store"
)

// writer writes a version's folder.
type writer struct {
	dir   string
	blobs Reader
	v     *Version
	lines bytes.Buffer
	// have gives the photos in the folder by digest, as slash paths; used are those that
	// rows refer to, by path.
	have map[string]string
	used map[string]bool
	// people are the reviewers seen.
	people map[string]bool
}

// open looks at the photos that a version before left.
func (w *writer) open() error {
	w.have, w.used, w.people = map[string]string{}, map[string]bool{}, map[string]bool{}
	if err := os.MkdirAll(filepath.Join(w.dir, photosFolder), 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return w.photos(func(path string) error {
		digits, _, _ := strings.Cut(filepath.Base(path), ".")
		w.have["sha256:"+digits] = path
		return nil
	})
}

// photos calls f with the slash path of each photo file.
func (w *writer) photos(f func(path string) error) error {
	root := os.DirFS(w.dir)
	return fs.WalkDir(root, photosFolder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return f(path)
	})
}

// row adds a claim. Photos that are gone are counted; a claim with nothing left is left out.
func (w *writer) row(ctx context.Context, r labelled, side string) error {
	c := r.Claim
	c.Photos, c.Split, c.Problems = nil, side, nil
	for _, digest := range r.Photos {
		path, err := w.photo(ctx, digest)
		if errors.Is(err, store.ErrNotFound) {
			w.v.PhotosMissing++
			continue
		}
		if err != nil {
			return fmt.Errorf("export: photo of claim %s: %w", c.ID, err)
		}
		c.Photos = append(c.Photos, path)
	}
	if strings.TrimSpace(c.Text) == "" && len(c.Photos) == 0 {
		w.v.Empty++
		return nil
	}
	enc := json.NewEncoder(&w.lines)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(line{c, r.review}); err != nil {
		return fmt.Errorf("export: claim %s: %w", c.ID, err)
	}
	w.count(r, side)
	return nil
}

func (w *writer) count(r labelled, side string) {
	w.v.Claims++
	w.v.Splits[side]++
	for axis, label := range r.Labels {
		if w.v.Labels[axis] == nil {
			w.v.Labels[axis] = map[string]map[string]int{}
		}
		if w.v.Labels[axis][label] == nil {
			w.v.Labels[axis][label] = map[string]int{}
		}
		w.v.Labels[axis][label][side]++
	}
	w.people[r.review.Reviewer] = true
	w.v.Reviewers = len(w.people)
	if at := r.review.At; w.v.From.IsZero() || at.Before(w.v.From) {
		w.v.From = at
	}
	if at := r.review.At; at.After(w.v.Until) {
		w.v.Until = at
	}
}

// photo gives the path of a photo's file, writing it where it is not there.
func (w *writer) photo(ctx context.Context, digest string) (string, error) {
	path, ok := w.have[digest]
	if !ok {
		data, err := w.blobs.Read(ctx, digest, photo.MaxBytes)
		if err != nil {
			return "", err
		}
		digits := strings.TrimPrefix(digest, "sha256:")
		path = photosFolder + "/" + digits[:2] + "/" + digits
		if f := photo.Sniff(data); f != "" {
			path += "." + string(f)
		}
		if err := replace(filepath.Join(w.dir, filepath.FromSlash(path)), data); err != nil {
			return "", err
		}
		w.have[digest] = path
	}
	if !w.used[path] {
		w.used[path] = true
		w.v.Photos++
	}
	return path, nil
}

// clear takes away photos that no row refers to: those of claims that were erased must not live
// on in a copy.
func (w *writer) clear() error {
	return w.photos(func(path string) error {
		if w.used[path] {
			return nil
		}
		return os.Remove(filepath.Join(w.dir, filepath.FromSlash(path)))
	})
}

// replace puts a file in the place of another, whole or not at all.
func replace(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".write-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
