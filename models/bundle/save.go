package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Save completes m.Files from files (path in the bundle to path on this machine), validates
// the manifest and makes the bundle at dir: it is written beside dir and renamed, so that
// no one ever sees half of it. dir must not exist.
func Save(dir string, m Manifest, files map[string]string) (_ *Bundle, err error) {
	if _, err := os.Lstat(dir); err == nil {
		return nil, fmt.Errorf("save bundle: %s exists", dir)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, fmt.Errorf("save bundle: %w", err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-*")
	if err != nil {
		return nil, fmt.Errorf("save bundle: %w", err)
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	if err := fill(tmp, &m, files); err != nil {
		return nil, err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return nil, fmt.Errorf("save bundle: %w", err)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return nil, fmt.Errorf("save bundle: %w", err)
	}
	return &Bundle{Manifest: m, Dir: dir}, nil
}

// fill copies the files, hashing what it writes, and adds the manifest.
func fill(tmp string, m *Manifest, files map[string]string) error {
	m.Files = nil
	for name, from := range files {
		if !safePath(name) {
			return Problems{{Code: CodePath, Where: name, Message: "must be a clean relative path within the bundle"}}
		}
		f, err := copyFile(filepath.Join(tmp, filepath.FromSlash(name)), from, name)
		if err != nil {
			return fmt.Errorf("save bundle: %w", err)
		}
		m.Files = append(m.Files, f)
	}
	sortFiles(m.Files)
	if err := m.Validate(); err != nil {
		return err
	}
	data, err := m.Encode()
	if err != nil {
		return fmt.Errorf("save bundle: %w", err)
	}
	if err := os.WriteFile(filepath.Join(tmp, ManifestName), data, 0o644); err != nil {
		return fmt.Errorf("save bundle: %w", err)
	}
	return nil
}

func copyFile(to, from, name string) (File, error) {
	src, err := os.Open(from)
	if err != nil {
		return File{}, err
	}
	defer func() { _ = src.Close() }()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return File{}, err
	}
	dst, err := os.Create(to)
	if err != nil {
		return File{}, err
	}
	f, err := hash(io.TeeReader(src, dst), name)
	if closeErr := dst.Close(); err == nil {
		err = closeErr
	}
	return f, err
}

// hash reads r to its end and describes what it read.
func hash(r io.Reader, name string) (File, error) {
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return File{}, err
	}
	return File{Path: name, SHA256: hex.EncodeToString(h.Sum(nil)), Bytes: n}, nil
}

// Encode gives the manifest as it stands on disk: indented JSON, files by path.
func (m *Manifest) Encode() ([]byte, error) {
	c := *m
	c.Files = slices.Clone(m.Files)
	sortFiles(c.Files)
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

// Digest names the encoder: sha256 in hexadecimal over the compact JSON of everything that
// can change a vector. Name, licence, source, golden and the files for people are left out,
// so that a bundle that was renamed or described better still fits the heads trained with it.
func (m *Manifest) Digest() string {
	c := *m
	c.Name, c.Licence, c.Source, c.Golden = "", "", "", nil
	c.Files = slices.DeleteFunc(slices.Clone(m.Files), func(f File) bool { return forPeople(f.Path) })
	sortFiles(c.Files)
	data, err := json.Marshal(c)
	if err != nil { // only NaN and infinities fail, which Validate refuses
		data = fmt.Append(nil, c)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// forPeople says whether a file only describes the model.
func forPeople(path string) bool {
	return path == "README.md" || path == "SOURCE.md" || path == "labels.txt" || strings.HasPrefix(path, "LICENSE")
}
