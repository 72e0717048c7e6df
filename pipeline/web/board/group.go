package board

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/web/site"
)

// groupView is the page of a batch, a lot, a supplier, a product or another group of units.
type groupView struct {
	page
	Group    link
	Kind     string
	Counted  part[groupCount]
	Figures  []figure
	Facts    []fact
	Card     *cardView
	Charts   part[surveillance.Charts]
	Months   template.HTML
	Ages     template.HTML
	Nevada   *nevada
	Hazard   string
	Patterns table
	Parts    []table // lots of a supplier, batches of a product, and so on
	Looks    table   // inspections
	Units    table
	Actions  table
	Credits  table
	Claims   *link
	Recall   recallForm
	Charge   *chargeForm
	Open     openForm
	site.Pager
}

// groupIn reads a group from a form or an address.
func groupIn(kind, name string) (store.Group, error) {
	g := store.Group{Kind: store.GroupKind(kind), Name: name}
	if !slices.Contains(store.GroupKinds(), g.Kind) || name == "" || len(name) > 3*store.MaxUnitText+2 {
		return g, site.BadRequest("There are no groups of this kind, or the name is missing.")
	}
	return g, nil
}

func (s *Server) groupPage(r *http.Request) (site.View, error) {
	g, err := groupIn(r.PathValue("kind"), r.PathValue("name"))
	if err != nil {
		return site.View{}, err
	}
	title := s.group(g)
	v := groupView{page: s.page(r, s.tabOf(g.Kind), title.Text), Group: title, Kind: kindWord(g.Kind)}
	for _, do := range []func(*http.Request, *groupView, store.Group) error{s.groupCounts, s.groupRecord, s.groupPatterns, s.groupCharts, s.groupParts, s.inspections, s.groupUnits, s.groupWork} {
		if err := do(r, &v, g); err != nil {
			return site.View{}, err
		}
	}
	v.Recall = recallForm{Action: s.site.Href("/recalls"), Kind: string(g.Kind), Name: g.Name}
	v.Open = openForm{Action: s.site.Href("/capas"), Kind: string(g.Kind), Name: g.Name, Owner: s.cfg.Rules.Owner}
	return site.View{Name: "group", Data: v}, nil
}

// tabOf is the tab that a kind's pages are under.
func (s *Server) tabOf(k store.GroupKind) string {
	return map[store.GroupKind]string{store.GroupSupplier: "/suppliers", store.GroupLot: "/lots", store.GroupBatch: "/batches", store.GroupSKU: "/products"}[k]
}

// groupCount is how many units a group has, by stage, and what was booked on them.
type groupCount struct {
	units map[store.Stage]int
	costs []store.CostSum
}

// countGroup counts; a group of millions of units takes longer than a page may.
func (s *Server) countGroup(ctx context.Context, g store.Group) (groupCount, error) {
	n, err := s.cfg.Store.CountUnits(ctx, store.UnitFilter{Groups: []store.Group{g}})
	if err != nil {
		return groupCount{}, err
	}
	sums, err := s.cfg.Store.SumCosts(ctx, store.CostFilter{Groups: []store.Group{g}}, "")
	return groupCount{n, sums}, err
}

// groupCounts shows how many units there are and what they cost.
func (s *Server) groupCounts(r *http.Request, v *groupView, g store.Group) error {
	var err error
	if v.Counted, err = s.counts.get(r.Context(), g); err != nil || !v.Counted.OK {
		return err
	}
	n, all := v.Counted.Value.units, 0
	for _, c := range n {
		all += c
	}
	v.Figures = []figure{
		{Value: site.Thousands(all), Name: "units known", Note: site.Thousands(n[store.StageGone]) + " are gone"},
		{Value: site.Thousands(n[store.StageField]), Name: "in the field"},
		{Value: site.Thousands(n[store.StageStock] + n[store.StageTrade]), Name: "not sold", Note: fmt.Sprintf("%s in stock, %s in trade", site.Thousands(n[store.StageStock]), site.Thousands(n[store.StageTrade]))},
	}
	for _, c := range v.Counted.Value.costs {
		note := site.Counted(c.N, "cost")
		if each, ok := money.PerUnit(c.Amount, n[store.StageField]+n[store.StageGone]); ok {
			note += ", " + money.String(each) + " for each unit sold"
		}
		v.Figures = append(v.Figures, figure{Value: money.String(c.Amount), Name: "booked on its units", Note: note})
	}
	return nil
}

// groupPatterns lists what was put down to the group.
func (s *Server) groupPatterns(r *http.Request, v *groupView, g store.Group) error {
	list, _, err := s.ranked(r.Context(), store.AlarmFilter{Kind: string(g.Kind), Name: g.Name})
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b store.Alarm) int { return boolInt(!a.Living()) - boolInt(!b.Living()) })
	v.Patterns = s.alarmTable("patterns", "Patterns of this group, also those that are over", list[:min(len(list), s.cfg.PageSize)], nil)
	v.Patterns.Empty = "No pattern is put down to this group."
	return nil
}

