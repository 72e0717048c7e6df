package board

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/measures"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// measure makes the five measures; scorecards that are there already are not made again.
func (s *Server) measure(ctx context.Context, _ struct{}) (measures.Measures, error) {
	cards, err := s.cards.get(ctx, struct{}{})
	if err != nil {
		return measures.Measures{}, err
	}
	sheet := cards.Value
	if !cards.OK {
		from, until := s.year()
		if sheet, err = quality.Cards(s.cfg.Store).Make(ctx, from, until); err != nil {
			return measures.Measures{}, err
		}
	}
	return measures.Make(ctx, s.cfg.Store, s.cfg.Store, sheet)
}

// measuresView is the page of the five measures.
type measuresView struct {
	page
	Made     part[measures.Measures]
	Period   string
	Sections []measureView
}

// measureView is one measure with its definition.
type measureView struct {
	ID, Title, Definition string
	Figures               []figure
	Tables                []table
}

func (s *Server) measuresPage(r *http.Request) (site.View, error) {
	v := measuresView{page: s.page(r, "/measures", "The five measures")}
	var err error
	if v.Made, err = s.measures.get(r.Context(), struct{}{}); err != nil {
		return site.View{}, err
	}
	if v.Made.OK {
		m := v.Made.Value
		v.Period = onDay(m.From) + " to " + onDay(m.Until.Add(-1))
		v.Sections = []measureView{s.detection(m), s.accuracy(m), s.supplierTrend(m), s.unitCost(m), cycle(m)}
		for i := range v.Sections {
			v.Sections[i].Definition = m.Definitions[v.Sections[i].ID]
		}
	}
	return site.View{Name: "measures", Data: v}, nil
}

func (s *Server) detection(m measures.Measures) measureView {
	value := none
	if m.Detection.Alarms > 0 {
		value = number(m.Detection.MedianDays, 0) + " days"
	}
	return measureView{ID: "detection_speed", Title: "Detection speed", Figures: []figure{{Value: value, Name: "median from the first claim to the alarm", Note: site.Counted(m.Detection.Alarms, "alarm") + " in the period"}}}
}

func (s *Server) accuracy(m measures.Measures) measureView {
	t := table{ID: "accuracy", Caption: "By axis", Columns: heads("Axis", "#Right", "#Of claims", "#Right where it answered"), Empty: "No claim of the random slice was decided by people in the period."}
	for _, a := range m.Accuracy {
		covered := cell{Text: none}
		if a.CoveredN > 0 {
			covered = cell{Text: number(100*a.Covered, 1) + " %", Note: "of " + site.Counted(a.CoveredN, "claim")}
		}
		right := cell{Text: none}
		if a.N > 0 {
			right = cell{Text: number(100*a.Value, 1) + " %", Note: interval(100*a.Low, 100*a.High, 1)}
		}
		t.Rows = append(t.Rows, row{{Text: s.words().Axis(a.Axis)}, right, {Text: site.Thousands(a.N)}, covered})
	}
	return measureView{ID: "category_accuracy", Title: "Category accuracy", Tables: []table{t}}
}

func (s *Server) supplierTrend(m measures.Measures) measureView {
	t := table{ID: "trend", Caption: "By supplier", Columns: heads("Supplier", "#PPM", "#Change in a year"), Empty: "No supplier has units in service."}
	list := m.Suppliers[:min(len(m.Suppliers), s.cfg.PageSize)]
	for _, x := range list {
		trend := cell{Text: "too little to tell"}
		if x.Trend != nil {
			trend = cell{Text: percent(x.Trend.PerYear), Note: percent(x.Trend.Low) + " to " + percent(x.Trend.High)}
		}
		t.Rows = append(t.Rows, row{s.supplierCell(x.Supplier), {Text: number(x.PPM, 0)}, trend})
	}
	t.Note = cutNote(len(m.Suppliers), len(list))
	return measureView{ID: "supplier_trend", Title: "Supplier defect-rate trend", Tables: []table{t}}
}

func percent(v float64) string {
	text := number(100*v, 0) + " %"
	if v > 0 {
		return "+" + text
	}
	return strings.Replace(text, "-", "−", 1)
}

func (s *Server) unitCost(m measures.Measures) measureView {
	t := table{ID: "batches", Caption: "Batches with the highest cost for each unit", Columns: heads("Batch", "#For each unit", "#In all", "#Units in service"), Empty: fmt.Sprintf("No batch of at least %d units has costs.", measures.LeastUnits)}
	for _, b := range m.Cost.Batches {
		g := s.group(store.Group{Kind: store.GroupBatch, Name: b.Batch})
		t.Rows = append(t.Rows, row{{Text: g.Text, Href: g.Href}, {Text: money.String(b.PerUnit)}, {Text: money.String(b.Total)}, {Text: site.Thousands(b.Units)}})
	}
	return measureView{ID: "warranty_cost_per_unit", Title: "Warranty cost for each unit", Tables: []table{t},
		Figures: []figure{{Value: amounts(m.Cost.PerUnit), Name: "for each unit in service", Note: amounts(m.Cost.Total) + " over " + site.Counted(m.Cost.Units, "unit")}}}
}

func cycle(m measures.Measures) measureView {
	c := m.CAPA
	inDays := func(v *float64) string {
		if v == nil {
			return none
		}
		return number(*v, 0) + " days"
	}
	return measureView{ID: "capa_cycle_time", Title: look.Words("CAPA cycle time"), Figures: []figure{
		{Value: inDays(c.TotalDays), Name: "in all", Note: fmt.Sprintf("%d closed", c.Closed)},
		{Value: inDays(c.ContainDays), Name: "to contain (D3)"},
		{Value: inDays(c.FixDays), Name: "from there to the fix (D6)"},
		{Value: inDays(c.ProveDays), Name: "from there to the end"},
		{Value: site.Thousands(c.Open), Name: "open", Note: fmt.Sprintf("%d overdue", c.Overdue), Class: redIf(c.Overdue > 0)},
	}}
}
