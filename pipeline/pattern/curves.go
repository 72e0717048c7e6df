package pattern

import (
	"fmt"
	"math"

	"github.com/sourcegraph/conc/iter"
)

// Rebase goes on with another baseline, from the first week on that begins after the latest claim
// and up to the day until; what was expected before stays, and what comes after it is expected as
// it was. A baseline that was fitted to claims up to then keeps the guarantee on false alarms: it
// says what to expect before it happens. What is known already is expected of all groups but the
// one that it is known of, so that these are watched for more than that. An [ErrInput] names a
// label that the baseline has not.
func (m *Monitor) Rebase(b *Baseline, until Day, known []Known) error {
	for _, name := range m.names {
		if b.Labels[name] == nil {
			return fmt.Errorf("%w: the baseline has no label %q", ErrInput, name)
		}
	}
	m.baseline, m.known = b, make([][]Known, len(m.names))
	for _, k := range known {
		if l, ok := m.labels[k.Label]; ok && k.Ratio > 1 {
			m.known[l] = append(m.known[l], k)
		}
	}
	from := int(m.latest-m.period.From)/step + 1
	to := min(m.period.steps(), (int(until-m.period.From)+step-1)/step)
	if from < to {
		m.expect(from, to)
		m.share(from, to)
	}
	return nil
}

// expect fills the streams' curves from one step to another: week by week, then added up. What
// comes after is moved up or down.
func (m *Monitor) expect(from, to int) {
	before := m.clear(from, to)
	doubts := m.newDoubts()
	ramps := make([]*ramp, len(m.names)) // of the stretch alone
	stretch := Period{m.period.From + Day(from*step), min(m.period.To, m.period.From+Day(to*step))}
	for l, name := range m.names {
		ramps[l] = m.baseline.ramp(m.baseline.Labels[name], stretch, m.calendar[from:to])
		m.placeShares(l)
	}
	m.expectCohorts(ramps, from, to, doubts)
	iter.ForEachIdx(ramps, func(l int, r **ramp) { m.expectShares(l, *r, from, to) })
	common := make([]float64, len(ramps))
	for l, r := range ramps {
		for s := from; s < to; s++ {
			common[l] += m.calendar[s].doubt(r.rates) / float64(to-from)
		}
	}
	for i := range m.streams {
		m.streams[i].pile(from, to, before[i])
		m.streams[i].slack = max(0, m.cfg.Margin) * math.Hypot(doubts.relative(i), common[i%len(common)])
	}
}

// timesKnown is how many times as many claims the known excesses of other groups let expect.
func timesKnown(known []Known, of Key) float64 {
	times := 1.0
	for _, k := range known {
		if k.Group != of {
			times *= k.Ratio
		}
	}
	return times
}

// clear begins a new stretch of the curves: time so far is settled with the margins so far. It
// gives where each stretch ended.
func (m *Monitor) clear(from, to int) []float32 {
	before := make([]float32, len(m.streams))
	for i := range m.streams {
		s := &m.streams[i]
		before[i] = s.curve[to-1]
		base := 0.0
		if from > 0 {
			base = float64(s.curve[from-1])
		}
		s.begin += (base - s.base) * (1 + s.slack)
		s.base = base
		clear(s.curve[from:to])
	}
	return before
}

// pile adds up the weeks of a stretch.
func (s *stream) pile(from, to int, before float32) {
	sum := s.base
	for i := from; i < to; i++ {
		sum += float64(s.curve[i])
		s.curve[i] = float32(sum)
	}
	if moved := float32(sum) - before; to < len(s.curve) {
		for i := to; i < len(s.curve); i++ {
			s.curve[i] += moved
		}
	}
}

// share turns false alarms a year into a threshold for each kind of group. Kinds share alike;
// within a kind, a stream's share is as large as its expected claims: those of the whole period, or,
// with a horizon, of the stretch from one step to another. An alarm needs no less evidence than
// what it is counted against before, so the number of false alarms holds as long as thresholds
// do not fall.
func (m *Monitor) share(from, to int) {
	total := map[string]float64{}
	for g, k := range m.keys {
		sum := 0.0
		for l := range m.names {
			s := m.stream(g, l)
			mu := s.begin + (s.total()-s.base)*(1+s.slack)
			if m.cfg.Horizon > 0 {
				mu = (s.upTo(to) - s.upTo(from)) * (1 + s.slack)
			}
			sum += mu * (1 + m.cfg.Tolerance)
		}
		total[k.Kind] += sum
	}
	years := m.period.years()
	if m.cfg.Horizon > 0 {
		years = float64((to-from)*step) / daysPerYear
	}
	for kind, sum := range total {
		allowed := m.cfg.FalseAlarms * years / float64(len(total))
		least := 1.0
		if m.cfg.Horizon > 0 {
			least = max(least, m.thresholds[kind])
		}
		m.thresholds[kind] = max(least, sum/allowed)
	}
}
