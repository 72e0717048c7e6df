package surveillance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// kindSeason is the kind of groups that are worked out here, from the day on which a batch was made.
const kindSeason = store.GroupKind(pattern.SeasonKind)

// loadFleet reads the units. Without one that is in service the fleet is empty.
func loadFleet(ctx context.Context, s Units, cfg Config) (*fleet, error) {
	e, err := s.Exposure(ctx, store.ExposureQuery{Kinds: cfg.Kinds, Step: step, Made: true})
	if err != nil {
		return nil, fmt.Errorf("units at risk: %w", err)
	}
	made, err := madeOn(ctx, s, e.Made)
	if err != nil {
		return nil, err
	}
	f := newFleet(store.BasisUnits, made)
	f.startsAs = startsAs(e.Rows)
	sets := make([]int32, len(e.Groups))
	for i, g := range e.Groups {
		sets[i] = f.set(g)
	}
	for _, r := range e.Rows {
		started, since := r.Started && r.Dated, pattern.Day(r.Day)
		if r.Stage == f.startsAs && r.Dated && !r.Started {
			started, since = true, since+pattern.Day(assumedDays(r.Stage))
		}
		f.add(sets[r.Groups], r.Stage, started, since, r.Units)
	}
	f.settle()
	if f.families, err = families(ctx, s, f); err != nil {
		return nil, err
	}
	return f, nil
}

// families are the products' families, by stratum, as far as the store knows: what is usual of a new
// product is taken from its family's.
func families(ctx context.Context, s Units, f *fleet) (map[int32]string, error) {
	out := map[int32]string{}
	var skus []string
	for _, id := range slices.Compact(slices.Sorted(slices.Values(f.strata))) {
		if id >= 0 {
			skus = append(skus, f.names[id].Name)
		}
	}
	for some := range slices.Chunk(skus, store.MaxUnitChunk) {
		list, err := s.RecordsOf(ctx, store.RecordProduct, some...)
		if err != nil {
			return nil, fmt.Errorf("products: %w", err)
		}
		for _, r := range list {
			p, err := store.ReadRecord[store.Product](r)
			if err != nil {
				return nil, err
			}
			out[f.ids[store.Group{Kind: store.GroupSKU, Name: r.ID}]] = p.Family
		}
	}
	return out, nil
}

// assumedDays are those from shipment, or from making, to a sale of which nobody is told.
func assumedDays(s store.Stage) int {
	if s == store.StageTrade {
		return 30
	}
	return 60
}

// startsAs is the stage whose date stands for the start of service: the sale where any unit has
// one, else shipment, else making. Where sales are known, a unit without one is not sold.
func startsAs(rows []store.ExposureRow) store.Stage {
	out := store.StageStock
	for _, r := range rows {
		switch {
		case r.Started && r.Dated:
			return store.StageField
		case r.Stage == store.StageTrade && r.Dated:
			out = store.StageTrade
		}
	}
	return out
}

// startOf is a unit's start of service, the zero time when it is not known.
func (f *fleet) startOf(u store.Unit) time.Time {
	at := u.Since()
	switch {
	case !at.IsZero() || f.startsAs == store.StageField:
		return at
	case f.startsAs == store.StageTrade:
		at = u.ShippedAt
	default:
		at = u.MadeAt
	}
	if at.IsZero() {
		return at
	}
	return at.AddDate(0, 0, assumedDays(f.startsAs))
}

// madeOn gives a function that says when the batch of a set was made, as far as the store knows: by the
// batch's own record, else by its units.
func madeOn(ctx context.Context, s Units, units map[string]int) (func([]store.Group) pattern.Day, error) {
	batches, err := s.BatchesBy(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("batches: %w", err)
	}
	made := make(map[string]pattern.Day, len(units))
	for name, on := range units {
		made[name] = pattern.Day(on)
	}
	for _, b := range batches {
		if !b.MadeAt.IsZero() {
			made[store.BatchName(b.Code, b.SKU)] = pattern.DayOf(b.MadeAt)
		}
	}
	return func(groups []store.Group) pattern.Day {
		for _, g := range groups {
			if g.Kind == store.GroupBatch {
				return made[g.Name]
			}
		}
		return 0
	}, nil
}
