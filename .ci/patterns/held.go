package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// held is a world as the service finds it in its store, on a day: units that are made by then, with
// what they run by then, and claims that were reported by then. Alarms are in ledger.
type held struct {
	*ledger
	today world.Day
	// Between scans that are further apart than the service's, the units are known as it would know
	// them: sales so far ahead, and the firmware as of the last scan.
	ahead   world.Day
	scanned world.Day
	// limit, when given, is how many claims are known, whatever the day; clock the time.
	limit int
	clock time.Time
	// tells are the planted defects that opened alarms tell of, -1 for none.
	tells []int
	// replayed says that one scan at the end goes through all of it.
	replayed bool
	period   pattern.Period // of the world; quiet is the day from which on defects begin
	quiet    pattern.Day
	cohorts  []cohort
	groups   [][]store.Group
	batches  []store.Batch
	families map[string]string // by SKU
	claims   []store.Claim     // oldest first
	defects  []int32           // by claim: the planted defect behind it, -1 for none
	serials  map[string]int32
	slice    []store.SettledReview
	truth    world.Truth
}

// cohort is units that are alike, with a set of groups for each version that they run in turn.
type cohort struct {
	unit       store.Unit
	made, sold world.Day
	units      int
	firmware   []world.Install
	sets       []int32
}

// reviewed is how many claims of the year before the watch people have looked at.
const reviewed = 3000

// looked is the hour of a day's look, after its claims.
const looked = 23 * time.Hour

