package scorecard

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

// partsOf lists a supplier's parts, in the order of their components.
func (g *grid) partsOf(supplier string) []part {
	var out []part
	seen := map[part]bool{}
	for _, of := range []map[part][]float64{g.days, g.claims} {
		for p := range of {
			if p.supplier == supplier && !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, func(a, b part) int { return cmp.Compare(a.component, b.component) })
	return out
}

// book takes claims down.
type book struct {
	grid    *grid
	costs   costs
	cards   map[string]*draft
	unknown int
}

// draft is a card under way.
type draft struct {
	claims, shared               int
	cost                         money.Sums
	claimed, accepted, recovered money.Sums
}

func (b *book) card(supplier string) *draft {
	d := b.cards[supplier]
	if d == nil {
		d = &draft{cost: money.Sums{}, claimed: money.Sums{}, accepted: money.Sums{}, recovered: money.Sums{}}
		b.cards[supplier] = d
	}
	return d
}

// add attributes a claim.
func (b *book) add(c cases.Case) error {
	in := !c.At.Before(b.grid.from)
	var parts []part
	if c.Unit != nil && !c.Unit.Since().IsZero() && !c.At.Before(c.Unit.Since()) {
		parts = blamed(c)
	}
	if len(parts) == 0 {
		if in {
			b.unknown++
		}
		return nil
	}
	// The start of service is rounded as the exposure's is, so that claims and units meet.
	week := 7 * day
	since := time.Unix(0, 0).UTC().Add(c.Unit.Since().Sub(time.Unix(0, 0)) / week * week)
	s := b.grid.slot(c.At)
	suppliers := map[string]bool{}
	for _, p := range parts {
		if s >= 0 {
			b.grid.cells(b.grid.claims, p)[s*bins+ageOf(c.At.Sub(since))]++
		}
		suppliers[p.supplier] = true
	}
	if !in {
		return nil
	}
	spent := b.costs.of(c)
	for supplier := range suppliers {
		d := b.card(supplier)
		d.claims++
		if len(suppliers) > 1 {
			d.shared++
		}
		for _, m := range spent {
			if err := d.cost.Add(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// blamed gives the parts that a claim belongs to: those of the component that its label names, else
// all of the unit.
func blamed(c cases.Case) []part {
	all := partsOf(c.Unit.Groups(store.GroupLot))
	named := plain(c.Labels["component"].Label)
	var out []part
	for _, p := range all {
		if named != "" && plain(p.component) == named {
			out = append(out, p)
		}
	}
	if len(out) > 0 {
		return out
	}
	return all
}

// plain makes "Door hinge", "door_hinge" and "door-hinge" one.
func plain(s string) string {
	return strings.NewReplacer("_", " ", "-", " ").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// finish makes the cards.
func (b *book) finish() []Card {
	hazards := b.grid.hazards()
	units := map[string]int{}
	for p, n := range b.grid.units {
		units[p.supplier] = max(units[p.supplier], n) // a unit may have several of its components
	}
	out := make([]Card, 0, len(b.cards))
	for _, supplier := range slices.Sorted(maps.Keys(b.cards)) {
		d := b.cards[supplier]
		c := Card{Supplier: supplier, Units: units[supplier], Claims: d.claims, Shared: d.shared}
		low, high := pattern.PoissonInterval(c.Claims)
		if n := float64(c.Units); n > 0 {
			c.PPM, c.PPMLow, c.PPMHigh = float64(c.Claims)/n*1e6, low/n*1e6, high/n*1e6
		}
		claims, expected := b.grid.bySlot(supplier, hazards)
		for i, s := range b.grid.slots {
			if s.in {
				c.Expected += expected[i]
			}
		}
		if c.Expected > 0 {
			c.Ratio, c.Low, c.High = float64(c.Claims)/c.Expected, low/c.Expected, high/c.Expected
		}
		c.Trend = b.grid.trend(claims, expected)
		c.Months = months(b.grid.byAge(supplier))
		d.money(&c)
		out = append(out, c)
	}
	return out
}

func (d *draft) money(c *Card) {
	c.Cost, c.Claimed, c.Accepted, c.Recovered = d.cost.List(), d.claimed.List(), d.accepted.List(), d.recovered.List()
	for _, m := range c.Cost {
		if each, ok := money.PerUnit(m, c.Units); ok {
			c.CostPerUnit = append(c.CostPerUnit, each)
		}
		if share, ok := money.Share(d.recovered[m.Currency], m.Minor); ok {
			c.Recovery = append(c.Recovery, Recovery{m.Currency, share})
		}
	}
}

// leastUnitMonths is the exposure of a month in service below which a life table stops: a rate of
// fewer says nothing.
const leastUnitMonths = 20

// months sums the rates by age.
func months(claims, days []float64) []Months {
	var out []Months
	sum := 0.0
	for age := range bins - 1 {
		unitMonths := days[age] / ageBin
		if unitMonths < leastUnitMonths {
			break
		}
		sum += 1000 * claims[age] / unitMonths
		switch age + 1 {
		case 1, 3, 6, 12, 24, 36:
			out = append(out, Months{age + 1, sum})
		}
	}
	return out
}

// costs are what claims cost, by claim and by unit.
type costs struct {
	byClaim, bySerial map[string][]store.Cost
	taken             map[string]bool
}

// costs reads what was spent since the period began, also after it: a claim of the last day is
// paid for later.
func (m Maker) costs(ctx context.Context, from time.Time) (costs, error) {
	out := costs{map[string][]store.Cost{}, map[string][]store.Cost{}, map[string]bool{}}
	for c, err := range store.EachCost(ctx, m.Source, store.CostFilter{From: from}) {
		if err != nil {
			return out, err
		}
		if c.Claim != "" {
			out.byClaim[c.Claim] = append(out.byClaim[c.Claim], c)
		} else {
			out.bySerial[c.Serial] = append(out.bySerial[c.Serial], c)
		}
	}
	return out, nil
}

// of gives a claim's costs, each cost once.
func (k costs) of(c cases.Case) []store.Money {
	var out []store.Money
	for _, list := range [][]store.Cost{k.byClaim[c.Claim.ID], k.byClaim[c.Claim.Claim.ID], k.bySerial[c.Claim.Claim.Serial]} {
		for _, cost := range list {
			if !k.taken[cost.ID] && cost.Amount.Currency != "" {
				k.taken[cost.ID] = true
				out = append(out, cost.Amount)
			}
		}
	}
	return out
}

// credits adds what was asked back and what came.
func (m Maker) credits(ctx context.Context, b *book, from, until time.Time) error {
	for c, err := range store.EachCredit(ctx, m.Source, store.CreditFilter{From: from, Until: until}) {
		if err != nil {
			return err
		}
		if c.State == store.CreditVoid {
			continue
		}
		d := b.card(c.Supplier)
		for _, x := range []struct {
			to    money.Sums
			minor int64
		}{{d.claimed, c.Claimed}, {d.accepted, c.Accepted}, {d.recovered, c.Recovered}} {
			if err := x.to.Add(store.Money{Minor: x.minor, Currency: c.Currency}); err != nil {
				return err
			}
		}
	}
	return nil
}
