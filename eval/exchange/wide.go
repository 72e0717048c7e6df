package exchange

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/defekt/defekt/taxonomy"
)

// ReadWide reads a CSV with one claim a row: the column id, and for each axis
//   - AXIS, the label that was chosen; an empty cell is no answer,
//   - AXIS_probability (0..1) and AXIS_abstained (true or false), if known,
//   - AXIS:LABEL for each label, if known: whole distributions. A row's must add up to 1 (to
//     0.02, for rounding) or all be empty. Without a column AXIS the likeliest label is
//     the answer, without AXIS_probability its probability is.
//
// With a taxonomy, columns of other names are ignored; without one every column is an axis.
func ReadWide(r io.Reader, o Options) (*Predictions, error) {
	rows, header, err := openTable(r)
	if err != nil {
		return nil, err
	}
	return readWide(rows, header, o)
}

// wideAxis is where the parts of one axis stand; -1 = nowhere.
type wideAxis struct {
	id                            string
	label, probability, abstained int
	classes                       []wideClass
}

type wideClass struct {
	label string
	at    int
}

func readWide(rows *csv.Reader, header []string, o Options) (*Predictions, error) {
	id := column(header, "id")
	if id < 0 {
		return nil, fmt.Errorf("header: there is no column \"id\" in %s", strings.Join(header, ", "))
	}
	axes := wideAxes(header, id, o)
	if len(axes) == 0 {
		return nil, noAxis(header, o)
	}
	p := NewPredictions()
	err := eachRow(rows, func(record []string) error {
		if cell(record, id) == "" {
			return errors.New("the id is empty")
		}
		if _, twice := p.at[cell(record, id)]; twice {
			return fmt.Errorf("claim %q stands on an earlier line", cell(record, id))
		}
		p.row(cell(record, id))
		for i := range axes {
			if err := axes[i].add(p, cell(record, id), record, o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func noAxis(header []string, o Options) error {
	if o.Taxonomy == nil {
		return errors.New("header: there is no column beside id")
	}
	return fmt.Errorf("header: no column is an axis of %s (%s); the columns are %s. A table with one answer a row needs the columns id, axis and label",
		o.Taxonomy.Ref(), strings.Join(o.Taxonomy.AxisIDs(), ", "), strings.Join(header, ", "))
}

// wideAxes sorts the columns by axis, in the order of the header.
func wideAxes(header []string, id int, o Options) []wideAxis {
	var axes []*wideAxis
	get := func(name string) *wideAxis {
		for _, a := range axes {
			if a.id == name {
				return a
			}
		}
		a := &wideAxis{name, -1, -1, -1, nil}
		axes = append(axes, a)
		return a
	}
	for at, name := range header {
		if at == id || name == "" {
			continue
		}
		axis, part := partOf(name, header, o)
		if !o.wants(axis) {
			continue
		}
		a := get(axis)
		switch part {
		case "":
			a.label = at
		case partProbability:
			a.probability = at
		case partAbstained:
			a.abstained = at
		default:
			a.classes = append(a.classes, wideClass{o.label(axis, part[1:]), at})
		}
	}
	var out []wideAxis
	for _, a := range axes {
		if a.label >= 0 || len(a.classes) > 0 {
			out = append(out, *a)
		}
	}
	return out
}

// Endings of columns that say more about an axis.
const (
	partProbability = "_probability"
	partAbstained   = "_abstained"
)

// partOf cuts a column's name into axis and part: "", an ending, or ":LABEL". A name that is
// an axis of the taxonomy is one as a whole.
func partOf(name string, header []string, o Options) (axis, part string) {
	if o.Taxonomy != nil && o.Taxonomy.Axis(name) != nil {
		return name, ""
	}
	if axis, label, ok := strings.Cut(name, ":"); ok && axis != "" && label != "" {
		return axis, ":" + label
	}
	for _, ending := range []string{partProbability, partAbstained} {
		if axis, ok := strings.CutSuffix(name, ending); ok && (column(header, axis) >= 0 || hasClasses(axis, header)) {
			return axis, ending
		}
	}
	return name, ""
}

func hasClasses(axis string, header []string) bool {
	for _, name := range header {
		if strings.HasPrefix(name, axis+":") {
			return true
		}
	}
	return false
}

// add takes the axis's cells of one row.
func (a *wideAxis) add(p *Predictions, id string, record []string, o Options) error {
	distribution, best, err := a.distribution(record)
	if err != nil {
		return err
	}
	one, err := answer(o.label(a.id, cell(record, a.label)), cell(record, a.probability), cell(record, a.abstained))
	if err != nil {
		return fmt.Errorf("%s: %w", a.id, err)
	}
	if one.Label == "" && a.label < 0 {
		one.Label = best
	}
	if one.Label == "" {
		return nil
	}
	if cell(record, a.probability) == "" && one.Label != taxonomy.Undetermined {
		one.Probability = distribution[one.Label]
	}
	return p.Add(id, a.id, one, distribution)
}

// distribution gives the row's probabilities, nil when all cells are empty, and the first
// of the likeliest labels.
func (a *wideAxis) distribution(record []string) (distribution map[string]float64, best string, err error) {
	empty := 0
	for _, c := range a.classes {
		s := cell(record, c.at)
		if s == "" {
			empty++
			continue
		}
		v, err := number(s)
		if err != nil {
			return nil, "", fmt.Errorf("%s:%s: %w", a.id, c.label, err)
		}
		if distribution == nil {
			distribution = make(map[string]float64, len(a.classes))
		}
		if _, twice := distribution[c.label]; twice {
			return nil, "", fmt.Errorf("%s: two columns mean the label %q", a.id, c.label)
		}
		if distribution[c.label] = v; best == "" || v > distribution[best] {
			best = c.label
		}
	}
	if distribution != nil && empty > 0 {
		return nil, "", fmt.Errorf("%s: %d of %d probabilities are empty; give all of a row or none", a.id, empty, len(a.classes))
	}
	return distribution, best, nil
}
