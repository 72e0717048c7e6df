package datasets

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// record is one row of a table before anybody knows what its columns mean.
type record interface {
	// value gives what stands in a column: nil (absent, null), string, bool, json.Number,
	// []any or map[string]any. CSV gives strings only, and nil for an empty cell.
	value(column string) any
	// dirty says that the column's bytes were no UTF-8; the value then has U+FFFD in
	// their place. An empty column asks about the whole row.
	dirty(column string) bool
}

// jsonRecord decodes a column when somebody asks for it, since rows often carry far more
// than is needed.
type jsonRecord struct {
	raw     map[string]json.RawMessage
	badUTF8 bool
}

func newJSONRecord(line []byte) (*jsonRecord, error) {
	r := &jsonRecord{badUTF8: !utf8.Valid(line)}
	if err := json.Unmarshal(line, &r.raw); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *jsonRecord) value(column string) any {
	if raw, ok := r.raw[column]; ok {
		return decode(raw)
	}
	first, rest, dotted := strings.Cut(column, ".")
	if raw, ok := r.raw[first]; ok && dotted {
		return descend(decode(raw), rest)
	}
	return nil
}

func (r *jsonRecord) dirty(column string) bool {
	if !r.badUTF8 || column == "" {
		return r.badUTF8
	}
	first, _, _ := strings.Cut(column, ".")
	return !utf8.Valid(r.raw[first])
}

// decode reads one value; the row as a whole is known to be valid JSON. Plain strings and
// numbers, nearly all of what rows hold, skip the decoder.
func decode(raw json.RawMessage) any {
	switch c := raw[0]; {
	case c == '"' && bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw):
		return string(raw[1 : len(raw)-1])
	case c == 't', c == 'f':
		return c == 't'
	case c == 'n':
		return nil
	case c == '-', c >= '0' && c <= '9':
		return json.Number(raw)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return nil
	}
	return v
}

// descend follows a dotted path into maps (by key, the longest that fits being the whole
// rest) and lists (by index from 0).
func descend(v any, path string) any {
	first, rest, more := strings.Cut(path, ".")
	var next any
	switch v := v.(type) {
	case map[string]any:
		if whole, ok := v[path]; ok {
			return whole
		}
		next = v[first]
	case []any:
		i, err := strconv.Atoi(first)
		if err != nil || i < 0 || i >= len(v) {
			return nil
		}
		next = v[i]
	default:
		return nil
	}
	if !more {
		return next
	}
	return descend(next, rest)
}

// csvRecord is one line of a table with a header.
type csvRecord struct {
	header *csvHeader
	cells  []string
}

type csvHeader struct {
	names []string
	index map[string]int
	// labelColumns is filled on first use, see axes.
	labelColumns map[string]string
}

func (r *csvRecord) value(column string) any {
	i, ok := r.header.index[column]
	if !ok || r.cells[i] == "" {
		return nil
	}
	return strings.ToValidUTF8(r.cells[i], "\uFFFD")
}

func (r *csvRecord) dirty(column string) bool {
	if column != "" {
		i, ok := r.header.index[column]
		return ok && !utf8.ValidString(r.cells[i])
	}
	return slices.ContainsFunc(r.cells, func(c string) bool { return !utf8.ValidString(c) })
}

// scalar gives the letters of a single value: strings trimmed, booleans as true and
// false, numbers as they were written. Lists, maps and null have none.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v), true
	case bool:
		return strconv.FormatBool(v), true
	case json.Number:
		return v.String(), true
	}
	return "", false
}
