package exchange

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// ReadTable reads CSV in either form; a header with the columns id, axis and label is the
// long one.
func ReadTable(r io.Reader, o Options) (*Predictions, error) {
	rows, header, err := openTable(r)
	if err != nil {
		return nil, err
	}
	if missing := missingColumns(header, longColumns()); len(missing) == 0 {
		return readLong(rows, header, o)
	}
	return readWide(rows, header, o)
}

func longColumns() []string { return []string{"id", "axis", "label"} }

// ReadLong reads a CSV with one answer a row: the columns id, axis and label are required,
// probability (0..1) and abstained (true or false) are taken when there, others ignored.
// Commas, semicolons and tabs are told apart by the header. All faulty rows are named at
// once, up to 20.
func ReadLong(r io.Reader, o Options) (*Predictions, error) {
	rows, header, err := openTable(r)
	if err != nil {
		return nil, err
	}
	if missing := missingColumns(header, longColumns()); len(missing) > 0 {
		return nil, fmt.Errorf("header: there is no column %s in %s", quoted(missing), strings.Join(header, ", "))
	}
	return readLong(rows, header, o)
}

// openTable reads the header; names are trimmed.
func openTable(r io.Reader) (*csv.Reader, []string, error) {
	in, err := unpacked(r)
	if err != nil {
		return nil, nil, err
	}
	rows := csv.NewReader(in)
	rows.Comma, rows.FieldsPerRecord, rows.ReuseRecord = separator(in), -1, true
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, errors.New("the file is empty; its first line must name the columns")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	header = slices.Clone(header)
	seen := map[string]bool{}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		if seen[header[i]] && header[i] != "" {
			return nil, nil, fmt.Errorf("header: column %q stands twice", header[i])
		}
		seen[header[i]] = true
	}
	return rows, header, nil
}

// separator is the one that stands most often in the first line.
func separator(in *bufio.Reader) rune {
	start, _ := in.Peek(peekBytes) // a short file is all of it
	first, _, _ := strings.Cut(string(start), "\n")
	best := ','
	for _, c := range ";\t" {
		if strings.Count(first, string(c)) > strings.Count(first, string(best)) {
			best = c
		}
	}
	return best
}

func missingColumns(header, needed []string) (missing []string) {
	for _, name := range needed {
		if column(header, name) < 0 {
			missing = append(missing, name)
		}
	}
	return missing
}

// column finds a column in any case; -1 when there is none.
func column(header []string, name string) int {
	return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(h, name) })
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = strconv.Quote(n)
	}
	return strings.Join(list, ", ")
}

// eachRow calls add for every row and gathers its faults with their lines.
func eachRow(rows *csv.Reader, add func(record []string) error) error {
	var f faults
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return f.err()
		}
		var syntax *csv.ParseError
		if err != nil && !errors.As(err, &syntax) {
			return err
		}
		if err != nil { // it names its line
			if !f.add(err) {
				return f.err()
			}
			continue
		}
		if err := add(record); err != nil {
			line, _ := rows.FieldPos(0)
			if !f.add(fmt.Errorf("line %d: %w", line, err)) {
				return f.err()
			}
		}
	}
}

func cell(record []string, at int) string {
	if at < 0 || at >= len(record) {
		return ""
	}
	return strings.TrimSpace(record[at])
}

func readLong(rows *csv.Reader, header []string, o Options) (*Predictions, error) {
	id, axis, label := column(header, "id"), column(header, "axis"), column(header, "label")
	probability, abstained := column(header, "probability"), column(header, "abstained")
	p := NewPredictions()
	err := eachRow(rows, func(record []string) error {
		name := cell(record, axis)
		one, err := answer(o.label(name, cell(record, label)), cell(record, probability), cell(record, abstained))
		if err != nil || name != "" && !o.wants(name) {
			return err
		}
		return p.Add(cell(record, id), name, one, nil)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// answer reads three cells; empty ones say nothing.
func answer(label, probability, abstained string) (claim.AxisPrediction, error) {
	one := claim.AxisPrediction{Label: label}
	var err error
	if probability != "" {
		if one.Probability, err = number(probability); err != nil {
			return one, fmt.Errorf("probability %w", err)
		}
	}
	if abstained != "" {
		if one.Abstained, err = strconv.ParseBool(abstained); err != nil {
			return one, fmt.Errorf("abstained %q is neither true nor false", abstained)
		}
	}
	return one, nil
}

func number(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v <= 1) {
		return 0, fmt.Errorf("%q is no number within 0..1", s)
	}
	return v, nil
}
