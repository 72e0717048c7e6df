package datasets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/defekt/defekt/pipeline/claim"
)

// csvTable streams a CSV file whose first line names the columns. It differs from
// encoding/csv in one thing: a quote that is never closed costs one row, not the rest of
// the file. Commas, semicolons and tabs are told apart by the header.
func csvTable(path string) source {
	return fileSource(path, func(ctx context.Context, file io.Reader, yield func(rawRow) bool) error {
		t := csvReader{lines: newLineReader(file)}
		if err := t.readHeader(); err != nil {
			return err
		}
		for {
			row, err := t.next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err = errors.Join(err, ctx.Err()); err != nil {
				return fmt.Errorf("after line %d: %w", t.lines.line, err)
			}
			if !yield(row) {
				return nil
			}
		}
	})
}

type csvReader struct {
	lines     *lineReader
	pending   []csvLine // read ahead in search of a closing quote, then given back
	header    *csvHeader
	separator byte
}

type csvLine struct {
	text    []byte
	number  int
	tooLong bool
}

func (t *csvReader) readHeader() error {
	line, err := t.line()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty; the first line must name the columns")
	}
	if err != nil {
		return err
	}
	t.separator = separatorOf(line.text)
	names, ok := splitCSV(line.text, t.separator)
	if !ok || line.tooLong || !utf8.Valid(line.text) {
		return errors.New("the first line does not name columns")
	}
	t.header = &csvHeader{names: names, index: map[string]int{}}
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if _, twice := t.header.index[names[i]]; twice && names[i] != "" {
			return fmt.Errorf("column %q stands twice in the first line", names[i])
		}
		t.header.index[names[i]] = i
	}
	return nil
}

func separatorOf(header []byte) byte {
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if bytes.Count(header, []byte{c}) > bytes.Count(header, []byte{best}) {
			best = c
		}
	}
	return best
}

// line gives the next physical line: one that was read ahead, or a new one.
func (t *csvReader) line() (csvLine, error) {
	if len(t.pending) > 0 {
		l := t.pending[0]
		t.pending = t.pending[1:]
		return l, nil
	}
	text, tooLong, err := t.lines.next()
	return csvLine{slices.Clone(text), t.lines.line, tooLong}, err
}

// next gives the next row, which may span lines while a quote is open.
func (t *csvReader) next() (rawRow, error) {
	first, err := t.line()
	for err == nil && len(bytes.TrimSpace(first.text)) == 0 {
		first, err = t.line()
	}
	if err != nil {
		return rawRow{}, err
	}
	if first.tooLong {
		return badRow(first.number, claim.CodeRowTooLong, "the row has more than %d bytes", MaxRow), nil
	}
	row, ok, err := t.join(first)
	if ok || err != nil {
		return row, err
	}
	return t.row(first.text, first.number), nil
}

// join takes further lines while a quote is open. It is not ok when the lines together
// make no row either: then the lines after the first are given back to be read as rows of
// their own.
func (t *csvReader) join(first csvLine) (rawRow, bool, error) {
	text, ahead := slices.Clone(first.text), []csvLine(nil)
	for open := quoteOpen(text, t.separator, false); open; {
		more, err := t.line()
		if err != nil && !errors.Is(err, io.EOF) {
			return rawRow{}, false, err
		}
		if err == nil {
			ahead = append(ahead, more)
		}
		if err != nil || more.tooLong || len(text)+len(more.text) > MaxRow || len(ahead) > maxCellLines {
			t.pending = append(ahead, t.pending...)
			return badRow(first.number, claim.CodeRowMalformed, "a quote is opened and not closed within %d lines", maxCellLines), true, nil
		}
		text = append(append(text, '\n'), more.text...)
		open = quoteOpen(more.text, t.separator, true)
	}
	row := t.row(text, first.number)
	if row.problem != nil && len(ahead) > 0 {
		t.pending = append(ahead, t.pending...)
		return rawRow{}, false, nil
	}
	return row, true, nil
}

// maxCellLines bounds how far a missing quote is looked for.
const maxCellLines = 1000

// quoteOpen says whether a quoted cell is still open at the end of line, given whether
// one was open at its beginning.
func quoteOpen(line []byte, separator byte, open bool) bool {
	start := !open // at the beginning of a cell
	for i := 0; i < len(line); i++ {
		switch {
		case open && line[i] == '"' && i+1 < len(line) && line[i+1] == '"':
			i++
		case open:
			open = line[i] != '"'
		default:
			open = start && line[i] == '"'
			start = line[i] == separator
		}
	}
	return open
}

func (t *csvReader) row(text []byte, number int) rawRow {
	cells, ok := splitCSV(text, t.separator)
	switch {
	case !ok:
		return badRow(number, claim.CodeRowMalformed, "the quotes do not pair up")
	case len(cells) != len(t.header.names):
		return badRow(number, claim.CodeRowMalformed, "the row has %d cells, the header %d", len(cells), len(t.header.names))
	}
	return rawRow{line: number, rec: &csvRecord{t.header, cells}}
}

// splitCSV cuts one record into cells as RFC 4180 says. A quote inside an unquoted cell
// is a letter. It reports false when a quoted cell is not followed by a separator.
func splitCSV(text []byte, separator byte) ([]string, bool) {
	var cells []string
	for {
		if len(text) == 0 || text[0] != '"' {
			end := bytes.IndexByte(text, separator)
			if end < 0 {
				return append(cells, string(text)), true
			}
			cells, text = append(cells, string(text[:end])), text[end+1:]
			continue
		}
		cell, rest, ok := quotedCell(text[1:])
		cells = append(cells, cell)
		if !ok || len(rest) > 0 && rest[0] != separator {
			return cells, false
		}
		if len(rest) == 0 {
			return cells, true
		}
		text = rest[1:]
	}
}

// quotedCell reads up to the closing quote; two quotes stand for one.
func quotedCell(text []byte) (cell string, rest []byte, ok bool) {
	var b []byte
	for {
		end := bytes.IndexByte(text, '"')
		if end < 0 {
			return string(append(b, text...)), nil, false
		}
		b, text = append(b, text[:end]...), text[end+1:]
		if len(text) == 0 || text[0] != '"' {
			return string(b), text, true
		}
		b, text = append(b, '"'), text[1:]
	}
}
