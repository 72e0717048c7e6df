// Package scorecard says how suppliers do: claims per million units and per 1,000 units by months in
// service, cost, trend, what was recovered, and a rank that small numbers do not decide.
//
// Its place in the flow: behind the store's units, costs and credits and the claims of package
// cases; in front of the report, the pages and the talk with the supplier.
//
//   - A claim belongs to the supplier whose component its label names, if the unit has a lot of that
//     component; else to every supplier of the unit, and is counted as shared.
//   - PPM is claims in the period per million units in service at its end, with the exact Poisson
//     interval (Garwood 1936).
//   - Expected is what the supplier's units would have had at the rates, by age, of all suppliers of
//     the same component (indirect standardisation): young fleets are not taken for good parts. The
//     rank is by EB05, the 5 % quantile of claims over expected once shrunk towards all suppliers
//     (DuMouchel 1999, [pattern.FitShrinkage]); the worst comes first.
//   - The trend is the change per year of claims over expected, by Poisson regression on the months
//     with the variance that the months show (quasi-likelihood: McCullagh and Nelder 1989), 95 %.
//
// Trade-offs: units are counted by weeks; units that are gone count until the end of the period,
// since claims of theirs may still come in; where a component has one supplier only, its claims are
// its own expectation and the ratio is 1.
package scorecard

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

// Card is one supplier over the period.
type Card struct {
	Supplier string `json:"supplier"`
	Name     string `json:"name,omitempty"`
	// Rank begins with 1, the worst.
	Rank int `json:"rank"`
	// Units are those with a part of the supplier that are, or were, in service at the period's
	// end. Claims are those of the period; Shared of them count for other suppliers too.
	Units  int `json:"units"`
	Claims int `json:"claims"`
	Shared int `json:"shared"`
	// PPM is claims per million units with its 95 % interval; zeros without units.
	PPM     float64 `json:"ppm"`
	PPMLow  float64 `json:"ppm_low"`
	PPMHigh float64 `json:"ppm_high"`
	// Expected claims, Ratio = Claims/Expected with its 95 % interval, and the shrunk ratio: its
	// mean and its 5 % quantile.
	Expected float64 `json:"expected"`
	Ratio    float64 `json:"ratio"`
	Low      float64 `json:"ratio_low"`
	High     float64 `json:"ratio_high"`
	EBGM     float64 `json:"ebgm"`
	EB05     float64 `json:"eb05"`
	// Months are claims per 1,000 units up to so many months in service.
	Months []Months `json:"months_in_service"`
	// Cost is what the claims cost, CostPerUnit over Units; both by currency.
	Cost        []store.Money `json:"cost"`
	CostPerUnit []store.Money `json:"cost_per_unit"`
	// Claimed, Accepted and Recovered are of credits made in the period. Recovery is recovered
	// over cost, by currency.
	Claimed   []store.Money `json:"claimed"`
	Accepted  []store.Money `json:"accepted"`
	Recovered []store.Money `json:"recovered"`
	Recovery  []Recovery    `json:"recovery"`
	// Trend is nil where there is too little to tell.
	Trend *Trend `json:"trend"`
}

// Months is claims per 1,000 units up to an age (a life table of the period: the sum of the rates
// of each month in service).
type Months struct {
	Months  int     `json:"months"`
	Per1000 float64 `json:"per_1000"`
}

// Recovery is the share of the cost that came back.
type Recovery struct {
	Currency string  `json:"currency"`
	Share    float64 `json:"share"`
}

// Trend is the change of claims over expected in a year: 0.2 is 20 % more.
type Trend struct {
	PerYear float64 `json:"per_year"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	// Months is how many the fit has.
	Months int `json:"months"`
}

// Sheet is the scorecards of a period.
type Sheet struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	Cards []Card    `json:"suppliers"`
	// Unknown counts claims of the period whose unit, or its parts, nobody knows.
	Unknown int `json:"claims_without_supplier"`
}

// Source is what scorecards ask of the store beside cases.
type Source interface {
	Exposure(ctx context.Context, q store.ExposureQuery) (store.Exposure, error)
	CostsOf(ctx context.Context, f store.CostFilter, after string, limit int) ([]store.Cost, error)
	RecordsOf(ctx context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error)
	Credits(ctx context.Context, f store.CreditFilter) ([]store.Credit, error)
}

// Maker makes scorecards.
type Maker struct {
	Cases  cases.Reader
	Source Source
}

// trendMonths is how far back the trend looks.
const trendMonths = 24

// CodePeriod is the code of a period that ends before it begins.
const CodePeriod claim.Code = "scorecard_period"

// Make makes the scorecards of a period, from inclusive, until exclusive.
func (m Maker) Make(ctx context.Context, from, until time.Time) (Sheet, error) {
	if !from.Before(until) {
		return Sheet{}, claim.Problem{Code: CodePeriod, Where: "period", Message: "the period ends before it begins"}
	}
	from, until = from.UTC(), until.UTC()
	g := newGrid(from, until)
	exposure, err := m.Source.Exposure(ctx, store.ExposureQuery{Kinds: []store.GroupKind{store.GroupLot}, Step: 7})
	if err != nil {
		return Sheet{}, err
	}
	g.expose(exposure)
	costs, err := m.costs(ctx, from)
	if err != nil {
		return Sheet{}, err
	}
	b := book{grid: g, costs: costs, cards: map[string]*draft{}}
	for p := range g.units {
		b.card(p.supplier)
	}
	for c, err := range m.Cases.Between(ctx, g.begin, until) {
		if err != nil {
			return Sheet{}, err
		}
		if err := b.add(c); err != nil {
			return Sheet{}, err
		}
	}
	if err := m.credits(ctx, &b, from, until); err != nil {
		return Sheet{}, err
	}
	out := Sheet{From: from, Until: until, Cards: b.finish(), Unknown: b.unknown}
	if err := rank(out.Cards); err != nil {
		return Sheet{}, err
	}
	return out, m.name(ctx, out.Cards)
}

// rank shrinks and orders, the worst first.
func rank(cards []Card) error {
	counts := make([]pattern.Count, len(cards))
	fit := false
	for i, c := range cards {
		counts[i] = pattern.Count{Observed: c.Claims, Expected: c.Expected}
		fit = fit || c.Expected > 0
	}
	if fit {
		prior, err := pattern.FitShrinkage(counts)
		if err != nil {
			return err
		}
		for i := range cards {
			e := prior.Estimate(counts[i])
			cards[i].EBGM, cards[i].EB05 = e.Mean, e.Low
		}
	}
	slices.SortFunc(cards, func(a, b Card) int {
		return cmp.Or(cmp.Compare(b.EB05, a.EB05), cmp.Compare(b.Claims, a.Claims), cmp.Compare(a.Supplier, b.Supplier))
	})
	for i := range cards {
		cards[i].Rank = i + 1
	}
	return nil
}

func (m Maker) name(ctx context.Context, cards []Card) error {
	if len(cards) == 0 {
		return nil
	}
	ids := make([]string, len(cards))
	at := map[string]int{}
	for i, c := range cards {
		ids[i], at[c.Supplier] = c.Supplier, i
	}
	records, err := m.Source.RecordsOf(ctx, store.RecordSupplier, ids...)
	if err != nil {
		return err
	}
	for _, r := range records {
		s, err := store.ReadRecord[store.Supplier](r)
		if err != nil {
			return err
		}
		if i, ok := at[r.ID]; ok {
			cards[i].Name = s.Name
		}
	}
	return nil
}
