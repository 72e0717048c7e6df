package board

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxCycle is how many actions, the newest, count for cycle times.
const maxCycle = 5 * store.MaxCAPAs

// actionsAtWork gives the open actions, the most overdue first, and the cycle of all.
func (s *Server) actionsAtWork(r *http.Request) ([]store.CAPA, capa.Cycle, error) {
	all, err := s.allActions(r.Context())
	if err != nil {
		return nil, capa.Cycle{}, err
	}
	cycle := capa.CycleOf(all, s.now())
	open := slices.DeleteFunc(all, func(c store.CAPA) bool { return c.State != store.CAPAOpen })
	slices.SortFunc(open, func(a, b store.CAPA) int {
		return cmp.Or(nextDue(a).Compare(nextDue(b)), strings.Compare(b.ID, a.ID))
	})
	return open, cycle, nil
}

func (s *Server) allActions(ctx context.Context) ([]store.CAPA, error) {
	var all []store.CAPA
	for c, err := range store.EachCAPA(ctx, s.cfg.Store, store.CAPAFilter{}) {
		if err != nil {
			return nil, err
		}
		if all = append(all, c); len(all) == maxCycle {
			break
		}
	}
	return all, nil
}

// nextStep is the first step that is not done; false when all are.
func nextStep(c store.CAPA) (store.CAPAStep, bool) {
	i := slices.IndexFunc(c.Steps, func(s store.CAPAStep) bool { return s.At.IsZero() })
	if i < 0 {
		return store.CAPAStep{}, false
	}
	return c.Steps[i], true
}

// nextDue is when the next step is due; those without a date come last.
func nextDue(c store.CAPA) time.Time {
	if step, ok := nextStep(c); ok && !step.Due.IsZero() {
		return step.Due
	}
	return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
}

// capaTable shows actions with their clocks.
func (s *Server) capaTable(id, caption string, list []store.CAPA) table {
	t := table{ID: id, Caption: caption, Columns: heads("Action", "Cause", "Owner", "State", "#Open for", "Next step", "#Overdue"), Empty: "None."}
	now := s.now()
	for _, c := range list {
		clock := capa.ClockOf(c, now)
		g := s.group(groupOf(c.Cause))
		next, late := cell{Text: none}, cell{Text: none}
		if step, ok := nextStep(c); ok && c.State == store.CAPAOpen {
			next = cell{Text: step.Step + " " + capa.Title(step.Step), Note: "due " + onDay(step.Due)}
		}
		if n := len(clock.Overdue); n > 0 {
			late = cell{Text: site.Counted(n, "step"), Note: "by " + days(clock.Overdue[0].By), Class: "bad"}
		}
		state := cell{Text: look.Sentence(string(c.State)), Class: map[store.CAPAState]string{store.CAPAOpen: "open", store.CAPAClosed: "good"}[c.State]}
		t.Rows = append(t.Rows, row{
			{Text: look.Clean(c.Title), Href: s.capaHref(c.ID)}, {Text: g.Text, Href: g.Href, Note: s.label(c.Cause.Label)}, {Text: cmp.Or(look.Clean(c.Owner), none)}, state,
			{Text: days(clock.Total.Took)}, next, late,
		})
	}
	return t
}

// clockFacts are the cycle times.
func clockFacts(c capa.Cycle) []fact {
	return []fact{
		{Name: "Median to contain", Value: medianWords(c.Contain), Note: "opening to D3, " + site.Counted(c.Contain.N, "action")},
		{Name: "Median to fix", Value: medianWords(c.Fix), Note: "D3 to D6, " + site.Counted(c.Fix.N, "action")},
		{Name: "Median to prove", Value: medianWords(c.Prove), Note: "D6 to the end, " + site.Counted(c.Prove.N, "action")},
		{Name: "Median in all", Value: medianWords(c.Total), Note: "opening to the end, " + site.Counted(c.Total.N, "action")},
	}
}

func medianWords(m capa.Median) string {
	if m.N == 0 {
		return none
	}
	return days(m.Took)
}

// capasView is the list of actions.
type capasView struct {
	page
	Choices []tab
	List    table
	Clock   []fact
	Open    openForm
	site.Pager
}

func (s *Server) capaList(r *http.Request) (site.View, error) {
	return s.capasView(r, openForm{}, nil)
}

func (s *Server) capasView(r *http.Request, form openForm, f *fault) (site.View, error) {
	state := store.CAPAState(r.URL.Query().Get("state"))
	if !slices.Contains([]store.CAPAState{"", store.CAPAClosed, store.CAPADropped}, state) {
		return site.View{}, site.BadRequest("There are no actions of this state.")
	}
	v := capasView{page: s.page(r, "/capas", "Corrective actions")}
	for _, c := range []tab{{Text: "Open", Href: ""}, {Text: "Closed", Href: string(store.CAPAClosed)}, {Text: "Dropped", Href: string(store.CAPADropped)}} {
		v.Choices = append(v.Choices, tab{c.Text, s.stateHref("/capas", c.Href), c.Href == string(state)})
	}
	open, cycle, err := s.actionsAtWork(r)
	if err != nil {
		return site.View{}, err
	}
	v.Clock = clockFacts(cycle)
	form.Fault, form.Action, form.Choose, form.Version = f, s.site.Href("/capas"), true, 0
	v.Open = form
	if state == "" {
		at, err := offset(r)
		if err != nil {
			return site.View{}, err
		}
		shown, pager := slicePage(open, at, s.cfg.PageSize, s.site.Href("/capas"))
		v.List, v.Pager = s.capaTable("list", "Open actions, the most overdue first", shown), pager
	} else if err := s.endedActions(r, &v, state); err != nil {
		return site.View{}, err
	}
	return site.View{Name: "capas", Data: v, Status: statusOf(f)}, nil
}

func (s *Server) endedActions(r *http.Request, v *capasView, state store.CAPAState) error {
	after, err := cursor(r)
	if err != nil {
		return err
	}
	list, err := s.cfg.Store.CAPAs(r.Context(), store.CAPAFilter{State: state, After: after, Limit: s.cfg.PageSize + 1})
	if err != nil {
		return err
	}
	next := ""
	if len(list) > s.cfg.PageSize {
		list = list[:s.cfg.PageSize]
		next = list[len(list)-1].ID
	}
	v.List = s.capaTable("list", look.Sentence(string(state))+" actions, newest first", list)
	v.Pager = site.NewPager(s.stateHref("/capas", string(state)), after, next)
	return nil
}

func statusOf(f *fault) int {
	if f == nil {
		return 0
	}
	return f.status
}
