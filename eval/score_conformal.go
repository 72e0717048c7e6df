package eval

import (
	"math/rand/v2"

	"github.com/defekt/defekt/eval/metric"
)

// Splits are repeated until about this many rows were measured, at most maxSplits times.
const (
	measuredRows = 20000
	maxSplits    = 40
)

// conformal calibrates sets on half of each label's rows and measures them on the rest, again
// and again.
func (s *scorer) conformal() error {
	if s.axis.Classes == nil {
		return nil
	}
	c := &Conformal{Target: 1 - s.o.Miss, PerLabel: map[string]ConformalLabel{}}
	byClass := s.byClass(c)
	for _, rows := range byClass {
		c.Calibration += half(rows)
		c.N += len(rows) - half(rows)
	}
	if c.N == 0 {
		return nil
	}
	c.Splits = min(maxSplits, max(1, measuredRows/c.N))
	r := rand.New(rand.NewPCG(s.seed, 0xc0f))
	own, one := newSets(len(byClass)), newSets(len(byClass))
	for range c.Splits {
		for _, rows := range byClass {
			r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		}
		thresholds, same := s.thresholds(byClass, half)
		own.measure(s, byClass, thresholds)
		one.measure(s, byClass, same)
	}
	c.ConformalSets, c.Overall = own.mean(c, s.o.Level), one.mean(c, s.o.Level)
	s.conformalLabels(c, byClass, own)
	s.add("conformal.coverage", c.Interval, true)
	s.out.Conformal = c
	return nil
}

// byClass parts the rows by true class; those without a distribution over their truth are
// counted as excluded.
func (s *scorer) byClass(c *Conformal) [][]int32 {
	out := make([][]int32, len(s.axis.Classes))
	for _, row := range s.rows {
		k := s.classOf[s.axis.Truth[row]]
		if k < 0 || s.axis.Distribution(int(row)) == nil {
			c.Excluded++
			continue
		}
		out[k] = append(out[k], row)
	}
	return out
}

// half is the number of a class's rows that calibrate; the others are measured.
func half(rows []int32) int { return (len(rows) + 1) / 2 }

func all(rows []int32) int { return len(rows) }

// thresholds calibrates on the first rows of each class: one threshold each, and the same
// for all.
func (s *scorer) thresholds(byClass [][]int32, first func([]int32) int) (own, same []float32) {
	truths, pooled := make([][]float32, len(byClass)), make([][]float32, 1)
	for k, rows := range byClass {
		for _, row := range rows[:first(rows)] {
			truths[k] = append(truths[k], s.axis.Distribution(int(row))[k])
		}
		pooled[0] = append(pooled[0], truths[k]...)
	}
	one := metric.ConformalThresholds(pooled, s.o.Miss)[0]
	same = make([]float32, len(byClass))
	for k := range same {
		same[k] = one
	}
	return metric.ConformalThresholds(truths, s.o.Miss), same
}

func (s *scorer) conformalLabels(c *Conformal, byClass [][]int32, own *sets) {
	thresholds, same := s.thresholds(byClass, all)
	c.Threshold = float64(same[0])
	for k, rows := range byClass {
		name := s.axis.Labels[s.axis.Classes[k]]
		l := ConformalLabel{Threshold: float64(thresholds[k]), Calibration: half(rows), N: len(rows) - half(rows)}
		if l.N > 0 {
			hits := float64(own.hits[k]) / float64(c.Splits)
			l.Coverage = pointer(hits / float64(l.N))
			l.Interval = pointer(metric.Wilson(hits, float64(l.N), s.o.Level))
		}
		if own.inAll[k] {
			c.Always = append(c.Always, name)
		}
		c.PerLabel[name] = l
	}
}

// sets counts what sets of labels came to, over all splits.
type sets struct {
	hits                 []int // by class, the sets that hold it where it is true
	inAll                []bool
	sizes, single, empty int
}

func newSets(classes int) *sets {
	out := &sets{hits: make([]int, classes), inAll: make([]bool, classes)}
	for k := range out.inAll {
		out.inAll[k] = true
	}
	return out
}

// measure adds the rows that did not calibrate.
func (t *sets) measure(s *scorer, byClass [][]int32, thresholds []float32) {
	for k, rows := range byClass {
		t.inAll[k] = t.inAll[k] && thresholds[k] == 0
		for _, row := range rows[half(rows):] {
			d, size := s.axis.Distribution(int(row)), 0
			for other := range d {
				if metric.InSet(d, thresholds, other) {
					size++
				}
			}
			if metric.InSet(d, thresholds, k) {
				t.hits[k]++
			}
			t.sizes += size
			switch size {
			case 0:
				t.empty++
			case 1:
				t.single++
			}
		}
	}
}

func (t *sets) mean(c *Conformal, level float64) ConformalSets {
	hits := 0
	for _, h := range t.hits {
		hits += h
	}
	n := float64(c.N) * float64(c.Splits)
	return ConformalSets{
		Coverage: float64(hits) / n, Interval: metric.Wilson(float64(hits)/float64(c.Splits), float64(c.N), level),
		MeanSize: float64(t.sizes) / n, Single: float64(t.single) / n, Empty: float64(t.empty) / n,
	}
}
