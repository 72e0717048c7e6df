package board

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// patternView is the page of one pattern.
type patternView struct {
	page
	ID       string
	Label    string
	Group    link
	State    cell
	Why      string
	Explain  string
	Figures  []figure
	Facts    []fact
	Months   template.HTML
	Ages     template.HTML
	Charts   part[surveillance.Charts]
	Nevada   *nevada
	Hazard   string
	Rivals   table
	Forecast table
	Examples []show.Row
	Cluster  *fact
	Known    *store.KnownIssue
	Actions  []link // corrective actions about the same cause
	Trail    table
	Act      actForm
	Open     openForm
	Recall   recallForm
	Charge   chargeForm
}

func (s *Server) pattern(r *http.Request) (site.View, error) {
	a, err := s.cfg.Store.Alarm(r.Context(), r.PathValue("id"))
	if err != nil {
		return site.View{}, err
	}
	return s.patternView(r, a, actForm{}, openForm{}, nil)
}

// patternView shows a pattern, with a form that was not done and why, if there is one.
func (s *Server) patternView(r *http.Request, a store.Alarm, act actForm, open openForm, f *fault) (site.View, error) {
	ctx := r.Context()
	g := s.group(groupOf(a.Cause))
	v := patternView{page: s.page(r, "/patterns", s.label(a.Cause.Label)+": "+g.Text), ID: a.ID, Label: s.label(a.Cause.Label), Group: g, State: stateCell(a), Why: look.Clean(a.Why),
		Explain: sentence(a.Facts.Explanation), Known: a.Known, Rivals: s.rivalTable(a.Facts.Rivals), Forecast: forecastTable(a.Facts.Forecasts)}
	v.Figures, v.Facts = s.patternFigures(a), s.patternFacts(a)
	for _, do := range []func(context.Context, *patternView, store.Alarm) error{s.wholeOf, s.drawPattern, s.examples, s.clusterOf, s.actionsAbout, s.trail} {
		if err := do(ctx, &v, a); err != nil {
			return site.View{}, err
		}
	}
	if err := s.patternForms(ctx, &v, a, act, open, f); err != nil {
		return site.View{}, err
	}
	return site.View{Name: "pattern", Data: v, Status: statusOf(f)}, nil
}

func (s *Server) patternFigures(a store.Alarm) []figure {
	f := a.Facts
	out := []figure{
		{Value: number(f.Ratio, 1) + " ×", Name: "as often as usual", Note: "95 %: " + interval(f.Low, f.High, 1), Class: redIf(a.State == store.AlarmOpen)},
		{Value: site.Thousands(f.Observed), Name: "claims", Note: "where " + number(f.Expected, 1) + " are usual"},
	}
	if f.Basis == store.BasisUnits {
		out = append(out, figure{Value: site.Thousands(f.Units.Field), Name: "units in the field", Note: fmt.Sprintf("%s in stock, %s made", site.Thousands(f.Units.Stock), site.Thousands(f.Units.Made))})
	}
	if len(f.Costs) > 0 {
		out = append(out, figure{Value: amounts(f.Costs), Name: "cost so far", Note: fmt.Sprintf("of %s with a cost", site.Counted(f.Costed, "claim"))})
	}
	return out
}

func (s *Server) patternFacts(a store.Alarm) []fact {
	f := a.Facts
	basis := "units at risk, by age, season and product"
	if f.Basis == store.BasisClaims {
		basis = "no units are known: the label's share of the group's claims, beside its share of all"
	}
	out := facts(
		fact{Name: "Began", Value: onDay(f.Onset), Note: "the first claim of the excess, as the detector places it"},
		fact{Name: "Raised", Value: onDay(f.Raised), Note: fmt.Sprintf("evidence %s, needed %s for at most %s false alarms a year over everything watched", number(f.Evidence, 0), number(f.Threshold, 0), number(f.Level, 1))},
		fact{Name: "Newest claim", Value: onDay(f.Last)},
		fact{Name: "Surely at least", Value: number(f.EB05, 1) + " ×", Note: "EB05: the 5 % quantile of the ratio, shrunk towards all other groups'; patterns are ranked by it"},
		fact{Name: "Expected from", Value: basis},
		fact{Name: "Measured", Value: site.NewMoment(f.At).Text},
	)
	for _, l := range f.Also {
		out = append(out, fact{Name: "Shows also as", Value: s.label(l)})
	}
	return out
}

// wholeOf names the pattern that this one is likely a part of.
func (s *Server) wholeOf(ctx context.Context, v *patternView, a store.Alarm) error {
	if a.Facts.Within == "" {
		return nil
	}
	whole, err := s.cfg.Store.Alarm(ctx, a.Facts.Within)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err == nil {
		v.Facts = append(v.Facts, fact{Name: "Likely part of", Value: s.label(whole.Cause.Label) + ", " + s.group(groupOf(whole.Cause)).Text, Href: s.patternHref(whole.ID),
			Note: "most of these claims are of that group too"})
	}
	return err
}

