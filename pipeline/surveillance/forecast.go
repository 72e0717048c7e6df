package surveillance

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// forecastDays are how far ahead alarms look, fewest first.
func forecastDays() []int { return []int{90, 365} }

// forecast adds what the group's units will bring: the usual claims of units of their age, times
// the ratio so far. Its prediction interval allows for chance and for a ratio that is only
// estimated (a gamma-Poisson with the ratio's posterior under Jeffreys' prior, as a gamma of its
// mean and variance).
func (w *Watch) forecast(ctx context.Context, st *state, c *cause, facts *store.AlarmFacts) error {
	if st.fleet.basis != store.BasisUnits || facts.Expected <= 0 {
		return nil
	}
	each, err := w.costEach(ctx, st, c, facts)
	if err != nil {
		return err
	}
	weigh := st.weigh(c.label)
	if weigh == nil {
		return nil
	}
	field, stock := st.fleet.cohorts(c.group, weigh), st.ifSold(c.group, facts.Units.Stock, weigh)
	usual := st.expected(field, weigh, c.group, c.label, pattern.Period{From: c.onset, To: st.today + 1})
	if usual <= 0 {
		return nil
	}
	ratio := (float64(facts.Observed) + 0.5) / usual
	for _, days := range forecastDays() {
		p := pattern.Period{From: st.today + 1, To: st.today + 1 + pattern.Day(days)}
		f := store.AlarmForecast{Days: days, Usual: st.expected(field, weigh, c.group, c.label, p)}
		f.Claims = f.Usual * ratio
		f.IfSold = st.expected(stock, weigh, c.group, c.label, p) * ratio
		f.Low, f.High = predict(f.Claims, f.Claims+f.Claims*f.Claims/(float64(facts.Observed)+0.5))
		f.Cost, f.CostLow, f.CostHigh = times(each, f.Claims), times(each, f.Low), times(each, f.High)
		facts.Forecasts = append(facts.Forecasts, f)
	}
	return nil
}

// ifSold is the group's stock as if it came into service tomorrow.
func (st *state) ifSold(group int32, units int, w *weighed) []pattern.Cohort {
	stratum := int32(-1)
	if sets := st.fleet.members[group]; len(sets) > 0 {
		stratum = st.fleet.strata[sets[0]]
	}
	return []pattern.Cohort{{Units: w.grains(float64(units), stratum), Since: st.today + 1, Groups: st.fleet.keys[group : group+1]}}
}

// predict is the 95 % interval of a gamma with this mean and variance.
func predict(mean, variance float64) (low, high float64) {
	if mean <= 0 || variance <= 0 {
		return 0, 0
	}
	g := distuv.Gamma{Alpha: mean * mean / variance, Beta: mean / variance}
	return g.Quantile(0.025), g.Quantile(0.975)
}

func times(m store.Money, n float64) store.Money {
	m.Minor = int64(math.Round(float64(m.Minor) * n))
	return m
}

// maxCosts is how many of a group's costs are read for one alarm.
const maxCosts = 20 * store.MaxUnitPage

// cost adds up what the claims of an alarm cost: costs that name the claim, and costs of the same
// unit from the claim's day on that name none.
func (w *Watch) cost(ctx context.Context, st *state, c *cause, mine []*report, facts *store.AlarmFacts) error {
	if len(mine) == 0 || st.fleet.basis != store.BasisUnits || len(st.fleet.names[c.group].Name) == 0 {
		return nil
	}
	group := st.fleet.names[st.fleet.wholes[c.group]]
	if group.Kind == kindSeason {
		return nil // not a group that the store knows
	}
	byID, bySerial := map[string]*report{}, map[string]*report{}
	for _, r := range mine {
		byID[r.id] = r
		if r.reference != "" {
			byID[r.reference] = r
		}
		if r.serial != "" && bySerial[r.serial] == nil {
			bySerial[r.serial] = r
		}
	}
	sums, costed := map[string]int64{}, map[*report]bool{}
	seen := 0
	for k, err := range store.EachCost(ctx, w.cfg.Store, store.CostFilter{Groups: []store.Group{group}, From: c.onset.Time()}) {
		if err != nil {
			return fmt.Errorf("costs of %s: %w", group, err)
		}
		if seen++; seen > maxCosts {
			break
		}
		r := byID[k.Claim]
		if k.Claim == "" {
			if r = bySerial[k.Serial]; r != nil && pattern.DayOf(k.At) < r.day {
				r = nil
			}
		}
		if r != nil {
			sums[k.Amount.Currency] += k.Amount.Minor
			costed[r] = true
		}
	}
	facts.Costed = len(costed)
	for currency, minor := range sums {
		facts.Costs = append(facts.Costs, store.Money{Minor: minor, Currency: currency})
	}
	slices.SortFunc(facts.Costs, func(a, b store.Money) int {
		return -cmpMoney(a, b)
	})
	return nil
}

// cmpMoney orders by amount, then currency.
func cmpMoney(a, b store.Money) int {
	switch {
	case a.Minor != b.Minor && a.Minor < b.Minor, a.Minor == b.Minor && a.Currency > b.Currency:
		return -1
	case a == b:
		return 0
	}
	return 1
}

// costEach is what a claim costs: the mean of those that have a cost, in the currency of most of
// it; without any, the product's price; else the zero value.
func (w *Watch) costEach(ctx context.Context, st *state, c *cause, facts *store.AlarmFacts) (store.Money, error) {
	if facts.Costed > 0 && len(facts.Costs) > 0 && facts.Costs[0].Minor > 0 {
		m := facts.Costs[0]
		m.Minor = int64(math.Round(float64(m.Minor) / float64(facts.Costed)))
		return m, nil
	}
	sets := st.fleet.members[c.group]
	if len(sets) == 0 || st.fleet.strata[sets[0]] < 0 {
		return store.Money{}, nil
	}
	list, err := w.cfg.Store.RecordsOf(ctx, store.RecordProduct, st.fleet.stratumName(st.fleet.strata[sets[0]]))
	if err != nil || len(list) == 0 {
		return store.Money{}, err
	}
	p, err := store.ReadRecord[store.Product](list[0])
	return p.Price, err
}
