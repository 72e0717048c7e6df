package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// taxonomyFile is the taxonomy's place in a model's folder.
const taxonomyFile = "taxonomy.yaml"

// ErrExists is returned by Save for a folder that holds something else than a model.
var ErrExists = errors.New("the folder is not empty and holds no model")

// Storer is an Encoder that can be put into a model's folder.
type Storer interface {
	// Store writes what the encoder needs below dir, if anything, and says how to open it;
	// n is the encoder's place in the layout and makes paths unique.
	Store(dir string, n int) (EncoderRef, error)
}

// Save writes the model to dir, replacing a model that is there, and fills in the
// manifest's files and the digest. It writes beside dir first and renames at the end, so
// that dir is never half a model.
func (m *Model) Save(dir string) error {
	if err := Replaceable(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(dir)), 0o755); err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(filepath.Clean(dir)), ".defekt-model-*")
	if err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // gone already after the rename
	if err := m.write(tmp); err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	return os.Rename(tmp, dir)
}

// Replaceable tells whether Save may write to dir: it is missing, empty or a model. Asked
// before a training, it spares its minutes when the answer is no.
func Replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || (err == nil && len(entries) == 0) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, ManifestFile)); err != nil {
		return fmt.Errorf("save model to %s: %w", dir, ErrExists)
	}
	return nil
}

func (m *Model) write(dir string) error {
	man := &m.Manifest
	man.Format, man.Encoders, man.Heads = manifestFormat, nil, nil
	man.Taxonomy = m.Taxonomy.Ref()
	for n, e := range m.Encoders {
		s, ok := e.(Storer)
		if !ok {
			return fmt.Errorf("encoder of block %q cannot be stored", e.Specs()[0].Name)
		}
		ref, err := s.Store(dir, n)
		if err != nil {
			return err
		}
		man.Encoders = append(man.Encoders, ref)
	}
	for _, h := range m.Heads {
		ref := HeadRef{Axis: h.Axis, Path: "heads/" + h.Axis + ".head"}
		if err := writeFile(dir, ref.Path, h); err != nil {
			return err
		}
		man.Heads = append(man.Heads, ref)
	}
	if err := os.WriteFile(filepath.Join(dir, taxonomyFile), m.Taxonomy.Marshal(), 0o644); err != nil {
		return err
	}
	for path, from := range m.Extra {
		if err := writeFile(dir, path, from); err != nil {
			return err
		}
	}
	var err error
	if man.Files, err = hashFiles(os.DirFS(dir)); err != nil {
		return err
	}
	data, err := man.encode()
	if err != nil {
		return err
	}
	m.Digest = digestOf(data)
	return os.WriteFile(filepath.Join(dir, ManifestFile), data, 0o644)
}

// Store writes the fitted n-grams.
func (w *Words) Store(dir string, n int) (EncoderRef, error) {
	ref := EncoderRef{Kind: KindWords, Path: "text/" + strconv.Itoa(n) + ".ngrams", Name: w.Name, Field: w.Field}
	return ref, writeFile(dir, ref.Path, w.Grams)
}

// writeFile writes from to a slash path below dir.
func writeFile(dir, path string, from io.WriterTo) error {
	var buf bytes.Buffer
	if _, err := from.WriteTo(&buf); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	full := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	return os.WriteFile(full, buf.Bytes(), 0o644)
}

// hashFiles gives the sha256 of every file but the manifest.
func hashFiles(fsys fs.FS) (map[string]string, error) {
	files := map[string]string{}
	err := fs.WalkDir(fsys, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path == ManifestFile {
			return err
		}
		f, err := fsys.Open(path)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // only read from
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return err
		}
		files[path] = hex.EncodeToString(h.Sum(nil))
		return nil
	})
	return files, err
}
