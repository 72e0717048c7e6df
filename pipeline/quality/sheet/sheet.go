// Package sheet writes CSV that people open in a spreadsheet: RFC 4180 with a header, LF line
// ends, and cells that a spreadsheet does not take for formulas.
//
// It is the last step of every list of quality work (serials, recalls, scorecards, credits).
// What stands in the cells comes from strangers: a serial number of "=HYPERLINK(...)" must arrive
// as text. A cell that begins with a sign that spreadsheets act upon gets an apostrophe in front,
// as OWASP advises ("CSV Injection"); plain numbers stay, so that -5 is still a number. Programs
// that need the bytes as they are take the JSON that stands beside each list.
package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
)

// Writer writes rows of one width.
type Writer struct {
	csv   *csv.Writer
	width int
}

// New writes the header. Column names are the program's own.
func New(w io.Writer, columns ...string) (*Writer, error) {
	out := &Writer{csv.NewWriter(w), len(columns)}
	if err := out.csv.Write(columns); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return out, nil
}

// Row writes one row; as many cells as there are columns.
func (w *Writer) Row(cells ...string) error {
	if len(cells) != w.width {
		return fmt.Errorf("sheet: a row of %d cells under %d columns", len(cells), w.width)
	}
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = Cell(c)
	}
	if err := w.csv.Write(safe); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

// Close writes what is left; it does not close the writer below.
func (w *Writer) Close() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

// Cell makes a text that no spreadsheet acts upon: without control characters, and with an
// apostrophe in front of what would begin a formula.
func Cell(s string) string {
	s = look.Clean(s)
	first := strings.TrimLeft(s, " \t\n\u00a0\ufeff")
	if first == "" || isNumber(s) {
		return s
	}
	if strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0]) || s[0] == '\t' || s[0] == '\n' {
		return "'" + s
	}
	return s
}

// Day writes a day for a cell, in UTC; empty for the zero time.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// isNumber says whether s is digits with at most a sign and a point. Anything else after a sign,
// an exponent or a thousands separator, is treated as text.
func isNumber(s string) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	whole, part, point := strings.Cut(s, ".")
	return digits(whole) && (!point || digits(part))
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
