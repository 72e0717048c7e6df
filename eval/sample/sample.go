// Package sample holds what an evaluation is computed from: for each claim and axis the
// truth, the answer and its confidence, column by column, as numbers. Metrics, comparisons,
// slices, agreement and drift all read it; a run on disk is one of it. It is a leaf, so that
// everything in eval can share it, and it knows no texts and no photos: a million rows on
// five axes take a few hundred megabytes.
package sample

import (
	"errors"
	"fmt"
	"time"
)

// What stands for a label that is not there.
const (
	// Unknown is a truth that nobody gave, or an answer that is missing (also one that says
	// "undetermined").
	Unknown int32 = -1
	// Undecided is a truth that people could not decide.
	Undecided int32 = -2
)

// Sample is the rows of one evaluation. All columns have len(IDs) rows, in one order.
// Nothing changes a sample once it is built; parts may share columns.
type Sample struct {
	IDs  []string
	Axes []Axis
	// Fields are the columns that slices are cut by (language, product, source, ...), by
	// name; "" = not known for this row.
	Fields map[string][]string
	// Times is when each claim was received, zero = not known; nil when none is known.
	Times []time.Time
}

// Axis is the rows of one axis.
type Axis struct {
	ID string
	// Ordinal says that Labels stand in order (of severity, say), worst first or last.
	Ordinal bool
	// Labels are the labels that truth, answers or classes name, and all their ancestors, in
	// the taxonomy's order.
	Labels []string
	// Parents gives the parent of each label as an index of Labels, Unknown for a root.
	Parents []int32
	// Truth and Chosen are indices of Labels, or Unknown, or (Truth only) Undecided. A truth
	// that is finer than what the answer could be stands at the answer's level.
	Truth, Chosen []int32
	// Given is the truth as people gave it, where some rows of Truth stand at a coarser
	// level; nil when all are as given.
	Given []int32
	// Confidence is the probability that the answer states for itself, 0..1; 0 without one.
	Confidence []float32
	// Abstained says that the answer is a suggestion only; nil when none is.
	Abstained []bool
	// Classes are the labels that Probabilities has a column for, as indices of Labels;
	// Probabilities is row by row, len(IDs) x len(Classes), each row summing to 1 or, where
	// none is known, being all zero. Both nil when no distribution is known.
	Classes       []int32
	Probabilities []float32
}

// OfDistributions makes a sample of one axis whose rows have a truth, by class, and a
// distribution over the classes, but no answer.
func OfDistributions(ids []string, axis string, classes []string, truth []int, probabilities [][]float64) *Sample {
	a := Axis{ID: axis, Labels: classes, Confidence: make([]float32, len(ids))}
	for c := range classes {
		a.Parents, a.Classes = append(a.Parents, Unknown), append(a.Classes, int32(c)) //nolint:gosec // classes are few
	}
	for i, t := range truth {
		a.Truth, a.Chosen = append(a.Truth, int32(t)), append(a.Chosen, Unknown) //nolint:gosec // classes are few
		for _, p := range probabilities[i] {
			a.Probabilities = append(a.Probabilities, float32(p))
		}
	}
	return &Sample{IDs: ids, Axes: []Axis{a}}
}

// N is the number of claims.
func (s *Sample) N() int { return len(s.IDs) }

// Axis gives the axis of that id, nil when there is none.
func (s *Sample) Axis(id string) *Axis {
	for i := range s.Axes {
		if s.Axes[i].ID == id {
			return &s.Axes[i]
		}
	}
	return nil
}

// Scored says whether row i has a truth that was decided, and an answer.
func (a *Axis) Scored(i int) bool { return a.Truth[i] >= 0 && a.Chosen[i] >= 0 }

// Held says whether row i's answer was held back for a person.
func (a *Axis) Held(i int) bool { return a.Abstained != nil && a.Abstained[i] }

// Distribution is row i's probabilities, one for each of Classes; nil when not known.
func (a *Axis) Distribution(i int) []float32 {
	k := len(a.Classes)
	if k == 0 {
		return nil
	}
	row := a.Probabilities[i*k : (i+1)*k : (i+1)*k]
	for _, p := range row {
		if p != 0 {
			return row
		}
	}
	return nil
}

// Take gives the sample of the given rows, in their order; a row may come twice (a bootstrap
// draw). Labels, Parents and Classes are shared with s.
func (s *Sample) Take(rows []int) *Sample {
	out := &Sample{IDs: pick(s.IDs, rows), Times: pick(s.Times, rows), Fields: make(map[string][]string, len(s.Fields))}
	for name, column := range s.Fields {
		out.Fields[name] = pick(column, rows)
	}
	for _, a := range s.Axes {
		a.Truth, a.Chosen, a.Given = pick(a.Truth, rows), pick(a.Chosen, rows), pick(a.Given, rows)
		a.Confidence, a.Abstained = pick(a.Confidence, rows), pick(a.Abstained, rows)
		a.Probabilities = pickRows(a.Probabilities, rows, len(a.Classes))
		out.Axes = append(out.Axes, a)
	}
	return out
}

func pick[T any](column []T, rows []int) []T {
	if column == nil {
		return nil
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = column[r]
	}
	return out
}

func pickRows(matrix []float32, rows []int, width int) []float32 {
	if matrix == nil {
		return nil
	}
	out := make([]float32, 0, len(rows)*width)
	for _, r := range rows {
		out = append(out, matrix[r*width:(r+1)*width]...)
	}
	return out
}

// Validate says what is wrong with the shape: columns of different lengths, indices outside
// of Labels, probabilities outside of 0..1, an id twice.
func (s *Sample) Validate() error {
	n := len(s.IDs)
	seen := make(map[string]struct{}, n)
	for _, id := range s.IDs {
		if _, twice := seen[id]; twice {
			return fmt.Errorf("claim %q stands twice", id)
		}
		seen[id] = struct{}{}
	}
	if s.Times != nil && len(s.Times) != n {
		return fmt.Errorf("%d times for %d claims", len(s.Times), n)
	}
	for name, column := range s.Fields {
		if len(column) != n {
			return fmt.Errorf("field %q: %d values for %d claims", name, len(column), n)
		}
	}
	for i := range s.Axes {
		if err := s.Axes[i].Validate(n); err != nil {
			return fmt.Errorf("axis %q: %w", s.Axes[i].ID, err)
		}
	}
	return nil
}

// Validate says what is wrong with the axis's columns, of n rows each.
func (a *Axis) Validate(n int) error {
	if len(a.Parents) != len(a.Labels) {
		return errors.New("labels and parents differ in number")
	}
	if len(a.Truth) != n || len(a.Chosen) != n || len(a.Confidence) != n || (a.Abstained != nil && len(a.Abstained) != n) || (a.Given != nil && len(a.Given) != n) {
		return fmt.Errorf("a column does not have %d rows", n)
	}
	if len(a.Probabilities) != n*len(a.Classes) && a.Probabilities != nil {
		return fmt.Errorf("%d probabilities for %d rows of %d classes", len(a.Probabilities), n, len(a.Classes))
	}
	for _, column := range [][]int32{a.Parents, a.Truth, a.Chosen, a.Given, a.Classes} {
		for _, v := range column {
			if v < Undecided || int(v) >= len(a.Labels) {
				return fmt.Errorf("index %d: there are %d labels", v, len(a.Labels))
			}
		}
	}
	for _, column := range [][]float32{a.Confidence, a.Probabilities} {
		for _, p := range column {
			if !(p >= 0 && p <= 1) {
				return fmt.Errorf("probability %v is not within 0..1", p)
			}
		}
	}
	return nil
}
