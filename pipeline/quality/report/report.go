// Package report writes what happened in a week or month for people who read it in their mail:
// what changed, open alarms, the clock of corrective actions, suppliers, costs, and how good the
// model is.
//
// Its place in the flow: the last one; it gathers what the other rooms of quality work and the
// store know, and computes nothing of its own. [Maker.Make] gathers a [Report]; it is written as
// HTML (inline style only, tables, no script and nothing from outside: mail programs take no more),
// as plain text with the same content, as a message with both, and as JSON, which is also what
// webhooks get.
//
// A report is about a period that is over, and its text has no other time, so that it can be made
// again. Trade-off: claims that come in late change a report that is made again; the JSON that went
// to webhooks says what was known then.
package report

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/quality/measures"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/store"
)

// Limits of the lists, so that a report stays a report and its event below the webhook's limit.
const (
	MaxMoves     = 10
	MaxAlarms    = 10
	MaxActions   = 15
	MaxSuppliers = 5
)

// Report is a period's report.
type Report struct {
	Kind   Kind      `json:"kind"`
	Period string    `json:"period"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	// Claims and Critical are counts of this period and of the one before.
	Claims   Change `json:"claims"`
	Critical Change `json:"critical"`
	// Moves are the labels whose counts changed most.
	Moves  []Move  `json:"moves"`
	Alarms Alarms  `json:"alarms"`
	CAPA   Actions `json:"capa"`
	// Suppliers are the worst by rank.
	Suppliers []scorecard.Card `json:"suppliers"`
	// CostBefore is that of the period before; this period's is in Measures.
	CostBefore []store.Money     `json:"cost_before"`
	Measures   measures.Measures `json:"measures"`
	Model      Model             `json:"model"`
}

// Change is a count of this period and of the one before.
type Change struct {
	Now    int `json:"now"`
	Before int `json:"before"`
}

// Move is a label that came more or less often.
type Move struct {
	Axis  string `json:"axis"`
	Label string `json:"label"`
	Change
}

// Model is how the model did in the period.
type Model struct {
	// Digests are those of the models that answered, the most frequent first.
	Digests []string `json:"digests"`
	// Answered claims, of which Abstained had an axis without an answer, and Decided were looked
	// at by a person.
	Answered  int `json:"answered"`
	Abstained int `json:"abstained"`
	Decided   int `json:"decided"`
}

// Maker gathers reports.
type Maker struct {
	Cases   cases.Reader
	Cards   scorecard.Maker
	Source  measures.Source
	Actions store.CorrectiveActions
}

// Make gathers the report of a period.
func (m Maker) Make(ctx context.Context, p Period) (Report, error) {
	r := Report{Kind: p.Kind, Period: p.Name, From: p.From, Until: p.Until}
	if err := m.claims(ctx, &r, p); err != nil {
		return Report{}, err
	}
	if err := m.alarms(ctx, &r); err != nil {
		return Report{}, err
	}
	if err := m.actions(ctx, &r); err != nil {
		return Report{}, err
	}
	cards, err := m.Cards.Make(ctx, p.From, p.Until)
	if err != nil {
		return Report{}, err
	}
	for _, c := range cards.Cards {
		if c.Claims > 0 && len(r.Suppliers) < MaxSuppliers {
			r.Suppliers = append(r.Suppliers, c)
		}
	}
	if r.Measures, err = measures.Make(ctx, m.Source, m.Actions, cards); err != nil {
		return Report{}, err
	}
	before := p.Before()
	sums, err := m.Source.SumCosts(ctx, store.CostFilter{From: before.From, Until: before.Until}, "")
	for _, s := range sums {
		r.CostBefore = append(r.CostBefore, s.Amount)
	}
	return r, err
}

// claims counts both periods in one pass.
func (m Maker) claims(ctx context.Context, r *Report, p Period) error {
	counts, models := map[[2]string]*Change{}, map[string]int{}
	for c, err := range m.Cases.Between(ctx, p.Before().From, p.Until) {
		if err != nil {
			return err
		}
		now := !c.At.Before(p.From)
		r.Claims.add(now)
		if c.Labels["severity"].Label == "critical" {
			r.Critical.add(now)
		}
		for axis, l := range c.Labels {
			k := [2]string{axis, l.Label}
			if counts[k] == nil {
				counts[k] = &Change{}
			}
			counts[k].add(now)
		}
		if now {
			r.Model.see(c, models)
		}
	}
	for k, c := range counts {
		if c.Now != c.Before {
			r.Moves = append(r.Moves, Move{k[0], k[1], *c})
		}
	}
	slices.SortFunc(r.Moves, func(a, b Move) int {
		return cmp.Or(cmp.Compare(b.size(), a.size()), cmp.Compare(a.Axis, b.Axis), cmp.Compare(a.Label, b.Label))
	})
	r.Moves = r.Moves[:min(len(r.Moves), MaxMoves)]
	r.Model.Digests = slices.SortedFunc(maps.Keys(models), func(a, b string) int { return cmp.Or(cmp.Compare(models[b], models[a]), cmp.Compare(a, b)) })
	return nil
}

func (c *Change) add(now bool) {
	if now {
		c.Now++
	} else {
		c.Before++
	}
}

func (m Move) size() int { return max(m.Now-m.Before, m.Before-m.Now) }

func (m *Model) see(c cases.Case, models map[string]int) {
	p := c.Claim.Prediction
	if p == nil {
		return
	}
	m.Answered++
	models[p.Model]++
	for _, a := range p.Axes {
		if a.Abstained {
			m.Abstained++
			break
		}
	}
	for _, l := range c.Labels {
		if l.Reviewer != "" {
			m.Decided++
			break
		}
	}
}

// Key is the key under which a period's report is told once.
func Key(p Period) string { return kindOf(p.Kind) + " " + p.Name }

func kindOf(k Kind) string {
	if k == Monthly {
		return store.ReportMonthly
	}
	return store.ReportWeekly
}

// Notice is the event for webhooks; its key lets each period be told once, however often the report
// is made.
func (r Report) Notice() (store.Notice, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return store.Notice{}, fmt.Errorf("report: %w", err)
	}
	return store.Notice{Key: Key(Period{Kind: r.Kind, Name: r.Period}), Type: kindOf(r.Kind), Data: string(data)}, nil
}
