package pattern

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDetectorMean: at any time the detector's mean is the operational time, when the rate is as
// expected; that is what the false-alarm bound rests on. Mild ratios only: the mean of the large
// ones lives in rare worlds that no simulation meets.
func TestDetectorMean(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	const worlds, days, perDay = 60000, 20, 0.1
	sum := 0.0
	for range worlds {
		d := detector{}
		for day := range days {
			begin := perDay * float64(day)
			for u := rng.Float64(); u > math.Exp(-perDay); u *= rng.Float64() {
				d.add(begin, begin+perDay, Day(day))
			}
		}
		gap := days*perDay - d.mu
		sum += d.sum[0]*math.Exp(-0.5*gap) + (1-math.Exp(-0.5*gap))/0.5
	}
	if mean := sum / worlds; math.Abs(mean/(days*perDay)-1) > 0.03 {
		t.Errorf("the detector's mean is %.3f of its operational time, want 1", mean/(days*perDay))
	}
}

func TestDetectorOnset(t *testing.T) {
	d := detector{}
	for day := 0; day < 400; day += 20 { // one claim in 20 days, as expected
		d.add(float64(day)/20, float64(day+1)/20, Day(day))
	}
	for day := 400; day < 440; day++ { // then one a day
		d.add(float64(day)/20, float64(day+1)/20, Day(day))
	}
	best := d.best()
	if best.since < 380 || best.since > 402 || best.n < 38 {
		t.Errorf("onset on day %d with %d claims, want about day 400 with 40", best.since, best.n)
	}
}
