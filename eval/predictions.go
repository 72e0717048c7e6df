package eval

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// Predictions is a table of anyone's predictions, by claim id.
type Predictions struct {
	byID map[string]claim.Prediction
	used map[string]bool
}

// ReadPredictions reads a CSV with a header: the columns id, axis and label are required,
// probability (0..1) and abstained (true or false) are taken when there; others are
// ignored. All faulty rows are reported at once, up to maxFaults.
func ReadPredictions(r io.Reader) (*Predictions, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	columns, err := predictionColumns(header)
	if err != nil {
		return nil, err
	}
	p := &Predictions{byID: map[string]claim.Prediction{}, used: map[string]bool{}}
	var faults []error
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return p, errors.Join(faults...)
		}
		if err == nil {
			err = p.add(record, columns)
		}
		if err != nil {
			line, _ := rows.FieldPos(0)
			if faults = append(faults, fmt.Errorf("line %d: %w", line, err)); len(faults) == maxFaults {
				return nil, errors.Join(append(faults, errors.New("more faults are not shown"))...)
			}
		}
	}
}

// maxFaults is the number of faulty rows that are named.
const maxFaults = 20

func predictionColumns(header []string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range header {
		at[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))] = i
	}
	for _, need := range []string{"id", "axis", "label"} {
		if _, ok := at[need]; !ok {
			return nil, fmt.Errorf("header: there is no column %q in %s", need, strings.Join(header, ", "))
		}
	}
	return at, nil
}

func (p *Predictions) add(record []string, columns map[string]int) error {
	get := func(name string) string {
		if i, ok := columns[name]; ok && i < len(record) {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	id, axis := get("id"), get("axis")
	a := claim.AxisPrediction{Label: get("label")}
	if id == "" || axis == "" || a.Label == "" {
		return errors.New("id, axis and label must not be empty")
	}
	if s := get("probability"); s != "" {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || !(v >= 0 && v <= 1) {
			return fmt.Errorf("probability %q is no number within 0..1", s)
		}
		a.Probability = v
	}
	if s := get("abstained"); s != "" {
		v, err := strconv.ParseBool(s)
		if err != nil {
			return fmt.Errorf("abstained %q is neither true nor false", s)
		}
		a.Abstained = v
	}
	one, ok := p.byID[id]
	if !ok {
		one = claim.Prediction{ID: id, Axes: map[string]claim.AxisPrediction{}}
		p.byID[id] = one
	}
	if _, twice := one.Axes[axis]; twice {
		return fmt.Errorf("a second label for claim %q on axis %q", id, axis)
	}
	one.Axes[axis] = a
	return nil
}

// For gives the prediction for a claim; empty when the table has none.
func (p *Predictions) For(id string) claim.Prediction {
	p.used[id] = true
	return p.byID[id]
}

// Unused is the number of predicted ids that For was never asked for.
func (p *Predictions) Unused() int {
	ids := make([]string, 0, len(p.byID))
	for id := range p.byID {
		ids = append(ids, id)
	}
	return len(slices.DeleteFunc(ids, func(id string) bool { return p.used[id] }))
}
