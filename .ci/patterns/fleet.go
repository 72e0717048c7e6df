package main

import (
	"fmt"
	"slices"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/pattern"
)

// fleet is a world as the rivals see it: cohorts with their groups, and the claims of the watch with
// the classifier's labels.
type fleet struct {
	watch   pattern.Period
	cohorts []pattern.Cohort
	claims  []pattern.Claim
}

func newFleet(cfg world.Config) (*fleet, error) {
	w, err := world.New(cfg)
	if err != nil {
		return nil, err
	}
	_, quiet, end := w.Period()
	f := &fleet{watch: pattern.Period{From: pattern.Day(quiet), To: pattern.Day(end)}}
	for i := range w.Batches() {
		f.add(w.Batch(i))
	}
	return f, nil
}

// add takes a batch's units in service and its claims.
func (f *fleet) add(b *world.Batch) {
	first := make([]int, len(b.Cohorts))
	for i := range b.Cohorts {
		first[i] = len(f.cohorts)
		if c := &b.Cohorts[i]; pattern.Day(c.Sold) < f.watch.To {
			f.cohorts = append(f.cohorts, cohorts(b, c)...)
		}
	}
	for i, c := range b.Claims {
		day, at := pattern.Day(c.Reported), first[c.Cohort]
		for f.cohorts[at].Until > 0 && day >= f.cohorts[at].Until {
			at++
		}
		if day >= f.watch.From {
			f.claims = append(f.claims, pattern.Claim{ID: fmt.Sprint(b.Code, "-", i), Cohort: at, Label: c.Called, Reported: day})
		}
	}
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
	out := pattern.Cohort{Units: c.Units, Since: pattern.Day(c.Sold), Groups: groups}
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
