package bench

import (
	"slices"
)

// Side is what the runs of one contestant came to. Times are medians over its runs.
type Side struct {
	Name            string  `json:"name"`
	Photos          int     `json:"photos"`
	PhotosPerSecond float64 `json:"photos_per_second"`
	// CPUSeconds is the processor time of the whole process, see [Run].
	CPUSeconds float64 `json:"cpu_seconds"`
	// PeakBytes is the largest of all runs.
	PeakBytes int64 `json:"peak_rss_bytes"`
	Runs      []Run `json:"runs"`
}

// NewSide sums up runs, of which there must be at least one.
func NewSide(name string, runs []Run) Side {
	s := Side{Name: name, Photos: runs[0].Photos, Runs: runs}
	s.PhotosPerSecond = Median(column(runs, func(r Run) float64 { return r.PhotosPerSecond }))
	s.CPUSeconds = Median(column(runs, func(r Run) float64 { return r.CPUSeconds }))
	for _, r := range runs {
		s.PeakBytes = max(s.PeakBytes, r.PeakBytes)
	}
	return s
}

// Ratios compare a side with its peer, run by run: each is the median of the quotients of
// runs that followed each other, so that a machine that slows down for a while slows both.
type Ratios struct {
	// Speed is ours : peer in photos per second; above 1 is faster.
	Speed float64 `json:"speed"`
	// CPU is peer : ours in processor time of the whole process; above 1 is cheaper.
	CPU float64 `json:"cpu"`
	// Memory is ours : peer at the peak; below 1 is smaller.
	Memory float64 `json:"memory"`
}

// Compare compares runs that alternated: ours[i] ran beside peer[i].
func Compare(ours, peer Side) Ratios {
	var speed, cpu []float64
	for i := range min(len(ours.Runs), len(peer.Runs)) {
		a, b := ours.Runs[i], peer.Runs[i]
		speed = append(speed, Ratio(a.PhotosPerSecond, b.PhotosPerSecond))
		cpu = append(cpu, Ratio(b.CPUSeconds, a.CPUSeconds))
	}
	return Ratios{Median(speed), Median(cpu), Ratio(float64(ours.PeakBytes), float64(peer.PeakBytes))}
}

// Ratio is a/b, and 0 when b is not known.
func Ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// Median is the middle value, the mean of the two middle ones for an even number; 0 for none.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	v := slices.Sorted(slices.Values(values))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func column(runs []Run, of func(Run) float64) []float64 {
	out := make([]float64, len(runs))
	for i, r := range runs {
		out[i] = of(r)
	}
	return out
}