func (s *Server) rivalTable(list []store.AlarmRival) table {
	t := table{ID: "rivals", Caption: "Other explanations that share these claims", Columns: heads("Group", "#Claims", "#Usual", "Why it is not behind it"), Empty: "No other group shares claims with it."}
	for _, x := range list {
		g := s.group(store.Group{Kind: store.GroupKind(x.Kind), Name: x.Name})
		if x.Of != "" { // a part has no page of its own
			g.Href = s.groupHref(store.Group{Kind: store.GroupKind(x.Kind), Name: x.Of})
		}
		why := cell{Text: sentence(x.Reason)}
		if x.Same {
			why = cell{Text: "It holds the same units: nobody can tell the two apart.", Class: "open"}
		}
		t.Rows = append(t.Rows, row{{Text: g.Text, Href: g.Href}, {Text: site.Thousands(x.Observed)}, {Text: number(x.Expected, 1)}, why})
	}
	return t
}

func forecastTable(list []store.AlarmForecast) table {
	t := table{ID: "forecast", Caption: "What will come if nothing changes", Columns: heads("Time", "#Claims", "#Usual", "#More if all stock were sold", "#Cost"), Empty: "No forecast: the age of the units is not known."}
	for _, f := range list {
		cost := cell{Text: none}
		if f.Cost != (store.Money{}) {
			cost = cell{Text: money.String(f.Cost), Note: money.String(f.CostLow) + " to " + money.String(f.CostHigh)}
		}
		t.Rows = append(t.Rows, row{{Text: "next " + site.Counted(f.Days, "day")}, {Text: number(f.Claims, 0), Note: interval(f.Low, f.High, 0)}, {Text: number(f.Usual, 1)}, {Text: number(f.IfSold, 0)}, cost})
	}
	return t
}

func (s *Server) examples(ctx context.Context, v *patternView, a store.Alarm) error {
	for _, id := range a.Facts.Examples {
		c, err := s.cfg.Store.Claim(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		v.Examples = append(v.Examples, s.words().Row(c))
	}
	return nil
}

func (s *Server) clusterOf(ctx context.Context, v *patternView, a store.Alarm) error {
	if a.Facts.Cluster == "" {
		return nil
	}
	c, err := s.cfg.Store.Cluster(ctx, a.Facts.Cluster)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	name := "Cluster " + short(c.ID)
	for i, term := range c.Terms {
		if i == 0 {
			name = look.Clean(term)
			continue
		}
		name += ", " + look.Clean(term)
	}
	v.Cluster = &fact{Value: name, Href: s.cfg.ClusterPages + c.ID, Note: fmt.Sprintf("%d of its claims are in this cluster of %s", a.Facts.Clustered, site.Counted(c.Size, "claim"))}
	return nil
}

// actionsAbout are corrective actions about the same cause, the open one first.
func (s *Server) actionsAbout(ctx context.Context, v *patternView, a store.Alarm) error {
	list, err := s.cfg.Store.CAPAs(ctx, store.CAPAFilter{Cause: &a.Cause, Limit: s.cfg.PageSize})
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b store.CAPA) int {
		return boolInt(a.State != store.CAPAOpen) - boolInt(b.State != store.CAPAOpen)
	})
	for _, c := range list {
		v.Actions = append(v.Actions, link{look.Clean(c.Title) + " (" + string(c.State) + ")", s.capaHref(c.ID)})
		if c.State == store.CAPAOpen && v.Charge.CAPA == "" {
			v.Charge.CAPA = c.ID
		}
	}
	return nil
}

func (s *Server) trail(ctx context.Context, v *patternView, a store.Alarm) error {
	list, err := s.cfg.Store.Trail(ctx, a.ID)
	if err != nil {
		return err
	}
	v.Trail = table{ID: "trail", Caption: "What happened to it, newest first", Columns: heads("What", "When", "By", "Why"), Empty: "Nothing yet."}
	slices.Reverse(list)
	for _, e := range list[:min(len(list), maxTrail)] {
		v.Trail.Rows = append(v.Trail.Rows, row{{Text: look.Clean(e.What)}, {At: site.NewMoment(e.At)}, {Text: look.Clean(e.By)}, {Text: look.Clean(e.Detail)}})
	}
	if len(list) > maxTrail {
		v.Trail.Note = fmt.Sprintf("The newest %d of %d.", maxTrail, len(list))
	}
	return nil
}

// maxTrail is how many entries of a log a page shows.
const maxTrail = 200