// groupCharts draws all claims of the group.
func (s *Server) groupCharts(r *http.Request, v *groupView, g store.Group) error {
	charts, err := s.charts.get(r.Context(), store.Cause{Kind: string(g.Kind), Name: g.Name})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	v.Charts = charts
	p, err := plot.New()
	if err != nil {
		return err
	}
	if v.Months, err = drawMonths(p, charts.Value.Months, time.Time{}); err != nil {
		return err
	}
	v.Ages, err = drawAges(p, charts.Value.Ages, charts.Value.Hazard)
	v.Nevada, v.Hazard = newNevada(charts.Value.Nevada), hazardWords(charts.Value.Hazard)
	return err
}

func (s *Server) inspections(r *http.Request, v *groupView, g store.Group) error {
	list, err := s.cfg.Store.InspectionsOn(r.Context(), g, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	v.Looks = table{ID: "looks", Caption: "Inspections, newest first", Columns: heads("Day", "On", "#Checked", "#Failed", "Result", "By")}
	slices.Reverse(list)
	for _, i := range list[:min(len(list), s.cfg.PageSize)] {
		on := s.group(i.On)
		v.Looks.Rows = append(v.Looks.Rows, row{{Text: onDay(i.At)}, {Text: on.Text}, {Text: site.Thousands(i.Checked)}, {Text: site.Thousands(i.Failed), Class: redIf(i.Failed > 0)}, {Text: strings.TrimSpace(look.Clean(i.Result + " " + i.Defect))}, {Text: look.Clean(i.By)}})
	}
	return nil
}

// groupUnits is one page of its units.
func (s *Server) groupUnits(r *http.Request, v *groupView, g store.Group) error {
	after, err := cursor(r)
	if err != nil {
		return err
	}
	list, next, err := s.cfg.Store.UnitsOf(r.Context(), store.UnitFilter{Groups: []store.Group{g}}, after, s.cfg.PageSize)
	if err != nil {
		return err
	}
	v.Units = s.unitTable("units", "Units by serial, a page at a time", list)
	v.Pager = site.NewPager(s.groupHref(g), after, next)
	return nil
}

func (s *Server) unitTable(id, caption string, list []store.Unit) table {
	t := table{ID: id, Caption: caption, Columns: heads("Serial", "Product", "Batch", "Where", "Made", "In service since"), Empty: "No unit of it is known."}
	for _, u := range list {
		stage, _ := u.Stage()
		batch := cell{Text: none}
		if u.Batch != "" {
			batch = cell{Text: look.Clean(u.Batch), Href: s.groupHref(store.Group{Kind: store.GroupBatch, Name: store.BatchName(u.Batch, u.SKU)})}
		}
		t.Rows = append(t.Rows, row{{Text: look.Clean(u.Serial), Href: s.unitHref(u.Serial)}, {Text: look.Clean(u.SKU)}, batch, {Text: stageWord(stage)}, {Text: onDay(u.MadeAt)}, {Text: onDay(u.Since())}})
	}
	return t
}

func stageWord(s store.Stage) string {
	return map[store.Stage]string{store.StageStock: "in stock", store.StageTrade: "in trade", store.StageField: "in the field", store.StageGone: "gone"}[s]
}

// groupWork is what is done about the group: corrective actions and, of a supplier, credits.
func (s *Server) groupWork(r *http.Request, v *groupView, g store.Group) error {
	f := store.CAPAFilter{Limit: store.MaxCAPAs}
	supplier := g.Kind == store.GroupSupplier
	if supplier {
		f.Supplier = g.Name
	}
	list, err := s.cfg.Store.CAPAs(r.Context(), f)
	if err != nil {
		return err
	}
	if !supplier {
		list = slices.DeleteFunc(list, func(c store.CAPA) bool {
			return groupOf(c.Cause) != g && (g.Kind != store.GroupSKU || c.SKU != g.Name)
		})
	}
	v.Actions = s.capaTable("actions", "Corrective actions about it", list[:min(len(list), s.cfg.PageSize)])
	if !supplier {
		return nil
	}
	credits, err := s.cfg.Store.Credits(r.Context(), store.CreditFilter{Supplier: g.Name, Limit: store.MaxCAPAs})
	if err != nil {
		return err
	}
	slices.Reverse(credits)
	v.Credits = s.creditTable("credits", "Credits, newest first", credits[:min(len(credits), s.cfg.PageSize)])
	v.Charge = &chargeForm{Action: s.site.Href("/chargebacks"), Supplier: g.Name}
	return nil
}
