package runs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/sample"
)

// Names of columns. An axis's are AXIS and a field's FIELD by number, since their own names
// may hold anything.
const (
	columnIDs     = "ids"
	columnSeconds = "times.seconds"
	columnNanos   = "times.nanoseconds"
	columnOffsets = "times.offset"
)

func fieldColumn(i int) string             { return fmt.Sprintf("fields.%d", i) }
func axisColumn(i int, what string) string { return fmt.Sprintf("axes.%d.%s", i, what) }

// describe lists the columns of a sample in the order in which they are written.
func describe(s *sample.Sample) (*rowsHeader, []column) {
	head := &rowsHeader{Rows: s.N(), Fields: slices.Sorted(maps.Keys(s.Fields)), Times: s.Times != nil}
	columns := []column{{columnIDs, func() (string, []byte) { return encodeTexts(s.IDs) }}}
	for i, name := range head.Fields {
		columns = append(columns, column{fieldColumn(i), func() (string, []byte) { return encodeTexts(s.Fields[name]) }})
	}
	if s.Times != nil {
		columns = append(columns, timeColumns(s.Times)...)
	}
	for i := range s.Axes {
		head.Axes = append(head.Axes, describeAxis(&s.Axes[i]))
		columns = append(columns, axisColumns(i, &s.Axes[i])...)
	}
	return head, columns
}

func describeAxis(a *sample.Axis) rowsAxis {
	return rowsAxis{ID: a.ID, Ordinal: a.Ordinal, Labels: a.Labels, Parents: a.Parents, Classes: a.Classes,
		Distributions: a.Probabilities != nil, Abstained: a.Abstained != nil}
}

func axisColumns(i int, a *sample.Axis) []column {
	out := []column{
		{axisColumn(i, "truth"), func() (string, []byte) { return encodeNumbers(a.Truth) }},
		{axisColumn(i, "chosen"), func() (string, []byte) { return encodeNumbers(a.Chosen) }},
		{axisColumn(i, "confidence"), func() (string, []byte) { return encodeFloats(a.Confidence) }},
	}
	if a.Abstained != nil {
		out = append(out, column{axisColumn(i, "abstained"), func() (string, []byte) { return encodeBits(a.Abstained) }})
	}
	if a.Probabilities != nil {
		out = append(out, column{axisColumn(i, "probabilities"), func() (string, []byte) { return encodeFloats(a.Probabilities) }})
	}
	return out
}

func timeColumns(times []time.Time) []column {
	numbers := func(of func(time.Time) int64) func() (string, []byte) {
		return func() (string, []byte) {
			values := make([]int64, len(times))
			for i, t := range times {
				values[i] = of(t)
			}
			return encodeNumbers(values)
		}
	}
	return []column{
		{columnSeconds, numbers(time.Time.Unix)},
		{columnNanos, numbers(func(t time.Time) int64 { return int64(t.Nanosecond()) })},
		{columnOffsets, numbers(func(t time.Time) int64 { _, offset := t.Zone(); return int64(offset) })},
	}
}

// restore puts the columns together again. Nothing is made for a row that a column does not
// really have: the ids come first and take a byte each.
func restore(head *rowsHeader, raws map[string]rawColumn) (*sample.Sample, error) {
	n := head.Rows
	s := &sample.Sample{Fields: make(map[string][]string, len(head.Fields))}
	var err error
	if s.IDs, err = decodeTexts(raws[columnIDs], n); err != nil {
		return nil, fmt.Errorf("ids: %w", err)
	}
	for i, name := range head.Fields {
		if s.Fields[name], err = decodeTexts(raws[fieldColumn(i)], n); err != nil {
			return nil, fmt.Errorf("field %q: %w", name, err)
		}
	}
	if head.Times {
		if s.Times, err = restoreTimes(raws, n); err != nil {
			return nil, fmt.Errorf("times: %w", err)
		}
	}
	for i, a := range head.Axes {
		axis, err := restoreAxis(i, a, raws, n)
		if err != nil {
			return nil, fmt.Errorf("axis %q: %w", a.ID, err)
		}
		s.Axes = append(s.Axes, axis)
	}
	return s, nil
}

func restoreAxis(i int, a rowsAxis, raws map[string]rawColumn, n int) (sample.Axis, error) {
	out := sample.Axis{ID: a.ID, Ordinal: a.Ordinal, Labels: a.Labels, Parents: a.Parents, Classes: a.Classes}
	var errs [5]error
	out.Truth, errs[0] = decodeNumbers[int32](raws[axisColumn(i, "truth")], n)
	out.Chosen, errs[1] = decodeNumbers[int32](raws[axisColumn(i, "chosen")], n)
	out.Confidence, errs[2] = decodeFloats(raws[axisColumn(i, "confidence")], n)
	if a.Abstained {
		out.Abstained, errs[3] = decodeBits(raws[axisColumn(i, "abstained")], n)
	}
	if a.Distributions {
		out.Probabilities, errs[4] = decodeFloats(raws[axisColumn(i, "probabilities")], n*len(a.Classes))
	}
	return out, errors.Join(errs[:]...)
}

func restoreTimes(raws map[string]rawColumn, n int) ([]time.Time, error) {
	seconds, err1 := decodeNumbers[int64](raws[columnSeconds], n)
	nanos, err2 := decodeNumbers[int64](raws[columnNanos], n)
	offsets, err3 := decodeNumbers[int32](raws[columnOffsets], n)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	zones := map[int32]*time.Location{0: time.UTC}
	times := make([]time.Time, n)
	for i := range times {
		if zones[offsets[i]] == nil {
			zones[offsets[i]] = time.FixedZone("", int(offsets[i]))
		}
		times[i] = time.Unix(seconds[i], nanos[i]).In(zones[offsets[i]])
	}
	return times, nil
}