func hold(cfg world.Config) (*held, error) {
	w, err := world.New(cfg)
	if err != nil {
		return nil, err
	}
	start, quiet, end := w.Period()
	h := &held{ledger: newLedger(), serials: map[string]int32{}, families: map[string]string{}, period: pattern.Period{From: pattern.Day(start), To: pattern.Day(end)}, quiet: pattern.Day(quiet)}
	tally, sets := w.NewTally(), map[string]int32{}
	type reported struct {
		store.Claim
		defect int32
		label  string
	}
	var all []reported
	for i := range w.Batches() {
		b := w.Batch(i)
		tally.Add(b)
		h.families[b.SKU] = b.Product
		h.batches = append(h.batches, store.Batch{Code: b.Code, SKU: b.SKU, MadeAt: b.Made.Time()})
		first := int32(len(h.cohorts))
		for _, c := range b.Cohorts {
			h.cohorts = append(h.cohorts, h.cohort(b, c, sets))
		}
		for n, c := range b.Claims {
			serial := b.Serial(c.Unit)
			h.serials[serial] = first + int32(c.Cohort)
			all = append(all, reported{served(fmt.Sprintf("%s-%05d", b.Code, n), serial, b.SKU, c), int32(c.Defect), c.Label})
		}
	}
	slices.SortFunc(all, func(a, b reported) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	for _, r := range all {
		h.claims, h.defects = append(h.claims, r.Claim), append(h.defects, r.defect)
	}
	h.truth = tally.Truth()
	past := slices.IndexFunc(all, func(r reported) bool { return !r.CreatedAt.Before(quiet.Time()) })
	rng := rand.New(rand.NewPCG(cfg.Seed, 99))
	for _, i := range rng.Perm(max(past, 0))[:min(reviewed, max(past, 0))] {
		h.slice = append(h.slice, drawn(all[i].Claim, all[i].label))
	}
	return h, nil
}

// served is a claim as the service has it once it is finished.
func served(id, serial, sku string, c world.Claim) store.Claim {
	at := c.Reported.Time().Add(12 * time.Hour)
	return store.Claim{ID: id, State: store.Done, CreatedAt: at, FinishedAt: at, Claim: claim.Claim{ID: id, Serial: serial, SKU: sku, ReceivedAt: at},
		Prediction: &claim.Prediction{Axes: map[string]claim.AxisPrediction{world.Axis: {Label: c.Called, Probability: 0.9}}}}
}

// drawn is an item of the random slice that people have labelled.
func drawn(c store.Claim, right string) store.SettledReview {
	said := c.Prediction.Axes[world.Axis].Label
	return store.SettledReview{
		Review: store.Review{NewReview: store.NewReview{Claim: c.ID, Reasons: []store.ReviewReason{store.ReasonRandom},
			Suggested: map[string]store.Suggestion{world.Axis: {Label: said}}}},
		Decision: store.ReviewDecision{Labels: map[string]string{world.Axis: right}}}
}

func (h *held) cohort(b *world.Batch, c world.Cohort, sets map[string]int32) cohort {
	u := store.Unit{SKU: b.SKU, Batch: b.Code, Plant: b.Plant, MadeAt: b.Made.Time(), Warehouse: c.Warehouse, Carrier: c.Carrier, Channel: c.Channel,
		Region: c.Region, Country: c.Country, ShippedAt: c.Shipped.Time(), SoldAt: c.Sold.Time()}
	for _, l := range c.Lots {
		u.Lots = append(u.Lots, store.LotRef{Component: l.Component, Code: l.Code, Supplier: l.Supplier})
	}
	out := cohort{unit: u, made: b.Made, sold: c.Sold, units: c.Units, firmware: c.Firmware}
	for i := range max(1, len(c.Firmware)) {
		if len(c.Firmware) > 0 {
			u.Firmware = c.Firmware[i].Version
		}
		groups := u.Groups(surveillance.DefaultKinds()...)
		key := fmt.Sprint(groups)
		at, ok := sets[key]
		if !ok {
			at = int32(len(h.groups))
			sets[key], h.groups = at, append(h.groups, groups)
		}
		out.sets = append(out.sets, at)
	}
	return out
}

// runs is the place of the version that the cohort runs on a day.
func (c *cohort) runs(day world.Day) int {
	at := 0
	for i := 1; i < len(c.firmware) && c.firmware[i].From <= day; i++ {
		at = i
	}
	return at
}

// known is the number of claims that were reported by today.
func (h *held) known() int {
	if h.limit > 0 {
		return h.limit
	}
	end := h.today.Time().Add(looked)
	n, _ := slices.BinarySearchFunc(h.claims, end, func(c store.Claim, at time.Time) int { return c.CreatedAt.Compare(at) })
	return n
}

func (h *held) Exposure(_ context.Context, q store.ExposureQuery) (store.Exposure, error) {
	h.scanned = h.today // a scan begins with it
	rows := map[store.ExposureRow]int{}
	for i := range h.cohorts {
		c := &h.cohorts[i]
		if c.made > h.today+h.ahead {
			continue
		}
		r := store.ExposureRow{Groups: int(c.sets[c.runs(h.scanned)]), Stage: store.StageStock, Day: int(c.made), Dated: true}
		if c.sold <= h.today+h.ahead {
			r.Stage, r.Day, r.Started = store.StageField, int(c.sold), true
		}
		r.Day -= r.Day % q.Step
		rows[r] += c.units
	}
	e := store.Exposure{Groups: h.groups, Rows: make([]store.ExposureRow, 0, len(rows))}
	for r, n := range rows {
		r.Units = n
		e.Rows = append(e.Rows, r)
	}
	slices.SortFunc(e.Rows, func(a, b store.ExposureRow) int {
		return cmp.Or(a.Groups-b.Groups, a.Day-b.Day, cmp.Compare(a.Stage, b.Stage))
	})
	return e, nil
}

func (h *held) UnitsBySerials(_ context.Context, serials []string) (map[string][]store.Unit, error) {
	out := map[string][]store.Unit{}
	for _, s := range serials {
		c := &h.cohorts[h.serials[s]]
		u := c.unit
		u.Serial = s
		if len(c.firmware) > 0 {
			u.Firmware = c.firmware[c.runs(h.scanned)].Version
		}
		out[s] = []store.Unit{u}
	}
	return out, nil
}

func (h *held) List(_ context.Context, f store.Filter, p store.Page) ([]store.Claim, string, error) {
	end := h.known()
	if p.After != "" {
		var err error
		if end, err = strconv.Atoi(p.After); err != nil {
			return nil, "", err
		}
	}
	var out []store.Claim
	for end > 0 && len(out) < p.Limit && !h.claims[end-1].CreatedAt.Before(f.From) {
		end--
		out = append(out, h.claims[end])
	}
	if len(out) < p.Limit {
		return out, "", nil
	}
	return out, strconv.Itoa(end), nil
}

// Slice is what people drew in the year before the watch.
func (h *held) Slice(context.Context, time.Time, time.Time) ([]store.SettledReview, error) {
	return h.slice, nil
}

// RecordsOf gives the products' kinds.
func (h *held) RecordsOf(_ context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error) {
	var out []store.Record
	for _, id := range ids {
		if of, ok := h.families[id]; ok && kind == store.RecordProduct {
			r, err := store.RecordOf(kind, id, store.Product{Family: of})
			if err != nil {
				return nil, err
			}
			out = append(out, r)
		}
	}
	return out, nil
}

func (h *held) BatchesBy(context.Context, string) ([]store.Batch, error) { return h.batches, nil }
