package board

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

const (
	// topAlarms and topActions are how many the overview shows.
	topAlarms  = 25
	topActions = 10
)

// overviewView is the first page.
type overviewView struct {
	page
	Figures []figure
	Week    part[weekFigures]
	From    string
	// New, Worse and Over are alarms of this week.
	New, Worse, Over table
	Severities       table
	Open             table
	Actions          table
	Clock            []fact
	MoreOpen         string
	MoreActions      string
}

func (s *Server) overview(r *http.Request) (site.View, error) {
	ctx := r.Context()
	v := overviewView{page: s.page(r, "/", "Quality: this week")}
	var err error
	if v.Week, err = s.week.get(ctx, struct{}{}); err != nil {
		return site.View{}, err
	}
	open, more, err := s.ranked(ctx, store.AlarmFilter{States: atWork})
	if err != nil {
		return site.View{}, err
	}
	from := s.now().Add(-week)
	v.From = onDay(from)
	var figures *weekFigures
	if v.Week.OK {
		figures = &v.Week.Value
	}
	fresh := slices.DeleteFunc(slices.Clone(open), func(a store.Alarm) bool { return a.OpenedAt.Before(from) })
	v.New = s.alarmTable("new", "New", fresh, figures)
	if figures != nil {
		v.Worse = s.alarmTable("worse", "Worse", slices.DeleteFunc(slices.Clone(open), func(a store.Alarm) bool { return !figures.worse(a) }), figures)
		v.Worse.Empty = "None that is older than a week came back, or has more claims than in the week before."
		v.Severities = s.severityTable(figures)
	}
	over, err := s.settledSince(r)
	if err != nil {
		return site.View{}, err
	}
	v.Over = over
	v.Open = s.alarmTable("open", "Patterns at work, the clearest excess first", open[:min(len(open), topAlarms)], figures)
	if len(open) > topAlarms || more {
		v.MoreOpen = s.site.Href("/patterns")
	}
	list, clock, err := s.actionsAtWork(r)
	if err != nil {
		return site.View{}, err
	}
	v.Actions = s.capaTable("actions", "Open actions, the most overdue first", list[:min(len(list), topActions)])
	v.Clock = clockFacts(clock)
	if len(list) > topActions {
		v.MoreActions = s.site.Href("/capas")
	}
	v.Figures = []figure{
		{Value: site.Thousands(len(open)), Name: "patterns at work", Note: fmt.Sprintf("%d new this week", len(fresh)), Href: s.site.Href("/patterns"), Class: redIf(len(fresh) > 0)},
		claimsFigure(v.Week),
		{Value: site.Thousands(clock.Open), Name: "open actions", Note: site.Counted(clock.OverdueSteps, "step") + " overdue", Href: s.site.Href("/capas"), Class: redIf(clock.OverdueSteps > 0)},
		{Value: medianWords(clock.Total), Name: "median to close an action", Note: fmt.Sprintf("%d closed", clock.Closed)},
	}
	return site.View{Name: "overview", Data: v}, nil
}

func redIf(bad bool) string {
	if bad {
		return "bad"
	}
	return ""
}

func claimsFigure(w part[weekFigures]) figure {
	f := figure{Value: "…", Name: "claims this week"}
	if w.OK {
		f.Value, f.Note = site.Thousands(w.Value.Claims.Now), fmt.Sprintf("%s the week before", site.Thousands(w.Value.Claims.Before))
	}
	return f
}

// settledSince are alarms that were closed or dismissed this week, of the newest ones.
func (s *Server) settledSince(r *http.Request) (table, error) {
	list, more, err := s.ranked(r.Context(), store.AlarmFilter{States: []store.AlarmState{store.AlarmClosed, store.AlarmDismissed}})
	if err != nil {
		return table{}, err
	}
	from := s.now().Add(-week)
	list = slices.DeleteFunc(list, func(a store.Alarm) bool { return a.SettledAt.Before(from) })
	t := table{ID: "over", Caption: "Closed or dismissed", Columns: heads("Pattern", "Group", "When", "State", "Why"), Empty: "None."}
	for _, a := range list {
		g := s.group(groupOf(a.Cause))
		t.Rows = append(t.Rows, row{{Text: s.label(a.Cause.Label), Href: s.patternHref(a.ID)}, {Text: g.Text, Href: g.Href}, {Text: onDay(a.SettledAt)}, stateCell(a), {Text: look.Clean(a.Why)}})
	}
	if more {
		t.Note = fmt.Sprintf("The %s newest patterns were looked at.", site.Thousands(maxAlarms))
	}
	return t, nil
}

// severityTable compares claims by severity, in the taxonomy's order.
func (s *Server) severityTable(w *weekFigures) table {
	t := table{ID: "severities", Caption: "Claims by severity", Columns: heads("Severity", "#This week", "#Last week", "#Change"), Empty: "No claim in two weeks."}
	var order []string
	if axis := s.cfg.Taxonomy().Axis("severity"); axis != nil {
		for _, l := range axis.Labels {
			order = append(order, l.ID)
		}
	}
	for _, l := range slices.Backward(slices.Sorted(maps.Keys(w.Severities))) { // "" last
		if !slices.Contains(order, l) {
			order = append(order, l)
		}
	}
	for _, l := range order {
		c := w.Severities[l]
		if c == nil {
			c = new(change)
		}
		name := cell{Text: s.words().Label("severity", l)}
		if l == "" {
			name.Text = "Not known"
		}
		if s.words().Worst("severity", l) {
			name.Class = "bad"
		}
		t.Rows = append(t.Rows, row{name, {Text: site.Thousands(c.Now)}, {Text: site.Thousands(c.Before)}, {Text: signed(c.Now - c.Before)}})
	}
	if w.Cut {
		t.Note = fmt.Sprintf("The newest %s claims were counted; there are more.", site.Thousands(maxWeekClaims))
	}
	return t
}

// signed writes a change with its sign.
func signed(n int) string {
	switch {
	case n > 0:
		return "+" + site.Thousands(n)
	case n < 0:
		return "−" + site.Thousands(-n)
	}
	return "0"
}
