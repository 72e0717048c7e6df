package learning

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/defekt/defekt/models"
)

// Limits of an archive. A model of the largest usual photo and sentence encoders has 0.7 GB.
const (
	// MaxArchive is the most bytes of a model's archive, which is held in memory.
	MaxArchive = 1 << 30
	// maxFiles is the most files of a model.
	maxFiles = 10_000
)

// ErrArchive marks bytes that are no archive of a model.
var ErrArchive = errors.New("not the archive of a model")

// Pack writes a model's folder as one archive: the manifest and the files that it lists, by
// name, without times or owners, so that a model has one archive wherever it is packed.
func Pack(model fs.FS) ([]byte, error) {
	data, err := fs.ReadFile(model, models.ManifestFile)
	if err != nil {
		return nil, fmt.Errorf("pack model: %w", err)
	}
	var m models.Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("pack model: %s: %w", models.ManifestFile, err)
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range append([]string{models.ManifestFile}, slices.Sorted(maps.Keys(m.Files))...) {
		data, err := fs.ReadFile(model, name)
		if err != nil {
			return nil, fmt.Errorf("pack model: %w", err)
		}
		if out.Len()+len(data) > MaxArchive {
			return nil, fmt.Errorf("pack model: it has more than %d bytes", MaxArchive)
		}
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), Format: tar.FormatPAX}); err != nil {
			return nil, fmt.Errorf("pack model: %w", err)
		}
		if _, err := w.Write(data); err != nil {
			return nil, fmt.Errorf("pack model: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack model: %w", err)
	}
	return out.Bytes(), nil
}

// unpack writes an archive's files below dir. Whoever put the archive there may be a stranger:
// no name leads out of dir, and nothing but plain files is made.
func unpack(archive []byte, dir string) error {
	r := tar.NewReader(bytes.NewReader(archive))
	for n := 0; ; n++ {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrArchive, err)
		}
		name := filepath.FromSlash(h.Name)
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(name) || h.Size > MaxArchive || n == maxFiles {
			return fmt.Errorf("%w: entry %.100q", ErrArchive, h.Name)
		}
		if err := writeEntry(filepath.Join(dir, name), r); err != nil {
			return err
		}
	}
}

func writeEntry(path string, from io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("unpack model: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("unpack model: %w", err)
	}
	_, err = io.Copy(f, from)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("unpack model: %w", err)
	}
	return nil
}
