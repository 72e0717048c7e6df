package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// MaxManifestBytes is the largest manifest that is read.
const MaxManifestBytes = 4 << 20

// Bundle is a checked manifest with the folder that it stands in.
type Bundle struct {
	Manifest

	// Dir is the folder.
	Dir string
}

// Read reads and validates the manifest in dir without looking at the other files. The
// error is [Problems].
func Read(dir string) (*Bundle, error) {
	name := filepath.Join(dir, ManifestName)
	data, err := readLimited(name)
	if err != nil {
		return nil, Problems{{Code: CodeManifest, Where: name, Message: err.Error()}}
	}
	m, err := Parse(data)
	if err != nil {
		return nil, err
	}
	return &Bundle{Manifest: *m, Dir: dir}, nil
}

// Load is [Read] and a check of every file's size and sha256. All faults are reported
// together, as [Problems].
func Load(dir string) (*Bundle, error) {
	b, err := Read(dir)
	if err != nil {
		return nil, err
	}
	if err := b.Verify(); err != nil {
		return nil, err
	}
	return b, nil
}

// Parse reads a manifest from JSON. Unknown fields, a second value and trailing text are
// errors. The error is [Problems].
func Parse(data []byte) (*Manifest, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var m Manifest
	if err := dec.Decode(&m); err != nil {
		return nil, Problems{{Code: CodeManifest, Where: ManifestName, Message: err.Error()}}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, Problems{{Code: CodeManifest, Where: ManifestName, Message: "more text after the manifest"}}
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return &m, nil
}

// Verify compares every file with the manifest. The error is [Problems].
func (b *Bundle) Verify() error {
	var p Problems
	root, err := os.OpenRoot(b.Dir)
	if err != nil {
		return Problems{{Code: CodeMissing, Where: b.Dir, Message: err.Error()}}
	}
	defer func() { _ = root.Close() }()
	for _, want := range b.Files {
		if problem := verifyFile(root, want); problem != nil {
			p = append(p, *problem)
		}
	}
	return p.orNil()
}

// verifyFile opens through root, which refuses links that lead out of the bundle.
func verifyFile(root *os.Root, want File) *claim.Problem {
	f, err := root.Open(filepath.FromSlash(want.Path))
	if err != nil {
		code := CodeMissing
		if !errors.Is(err, fs.ErrNotExist) {
			code = CodePath
		}
		return &claim.Problem{Code: code, Where: want.Path, Message: err.Error()}
	}
	defer func() { _ = f.Close() }()
	got, err := hash(f, want.Path)
	switch {
	case err != nil:
		return &claim.Problem{Code: CodeMissing, Where: want.Path, Message: err.Error()}
	case got != want:
		return &claim.Problem{Code: CodeChanged, Where: want.Path, Message: fmt.Sprintf(
			"has %d bytes and sha256 %s; the manifest says %d and %s", got.Bytes, short(got.SHA256), want.Bytes, short(want.SHA256))}
	}
	return nil
}

func short(sum string) string { return sum[:12] }

// Path gives the place of one of the bundle's files on this machine.
func (b *Bundle) Path(file string) string { return filepath.Join(b.Dir, filepath.FromSlash(file)) }

// ModelPath gives the place of the ONNX file.
func (b *Bundle) ModelPath() string { return b.Path(b.Model) }

// Want returns an error with code [CodeKind] unless the bundle is of kind k.
func (b *Bundle) Want(k Kind) error {
	if b.Kind == k {
		return nil
	}
	return Problems{{Code: CodeKind, Where: b.Name, Message: fmt.Sprintf("is a %s bundle, needed is a %s bundle", b.Kind, k)}}
}

// Bytes is the size of all files together.
func (b *Bundle) Bytes() int64 {
	var n int64
	for _, f := range b.Files {
		n += f.Bytes
	}
	return n
}

// IsBundle says whether dir has a manifest.
func IsBundle(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, ManifestName))
	return err == nil && info.Mode().IsRegular()
}

func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, MaxManifestBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxManifestBytes {
		return nil, fmt.Errorf("has more than %d bytes", MaxManifestBytes)
	}
	return data, nil
}

// sortFiles brings the files into the one order that a manifest has on disk.
func sortFiles(files []File) {
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
}
