package encoded

import (
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/pipeline/claim"
)

// format is part of the key of what is kept; it goes up when features of the same photos and
// backbone change.
const format = "encoded 1"

// file is what is kept of a set.
type file struct {
	Layout   feature.Layout
	Examples []feature.Example
}

// kept gives the features of the claims from the cache or makes and keeps them. Texts are
// encoded faster than they are read back.
func (r Reader) kept(s Set, claims []claim.Claim, encode func([]claim.Claim) (feature.Layout, []feature.Example, error)) (feature.Layout, []feature.Example, error) {
	if r.Cache == "" || s.Vision == "" {
		return encode(claims)
	}
	key, err := r.key(s, claims)
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(r.Cache, s.Data+"-"+s.Vision+"-"+key[:16]+".gob")
	if f, err := load(path); err == nil && len(f.Examples) == len(claims) {
		return f.Layout, f.Examples, nil
	}
	var f file
	if f.Layout, f.Examples, err = encode(claims); err != nil {
		return nil, nil, err
	}
	return f.Layout, f.Examples, save(path, f)
}

// key is a digest of all that the features depend on: the recipe, the backbone's files and the
// claims' photos.
func (r Reader) key(s Set, claims []claim.Claim) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, format, s.Vision, s.Views)
	dir, remove, err := r.backbone(s.Vision)
	if err != nil {
		return "", err
	}
	err = errors.Join(digest(h, dir), remove())
	for _, c := range claims {
		fmt.Fprintln(h, c.ID)
		for _, p := range c.Photos {
			err = errors.Join(err, add(h, p))
		}
	}
	return hex.EncodeToString(h.Sum(nil)), err
}

// digest adds all files of a folder.
func digest(h io.Writer, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return add(h, path)
	})
}

func add(h io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(h, f)
	return errors.Join(err, f.Close())
}

func load(path string) (f file, err error) {
	in, err := os.Open(path)
	if err != nil {
		return f, err
	}
	return f, errors.Join(gob.NewDecoder(in).Decode(&f), in.Close())
}

// save writes beside and renames, so that a broken run leaves no half file.
func save(path string, f file) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return err
	}
	err = errors.Join(gob.NewEncoder(out).Encode(f), out.Close())
	if err == nil {
		err = os.Rename(out.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(out.Name()))
	}
	return nil
}
