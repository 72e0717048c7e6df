package pattern

import "math"

// ramp is the expected claims of one unit of a stratum of factor 1, by start of service and up to
// a day, within a period. What it has computed it keeps, since many cohorts begin on one day.
type ramp struct {
	rates    *Rates
	warranty int
	period   Period
	calendar []week
	since    [][]float64 // by start of service from a warranty before the period on: up to the end of each step
	none     []float64   // of units whose warranty is over, or whose service begins later
}

func (b *Baseline) ramp(r *Rates, p Period, calendar []week) *ramp {
	return &ramp{r, b.Warranty, p, calendar, make([][]float64, int(p.To-p.From)+b.Warranty), make([]float64, len(calendar))}
}

// of gives the claims up to the end of each step, for units in service since a day.
func (r *ramp) of(since Day) []float64 {
	at := int(since-r.period.From) + r.warranty
	if at < 0 || at >= len(r.since) {
		return r.none
	}
	if out := r.since[at]; out != nil {
		return out
	}
	out := make([]float64, len(r.calendar))
	sum := 0.0
	plain := Cohort{Since: since}
	for s := range out {
		from, to := r.period.overlap(plain, s, r.warranty)
		for from < to {
			age, birthday := birthday(since, from, to)
			sum += r.rates.Hazard[age] * r.calendar[s].season(r.rates, from, birthday)
			from = birthday
		}
		out[s] = sum
	}
	r.since[at] = out
	return out
}

// upTo gives the claims before a day of the period.
func (r *ramp) upTo(since, day Day) float64 {
	if day <= r.period.From {
		return 0
	}
	steps := r.of(since)
	s := min(int(day-r.period.From)/step, len(steps)-1)
	before := 0.0
	if s > 0 {
		before = steps[s-1]
	}
	from, to := r.period.overlap(Cohort{Since: since}, s, r.warranty)
	if from >= to {
		return before
	}
	return before + float64(min(to, max(from, day))-from)/float64(to-from)*(steps[s]-before)
}

// between gives the expected claims of a cohort from a day up to and not including another.
func (r *ramp) between(c Cohort, from, to Day) float64 {
	from = max(from, c.From)
	if c.Until > 0 {
		to = min(to, c.Until)
	}
	if from >= to {
		return 0
	}
	return float64(c.Units) * r.rates.factor(c.Stratum) * (r.upTo(c.Since, to) - r.upTo(c.Since, from))
}

// weekly gives the expected claims of a cohort by step from first on, into out.
func (r *ramp) weekly(c *Cohort, factor float64, first int, out []float64) {
	steps := r.of(c.Since)
	if scale := float64(c.Units) * factor; c.From <= c.Since && c.Until == 0 { // most are
		before := 0.0
		if first > 0 {
			before = steps[first-1]
		}
		for i, next := range steps[first : first+len(out)] {
			out[i] = scale * (next - before)
			before = next
		}
		return
	}
	low, high := 0.0, math.Inf(1)
	if c.From > c.Since {
		low = r.upTo(c.Since, c.From)
	}
	if c.Until > 0 {
		high = r.upTo(c.Since, c.Until)
	}
	scale := float64(c.Units) * factor
	before := low
	if first > 0 {
		before = max(low, min(high, steps[first-1]))
	}
	for i, next := range steps[first : first+len(out)] {
		next = max(low, min(high, next))
		out[i] = scale * (next - before)
		before = next
	}
}
