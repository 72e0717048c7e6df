package learning

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline/store"
)

// Blobs is what a shelf needs of the place for photos.
type Blobs interface {
	Put(ctx context.Context, data []byte) (digest string, err error)
	Read(ctx context.Context, digest string, limit int64) ([]byte, error)
}

// Shelf keeps registered models: as archives in the place that all machines share, and unpacked
// in a folder of this machine, by digest. Safe for concurrent use, also by several processes.
type Shelf struct {
	Blobs Blobs
	// Dir is this machine's folder; what is in it can be made again.
	Dir string
}

// Put shares a model's folder and gives its archive's blob and size.
func (s Shelf) Put(ctx context.Context, model fs.FS) (archive string, size int64, err error) {
	data, err := Pack(model)
	if err != nil {
		return "", 0, err
	}
	archive, err = s.Blobs.Put(ctx, data)
	return archive, int64(len(data)), err
}

// Folder gives the folder of a registered model on this machine, unpacking it where it is not
// there. It is read-only to the caller. The manifest is checked against the model's digest; the
// manifest's files are checked by whoever loads the model.
func (s Shelf) Folder(ctx context.Context, m store.Model) (string, error) {
	digits, ok := strings.CutPrefix(m.Digest, "sha256:")
	if !ok || len(digits) != 2*sha256.Size || strings.Trim(digits, "0123456789abcdef") != "" {
		return "", fmt.Errorf("model %.80q: this is no digest", m.Digest)
	}
	dir := filepath.Join(s.Dir, digits)
	if DigestOf(os.DirFS(dir)) == m.Digest {
		return dir, nil
	}
	data, err := s.Blobs.Read(ctx, m.Archive, MaxArchive)
	if err != nil {
		return "", fmt.Errorf("model %s: %w", short(m.Digest), err)
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return "", fmt.Errorf("model %s: %w", short(m.Digest), err)
	}
	tmp, err := os.MkdirTemp(s.Dir, "unpack-*")
	if err != nil {
		return "", fmt.Errorf("model %s: %w", short(m.Digest), err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // gone already after the rename
	if err := unpack(data, tmp); err != nil {
		return "", fmt.Errorf("model %s: %w", short(m.Digest), err)
	}
	if got := DigestOf(os.DirFS(tmp)); got != m.Digest {
		return "", fmt.Errorf("model %s: %w: it holds %q", short(m.Digest), ErrArchive, short(got))
	}
	return dir, s.place(tmp, dir, m.Digest)
}

// place moves an unpacked model to where it belongs. Another process may be faster; what stood
// there and is damaged is taken away.
func (s Shelf) place(tmp, dir, digest string) error {
	if err := os.Chmod(tmp, 0o755); err != nil {
		return fmt.Errorf("model %s: %w", short(digest), err)
	}
	err := os.Rename(tmp, dir)
	if err == nil || DigestOf(os.DirFS(dir)) == digest {
		return nil
	}
	if err := errors.Join(os.RemoveAll(dir), os.Rename(tmp, dir)); err != nil {
		return fmt.Errorf("model %s: %w", short(digest), err)
	}
	return nil
}

// Drop takes away what is unpacked on this machine, for a model whose files turned out damaged.
func (s Shelf) Drop(m store.Model) error {
	digits, _ := strings.CutPrefix(m.Digest, "sha256:")
	if !filepath.IsLocal(digits) {
		return nil
	}
	return os.RemoveAll(filepath.Join(s.Dir, digits))
}

// DigestOf is the digest of a model's folder as package models gives it; empty for a folder
// that holds none.
func DigestOf(model fs.FS) string {
	data, err := fs.ReadFile(model, models.ManifestFile)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// short is a digest for people.
func short(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] }
