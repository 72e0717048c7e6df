package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/measures"
	"github.com/defekt/defekt/pipeline/store"
)

// section is a part of the report in words; HTML and plain text are written from the same ones.
type section struct {
	Title string
	Text  []string
	Head  []string
	Rows  [][]string
	// Right are the columns with numbers.
	Right map[int]bool
}

// Title is the report's heading and the mail's subject.
func (r Report) Title() string {
	return fmt.Sprintf("Quality report %s: %s to %s", r.Period, r.From.Format(time.DateOnly), r.Until.Add(-time.Nanosecond).Format(time.DateOnly))
}

// headline says the most important in one line.
func (r Report) headline() string {
	parts := []string{r.Claims.words("claim", "claims"), r.Critical.words("critical", "critical")}
	parts = append(parts, plural(r.Alarms.Opened, "new alarm", "new alarms"), plural(r.Measures.CAPA.Overdue, "corrective action overdue", "corrective actions overdue"))
	return strings.Join(parts, ", ") + "."
}

func (c Change) words(one, many string) string {
	s := plural(c.Now, one, many)
	switch d := c.Now - c.Before; {
	case d > 0:
		return fmt.Sprintf("%s (+%d)", s, d)
	case d < 0:
		return fmt.Sprintf("%s (%d)", s, d)
	}
	return s + " (as before)"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (r Report) sections() []section {
	return []section{r.changed(), r.openAlarms(), r.clock(), r.suppliers(), r.costs(), r.model()}
}

func right(columns ...int) map[int]bool {
	out := map[int]bool{}
	for _, c := range columns {
		out[c] = true
	}
	return out
}

func (r Report) changed() section {
	s := section{Title: "What changed", Text: []string{r.headline()}, Head: []string{"Label", "This " + r.noun(), "Before"}, Right: right(1, 2)}
	for _, m := range r.Moves {
		s.Rows = append(s.Rows, []string{look.Sentence(m.Axis) + ": " + look.Words(m.Label), strconv.Itoa(m.Now), strconv.Itoa(m.Before)})
	}
	return s
}

func (r Report) noun() string {
	if r.Kind == Monthly {
		return "month"
	}
	return "week"
}

func (r Report) openAlarms() section {
	s := section{Title: "Open alarms", Head: []string{"Pattern", "Claims", "Expected", "At least", "In stock", "In the field"}, Right: right(1, 2, 3, 4, 5)}
	s.Text = []string{fmt.Sprintf("%s, %d of them new; %d ended.", plural(r.Alarms.Open, "open alarm", "open alarms"), r.Alarms.Opened, r.Alarms.Ended)}
	if d := r.Measures.Detection; d.Alarms > 0 {
		s.Text = append(s.Text, fmt.Sprintf("Median time from the first claim of a pattern to its alarm: %.0f days.", d.MedianDays))
	}
	for _, a := range r.Alarms.Top {
		what := a.What
		if a.New {
			what = "New: " + what
		}
		s.Rows = append(s.Rows, []string{what, strconv.Itoa(a.Observed), fmt.Sprintf("%.1f", a.Expected), fmt.Sprintf("%.1f times", a.EB05), strconv.Itoa(a.Stock), strconv.Itoa(a.Field)})
	}
	return s
}

func (r Report) clock() section {
	s := section{Title: "Corrective actions", Head: []string{"Action", "Owner", "Open for", "Next", "Due"}, Right: right(2)}
	c := r.Measures.CAPA
	s.Text = []string{fmt.Sprintf("%d open, %d overdue; %d opened and %d closed this %s.", r.CAPA.Open, c.Overdue, r.CAPA.Opened, r.CAPA.Closed, r.noun())}
	var medians []string
	for _, m := range []struct {
		what string
		days *float64
	}{{"to containment", c.ContainDays}, {"from there to the fix", c.FixDays}, {"from there to closure", c.ProveDays}, {"in all", c.TotalDays}} {
		if m.days != nil {
			medians = append(medians, fmt.Sprintf("%.1f days %s", *m.days, m.what))
		}
	}
	if len(medians) > 0 {
		s.Text = append(s.Text, "Median over 12 months: "+strings.Join(medians, ", ")+".")
	}
	for _, a := range r.CAPA.Top {
		due := fmt.Sprintf("in %s", plural(-a.Late, "day", "days"))
		if a.Late >= 0 {
			due = fmt.Sprintf("%s late", plural(a.Late, "day", "days"))
		}
		s.Rows = append(s.Rows, []string{a.Title, a.Owner, plural(a.Days, "day", "days"), a.Next, due})
	}
	return s
}

func (r Report) suppliers() section {
	s := section{Title: "Suppliers", Head: []string{"Supplier", "Claims", "PPM", "Times expected", "At least", "Cost", "Trend"}, Right: right(1, 2, 3, 4, 5)}
	for _, c := range r.Suppliers {
		name := c.Supplier
		if c.Name != "" {
			name += ", " + c.Name
		}
		s.Rows = append(s.Rows, []string{look.Clean(name), strconv.Itoa(c.Claims), fmt.Sprintf("%.0f", c.PPM), fmt.Sprintf("%.2f", c.Ratio), fmt.Sprintf("%.2f", c.EB05), money.All(c.Cost), c.TrendWords()})
	}
	if len(s.Rows) == 0 {
		s.Text = []string{"No claim of this " + r.noun() + " leads to a supplier."}
	} else {
		s.Text = []string{"By claims over what is expected at like ages, the worst first."}
	}
	return s
}

func (r Report) costs() section {
	c := r.Measures.Cost
	s := section{Title: "Costs", Head: []string{"Batch", "Units", "Cost", "Per unit"}, Right: right(1, 2, 3)}
	s.Text = []string{fmt.Sprintf("Booked: %s this %s, %s before; %s a unit over %s in service.", orNone(money.All(c.Total)), r.noun(), orNone(money.All(r.CostBefore)), orNone(money.All(c.PerUnit)), plural(c.Units, "unit", "units"))}
	for _, b := range c.Batches {
		s.Rows = append(s.Rows, []string{look.Clean(store.Group{Kind: store.GroupBatch, Name: b.Batch}.String()), strconv.Itoa(b.Units), money.String(b.Total), money.String(b.PerUnit)})
	}
	return s
}

func orNone(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

func (r Report) model() section {
	s := section{Title: "The model", Head: []string{"Question", "Right", "95 % interval", "Of", "Right where it answered"}, Right: right(1, 2, 3, 4)}
	m := r.Model
	s.Text = []string{fmt.Sprintf("%s, %d with a question left to people; people decided on %d.", plural(m.Answered, "claim answered", "claims answered"), m.Abstained, m.Decided)}
	if len(m.Digests) > 0 {
		s.Text = append(s.Text, "Model: "+look.Clean(strings.Join(m.Digests, ", "))+".")
	}
	for _, a := range r.Measures.Accuracy {
		if a.N > 0 {
			s.Rows = append(s.Rows, accuracyRow(a))
		}
	}
	if len(s.Rows) == 0 {
		s.Text = append(s.Text, "No claim that was drawn at random is decided yet, so that nothing can be said about how often it is right.")
	}
	return s
}

func accuracyRow(a measures.Accuracy) []string {
	covered := "-"
	if a.CoveredN > 0 {
		covered = fmt.Sprintf("%d %% of %d", look.Percent(a.Covered), a.CoveredN)
	}
	return []string{look.Sentence(a.Axis), fmt.Sprintf("%d %%", look.Percent(a.Value)), fmt.Sprintf("%d to %d %%", look.Percent(a.Low), look.Percent(a.High)), strconv.Itoa(a.N), covered}
}
