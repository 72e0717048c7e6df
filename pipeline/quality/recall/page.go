package recall

import (
	"embed"
	"fmt"
	"io"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/paper"
	"github.com/defekt/defekt/pipeline/store"
)

//go:embed template
var files embed.FS

// maxShown is how many units the page lists; the CSV has all.
const maxShown = 1000

// Page gathers what is printed: give its See to [Run] and write it with the summary afterwards.
type Page struct {
	Title string
	rows  []shownRow
	cut   bool
}

type shownRow struct{ Serial, SKU, Batch, Where, Action, Reach, Why string }

// See takes a row, while there is room.
func (p *Page) See(r Row) {
	if len(p.rows) == maxShown {
		p.cut = true
		return
	}
	u := r.Unit
	p.rows = append(p.rows, shownRow{look.Clean(u.Serial), look.Clean(u.SKU), look.Clean(u.Batch), where(r.Stage), r.Action(), look.Clean(reach(u, r.Stage)),
		look.Clean(strings.Join(r.Reasons, "; "))})
}

// reach says how a unit is reached: its owner, else where it was sold, else where it lies.
func reach(u store.Unit, s store.Stage) string {
	switch {
	case s == store.StageGone:
		return ""
	case u.Contact != "" || u.Customer != "":
		return strings.TrimSpace(u.Contact + " " + u.Customer)
	case u.Channel != "":
		return u.Channel
	}
	return u.Warehouse
}

func where(s store.Stage) string {
	switch s {
	case store.StageStock:
		return "in stock"
	case store.StageTrade:
		return "in trade"
	case store.StageField:
		return "in the field"
	}
	return "gone"
}

type shownStage struct {
	Where, Action string
	Units         int
}

type shownProduct struct {
	SKU, Name             string
	Listed, All           int
	Each, Targeted, Whole string
}

// Write writes the page.
func (p *Page) Write(w io.Writer, q Query, s Summary) error {
	t, err := paper.Page(files, "template/recall.html", nil)
	if err != nil {
		return fmt.Errorf("recall: %w", err)
	}
	view := struct {
		Title             string
		Reach, WholeUnits int
		Targeted, Whole   string
		Unpriced, Cut     int
		Why               []string
		Stages            []shownStage
		Products          []shownProduct
		Rows              []shownRow
	}{Title: look.Clean(p.Title), Reach: s.Reach(), WholeUnits: s.WholeUnits(), Targeted: money.All(s.Targeted), Whole: money.All(s.Whole), Unpriced: s.Unpriced, Rows: p.rows}
	if p.cut {
		view.Cut = maxShown
	}
	for _, t := range q.Targets {
		view.Why = append(view.Why, look.Clean(t.why(q)))
	}
	for _, stage := range []store.Stage{store.StageStock, store.StageTrade, store.StageField, store.StageGone} {
		view.Stages = append(view.Stages, shownStage{where(stage), Row{Stage: stage}.Action(), s.Units[stage]})
	}
	for _, x := range s.Products {
		view.Products = append(view.Products, shownProduct{look.Clean(x.SKU), look.Clean(x.Name), x.Listed, x.All, amount(x.Each), amount(x.Targeted), amount(x.Whole)})
	}
	if err := t.Execute(w, view); err != nil {
		return fmt.Errorf("recall: %w", err)
	}
	return nil
}

func amount(m store.Money) string {
	if m.Currency == "" {
		return ""
	}
	return money.String(m)
}
