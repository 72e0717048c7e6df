package eval

import (
	"slices"

	"github.com/defekt/defekt/eval/metric"
)

// confusion computes what follows from the counts of truth against answer.
func (s *scorer) confusion() error {
	labels, matrix := make([]string, len(s.labels)), make([][]int, len(s.labels))
	for i, l := range s.labels {
		labels[i], matrix[i] = s.axis.Labels[l], make([]int, len(s.labels))
		for j := range matrix[i] {
			matrix[i][j] = int(s.counts[i*len(s.labels)+j])
		}
	}
	a, c := s.out, s.counts
	a.Confusion = &metric.Confusion{Labels: labels, Counts: matrix}
	a.Accuracy, a.MacroF1, a.BalancedAccuracy = c.Accuracy(), c.MacroF1(), c.BalancedAccuracy()
	a.WeightedF1, a.Kappa, a.MCC = c.WeightedF1(), c.Kappa(), c.MCC()
	n := float64(a.N)
	s.wilson("accuracy", a.Accuracy*n, n)
	s.add("macro_f1", c.MacroF1Interval(s.o.Level), true)
	s.add("balanced_accuracy", c.BalancedAccuracyInterval(s.o.Level), true)
	if s.axis.Ordinal {
		kappa, steps := c.Ordinal(s.positions())
		a.QuadraticKappa, a.OrdinalError = &kappa, &steps
	}
	return nil
}

// positions are the places of the occurring labels on an ordinal axis.
func (s *scorer) positions() []float64 {
	out := make([]float64, len(s.labels))
	for i, l := range s.labels {
		out[i] = float64(l)
	}
	return out
}

// drawn gives intervals by resampling to the figures of the counts that have no closed one.
func (s *scorer) drawn() error {
	if s.o.Draws == 0 {
		return nil
	}
	figures := []string{"weighted_f1", "kappa", "mcc"}
	var positions []float64
	if s.axis.Ordinal {
		figures = append(figures, "quadratic_kappa", "ordinal_error")
		positions = s.positions()
	}
	figure := func(c metric.Counts, out []float64) {
		out[0], out[1], out[2] = c.WeightedF1(), c.Kappa(), c.MCC()
		if positions != nil {
			out[3], out[4] = c.Ordinal(positions)
		}
	}
	found, ok := metric.Resample(s.counts, s.o.Draws, s.seed, s.o.Level, figure, len(figures))
	estimates := make([]float64, len(figures))
	figure(s.counts, estimates)
	for i, name := range figures {
		// Smoothed draws keep off the edge: an estimate of 1 would lie outside of its interval.
		found[i].Low, found[i].High = min(found[i].Low, estimates[i]), max(found[i].High, estimates[i])
		s.add(name, found[i], ok[i])
	}
	return nil
}

func (s *scorer) perLabel() error {
	for k, name := range s.out.Confusion.Labels {
		l := Label{Score: s.out.Confusion.Label(k)}
		hits := float64(s.out.Confusion.Counts[k][k])
		if l.Support > 0 {
			l.RecallInterval = pointer(metric.Wilson(hits, float64(l.Support), s.o.Level))
		}
		if l.Predicted > 0 {
			l.PrecisionInterval = pointer(metric.Wilson(hits, float64(l.Predicted), s.o.Level))
		}
		l.F1Interval = pointer(metric.F1Interval(l.Score, s.o.Level))
		s.out.PerLabel[name] = l
	}
	return nil
}

// rare gathers the recall of rare and of watched labels.
func (s *scorer) rare() error {
	r := &Rare{Share: s.o.RareShare}
	hits := 0
	for k, name := range s.out.Confusion.Labels {
		l := s.out.PerLabel[name]
		seldom, watched := float64(l.Support) < s.o.RareShare*float64(s.out.N), slices.Contains(s.o.Watch, name)
		if l.Support == 0 || !seldom && !watched {
			continue
		}
		if seldom {
			hits += s.out.Confusion.Counts[k][k]
			r.N += l.Support
		}
		r.Labels = append(r.Labels, RareLabel{Label: name, Recall: l.Recall, Interval: *l.RecallInterval, N: l.Support, Watched: watched})
	}
	if len(r.Labels) == 0 {
		return nil
	}
	slices.SortStableFunc(r.Labels, func(a, b RareLabel) int { return a.N - b.N })
	if r.N > 0 {
		r.Recall = pointer(float64(hits) / float64(r.N))
		r.Interval = pointer(metric.Wilson(float64(hits), float64(r.N), s.o.Level))
		s.add("rare.recall", *r.Interval, true)
	}
	s.out.Rare = r
	return nil
}

// hierarchical scores trees of labels, on the truth as people gave it.
func (s *scorer) hierarchical() error {
	if !slices.ContainsFunc(s.axis.Parents, func(p int32) bool { return p >= 0 }) {
		return nil
	}
	k := len(s.axis.Labels)
	all := make([]float64, k*k)
	for _, row := range s.rows {
		truth, chosen := s.axis.Truth[row], s.axis.Chosen[row]
		if s.axis.Given != nil {
			truth = s.axis.Given[row]
		}
		all[int(truth)*k+int(chosen)]++
	}
	labels, some := occurring(all, k)
	tree := metric.NewTree(s.axis.Parents).Only(labels)
	s.out.Hierarchical = pointer(tree.Score(some))
	found, ok := metric.Resample(some, s.o.Draws, s.seed+1, s.o.Level, func(c metric.Counts, out []float64) {
		h := tree.Score(c)
		out[0], out[1], out[2] = h.Precision, h.Recall, h.F1
	}, 3)
	for i, name := range []string{"hierarchical.precision", "hierarchical.recall", "hierarchical.f1"} {
		s.add(name, found[i], ok[i])
	}
	return nil
}

func pointer[T any](v T) *T { return &v }
