package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/defekt/defekt/pipeline/claim"
)

// Table streams a CSV table that is no set of claims, as [Open] reads those that are: the
// first line names the columns, which commas, semicolons or tabs part; a quote that is never
// closed costs one row.
type Table struct{ csv csvReader }

// TableRow is one row; Problem says why it has no cells.
type TableRow struct {
	// Line is the number of its first line, from 1.
	Line    int
	Cells   []string
	Problem *claim.Problem
}

// ReadTable reads the first line; r holds unpacked text.
func ReadTable(r io.Reader) (*Table, error) {
	t := &Table{csvReader{lines: newLineReader(r)}}
	if err := t.csv.readHeader(); err != nil {
		return nil, err
	}
	return t, nil
}

// Columns are the names of the columns.
func (t *Table) Columns() []string { return t.csv.header.names }

// Next gives the next row; io.EOF behind the last.
func (t *Table) Next() (TableRow, error) {
	row, err := t.csv.next()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			err = fmt.Errorf("after line %d: %w", t.csv.lines.line, err)
		}
		return TableRow{}, err
	}
	out := TableRow{Line: row.line, Problem: row.problem}
	if r, ok := row.rec.(*csvRecord); ok && row.problem == nil {
		out.Cells = r.cells
	}
	return out, nil
}

// Lines streams the lines of a text, each of at most [MaxRow] bytes.
type Lines struct{ lines *lineReader }

// Line is one line; Problem says that it is too long.
type Line struct {
	Number int
	// Text holds until the next call.
	Text    []byte
	Problem *claim.Problem
}

// ReadLines reads unpacked text.
func ReadLines(r io.Reader) *Lines { return &Lines{newLineReader(r)} }

// Next gives the next line that is not empty; io.EOF behind the last.
func (l *Lines) Next() (Line, error) {
	for {
		text, tooLong, err := l.lines.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				err = fmt.Errorf("after line %d: %w", l.lines.line, err)
			}
			return Line{}, err
		}
		out := Line{Number: l.lines.line, Text: text}
		if tooLong {
			out.Problem = badRow(out.Number, claim.CodeRowTooLong, "the row has more than %d bytes", MaxRow).problem
		}
		if tooLong || len(bytes.TrimSpace(text)) > 0 {
			return out, nil
		}
	}
}
