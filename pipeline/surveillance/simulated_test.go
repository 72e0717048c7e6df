package surveillance_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	sim "github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// simulated is a simulated world as a fake store: two million units need no two million units in
// memory, only those that claims are about and the counts of the others.
type simulated struct {
	*fake
	exposure store.Exposure
	truth    sim.Truth
	end      time.Time
}

// ClusterOf has no clusters.
func (s *simulated) ClusterOf(context.Context, string, string) (string, error) { return "", nil }

// Exposure gives the counts; it was asked for the default kinds when the world was made.
func (s *simulated) Exposure(_ context.Context, _ store.ExposureQuery) (store.Exposure, error) {
	return s.exposure, nil
}

func simulate(tb testing.TB, cfg sim.Config, kinds []store.GroupKind) *simulated {
	tb.Helper()
	w, err := sim.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	_, _, end := w.Period()
	s := &simulated{fake: &fake{units: map[string][]store.Unit{}, alarms: map[string]store.Alarm{}}, end: end.Time()}
	tally := w.NewTally()
	sets := map[string]int{}
	for i := range w.Batches() {
		b := w.Batch(i)
		tally.Add(b)
		s.family(tb, b)
		s.batches = append(s.batches, store.Batch{Code: b.Code, SKU: b.SKU, MadeAt: b.Made.Time()})
		cohorts := make([]store.Unit, len(b.Cohorts))
		for j, c := range b.Cohorts {
			cohorts[j] = unitOf(b, c, end)
			s.count(cohorts[j], c.Units, kinds, sets)
		}
		for j, c := range b.Claims {
			u := cohorts[c.Cohort]
			u.Serial = b.Serial(c.Unit)
			s.units[u.Serial] = []store.Unit{u}
			s.claims = append(s.claims, simulatedClaim(fmt.Sprintf("%s-%d", b.Code, j), u, c))
		}
	}
	slices.SortFunc(s.claims, newestFirst)
	s.truth = tally.Truth()
	slices.SortFunc(s.exposure.Rows, func(a, b store.ExposureRow) int {
		return cmp.Or(cmp.Compare(a.Groups, b.Groups), cmp.Compare(a.Day, b.Day))
	})
	return s
}

// family keeps a batch's product with its kind.
func (s *simulated) family(tb testing.TB, b *sim.Batch) {
	tb.Helper()
	if slices.ContainsFunc(s.records, func(r store.Record) bool { return r.ID == b.SKU }) {
		return
	}
	r, err := store.RecordOf(store.RecordProduct, b.SKU, store.Product{Family: b.Product})
	if err != nil {
		tb.Fatal(err)
	}
	s.records = append(s.records, r)
}

func unitOf(b *sim.Batch, c sim.Cohort, end sim.Day) store.Unit {
	u := store.Unit{SKU: b.SKU, Batch: b.Code, Plant: b.Plant, MadeAt: b.Made.Time(), Warehouse: c.Warehouse, Carrier: c.Carrier, Channel: c.Channel,
		Region: c.Region, Country: c.Country, ShippedAt: c.Shipped.Time()}
	for _, l := range c.Lots {
		u.Lots = append(u.Lots, store.LotRef{Component: l.Component, Code: l.Code, Supplier: l.Supplier})
	}
	if c.Sold < end {
		u.SoldAt = c.Sold.Time()
	}
	if n := len(c.Firmware); n > 0 {
		u.Firmware = c.Firmware[n-1].Version
	}
	return u
}

// count adds a cohort's units to the exposure.
func (s *simulated) count(u store.Unit, n int, kinds []store.GroupKind, sets map[string]int) {
	groups := u.Groups(kinds...)
	key := fmt.Sprint(groups)
	at, ok := sets[key]
	if !ok {
		at = len(s.exposure.Groups)
		sets[key] = at
		s.exposure.Groups = append(s.exposure.Groups, groups)
	}
	stage, since := u.Stage()
	day := int(since.Unix() / 86400)
	s.exposure.Rows = append(s.exposure.Rows, store.ExposureRow{Groups: at, Stage: stage, Day: day - day%7, Dated: true, Started: !u.Since().IsZero(), Units: n})
}

func simulatedClaim(id string, u store.Unit, c sim.Claim) store.Claim {
	at := c.Reported.Time().Add(12 * time.Hour)
	return store.Claim{ID: id, State: store.Done, CreatedAt: at, FinishedAt: at,
		Claim:      claim.Claim{ID: id, Serial: u.Serial, SKU: u.SKU, ReceivedAt: at},
		Prediction: &claim.Prediction{Axes: map[string]claim.AxisPrediction{sim.Axis: {Label: c.Called, Probability: 0.9}}}}
}
