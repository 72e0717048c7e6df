package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// temporary is the subfolder for files that are being written; it cannot be mistaken for a
// level of the tree, whose names have two characters.
const temporary = "tmp"

// Folder is a Store in a folder. Files are readable for their owner only: photos show
// people's homes.
type Folder struct {
	root string
	now  func() time.Time
	// durable are the leaves whose own names are known to be on disk, so that a Put need not
	// sync all folders above.
	durable sync.Map
}

// NewFolder opens the folder at root and makes it where it is missing. now is the clock, nil
// means time.Now.
func NewFolder(root string, now func() time.Time) (*Folder, error) {
	if root == "" {
		return nil, errors.New("blob: the folder has no name")
	}
	if now == nil {
		now = time.Now
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(root, temporary), 0o700); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	if err := errors.Join(syncFolder(root), syncFolder(filepath.Dir(root))); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return &Folder{root: root, now: now}, nil
}

func (f *Folder) path(digits string) string {
	return filepath.Join(f.root, filepath.FromSlash(name(digits)))
}

// Put writes data to a temporary file, syncs it and renames it into place.
func (f *Folder) Put(ctx context.Context, data []byte) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	digest, digits, err := digestOf(data)
	if err != nil {
		return "", err
	}
	path := f.path(digits)
	if !f.renew(path, data) {
		if err := f.write(path, data); err != nil {
			return "", fmt.Errorf("blob: %w", err)
		}
	}
	// Also where the file was there: another process may have renamed it a moment ago and
	// not have synced yet.
	if err := f.settle(filepath.Dir(path)); err != nil {
		return "", fmt.Errorf("blob: %w", err)
	}
	return digest, nil
}

// renew makes a file that is there new for Sweep; false if it must be written. It compares
// the bytes, which costs less than writing them and mends a damaged blob.
func (f *Folder) renew(path string, data []byte) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // only read from
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) || !sameBytes(file, data) {
		return false
	}
	now := f.now()
	return os.Chtimes(path, now, now) == nil
}

func sameBytes(r io.Reader, data []byte) bool {
	buf := make([]byte, min(len(data), 64<<10))
	for len(data) > 0 {
		n, err := r.Read(buf)
		if n > len(data) || !bytes.Equal(buf[:n], data[:n]) || (err != nil && n < len(data)) {
			return false
		}
		data = data[n:]
	}
	return true
}

// write makes the file appear whole or not at all.
func (f *Folder) write(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Join(f.root, temporary), "put-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		now := f.now()
		err = os.Chtimes(tmp.Name(), now, now)
	}
	if err == nil {
		err = move(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// move renames a file into its leaf, which is there but for the first of its photos.
func move(from, to string) error {
	err := os.Rename(from, to)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// settle makes a leaf's names durable, and the leaf's own name where that is not known.
func (f *Folder) settle(leaf string) error {
	if err := syncFolder(leaf); err != nil {
		return err
	}
	if _, known := f.durable.Load(leaf); known {
		return nil
	}
	if err := syncFolder(f.root); err != nil {
		return err
	}
	f.durable.Store(leaf, struct{}{})
	return nil
}

// Read reads a file and checks it.
func (f *Folder) Read(ctx context.Context, digest string, limit int64) ([]byte, error) {
	digits, err := parse(digest)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	file, err := os.Open(f.path(digits))
	if err != nil {
		return nil, fileError(digest, err)
	}
	defer file.Close() //nolint:errcheck // only read from
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, fileError(digest, err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file: %w", digest, ErrDamaged)
	case info.Size() > limit:
		return nil, tooLarge(digest, info.Size(), limit)
	}
	data := make([]byte, info.Size())
	if n, err := io.ReadFull(file, data); errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		data = data[:n] // it shrank meanwhile; the digest will say so
	} else if err != nil {
		return nil, fileError(digest, err)
	}
	return data, verify(digest, data)
}

// Delete removes a file and makes that durable.
func (f *Folder) Delete(ctx context.Context, digest string) error {
	digits, err := parse(digest)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	path := f.path(digits)
	err = os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// Check writes and removes a small file.
func (f *Folder) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Join(f.root, temporary), "check-*")
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	_, err = tmp.WriteString("check")
	if err := errors.Join(err, tmp.Close(), os.Remove(tmp.Name())); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// Close does nothing; there are no connections.
func (f *Folder) Close() error { return nil }

func fileError(digest string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", digest, ErrMissing)
	}
	return fmt.Errorf("blob: reading %s: %w", digest, err)
}
