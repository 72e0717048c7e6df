package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"gonum.org/v1/gonum/stat"
)

// curve is a learning curve of one order over several replays.
type curve struct {
	labels []int
	// mean and spread (the standard deviation over replays) of the accuracy; worst is the
	// replay that is least at each point.
	mean, spread, worst []float64
}

// average makes a curve of replays of the same lengths.
func average(replays [][]point) curve {
	var c curve
	for i, p := range replays[0] {
		values := make([]float64, len(replays))
		for k, r := range replays {
			values[k] = r[i].accuracy
		}
		mean, spread := stat.MeanStdDev(values, nil)
		if len(values) == 1 {
			spread = 0
		}
		least := math.Inf(1)
		for _, v := range values {
			least = min(least, v)
		}
		c.labels, c.mean, c.spread, c.worst = append(c.labels, p.labels), append(c.mean, mean), append(c.spread, spread), append(c.worst, least)
	}
	return c
}

// stays gives the number of labels from which on the mean accuracy is never below the goal
// again, and whether there is one short of the last.
func (c curve) stays(goal float64) (labels int, ok bool) {
	for i := len(c.mean) - 1; i >= 0 && c.mean[i] >= goal; i-- {
		labels, ok = c.labels[i], true
	}
	return labels, ok
}

// replays runs an order with so many seeds.
func (r *replay) replays(ctx context.Context, seeds, most int, of func(seed uint64) order) (curve, error) {
	var all [][]point
	for seed := range seeds {
		points, err := r.run(ctx, of(uint64(seed+1)), most)
		if err != nil {
			return curve{}, err
		}
		all = append(all, points)
	}
	return average(all), nil
}

// full is the accuracy with all labels.
func (r *replay) full(ctx context.Context) (float64, error) {
	all := make([]int, len(r.train.Labels))
	for i := range all {
		all[i] = i
	}
	h, err := r.fit(ctx, all)
	if err != nil {
		return 0, err
	}
	return h.accuracy(r.test)
}

// result is what was measured on one set.
type result struct {
	name           string
	all, test      int
	full           float64
	chosen, random curve
}

// goal is the accuracy that is to be reached.
func (r result) goal() float64 { return r.full - slack }

// share is the share of labels from which on a curve stays at the goal; 1 at worst, since with
// all labels it is there.
func (r result) share(c curve) float64 {
	labels, ok := c.stays(r.goal())
	if !ok {
		return 1
	}
	return float64(labels) / float64(r.all)
}

func (r result) met() bool { return r.share(r.chosen) <= askedShare }

// print writes the learning curves as a table.
func (r result) print(w io.Writer) {
	fmt.Fprintf(w, "%s: %d labels, test %d; accuracy with all labels %.3f, to reach %.3f\n", r.name, r.all, r.test, r.full, r.goal())
	fmt.Fprintf(w, "%8s %6s  %8s %8s %8s  %8s %8s\n", "labels", "share", "chosen", "spread", "worst", "random", "spread")
	for i, n := range r.chosen.labels {
		mark := ""
		if r.chosen.mean[i] >= r.goal() {
			mark = "  reached"
		}
		fmt.Fprintf(w, "%8d %5.0f%%  %8.3f %8.3f %8.3f  %8.3f %8.3f%s\n", n, 100*float64(n)/float64(r.all),
			r.chosen.mean[i], r.chosen.spread[i], r.chosen.worst[i], r.random.mean[i], r.random.spread[i], mark)
	}
	fmt.Fprintf(w, "stays within %.2f of all labels from %.0f %% of them on; in random order from %.0f %%\n\n", slack, 100*r.share(r.chosen), 100*r.share(r.random))
}

// verdict sums up; its error says that a set missed what is asked.
func verdict(w io.Writer, results []result) error {
	missed := 0
	fmt.Fprintf(w, "%-34s %6s %6s %9s %9s %10s %4s\n", "set", "labels", "full", "to reach", "chosen", "random", "met")
	for _, r := range results {
		met := "yes"
		if !r.met() {
			met = "NO"
			missed++
		}
		fmt.Fprintf(w, "%-34s %6d %6.3f %9.3f %7.0f %% %8.0f %% %4s\n", r.name, r.all, r.full, r.goal(), 100*r.share(r.chosen), 100*r.share(r.random), met)
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d sets need more than %.0f %% of the labels", missed, len(results), 100*askedShare)
	}
	return nil
}
