package exchange

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/defekt/defekt/taxonomy"
)

// Options say what is known before a file is read; the zero value is fine.
type Options struct {
	// Taxonomy names the axes to look for and their labels. nil: every column, field or
	// control of the file is an axis, and labels are taken as they stand.
	Taxonomy *taxonomy.Taxonomy
	// Axis is the axis of files that have only one and do not name it (FiftyOne's
	// "predictions"). "": the taxonomy's only axis, else "label".
	Axis string
	// Model chooses among the models of a Label Studio file (their model_version). "": it has
	// only one.
	Model string
}

// ReadFile reads predictions from path, whatever the format, also with .gz:
//   - .csv, .tsv: one answer a row (see [ReadLong]) or one claim a row ([ReadWide]),
//   - .jsonl, .ndjson: predictions as `defekt classify --out` writes them ([ReadJSONL]),
//   - .json: Label Studio tasks with predictions ([ReadLabelStudio]) or FiftyOne samples
//     ([ReadFiftyOne]).
//
// The error names the path and, where there is one, the line or the place in the JSON.
func ReadFile(path string, o Options) (*Predictions, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read from
	in, err := unpacked(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	p, err := readAs(strings.ToLower(filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz"))), in, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if p.Len() == 0 {
		return nil, fmt.Errorf("%s: there is no prediction in it", path)
	}
	return p, nil
}

func readAs(ending string, in *bufio.Reader, o Options) (*Predictions, error) {
	switch ending {
	case ".csv", ".tsv":
		return ReadTable(in, o)
	case ".jsonl", ".ndjson":
		return ReadJSONL(in, o)
	case ".json":
		return readJSON(in, o)
	}
	return nil, errors.New("not a kind of predictions that is read: .csv, .tsv, .jsonl, .ndjson, .json (also .gz)")
}

// readJSON tells Label Studio's tasks from FiftyOne's samples by the first of them.
func readJSON(in *bufio.Reader, o Options) (*Predictions, error) {
	start, err := in.Peek(peekBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.Contains(start, []byte(`"filepath"`)) && !bytes.Contains(start, []byte(`"data"`)) || bytes.HasPrefix(bytes.TrimSpace(start), []byte("{")) {
		return ReadFiftyOne(in, o)
	}
	tasks, err := ReadLabelStudio(in, o)
	if err != nil {
		return nil, err
	}
	return tasks.Predictions(o.Model)
}

// peekBytes is how far the first element of a JSON file is looked at.
const peekBytes = 64 << 10

// unpacked undoes gzip when the first bytes say so, and takes off a byte order mark.
func unpacked(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, peekBytes)
	if start, _ := in.Peek(2); bytes.Equal(start, []byte{0x1f, 0x8b}) { // a short file has no gzip
		un, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		in = bufio.NewReaderSize(un, peekBytes)
	}
	if start, _ := in.Peek(3); bytes.Equal(start, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3) // they were just seen
	}
	return in, nil
}

// axis is the one meant by a file that names none.
func (o *Options) axis() string {
	switch {
	case o.Axis != "":
		return o.Axis
	case o.Taxonomy != nil && len(o.Taxonomy.Axes) == 1:
		return o.Taxonomy.Axes[0].ID
	}
	return "label"
}

// wants says whether an axis is asked for.
func (o *Options) wants(axis string) bool { return o.Taxonomy == nil || o.Taxonomy.Axis(axis) != nil }

// label gives the id of what a file calls a label: an id as it is, a label's name (in any
// case) as its id, anything else as it stands.
func (o *Options) label(axis, written string) string {
	written = strings.TrimSpace(written)
	if o.Taxonomy == nil || o.Taxonomy.Valid(axis, written) {
		return written
	}
	a := o.Taxonomy.Axis(axis)
	if a == nil {
		return written
	}
	found := ""
	a.Walk(func(l *taxonomy.Label, _ int) {
		if strings.EqualFold(l.Name, written) || strings.EqualFold(l.ID, written) {
			found = l.ID
		}
	})
	if found == "" && strings.EqualFold(written, undeterminedName) {
		found = taxonomy.Undetermined
	}
	if found == "" {
		return written
	}
	return found
}

// faults gathers what is wrong with a file, so that all of it can be mended at once.
type faults struct{ list []error }

// maxFaults is the number of faults that are named.
const maxFaults = 20

// add notes a fault and says whether to go on.
func (f *faults) add(err error) bool {
	if err == nil {
		return true
	}
	f.list = append(f.list, err)
	if len(f.list) < maxFaults {
		return true
	}
	f.list = append(f.list, errors.New("more faults are not shown"))
	return false
}

func (f *faults) err() error { return errors.Join(f.list...) }
