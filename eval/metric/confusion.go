package metric

import "fmt"

// Confusion counts truth against prediction: Counts[t][p] rows of true label t were
// predicted as p. Indices follow Labels.
type Confusion struct {
	Labels []string `json:"labels"`
	Counts [][]int  `json:"counts"`
}

// NewConfusion counts pairs of indices into labels. truth and predicted have equal length;
// an index outside of labels is an error.
func NewConfusion(labels []string, truth, predicted []int) (*Confusion, error) {
	if len(truth) != len(predicted) {
		return nil, fmt.Errorf("confusion: %d true labels for %d predictions", len(truth), len(predicted))
	}
	c := &Confusion{Labels: labels, Counts: make([][]int, len(labels))}
	for i := range c.Counts {
		c.Counts[i] = make([]int, len(labels))
	}
	for i, t := range truth {
		p := predicted[i]
		if t < 0 || t >= len(labels) || p < 0 || p >= len(labels) {
			return nil, fmt.Errorf("confusion: row %d: labels %d and %d are not within %d", i, t, p, len(labels))
		}
		c.Counts[t][p]++
	}
	return c, nil
}

// Score is one label's retrieval figures. A figure without a denominator is 0, as in
// scikit-learn with zero_division=0.
type Score struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	// Support is the number of rows that truly have the label, Predicted of rows given it.
	Support   int `json:"support"`
	Predicted int `json:"predicted"`
}

// N is the number of rows.
func (c *Confusion) N() int {
	n := 0
	for _, row := range c.Counts {
		for _, v := range row {
			n += v
		}
	}
	return n
}

// Label gives precision, recall and F1 of label k.
func (c *Confusion) Label(k int) Score {
	var s Score
	for i := range c.Counts {
		s.Support += c.Counts[k][i]
		s.Predicted += c.Counts[i][k]
	}
	hit := float64(c.Counts[k][k])
	s.Precision = ratio(hit, float64(s.Predicted))
	s.Recall = ratio(hit, float64(s.Support))
	s.F1 = ratio(2*hit, float64(s.Support+s.Predicted))
	return s
}

// Accuracy is the share of rows predicted right, 0 without rows.
func (c *Confusion) Accuracy() float64 {
	hits := 0
	for k := range c.Counts {
		hits += c.Counts[k][k]
	}
	return ratio(float64(hits), float64(c.N()))
}

// MacroF1 is the unweighted mean of F1 over the labels that occur in truth or prediction.
func (c *Confusion) MacroF1() float64 {
	return c.mean(func(s Score) (float64, bool) { return s.F1, s.Support+s.Predicted > 0 })
}

// BalancedAccuracy is the mean recall over the labels that occur in truth.
func (c *Confusion) BalancedAccuracy() float64 {
	return c.mean(func(s Score) (float64, bool) { return s.Recall, s.Support > 0 })
}

func (c *Confusion) mean(of func(Score) (float64, bool)) float64 {
	sum, n := 0.0, 0.0
	for k := range c.Counts {
		if v, ok := of(c.Label(k)); ok {
			sum += v
			n++
		}
	}
	return ratio(sum, n)
}

// QuadraticKappa is Cohen's kappa with quadratic weights (Cohen 1968) for labels in their
// order: 1 is full agreement, 0 what chance would give. Without disagreement by chance
// (all rows of one label on both sides) it is 1.
func (c *Confusion) QuadraticKappa() float64 {
	k := len(c.Counts)
	rows, cols := make([]float64, k), make([]float64, k)
	for i := range c.Counts {
		for j, v := range c.Counts[i] {
			rows[i] += float64(v)
			cols[j] += float64(v)
		}
	}
	n := float64(c.N())
	seen, chance := 0.0, 0.0
	for i := range c.Counts {
		for j, v := range c.Counts[i] {
			w := float64((i - j) * (i - j))
			seen += w * float64(v)
			chance += w * rows[i] * cols[j]
		}
	}
	if chance == 0 {
		return 1
	}
	return 1 - seen*n/chance
}

// OrdinalError is the mean distance in steps between true and predicted label.
func (c *Confusion) OrdinalError() float64 {
	sum := 0.0
	for i := range c.Counts {
		for j, v := range c.Counts[i] {
			sum += float64(max(i-j, j-i) * v)
		}
	}
	return ratio(sum, float64(c.N()))
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
