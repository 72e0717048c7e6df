package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/defekt/defekt/pipeline/claim"
)

// Digest gives "sha256:<hex>" over the claims of the chosen splits in order, as they were
// understood (so a changed label map changes it), over the bytes of their photos, and
// over the taxonomy. It does not depend on where the data lies. It reads every photo.
func (s *Set) Digest(ctx context.Context) (string, error) {
	sum := sha256.New()
	_, _ = io.WriteString(sum, s.taxonomy.Digest()+"\n")
	for c, err := range s.Claims(ctx) {
		if err != nil {
			return "", err
		}
		if err := s.addTo(sum, c); err != nil {
			return "", err
		}
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// addTo writes one claim as a line of JSON, its photos as relative path and hash.
func (s *Set) addTo(sum hash.Hash, c claim.Claim) error {
	refs := make([]string, len(c.Photos))
	for i, file := range c.Photos {
		refs[i] = s.Relative(file) + " " + fileHash(file)
	}
	c.Photos = refs
	line, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = sum.Write(append(line, '\n'))
	return err
}

// Relative gives a photo's reference relative to the root, with slashes.
func (s *Set) Relative(photo string) string {
	rel, err := filepath.Rel(s.Root, photo)
	if err != nil {
		return photo
	}
	return filepath.ToSlash(rel)
}

// fileHash is the sha256 of a file, or a word for why there is none: a missing photo is a
// fact about the data too.
func fileHash(path string) string {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "missing"
	}
	if err != nil {
		return "unreadable"
	}
	defer f.Close() //nolint:errcheck // nothing was written
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "unreadable"
	}
	return hex.EncodeToString(sum.Sum(nil))
}
