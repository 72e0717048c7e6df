package plot

import (
	"math"
	"strconv"
)

// Scale maps values to places. Ticks are multiples of Step.
type Scale struct {
	Min, Max, Step float64
	// Format writes the value of a tick.
	Format func(float64) string
}

// Share is the scale of rates from 0 to 1, in percent.
func Share() Scale { return Scale{0, 1, 0.25, Percent} }

// Percent writes a rate in percent, without needless decimals: 0.25 is "25 %".
func Percent(v float64) string {
	return strconv.FormatFloat(math.Round(v*1000)/10, 'f', -1, 64) + "\u00a0%"
}

// Points writes a difference of rates in percentage points with its sign: "+2.5", "0", "−3".
func Points(v float64) string {
	r := math.Round(v*1000) / 10
	switch {
	case r > 0:
		return "+" + strconv.FormatFloat(r, 'f', -1, 64)
	case r < 0:
		return "−" + strconv.FormatFloat(-r, 'f', -1, 64)
	}
	return "0"
}

// Fit gives a scale with round ticks that holds all values, about four steps long. Values
// that are not finite do not count; without any it is 0 to 1.
func Fit(format func(float64) string, values ...float64) Scale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		low, high = 0, 1
	}
	if low == high {
		high = low + max(math.Abs(low)/10, 0.01)
	}
	step := round((high - low) / 4)
	return Scale{math.Floor(low/step+1e-9) * step, math.Ceil(high/step-1e-9) * step, step, format}
}

// round gives the next larger 1, 2, 2.5 or 5 times a power of ten.
func round(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if v <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// at gives a value's place, 0 (Min) to 1 (Max); beyond both ends it stays at the end.
func (s Scale) at(v float64) float64 {
	return min(max((v-s.Min)/(s.Max-s.Min), 0), 1)
}

// tick is a mark on a scale.
type tick struct {
	At   float64 // 0..1, or a coordinate
	Text string
	// Anchor keeps the first and the last text inside.
	Anchor string
}

func (s Scale) ticks() []tick {
	n := int(math.Round((s.Max - s.Min) / s.Step))
	out := make([]tick, 0, n+1)
	for i := range n + 1 {
		v := s.Min + float64(i)*s.Step
		t := tick{At: s.at(v), Text: s.Format(v), Anchor: "middle"}
		switch i {
		case 0:
			t.Anchor = "start"
		case n:
			t.Anchor = "end"
		}
		out = append(out, t)
	}
	return out
}
