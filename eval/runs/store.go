package runs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/defekt/defekt/eval/sample"
)

// DefaultDir is where runs are kept: $DEFEKT_RUNS, else the folder defekt-runs.
func DefaultDir(getenv func(string) string) string {
	if dir := getenv("DEFEKT_RUNS"); dir != "" {
		return dir
	}
	return "defekt-runs"
}

// Store is a folder of runs. Any number of processes may use the folder at the same time; a
// Store may be used by several goroutines.
type Store struct{ dir string }

// Open gives the runs in dir, which need not exist yet.
func Open(dir string) *Store { return &Store{dir} }

// Dir is the folder.
func (s *Store) Dir() string { return s.dir }

// Path is where a file of a run lies (RunFile, ResultFile...); id is a whole one.
func (s *Store) Path(id, file string) string { return filepath.Join(s.dir, id, file) }

// Save keeps a run and gives it back with what was filled in. It is written beside the others
// under a name that no list shows and then renamed, so that a run is there as a whole or
// not at all.
func (s *Store) Save(ctx context.Context, n New) (Run, error) {
	r := n.Run
	if n.Rows == nil || !json.Valid(n.Result) {
		return Run{}, errors.New("save run: rows and a result in JSON are needed")
	}
	if r.Time.IsZero() {
		r.Time = time.Now()
	}
	r.Time = r.Time.UTC().Truncate(time.Millisecond)
	r.Format, r.Claims, r.Axes, r.Files = format, n.Rows.N(), axesOf(n.Rows), map[string]File{}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return Run{}, fmt.Errorf("save run: %w", err)
	}
	tmp, err := os.MkdirTemp(s.dir, ".new-*")
	if err != nil {
		return Run{}, fmt.Errorf("save run: %w", err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // gone already after the rename
	if err := r.writeFiles(ctx, tmp, n); err != nil {
		return Run{}, fmt.Errorf("save run: %w", err)
	}
	if err := s.place(tmp, &r); err != nil {
		return Run{}, fmt.Errorf("save run: %w", err)
	}
	s.remember() // a list that cannot be remembered is made anew
	return r, nil
}

func axesOf(rows *sample.Sample) []string {
	out := []string{}
	for i := range rows.Axes {
		out = append(out, rows.Axes[i].ID)
	}
	return out
}

// writeFiles writes everything but run.json and notes sizes and hashes.
func (r *Run) writeFiles(ctx context.Context, dir string, n New) error {
	parts := []struct {
		name  string
		write func(io.Writer) error
	}{
		{ResultFile, bytesTo(n.Result)},
		{RowsFile, func(w io.Writer) error { return WriteRows(w, n.Rows) }},
		{ReportFile, bytesTo(n.Report)},
	}
	for _, p := range parts {
		if p.name == ReportFile && n.Report == nil {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		file, err := writeFile(filepath.Join(dir, p.name), p.write)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		r.Files[p.name] = file
	}
	return nil
}

func bytesTo(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

// writeFile writes through to the disk.
func writeFile(path string, write func(io.Writer) error) (File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return File{}, err
	}
	sum, count := sha256.New(), &counter{}
	err = write(io.MultiWriter(f, sum, count))
	if err == nil {
		err = f.Sync()
	}
	return File{count.n, hex.EncodeToString(sum.Sum(nil))}, errors.Join(err, f.Close())
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// place gives the run its id and its final folder. The id's last part is drawn by chance on
// purpose: two processes that measure the same at the same moment are two runs. A folder
// that is there is never replaced.
func (s *Store) place(tmp string, r *Run) error {
	const tries = 100
	for range tries {
		r.ID = fmt.Sprintf("%s-%08x", r.Time.Format("20060102-150405.000"), rand.Uint32())
		data, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return err
		}
		if _, err := writeFile(filepath.Join(tmp, RunFile), bytesTo(append(data, '\n'))); err != nil {
			return err
		}
		if err := os.Chmod(tmp, 0o755); err != nil {
			return err
		}
		final := filepath.Join(s.dir, r.ID)
		if _, err := os.Lstat(final); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.Rename(tmp, final); !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return fmt.Errorf("no free name for a run of %s", r.Time.Format(time.RFC3339Nano))
}

// isID says whether a folder is named like a run.
func isID(name string) bool {
	const like = "00000000-000000.000-xxxxxxxx"
	if len(name) != len(like) {
		return false
	}
	for i := range len(like) {
		c, digit := name[i], name[i] >= '0' && name[i] <= '9'
		switch like[i] {
		case '0':
			if !digit {
				return false
			}
		case 'x':
			if !digit && (c < 'a' || c > 'f') {
				return false
			}
		default:
			if c != like[i] {
				return false
			}
		}
	}
	return true
}

// Remove deletes a run; id is a whole one. It is gone from lists at once.
func (s *Store) Remove(id string) error {
	if !isID(id) {
		return fmt.Errorf("remove run: %q is no run's id", id)
	}
	trash := filepath.Join(s.dir, ".gone-"+id)
	if err := os.Rename(filepath.Join(s.dir, id), trash); err != nil {
		return fmt.Errorf("remove run: %w", err)
	}
	err := os.RemoveAll(trash)
	s.remember()
	return err
}

// Result gives the bytes of result.json after checking them against run.json.
func (s *Store) Result(id string) ([]byte, error) { return s.file(id, ResultFile) }

// Rows gives what was scored. The error wraps [ErrCorrupt] when the file is not what was
// written.
func (s *Store) Rows(id string) (*sample.Sample, error) {
	r, err := s.read(id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(s.Path(id, RowsFile))
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read from
	sum := sha256.New()
	rows, err := ReadRows(io.TeeReader(f, sum))
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", id, err)
	}
	if _, err := io.Copy(sum, f); err != nil {
		return nil, fmt.Errorf("run %s: %w", id, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != r.Files[RowsFile].SHA256 || rows.N() != r.Claims {
		return nil, fmt.Errorf("run %s: rows: %w: they are not the ones that %s names", id, ErrCorrupt, RunFile)
	}
	return rows, nil
}

func (s *Store) file(id, name string) ([]byte, error) {
	r, err := s.read(id)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(s.Path(id, name))
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != r.Files[name].SHA256 {
		return nil, fmt.Errorf("run %s: %s: %w: its sha256 is not the one that %s names", id, name, ErrCorrupt, RunFile)
	}
	return data, nil
}
