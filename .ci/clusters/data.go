package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/pipeline/similar"
)

// data is a set in memory. Labels serve for scoring only.
type data struct {
	items            []similar.Item
	label            []string
	labelled, labels int
}

func load(ctx context.Context, s set, split string) (*data, error) {
	encoder, err := builtin.Text()
	if err != nil {
		return nil, err
	}
	rows, err := datasets.Open(s.name, datasets.Options{Root: s.root, Split: split})
	if err != nil {
		return nil, err
	}
	d, names := &data{}, map[string]bool{}
	for c, err := range rows.Claims(ctx) {
		if err != nil {
			return nil, err
		}
		label := c.Labels[s.axis]
		if label != "" {
			names[label] = true
			d.labelled++
		}
		d.label = append(d.label, label)
		d.items = append(d.items, similar.Item{ID: c.ID, Text: c.Text, Vector: encoder.Encode(c.Text), At: c.ReceivedAt})
	}
	if d.labels = len(names); d.labels < 2 {
		return nil, fmt.Errorf("%s: %d labels on %s", s.name, d.labels, s.axis)
	}
	return d, nil
}

// ami compares a grouping with the labels, over the claims that have one.
func (d *data) ami(of func(id string) string) float64 {
	all := make([]string, len(d.items))
	for i, it := range d.items {
		all[i] = of(it.ID)
	}
	return d.amiOf(all)
}

// amiOf is ami of groups by the place of the claim.
func (d *data) amiOf(groups []string) float64 {
	var truth, found []string
	for i, g := range groups {
		if d.label[i] != "" {
			truth, found = append(truth, d.label[i]), append(found, g)
		}
	}
	return metric.AMI(truth, found)
}

// counter gives ids c1, c2, ...
func counter() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("c%d", n) }
}

// grouped is a board of all claims, grouped once.
func grouped(d *data, cfg similar.Config) (*similar.Board, error) {
	b, err := similar.NewBoard("texts", cfg, counter())
	if err != nil {
		return nil, err
	}
	members := map[string]string{}
	for _, it := range d.items {
		members[it.ID] = ""
	}
	b.Restore(nil, members, d.items, time.Time{})
	b.Regroup(time.Time{})
	return b, nil
}

// streamed is where the claims are after they came in one order, by their place in the set.
type streamed struct {
	before, after []string // grouping anew at the end
	slowest       time.Duration
}

// stream adds the claims one at a time, in the order of a seed, grouping anew when due. The
// last grouping comes as early as it can, when a sixth of the claims (Grow 0.2) are still to
// come: what stands then is the worst that anyone sees.
func stream(d *data, seed uint64) (streamed, error) {
	b, err := similar.NewBoard("texts", similar.Config{}, counter())
	if err != nil {
		return streamed{}, err
	}
	perm := rand.New(rand.NewPCG(seed, 0)).Perm(len(d.items))
	last := int(float64(len(perm)) / 1.2)
	var out streamed
	for n, i := range perm {
		began := time.Now()
		b.Add(d.items[i], began)
		out.slowest = max(out.slowest, time.Since(began))
		if n+1 == last || n+1 < last && b.Due() {
			b.Regroup(began)
		}
	}
	out.before = places(d, b)
	b.Regroup(time.Now())
	out.after = places(d, b)
	return out, nil
}

func places(d *data, b *similar.Board) []string {
	members, out := b.Members(), make([]string, len(d.items))
	for i, it := range d.items {
		out[i] = members[it.ID]
	}
	return out
}
