package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// ReviewPlans is how a database means to look for items of the queue.
type ReviewPlans struct {
	// Near gives the plan of the look at the first by rank, Far that of the look at all.
	Near, Far func(f store.ReviewFilter) string
	// Rank, Slice, Lang, Product and Axes are the indexes.
	Rank, Slice, Lang, Product, Axes string
	// Scan and Sort are what a plan says that reads a whole table, or sorts.
	Scan, Sort string
}

// Check fails unless the queue is read along an index, and sorted only where what a reviewer
// takes is gathered first.
func (p ReviewPlans) Check(t *testing.T) {
	t.Helper()
	for name, tc := range map[string]struct {
		narrow    func(*store.ReviewFilter)
		near, far string
	}{
		"all":      {func(*store.ReviewFilter) {}, "", p.Rank},
		"slice":    {func(f *store.ReviewFilter) { f.Slice = true }, "", p.Slice},
		"language": {func(f *store.ReviewFilter) { f.Langs = []string{"fi", "sv"} }, p.Rank, p.Lang},
		"product":  {func(f *store.ReviewFilter) { f.Products = []string{"p1", "p2"} }, p.Rank, p.Product},
		"axes":     {func(f *store.ReviewFilter) { f.Axes = []string{"a1", "a2"} }, p.Rank, p.Axes},
	} {
		for _, unlike := range []*store.Likeness{nil, {Cluster: "c", Label: "l", Product: "p"}} {
			f := store.ReviewFilter{By: "me", Free: time.Now(), Unlike: unlike}
			tc.narrow(&f)
			if far := p.Far(f); !strings.Contains(far, tc.far) || strings.Contains(far, p.Scan) || tc.near == "" && strings.Contains(far, p.Sort) {
				t.Errorf("%s, unlike %v:\n%s", name, unlike, far)
			}
			if tc.near == "" {
				continue
			}
			if near := p.Near(f); !strings.Contains(near, tc.near) || strings.Contains(near, p.Scan) || strings.Contains(near, p.Sort) {
				t.Errorf("%s, unlike %v, near:\n%s", name, unlike, near)
			}
		}
	}
}
