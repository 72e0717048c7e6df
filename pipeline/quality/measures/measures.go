// Package measures computes the five figures by which quality work is judged: how fast defects are
// detected, how often the category is right, how suppliers' rates move, what warranty costs per
// unit and batch, and how long corrective actions take. Each comes with its definition, so that a
// page and a program show the same thing under the same words.
//
// Its place in the flow: behind alarms, reviews, scorecards, costs and corrective actions; in front
// of the report, the overview page and one API answer. It adds no statistics of its own.
package measures

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// Measures are the five figures of a period.
type Measures struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`

	Detection Detection  `json:"detection_speed"`
	Accuracy  []Accuracy `json:"category_accuracy"`
	Suppliers []Supplier `json:"supplier_trend"`
	Cost      Cost       `json:"warranty_cost_per_unit"`
	CAPA      Cycle      `json:"capa_cycle_time"`
	// Definitions say what each of the above is, under its name in JSON.
	Definitions map[string]string `json:"definitions"`
}

// Detection is how long patterns went unnoticed.
type Detection struct {
	Alarms int `json:"alarms"`
	// MedianDays is from the first claim of an excess to the alarm; zero without alarms.
	MedianDays float64 `json:"median_days"`
}

// Accuracy is how often the model answers an axis as people do.
type Accuracy struct {
	Axis  string  `json:"axis"`
	N     int     `json:"n"`
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Covered counts only answers that were not abstentions.
	Covered  float64 `json:"covered_value"`
	CoveredN int     `json:"covered_n"`
}

// Supplier is one supplier's rate and where it goes.
type Supplier struct {
	Supplier string           `json:"supplier"`
	PPM      float64          `json:"ppm"`
	Trend    *scorecard.Trend `json:"trend"`
}

// Cost is what warranty costs for each unit in service.
type Cost struct {
	Units   int           `json:"units"`
	Total   []store.Money `json:"total"`
	PerUnit []store.Money `json:"per_unit"`
	// Batches are those with the highest cost per unit, at least LeastUnits units each.
	Batches []Batch `json:"batches"`
}

// Batch is a batch's cost.
type Batch struct {
	Batch   string      `json:"batch"`
	Units   int         `json:"units"`
	Total   store.Money `json:"total"`
	PerUnit store.Money `json:"per_unit"`
}

// Cycle is how long corrective actions take, as medians in days over those that ended a phase.
type Cycle struct {
	Open        int      `json:"open"`
	Closed      int      `json:"closed"`
	Overdue     int      `json:"overdue"`
	ContainDays *float64 `json:"contain_days"`
	FixDays     *float64 `json:"fix_days"`
	ProveDays   *float64 `json:"prove_days"`
	TotalDays   *float64 `json:"total_days"`
}

// Limits of the lists.
const (
	// MaxBatches is how many batches are listed, LeastUnits how many units one must have.
	MaxBatches = 10
	LeastUnits = 20
	// looked is how many batches, by total cost, are asked for their units.
	looked = 200
)

// Source is what measures ask of the store.
type Source interface {
	cases.Claims
	cases.Units
	Claim(ctx context.Context, id string) (store.Claim, error)
	CostsOf(ctx context.Context, f store.CostFilter, after string, limit int) ([]store.Cost, error)
	Alarms(ctx context.Context, f store.AlarmFilter) ([]store.Alarm, error)
	Slice(ctx context.Context, from, until time.Time) ([]store.SettledReview, error)
	SumCosts(ctx context.Context, f store.CostFilter, by store.GroupKind) ([]store.CostSum, error)
}

// Definitions say what the figures are.
func Definitions() map[string]string {
	return map[string]string{
		"detection_speed":        "Median days from the first claim of an excess, as the detector places it, to the alarm, over the alarms opened in the period.",
		"category_accuracy":      "Share of claims, drawn at random in the period and decided by people, that the model labelled as they did; abstentions count as their best answer, covered counts only what it did not abstain on. 95 % interval (Wilson), with what still waits assumed wrong and right.",
		"supplier_trend":         "Claims in the period per million units in service (PPM), and the change per year of claims over what is expected at the ages of the units, over 24 months, with its 95 % interval.",
		"warranty_cost_per_unit": "Costs booked in the period over units that are, or were, in service; by production batch, the highest first.",
		"capa_cycle_time":        "Median days from opening to containment (D3), from there to implementation (D6), from there to closure, and in all, over corrective actions that were opened or ended within 12 months; overdue counts open ones with a step past its due date.",
	}
}

// Make computes the figures of a period; cards are its scorecards, and are not made again.
func Make(ctx context.Context, s Source, actions store.CorrectiveActions, cards scorecard.Sheet) (Measures, error) {
	m := Measures{From: cards.From, Until: cards.Until, Definitions: Definitions()}
	for _, c := range cards.Cards {
		m.Suppliers = append(m.Suppliers, Supplier{c.Supplier, c.PPM, c.Trend})
	}
	for _, step := range []func(context.Context, Source) error{m.detection, m.accuracy, m.cost} {
		if err := step(ctx, s); err != nil {
			return Measures{}, err
		}
	}
	return m, m.cycle(ctx, actions)
}

func (m *Measures) detection(ctx context.Context, s Source) error {
	var days []float64
	for a, err := range store.EachAlarm(ctx, s, store.AlarmFilter{From: m.From, Until: m.Until}) {
		if err != nil {
			return err
		}
		if !a.Facts.Onset.IsZero() {
			days = append(days, max(0, a.OpenedAt.Sub(a.Facts.Onset).Hours()/24))
		}
	}
	m.Detection.Alarms = len(days)
	if n := len(days); n > 0 {
		slices.Sort(days)
		m.Detection.MedianDays = (days[(n-1)/2] + days[n/2]) / 2
	}
	return nil
}

func (m *Measures) accuracy(ctx context.Context, s Source) error {
	slice, err := s.Slice(ctx, m.From, m.Until)
	if err != nil {
		return err
	}
	axes := map[string]bool{}
	for _, r := range slice {
		for axis := range r.Review.Suggested {
			axes[axis] = true
		}
	}
	for _, axis := range slices.Sorted(maps.Keys(axes)) {
		all := review.Estimate(slice, review.EstimateConfig{Axis: axis})
		covered := review.Estimate(slice, review.EstimateConfig{Axis: axis, Covered: true})
		m.Accuracy = append(m.Accuracy, Accuracy{axis, all.N, all.Value, all.Low, all.High, covered.Value, covered.N})
	}
	return nil
}

func (m *Measures) cost(ctx context.Context, s Source) error {
	f := store.CostFilter{From: m.From, Until: m.Until}
	total, err := s.SumCosts(ctx, f, "")
	if err != nil {
		return err
	}
	m.Cost.Units, err = inService(ctx, s, store.UnitFilter{})
	if err != nil {
		return err
	}
	for _, t := range total {
		m.Cost.Total = append(m.Cost.Total, t.Amount)
		if each, ok := money.PerUnit(t.Amount, m.Cost.Units); ok {
			m.Cost.PerUnit = append(m.Cost.PerUnit, each)
		}
	}
	byBatch, err := byBatch(ctx, s, f)
	if err != nil {
		return err
	}
	var sums []store.CostSum
	for g, amounts := range byBatch {
		for _, a := range amounts.List() {
			sums = append(sums, store.CostSum{Group: g, Amount: a})
		}
	}
	slices.SortFunc(sums, func(a, b store.CostSum) int {
		return cmp.Or(cmp.Compare(b.Amount.Minor, a.Amount.Minor), cmp.Compare(a.Group.Name, b.Group.Name), cmp.Compare(a.Amount.Currency, b.Amount.Currency))
	})
	for _, c := range sums[:min(len(sums), looked)] {
		units, err := inService(ctx, s, store.UnitFilter{Groups: []store.Group{c.Group}})
		if err != nil {
			return err
		}
		if each, ok := money.PerUnit(c.Amount, units); ok && units >= LeastUnits {
			m.Cost.Batches = append(m.Cost.Batches, Batch{c.Group.Name, units, c.Amount, each})
		}
	}
	slices.SortStableFunc(m.Cost.Batches, func(a, b Batch) int { return cmp.Compare(b.PerUnit.Minor, a.PerUnit.Minor) })
	m.Cost.Batches = m.Cost.Batches[:min(len(m.Cost.Batches), MaxBatches)]
	return nil
}

// inService counts units that are, or were, with somebody.
func inService(ctx context.Context, s Source, f store.UnitFilter) (int, error) {
	stages, err := s.CountUnits(ctx, f)
	return stages[store.StageField] + stages[store.StageGone], err
}

func (m *Measures) cycle(ctx context.Context, actions store.CorrectiveActions) error {
	var list []store.CAPA
	since := m.Until.AddDate(-1, 0, 0)
	for c, err := range store.EachCAPA(ctx, actions, store.CAPAFilter{Until: m.Until}) {
		if err != nil {
			return err
		}
		if c.State == store.CAPAOpen || c.OpenedAt.After(since) || c.ClosedAt.After(since) {
			list = append(list, c)
		}
	}
	k := capa.CycleOf(list, m.Until)
	m.CAPA = Cycle{Open: k.Open, Closed: k.Closed, Overdue: k.OverdueActions,
		ContainDays: days(k.Contain), FixDays: days(k.Fix), ProveDays: days(k.Prove), TotalDays: days(k.Total)}
	return nil
}

func days(m capa.Median) *float64 {
	if m.N == 0 {
		return nil
	}
	d := m.Took.Hours() / 24
	return &d
}
