package datasets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// photoEndings are the files that a folder of photos is made of; what they really hold is
// for the decoder to say.
var photoEndings = []string{".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".gif"}

var errStop = errors.New("stop")

// photoFolder streams the photos under dir in the order of their paths. Each gives the
// columns path, label (the folder it lies in) and split (the folder above that); a photo
// in dir itself has no label.
func photoFolder(dir string) source {
	return func(ctx context.Context) iter.Seq2[rawRow, error] {
		return func(yield func(rawRow, error) bool) {
			number := 0
			err := filepath.WalkDir(dir, func(file string, e fs.DirEntry, err error) error {
				if err = errors.Join(err, ctx.Err()); err != nil {
					return err
				}
				if e.IsDir() || !slices.Contains(photoEndings, strings.ToLower(filepath.Ext(file))) {
					return nil
				}
				rel, err := filepath.Rel(dir, file)
				if err != nil {
					return err
				}
				number++
				if !yield(rawRow{line: number, rec: folderRecord(filepath.ToSlash(rel))}, nil) {
					return errStop
				}
				return nil
			})
			if err != nil && !errors.Is(err, errStop) {
				yield(rawRow{}, err)
			}
		}
	}
}

// folderRecord is the path of a photo seen as a row.
type folderRecord string

func (f folderRecord) value(column string) any {
	dir := path.Dir(string(f))
	switch {
	case column == "path":
		return string(f)
	case column == "label" && dir != ".":
		return path.Base(dir)
	case column == "split" && path.Dir(dir) != ".":
		first, _, _ := strings.Cut(dir, "/")
		return first
	}
	return nil
}

func (f folderRecord) dirty(string) bool { return false }

// dataFile finds what a folder holds: claims.jsonl (or .gz) if it is there, then FiftyOne's
// samples.json, else photos. native says that it is a file of its own.
func dataFile(dir string) (file string, native bool, err error) {
	for _, name := range []string{"claims.jsonl", "claims.jsonl.gz", "samples.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return name, true, nil
		}
	}
	for row, err := range photoFolder(dir)(context.Background()) {
		if err != nil {
			return "", false, err
		}
		if row.rec != nil {
			return ".", false, nil
		}
	}
	return "", false, fmt.Errorf("%s holds neither claims.jsonl nor photos", dir)
}
