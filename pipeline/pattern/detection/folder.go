package detection

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/pattern/watch"
)

// ErrFolder marks a folder that is not as described in the package comment.
var ErrFolder = errors.New("detection: unusable folder")

// maxLine is the longest line that is read, in bytes; a case holds its whole stream.
const maxLine = 64 << 20

// Case is one stream and what became of it.
type Case struct {
	ID     string
	Split  string
	Stream watch.Stream
	// Years are the model years that the stream is about.
	Years []int
	// Recalled says that a recall on this component followed, on the day Announced.
	Recalled  bool
	Announced watch.Day
	// Ambiguous streams had no recall but look like a defect; they are in no rate.
	Ambiguous bool
	// Last is the last day of the data.
	Last watch.Day
}

// Until is the last day on which a flag counts: the day before the recall, or the last one.
func (c Case) Until() watch.Day {
	if c.Recalled {
		return c.Announced - 1
	}
	return c.Last
}

// Complaint is one complaint of any model in the folder.
type Complaint struct {
	Car        watch.Car
	Filed      watch.Day
	Components []string
}

// Data is a folder in memory.
type Data struct {
	Cases      []Case
	Complaints []Complaint // in order of filing
	Recalls    []watch.Recall
}

// Open reads a folder. An [ErrFolder] names the file and line that cannot be read.
func Open(dir string) (*Data, error) {
	d := &Data{}
	err := errors.Join(
		lines(dir, "cases", func(r caseRow) error { c, err := r.parse(); d.Cases = append(d.Cases, c); return err }),
		lines(dir, "complaints", func(r complaintRow) error {
			c, err := r.parse()
			d.Complaints = append(d.Complaints, c)
			return err
		}),
		lines(dir, "recalls", func(r recallRow) error { c, err := r.parse(); d.Recalls = append(d.Recalls, c); return err }),
	)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(d.Complaints, func(a, b Complaint) int { return int(a.Filed - b.Filed) })
	return d, nil
}

// Splits are the names of the splits that the cases have, sorted.
func (d *Data) Splits() []string {
	var names []string
	for _, c := range d.Cases {
		names = append(names, c.Split)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Of gives the cases of a split; all of them when split is empty.
func (d *Data) Of(split string) []Case {
	var out []Case
	for _, c := range d.Cases {
		if split == "" || c.Split == split {
			out = append(out, c)
		}
	}
	return out
}

// History is what the folder knows of recalls and of when cars came on the road.
func (d *Data) History() *watch.History {
	first := map[watch.Car]watch.Day{}
	for _, c := range d.Complaints {
		if _, ok := first[c.Car]; !ok {
			first[c.Car] = c.Filed
		}
	}
	return watch.NewHistory(d.Recalls, first)
}

// lines reads each line of dir/name.jsonl or dir/name.jsonl.gz as a T.
func lines[T any](dir, name string, each func(T) error) error {
	f, err := open(dir, name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	var in io.Reader = f
	if strings.HasSuffix(f.Name(), ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrFolder, f.Name(), err)
		}
	}
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, maxLine)
	for n := 1; scan.Scan(); n++ {
		if len(scan.Bytes()) == 0 {
			continue
		}
		var row T
		err := json.Unmarshal(scan.Bytes(), &row)
		if err == nil {
			err = each(row)
		}
		if err != nil {
			return fmt.Errorf("%w: %s, line %d: %w", ErrFolder, f.Name(), n, err)
		}
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrFolder, f.Name(), err)
	}
	return nil
}

func open(dir, name string) (*os.File, error) {
	for _, end := range []string{".jsonl", ".jsonl.gz"} {
		f, err := os.Open(filepath.Join(dir, name+end))
		if !errors.Is(err, os.ErrNotExist) {
			return f, err
		}
	}
	return nil, fmt.Errorf("%w: %s has neither %s.jsonl nor %s.jsonl.gz", ErrFolder, dir, name, name)
}

// day reads a date such as 2024-01-31.
func day(s string) (watch.Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	return pattern.DayOf(t), err
}
