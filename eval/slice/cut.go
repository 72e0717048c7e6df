package slice

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/defekt/defekt/eval/sample"
)

// Options say how a sample is cut.
type Options struct {
	// Fields to cut by; nil = all fields of the sample. A field that the sample lacks is an
	// error.
	Fields []string
	// MinSize is the number of claims that a slice must have, at least 1.
	MinSize int
	// Small: slices with fewer claims are marked. At least MinSize.
	Small int
	// Alpha is the level of tests, above 0 and below 1; intervals are at 1 - Alpha.
	Alpha float64
	// Correction over all slices and axes.
	Correction Correction
}

// DefaultOptions cut by all fields into slices of at least 20 claims, mark those below 100,
// and test at 5 %.
func DefaultOptions() Options {
	return Options{MinSize: 20, Small: 100, Alpha: 0.05, Correction: BH}
}

// Validate says what is out of range, all at once.
func (o Options) Validate() error {
	var errs []error
	if o.MinSize < 1 {
		errs = append(errs, fmt.Errorf("smallest slice of %d claims: at least 1", o.MinSize))
	}
	if o.Small < o.MinSize {
		errs = append(errs, fmt.Errorf("small below %d claims: at least the smallest size, %d", o.Small, o.MinSize))
	}
	if !(o.Alpha > 0 && o.Alpha < 1) {
		errs = append(errs, fmt.Errorf("alpha %v is not between 0 and 1", o.Alpha))
	}
	return errors.Join(append(errs, o.Correction.Validate())...)
}

// Slice is the claims with one value of one field.
type Slice struct {
	Field, Value string
	// Rows are the sample's rows, ascending.
	Rows []int32
}

// Cut makes the slices of s: by field, then by value, both in alphabetical order. A field
// with one value only makes none, since its slice is the whole. Claims without a value are
// in no slice of that field.
func Cut(s *sample.Sample, o Options) ([]Slice, []Field, error) {
	if err := o.Validate(); err != nil {
		return nil, nil, err
	}
	names := o.Fields
	if names == nil {
		names = slices.Sorted(maps.Keys(s.Fields))
	}
	var out []Slice
	var fields []Field
	for _, name := range names {
		column, ok := s.Fields[name]
		if !ok {
			return nil, nil, fmt.Errorf("field %q: the claims have %v", name, slices.Sorted(maps.Keys(s.Fields)))
		}
		parts, field := cutField(name, column, o.MinSize)
		out, fields = append(out, parts...), append(fields, field)
	}
	return out, fields, nil
}

func cutField(name string, column []string, minSize int) ([]Slice, Field) {
	rows := map[string][]int32{}
	for i, v := range column {
		rows[v] = append(rows[v], int32(i))
	}
	f := Field{Name: name, Missing: len(rows[""])}
	delete(rows, "")
	var out []Slice
	for _, v := range slices.Sorted(maps.Keys(rows)) {
		if len(rows[v]) < minSize {
			f.TooSmall++
			f.TooSmallClaims += len(rows[v])
			continue
		}
		if len(rows[v]) < len(column) {
			out = append(out, Slice{Field: name, Value: v, Rows: rows[v]})
		}
	}
	f.Slices = len(out)
	return out, f
}
