package measures

import (
	"context"
	"errors"

	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

// byBatch adds up costs by batch. The store knows the batch of costs that name a unit; those that
// name a claim only are placed by the claim's serial.
func byBatch(ctx context.Context, s Source, f store.CostFilter) (map[store.Group]money.Sums, error) {
	sums, err := s.SumCosts(ctx, f, store.GroupBatch)
	if err != nil {
		return nil, err
	}
	out := map[store.Group]money.Sums{}
	unplaced := 0
	for _, c := range sums {
		if c.Group.Name == "" {
			unplaced += c.N
			continue
		}
		if err := addTo(out, c.Group, c.Amount); err != nil {
			return nil, err
		}
	}
	if unplaced == 0 {
		return out, nil
	}
	return out, place(ctx, s, f, out)
}

func addTo(out map[store.Group]money.Sums, g store.Group, m store.Money) error {
	if out[g] == nil {
		out[g] = money.Sums{}
	}
	return out[g].Add(m)
}

// place adds the costs that name a claim only.
func place(ctx context.Context, s Source, f store.CostFilter, out map[store.Group]money.Sums) error {
	reader := cases.Reader{Claims: s, Units: s}
	for cost, err := range store.EachCost(ctx, s, f) {
		if err != nil {
			return err
		}
		if cost.Serial != "" || cost.Claim == "" {
			continue
		}
		c, err := claimOf(ctx, s, cost.Claim)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		one, err := reader.Of(ctx, c)
		if err != nil {
			return err
		}
		for _, g := range one.Groups {
			if g.Kind == store.GroupBatch {
				if err := addTo(out, g, cost.Amount); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// claimOf finds a claim by id, else by the sender's reference if only one claim has it.
func claimOf(ctx context.Context, s Source, name string) (store.Claim, error) {
	c, err := s.Claim(ctx, name)
	if !errors.Is(err, store.ErrNotFound) {
		return c, err
	}
	list, _, err := s.List(ctx, store.Filter{Reference: name}, store.Page{Limit: 2})
	if err != nil {
		return store.Claim{}, err
	}
	if len(list) != 1 {
		return store.Claim{}, store.ErrNotFound
	}
	return list[0], nil
}
