package eval

import (
	"math"

	"github.com/defekt/defekt/eval/metric"
)

// worstLoss is the log loss of a truth at probability zero, see [metric.LogLoss].
func worstLoss() float64 { return -math.Log(metric.LeastProbability) }

// distributions computes the figures of whole distributions: log loss and Brier score where
// every row has one over its truth, top-k on the rows that have one at all.
func (s *scorer) distributions() error {
	var loss, brier metric.Moments
	ks := s.topKs()
	hits, rows, complete := make([]int, len(ks)), 0, true
	byClass := make([]float64, len(s.axis.Classes))
	for _, row := range s.rows {
		d, truth := s.axis.Distribution(int(row)), s.classOf[s.axis.Truth[row]]
		if d == nil {
			complete = false
			continue
		}
		rows++
		if truth < 0 {
			complete = false
			continue
		}
		byClass[truth]++
		loss.Add(metric.LossOf(d, int(truth)))
		brier.Add(metric.BrierOf(d, int(truth)))
		rank := metric.RankOf(d, int(truth))
		for i, k := range ks {
			if rank < k {
				hits[i]++
			}
		}
	}
	for i, k := range ks {
		if rows > 0 {
			share := float64(hits[i]) / float64(rows)
			s.out.TopK = append(s.out.TopK, TopK{K: k, Accuracy: share, N: rows, Interval: metric.Wilson(float64(hits[i]), float64(rows), s.o.Level)})
		}
	}
	if complete {
		s.proper(&loss, &brier, byClass)
	}
	return nil
}

// topKs are the k worth showing: those below the number of classes.
func (s *scorer) topKs() []int {
	var out []int
	for _, k := range []int{2, 3, 5} {
		if k < len(s.axis.Classes) {
			out = append(out, k)
		}
	}
	return out
}

func (s *scorer) proper(loss, brier *metric.Moments, byClass []float64) {
	s.out.LogLoss, s.out.Brier = pointer(loss.Mean()), pointer(brier.Mean())
	within, ok := loss.Interval(s.o.Level, 0, worstLoss())
	s.add("log_loss", within, ok)
	within, ok = brier.Interval(s.o.Level, 0, 2)
	s.add("brier", within, ok)
	plain := 1.0 // what always stating the shares of the truth scores
	for _, n := range byClass {
		plain -= n / brier.N * n / brier.N
	}
	if plain > 1e-12 {
		s.out.BrierSkill = pointer(1 - brier.Mean()/plain)
	}
}
