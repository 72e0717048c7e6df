package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/bench"
	"github.com/defekt/defekt/pipeline/pattern"
)

// speed is processor time and memory of a full scan.
type speed struct {
	Claims  int     `json:"claims"`
	Cohorts int     `json:"cohorts"`
	Streams int     `json:"streams"`
	Scan    float64 `json:"scan_seconds"`
	Claim   float64 `json:"claim_milliseconds"`
	Memory  float64 `json:"memory_mib"` // taken from the system by this whole program so far
}

// scanned is the claims of the scan that is timed.
const scanned = 100_000

// measure fits a baseline to all claims of a world and replays 100,000 of them over all groups.
func measure(cfg world.Config) (speed, error) {
	f, err := newFleet(cfg)
	if err != nil {
		return speed{}, err
	}
	claims := slices.Concat(f.past, f.claims)
	claims = claims[:min(len(claims), scanned)] // smaller worlds have fewer
	period := pattern.Period{From: f.start, To: f.watch.To}
	start := bench.CPU()
	b, err := pattern.FitBaseline(f.cohorts, claims, period, pattern.Fit{Warranty: world.Warranty})
	if err != nil {
		return speed{}, err
	}
	r, err := pattern.Scan(f.cohorts, claims, b, period, pattern.Config{Confusion: f.confusion})
	if err != nil {
		return speed{}, err
	}
	s := speed{Claims: len(claims), Cohorts: len(f.cohorts), Streams: len(r.Monitor.Counts()), Scan: (bench.CPU() - start).Seconds()}
	const more = 1000
	last := claims[max(0, len(claims)-more):]
	start = bench.CPU()
	for _, c := range last {
		if c.Reported = period.To - 1; f.cohorts[c.Cohort].Until > 0 {
			c.Reported = f.cohorts[c.Cohort].Until - 1
		}
		if _, err := r.Monitor.Add(c); err != nil {
			continue // refused ones cost time too
		}
	}
	s.Claim = (bench.CPU() - start).Seconds() * float64(time.Second/time.Millisecond) / more
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.Memory = float64(m.Sys) / (1 << 20)
	return s, nil
}

func (s speed) print(w io.Writer) {
	fmt.Fprintf(w, "\nfull scan (baseline, replay, causes) of %d claims over %d streams of %d cohorts: %.1f s; one more claim: %.3f ms; memory of this program: %.0f MiB\n",
		s.Claims, s.Streams, s.Cohorts, s.Scan, s.Claim, s.Memory)
}
