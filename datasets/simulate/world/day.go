package world

import (
	"math"
	"math/rand/v2"
	"time"
)

// Day is a number of days since 1970-01-01 (UTC).
type Day int

// Time gives the first moment of the day, UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String gives the date, such as 2024-02-29.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// The streams of a seed; a batch adds its number.
const (
	streamPlan = iota + 1
	streamDefects
	streamBatches = 1 << 20
	streamClaims  = 2 << 20
	streamExcess  = 3 << 20
)

func dice(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// scattered is a factor around 1 whose logarithm has this standard deviation.
func scattered(rng *rand.Rand, sd float64) float64 {
	return math.Exp(sd*rng.NormFloat64() - sd*sd/2)
}

// poisson draws a count. Means here are small, so that multiplying numbers is quickest (Knuth).
func poisson(rng *rand.Rand, mean float64) int {
	n := 0
	for mean > 30 {
		n += poisson(rng, 30)
		mean -= 30
	}
	for limit, p := math.Exp(-mean), rng.Float64(); p > limit; n++ {
		p *= rng.Float64()
	}
	return n
}

// pick gives a place by weight.
func pick(rng *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	at := rng.Float64() * sum
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// monthStart is the first day of a month from 1; months past 12 are of the next year.
func monthStart(year, month int) Day {
	return Day(time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// DayOf gives a date's day.
func DayOf(year, month, day int) Day { return monthStart(year, month) + Day(day-1) }
