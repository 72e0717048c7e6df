package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/sourcegraph/conc/iter"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/pattern"
)

// fleet is a world as a watch sees it: cohorts, claims with the classifier's labels in order of
// report, and a reviewer's look at some of the past ones. The truth is for scoring alone.
type fleet struct {
	seed      uint64
	start     pattern.Day
	watch     pattern.Period
	cohorts   []pattern.Cohort
	past      []pattern.Claim // reported before the watch
	claims    []pattern.Claim // in the watch
	confusion *pattern.Confusion
	truth     world.Truth
}

// reviewed is how many past claims people have looked at.
const reviewed = 3000

func newFleet(cfg world.Config) (*fleet, error) {
	w, err := world.New(cfg)
	if err != nil {
		return nil, err
	}
	start, quiet, end := w.Period()
	f := &fleet{seed: cfg.Seed, start: pattern.Day(start), watch: pattern.Period{From: pattern.Day(quiet), To: pattern.Day(end)}}
	tally := w.NewTally()
	numbers := make([]int, w.Batches())
	for i := range numbers {
		numbers[i] = i
	}
	var pairs [][2]string
	mapper := iter.Mapper[int, *world.Batch]{MaxGoroutines: runtime.GOMAXPROCS(0)}
	for some := range slices.Chunk(numbers, 256) {
		for _, b := range mapper.Map(some, func(i *int) *world.Batch { return w.Batch(*i) }) {
			tally.Add(b)
			pairs = append(pairs, f.add(b, pattern.Day(end))...)
		}
	}
	byDay := func(a, b pattern.Claim) int { return cmp.Compare(a.Reported, b.Reported) }
	slices.SortStableFunc(f.past, byDay)
	slices.SortStableFunc(f.claims, byDay)
	f.truth = tally.Truth()
	f.confusion, err = review(cfg.Seed, pairs)
	return f, err
}

// add takes a batch's units in service and its claims, and gives the true and the called labels
// of those reported before the watch.
func (f *fleet) add(b *world.Batch, end pattern.Day) [][2]string {
	first := make([]int, len(b.Cohorts))
	for i := range b.Cohorts {
		first[i] = len(f.cohorts)
		if c := &b.Cohorts[i]; pattern.Day(c.Sold) < end {
			f.cohorts = append(f.cohorts, cohorts(b, c)...)
		}
	}
	var pairs [][2]string
	for i, c := range b.Claims {
		day := pattern.Day(c.Reported)
		at := first[c.Cohort]
		for f.cohorts[at].Until > 0 && day >= f.cohorts[at].Until {
			at++
		}
		out := pattern.Claim{ID: fmt.Sprint(b.Code, "-", i), Cohort: at, Label: c.Called, Reported: day}
		if day < f.watch.From {
			f.past = append(f.past, out)
			pairs = append(pairs, [2]string{c.Label, c.Called})
		} else {
			f.claims = append(f.claims, out)
		}
	}
	return pairs
}

// cohorts gives a cohort by firmware version, or as it is.
func cohorts(b *world.Batch, c *world.Cohort) []pattern.Cohort {
	groups := []pattern.Key{
		{Kind: "batch", Name: b.Code}, {Kind: "sku", Name: b.SKU}, {Kind: "plant", Name: b.Plant},
		{Kind: "warehouse", Name: c.Warehouse}, {Kind: "carrier", Name: c.Carrier},
		{Kind: "channel", Name: c.Channel}, {Kind: "region", Name: c.Region}, pattern.Season(pattern.Day(b.Made)),
	}
	for _, l := range c.Lots {
		groups = append(groups, pattern.Key{Kind: "lot", Name: l.Code}, pattern.Key{Kind: "supplier", Name: l.Supplier})
	}
	for _, k := range slices.Clone(groups) {
		switch k.Kind {
		case "sku", "plant", "supplier":
			groups = append(groups, pattern.Vintage(k, pattern.Day(b.Made)))
		case "warehouse", "carrier":
			groups = append(groups, pattern.Vintage(k, pattern.Day(c.Shipped)))
		}
	}
	out := pattern.Cohort{Units: c.Units, Since: pattern.Day(c.Sold), Stratum: b.SKU, Family: b.Product, Groups: groups}
	if len(c.Firmware) == 0 {
		return []pattern.Cohort{out}
	}
	var parts []pattern.Cohort
	for i, v := range c.Firmware {
		part := out
		part.Groups = append(slices.Clip(groups), pattern.Key{Kind: "firmware", Name: v.Version})
		if i > 0 {
			part.From = pattern.Day(v.From)
		}
		if i+1 < len(c.Firmware) {
			part.Until = pattern.Day(c.Firmware[i+1].From)
		}
		parts = append(parts, part)
	}
	return parts
}

// review draws the claims that people looked at.
func review(seed uint64, pairs [][2]string) (*pattern.Confusion, error) {
	rng := rand.New(rand.NewPCG(seed, 99))
	labels := world.Labels()
	counts := make([][]int, len(labels))
	for i := range counts {
		counts[i] = make([]int, len(labels))
	}
	for _, i := range rng.Perm(len(pairs))[:min(reviewed, len(pairs))] {
		counts[slices.Index(labels, pairs[i][0])][slices.Index(labels, pairs[i][1])]++
	}
	return pattern.NewConfusion(labels, counts)
}
