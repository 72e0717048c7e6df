package webhook

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

func middle() float64 { return 0.5 }

func TestDelay(t *testing.T) {
	const h = time.Hour
	want := []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * h, 5 * h, 10 * h, 14 * h, 20 * h, 24 * h}
	for i, w := range want {
		if got, again := Delay(i+1, middle); got != w || !again {
			t.Errorf("after attempt %d: %v, %v; want %v", i+1, got, again, w)
		}
	}
	for _, attempt := range []int{-1, 0, len(want) + 1, 1000} {
		if got, again := Delay(attempt, middle); got != 0 || again {
			t.Errorf("after attempt %d: %v, %v; want an end", attempt, got, again)
		}
	}
	if MaxAttempts != len(want)+1 {
		t.Errorf("MaxAttempts is %d, the schedule has %d waits", MaxAttempts, len(want))
	}
}

func TestDelaySpreads(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	seen := map[time.Duration]bool{}
	for range 1000 {
		d, _ := Delay(2, source.Float64)
		if d < 270*time.Second || d > 330*time.Second {
			t.Fatalf("%v is more than a tenth away from 5 min", d)
		}
		seen[d] = true
	}
	if len(seen) < 990 {
		t.Errorf("1000 waits have %d values", len(seen))
	}
	if low, _ := Delay(2, func() float64 { return 0 }); low != 270*time.Second {
		t.Errorf("the lowest is %v", low)
	}
}

func TestNext(t *testing.T) {
	for name, c := range map[string]struct {
		attempt int
		err     error
		want    time.Duration
		again   bool
	}{
		"by the schedule":        {1, &Failure{Status: 500, Retry: true}, 5 * time.Second, true},
		"asked for longer":       {1, &Failure{Status: 429, Retry: true, After: time.Hour}, time.Hour, true},
		"asked for shorter":      {2, &Failure{Status: 429, Retry: true, After: time.Second}, 5 * time.Minute, true},
		"asked for far too long": {1, &Failure{Status: 429, Retry: true, After: 1000 * time.Hour}, MaxAfter, true},
		"gone":                   {1, &Failure{Status: 410, Gone: true}, 0, false},
		"refused":                {1, &Failure{Err: errors.New("x")}, 0, false},
		"unknown":                {3, errors.New("x"), 30 * time.Minute, true},
		"the last":               {MaxAttempts, &Failure{Status: 500, Retry: true, After: time.Hour}, 0, false},
	} {
		if got, again := Next(c.attempt, c.err, middle); got != c.want || again != c.again {
			t.Errorf("%s: %v, %v; want %v, %v", name, got, again, c.want, c.again)
		}
	}
}
