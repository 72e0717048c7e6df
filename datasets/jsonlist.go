package datasets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// jsonList streams the elements of a JSON file that is one list, or an object with a list
// "samples" (as FiftyOne has it). Broken JSON ends the stream: unlike JSON Lines it has no
// place to begin again.
func jsonList(path string) source {
	return fileSource(path, func(ctx context.Context, file io.Reader, yield func(rawRow) bool) error {
		in := &lineFinder{r: skipMark(file), line: 1}
		dec := json.NewDecoder(in)
		fault := func(err error) error {
			at := dec.InputOffset()
			if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
				at = max(at, syntax.Offset)
			}
			return fmt.Errorf("line %d: %w", in.at(at), err)
		}
		if err := enterList(dec); err != nil {
			return fault(err)
		}
		for dec.More() {
			var raw json.RawMessage
			if err := errors.Join(dec.Decode(&raw), ctx.Err()); err != nil {
				return fault(err)
			}
			line := in.at(dec.InputOffset() - int64(len(raw)))
			if !yield(jsonRow(raw, line, len(raw) > MaxRow)) {
				return nil
			}
		}
		if _, err := dec.Token(); err != nil {
			return fault(fmt.Errorf("the list does not end: %w", err))
		}
		return nil
	})
}

// enterList goes to the first element.
func enterList(dec *json.Decoder) error {
	start, err := dec.Token()
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("the file is empty")
	case err != nil:
		return err
	case start == json.Delim('['):
		return nil
	case start != json.Delim('{'):
		return errors.New("a list of claims is needed, or an object with a list \"samples\"")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if key == "samples" {
			if start, err := dec.Token(); err != nil || start != json.Delim('[') {
				return errors.New("\"samples\" is not a list")
			}
			return nil
		}
		var other json.RawMessage
		if err := dec.Decode(&other); err != nil {
			return err
		}
	}
	return errors.New("there is no list \"samples\" in the object")
}

// lineFinder tells the line of a place in what was read; places are asked for in order.
type lineFinder struct {
	r    io.Reader
	read int64
	ends []int64 // where the lines end that nobody asked beyond
	line int     // of the first of them
}

// Read reads and notes where lines end.
func (f *lineFinder) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	for i, c := range p[:n] {
		if c == '\n' {
			f.ends = append(f.ends, f.read+int64(i))
		}
	}
	f.read += int64(n)
	return n, err
}

func (f *lineFinder) at(offset int64) int {
	for len(f.ends) > 0 && f.ends[0] < offset {
		f.ends, f.line = f.ends[1:], f.line+1
	}
	return f.line
}

// skipMark takes off a byte order mark.
func skipMark(r io.Reader) io.Reader {
	in := newLineReader(r).r
	if start, _ := in.Peek(3); string(start) == "\xef\xbb\xbf" { // a shorter file has none
		_, _ = in.Discard(3)
	}
	return in
}

// objectRecord is a row that was put together from another format.
type objectRecord struct {
	values  map[string]any
	badUTF8 bool
}

func (o *objectRecord) value(column string) any {
	if v, ok := o.values[column]; ok {
		return v
	}
	return descend(o.values, column)
}

func (o *objectRecord) dirty(column string) bool { return o.badUTF8 && column == "" }

// foreignJSON says how the elements of a JSON file become claims: as Label Studio's tasks, as
// FiftyOne's samples, or, with adapt nil, as claims of our own format. It looks at the
// first elements.
func foreignJSON(path string) (d *Descriptor, adapt func(source, string) source, err error) {
	const look = 100
	d = nativeDescriptor(setName(path), "")
	n := 0
	for raw, err := range jsonList(path)(context.Background()) {
		if err != nil {
			return nil, nil, err
		}
		if n++; n > look {
			break
		}
		if raw.rec == nil {
			continue
		}
		_, isTask := raw.rec.value("data").(map[string]any)
		_, isSample := raw.rec.value("filepath").(string)
		switch {
		case isTask:
			adapt = labelStudioRows
		case isSample:
			adapt = fiftyOneRows
		}
		if adapt != nil && !starterAxes(adapt, raw) {
			d.Taxonomy = "infer"
		}
	}
	return d, adapt, nil
}

// starterAxes says whether all axes that a row has labels on are the starter's.
func starterAxes(adapt func(source, string) source, raw rawRow) bool {
	one := func(context.Context) iter.Seq2[rawRow, error] {
		return func(yield func(rawRow, error) bool) { yield(raw, nil) }
	}
	rules := rulesOf(taxonomy.Starter())
	for row, err := range adapt(one, "")(context.Background()) {
		if err != nil || row.rec == nil {
			continue
		}
		labels, _ := row.rec.value("labels").(map[string]any)
		for axis := range labels {
			if rules.fixed[axis] == nil {
				return false
			}
		}
	}
	return true
}

func noteOf(code claim.Code, where, format string, args ...any) claim.Problem {
	return claim.Problem{Code: code, Where: where, Message: fmt.Sprintf(format, args...)}
}
