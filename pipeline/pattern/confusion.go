package pattern

import (
	"fmt"
	"math"
)

// Confusion is how a classifier takes labels for others: Rate[i][j] is the share of claims that
// are Labels[i] and are called Labels[j], measured on data it was not trained on.
type Confusion struct {
	Labels []string
	Rate   [][]float64
	place  map[string]int
}

// NewConfusion makes rates of counts by true and called label. Each true label must have been
// seen; an [ErrInput] names one that was not.
func NewConfusion(labels []string, counts [][]int) (*Confusion, error) {
	c := &Confusion{Labels: labels, place: map[string]int{}}
	if len(counts) != len(labels) {
		return nil, fmt.Errorf("%w: %d rows of counts for %d labels", ErrInput, len(counts), len(labels))
	}
	for i, row := range counts {
		if len(row) != len(labels) {
			return nil, fmt.Errorf("%w: %d counts for %d labels", ErrInput, len(row), len(labels))
		}
		sum := 0
		for _, n := range row {
			sum += n
		}
		if sum == 0 {
			return nil, fmt.Errorf("%w: label %s was never seen", ErrInput, labels[i])
		}
		rates := make([]float64, len(row))
		for j, n := range row {
			rates[j] = float64(n) / float64(sum)
		}
		c.place[labels[i]] = i
		c.Rate = append(c.Rate, rates)
	}
	return c, nil
}

// Leak is how many claims too many called b come with each claim too many called a; 0 where a label is
// not known.
func (c *Confusion) Leak(a, b string) float64 {
	i, okA := c.place[a]
	j, okB := c.place[b]
	if !okA || !okB || c.Rate[i][i] == 0 {
		return 0
	}
	return c.Rate[i][j] / c.Rate[i][i]
}

const emRounds = 2000

// Correct estimates how many claims truly have each label from how many were called so, in the
// order of Labels: maximum likelihood by EM (Richardson 1972, Lucy 1974), so never below 0 and
// of the same sum.
func (c *Confusion) Correct(called []float64) []float64 {
	k := len(c.Labels)
	truth := make([]float64, k)
	total := 0.0
	for _, n := range called {
		total += n
	}
	for i := range truth {
		truth[i] = total / float64(k)
	}
	for range emRounds {
		next := make([]float64, k)
		for j, n := range called {
			sum := 0.0
			for i := range truth {
				sum += truth[i] * c.Rate[i][j]
			}
			if sum == 0 {
				continue
			}
			for i := range truth {
				next[i] += n * truth[i] * c.Rate[i][j] / sum
			}
		}
		moved := 0.0
		for i := range truth {
			moved += math.Abs(next[i] - truth[i])
		}
		truth = next
		if moved < 1e-9*total {
			break
		}
	}
	return truth
}
