package exchange

import (
	"fmt"
	"slices"
)

// spread puts a distribution into its row; a label that is new gets a column, with zeros
// for the rows before.
func (a *answers) spread(row int, distribution map[string]float64) {
	if distribution == nil {
		return
	}
	sum := 0.0
	var fresh []string
	for label, v := range distribution {
		sum += v
		if !slices.Contains(a.classes, label) {
			fresh = append(fresh, label)
		}
	}
	if len(fresh) > 0 {
		slices.Sort(fresh)
		a.widen(fresh)
	}
	k := len(a.classes)
	for i, label := range a.classes {
		a.matrix[row*k+i] = float32(distribution[label] / sum)
	}
}

func (a *answers) widen(fresh []string) {
	before, n := len(a.classes), len(a.chosen)
	a.classes = append(a.classes, fresh...)
	k := len(a.classes)
	wide := make([]float32, n*k)
	for row := range n {
		if (row+1)*before <= len(a.matrix) {
			copy(wide[row*k:], a.matrix[row*before:(row+1)*before])
		}
	}
	a.matrix = wide
}

// maxRounding is how far from 1 the sum of a distribution may be: tables round to two or
// three digits. The row is then scaled to 1.
const maxRounding = 0.02

func checkDistribution(distribution map[string]float64) error {
	if distribution == nil {
		return nil
	}
	sum := 0.0
	for label, v := range distribution {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("probability %v of %q is not within 0..1", v, label)
		}
		sum += v
	}
	if !(sum >= 1-maxRounding && sum <= 1+maxRounding) {
		return fmt.Errorf("the probabilities of the labels add up to %.4g; a whole distribution must add up to 1", sum)
	}
	return nil
}
