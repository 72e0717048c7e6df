package runs

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// IndexFile remembers what is in the folders. It may be deleted at any time.
const IndexFile = "index.json"

// index is index.json.
type index struct {
	Format int       `json:"format"`
	Runs   []indexed `json:"runs"`
}

// indexed is one remembered run; it holds as long as run.json has this time and size.
type indexed struct {
	Run   Run       `json:"run"`
	Time  time.Time `json:"file_time"`
	Bytes int64     `json:"file_bytes"`
}

// entries looks at every folder, takes from the index what did not change and reads the rest.
// The newest run comes first. changed says that the index no longer fits.
func (s *Store) entries() (list []Entry, fresh index, changed bool, err error) {
	folders, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, index{}, false, nil
	}
	if err != nil {
		return nil, index{}, false, err
	}
	known := s.readIndex()
	fresh.Format = format
	for _, folder := range folders {
		id := folder.Name()
		if !folder.IsDir() || !isID(id) {
			continue
		}
		e := Entry{Run: Run{ID: id}}
		one, err := s.look(id, known)
		if err == nil {
			e.Run = one.Run
			fresh.Runs = append(fresh.Runs, one)
			err = s.sizes(&one.Run)
		}
		if err != nil {
			e.Problem = err.Error()
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b Entry) int { return cmp.Compare(b.ID, a.ID) })
	changed = len(fresh.Runs) != len(known)
	for _, one := range fresh.Runs {
		old := known[one.Run.ID]
		changed = changed || !old.Time.Equal(one.Time) || old.Bytes != one.Bytes
	}
	return list, fresh, changed, nil
}

// look gives a run, from the index when its run.json did not change.
func (s *Store) look(id string, known map[string]indexed) (indexed, error) {
	info, err := os.Stat(s.Path(id, RunFile))
	if err == nil {
		if old, ok := known[id]; ok && old.Time.Equal(info.ModTime()) && old.Bytes == info.Size() {
			return old, nil
		}
	}
	r, readErr := s.read(id)
	if readErr != nil || err != nil {
		return indexed{}, cmp.Or(readErr, err)
	}
	return indexed{r, info.ModTime(), info.Size()}, nil
}

// readIndex gives what is remembered; nothing when the file is missing or makes no sense.
func (s *Store) readIndex() map[string]indexed {
	data, err := os.ReadFile(filepath.Join(s.dir, IndexFile))
	var x index
	if err != nil || json.Unmarshal(data, &x) != nil || x.Format != format {
		return nil
	}
	known := make(map[string]indexed, len(x.Runs))
	for _, one := range x.Runs {
		known[one.Run.ID] = one
	}
	return known
}

// remember brings the index up to date. It is only a memory, so a folder that cannot be
// written to is no failure.
func (s *Store) remember() {
	if _, fresh, changed, err := s.entries(); err == nil && changed {
		s.writeIndex(fresh)
	}
}

func (s *Store) writeIndex(fresh index) {
	tmp, err := os.CreateTemp(s.dir, ".index-*")
	if err != nil {
		return
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already after the rename
	err = encodeIndent(tmp, fresh)
	if errors.Join(err, tmp.Close()) == nil && os.Chmod(tmp.Name(), 0o644) == nil {
		_ = os.Rename(tmp.Name(), filepath.Join(s.dir, IndexFile))
	}
}

func encodeIndent(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}
