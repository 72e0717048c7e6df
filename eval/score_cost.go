package eval

import (
	"fmt"
	"math"

	"github.com/defekt/defekt/eval/metric"
)

// cost prices the answers when the axis has a matrix.
func (s *scorer) cost() error {
	prices, ok := s.o.Costs[s.axis.ID]
	if !ok {
		return nil
	}
	matrix, err := prices.over(s.axis.Labels)
	if err != nil {
		return err
	}
	k := len(s.axis.Labels)
	c := &Cost{Mean: matrix.Mean(s.all)}
	shares := make([]float64, k)
	for t := range k {
		for p := range k {
			shares[t] += s.all[t*k+p] / float64(s.out.N)
		}
	}
	answer, constant := matrix.Cheapest(shares)
	c.Label, c.Constant = s.axis.Labels[answer], constant
	c.Thresholds = map[string]float64{}
	for l := range k {
		if at, ok := matrix.Threshold(l, shares); ok {
			c.Thresholds[s.axis.Labels[l]] = at
		}
	}
	if prices.Review != nil {
		c.Answered = pointer(s.answered(matrix, *prices.Review))
	}
	s.rule(c, matrix, prices.Review)
	s.costDrawn(matrix)
	s.out.Cost = c
	return nil
}

// over lays the prices out for labels.
func (c Costs) over(labels []string) (metric.Costs, error) {
	out := make(metric.Costs, 0, len(labels)*len(labels))
	for _, t := range labels {
		for _, p := range labels {
			v, ok := c.Matrix[t][p]
			switch {
			case ok:
			case t == p:
				v = c.Right
			default:
				v = c.Wrong
			}
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("cost of %q for %q is %v", p, t, v)
			}
			out = append(out, v)
		}
	}
	return out, nil
}

// answered is the mean cost when what the model held back costs a review.
func (s *scorer) answered(matrix metric.Costs, review float64) float64 {
	k, sum := len(s.axis.Labels), 0.0
	for _, row := range s.rows {
		if s.axis.Held(int(row)) {
			sum += review
		} else {
			sum += matrix[int(s.axis.Truth[row])*k+int(s.axis.Chosen[row])]
		}
	}
	return sum / float64(s.out.N)
}

// rule answers each row anew by the least expected cost.
func (s *scorer) rule(c *Cost, matrix metric.Costs, review *float64) {
	k, classes := len(s.axis.Labels), s.axis.Classes
	inner := make(metric.Costs, 0, len(classes)*len(classes))
	for _, t := range classes {
		for _, p := range classes {
			inner = append(inner, matrix[int(t)*k+int(p)])
		}
	}
	sum, reviewed, belief := 0.0, 0, make([]float64, len(classes))
	for _, row := range s.rows {
		d := s.axis.Distribution(int(row))
		if d == nil {
			continue
		}
		c.N++
		for i, p := range d {
			belief[i] = float64(p)
		}
		answer, expected := inner.Cheapest(belief)
		if review != nil && expected > *review {
			reviewed++
			sum += *review
			continue
		}
		sum += matrix[int(s.axis.Truth[row])*k+int(classes[answer])]
	}
	if c.N > 0 {
		c.Rule, c.Reviewed = pointer(sum/float64(c.N)), float64(reviewed)/float64(c.N)
	}
}

func (s *scorer) costDrawn(matrix metric.Costs) {
	k := len(s.axis.Labels)
	var some metric.Costs
	for _, t := range s.labels {
		for _, p := range s.labels {
			some = append(some, matrix[int(t)*k+int(p)])
		}
	}
	found, ok := metric.Resample(s.counts, s.o.Draws, s.seed+4, s.o.Level, func(c metric.Counts, out []float64) { out[0] = some.Mean(c) }, 1)
	s.add("cost.mean", found[0], ok[0])
}
