package board

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxAlarms is how many alarms are ranked at most.
const maxAlarms = 2 * store.MaxAlarms

// maxCursor is the longest cursor that is looked at, in bytes.
const maxCursor = 2000

var atWork = []store.AlarmState{store.AlarmOpen, store.AlarmAcknowledged}

// ranked gives the alarms of some states, the clearest excess first; more says that there are
// further ones.
func (s *Server) ranked(ctx context.Context, f store.AlarmFilter) (list []store.Alarm, more bool, err error) {
	f.Limit = store.MaxAlarms
	for len(list) < maxAlarms {
		some, err := s.cfg.Store.Alarms(ctx, f)
		if err != nil {
			return nil, false, err
		}
		list = append(list, some...)
		if more = len(some) == f.Limit; !more {
			break
		}
		f.After = some[len(some)-1].ID
	}
	slices.SortFunc(list, func(a, b store.Alarm) int {
		return cmp.Or(cmp.Compare(b.Facts.EB05, a.Facts.EB05), strings.Compare(b.ID, a.ID))
	})
	return list, more, nil
}

// alarmTable shows alarms, with what the last week brought where that is known.
func (s *Server) alarmTable(id, caption string, list []store.Alarm, week *weekFigures) table {
	t := table{ID: id, Caption: caption, Empty: "None.",
		Columns: heads("Pattern", "Group", "Since", "#Claims", "#Ratio", "#At least", "#Field, stock", "#Cost, forecast", "State")}
	names := map[string]string{}
	for _, a := range list {
		names[a.ID] = s.group(groupOf(a.Cause)).Text
	}
	for _, a := range list {
		f := a.Facts
		g := s.group(groupOf(a.Cause))
		part := ""
		if whole, ok := names[f.Within]; ok {
			part = "within " + whole
		}
		claims := cell{Text: site.Thousands(f.Observed), Note: "against " + number(f.Expected, 1)}
		if week != nil {
			if w, ok := week.Alarms[a.ID]; ok {
				claims.Note += fmt.Sprintf("; %d this week, %d last", w.Now, w.Before)
			}
		}
		t.Rows = append(t.Rows, row{
			{Text: s.label(a.Cause.Label), Href: s.patternHref(a.ID)},
			{Text: g.Text, Href: g.Href, Note: part},
			{Text: onDay(f.Onset), Note: "raised " + onDay(f.Raised)},
			claims,
			{Text: number(f.Ratio, 1) + " ×", Note: interval(f.Low, f.High, 1)},
			{Text: number(f.EB05, 1) + " ×"},
			{Text: site.Thousands(f.Units.Field), Note: site.Thousands(f.Units.Stock) + " in stock"},
			{Text: amounts(f.Costs), Note: forecastWords(f.Forecasts)},
			stateCell(a),
		})
	}
	return t
}

// forecastWords says what the nearest forecast is.
func forecastWords(list []store.AlarmForecast) string {
	if len(list) == 0 {
		return ""
	}
	f := list[0]
	out := fmt.Sprintf("%s claims in %d days", number(f.Claims, 0), f.Days)
	if f.Cost != (store.Money{}) {
		out += ", " + money.String(f.Cost)
	}
	return out
}

// stateCell says where an alarm stands.
func stateCell(a store.Alarm) cell {
	c := cell{Text: look.Sentence(string(a.State)), Class: map[store.AlarmState]string{store.AlarmOpen: "bad", store.AlarmAcknowledged: "open", store.AlarmClosed: "good"}[a.State]}
	if a.Known != nil {
		c.Note = "known issue"
	}
	return c
}

// patternsView is the list of patterns.
type patternsView struct {
	page
	Choices []tab
	List    table
	site.Pager
}

// patterns lists those at work by rank, and all others from the newest on.
func (s *Server) patterns(r *http.Request) (site.View, error) {
	state := store.AlarmState(r.URL.Query().Get("state"))
	v := patternsView{page: s.page(r, "/patterns", "Patterns")}
	for _, c := range []struct {
		state store.AlarmState
		text  string
	}{{"", "Open and at work"}, {store.AlarmDismissed, "Dismissed"}, {store.AlarmClosed, "Closed"}} {
		v.Choices = append(v.Choices, tab{c.text, s.stateHref("/patterns", string(c.state)), c.state == state})
	}
	switch state {
	case "":
		return s.livingPatterns(r, v)
	case store.AlarmDismissed, store.AlarmClosed:
	default:
		return site.View{}, site.BadRequest("There are no patterns of this state.")
	}
	after, err := cursor(r)
	if err != nil {
		return site.View{}, err
	}
	list, err := s.cfg.Store.Alarms(r.Context(), store.AlarmFilter{States: []store.AlarmState{state}, After: after, Limit: s.cfg.PageSize + 1})
	if err != nil {
		return site.View{}, err
	}
	next := ""
	if len(list) > s.cfg.PageSize {
		list = list[:s.cfg.PageSize]
		next = list[len(list)-1].ID
	}
	v.List = s.alarmTable("list", look.Sentence(string(state))+" patterns, newest first", list, nil)
	v.Pager = site.NewPager(s.stateHref("/patterns", string(state)), after, next)
	return site.View{Name: "patterns", Data: v}, nil
}

func (s *Server) livingPatterns(r *http.Request, v patternsView) (site.View, error) {
	list, more, err := s.ranked(r.Context(), store.AlarmFilter{States: atWork})
	if err != nil {
		return site.View{}, err
	}
	at, err := offset(r)
	if err != nil {
		return site.View{}, err
	}
	shown, pager := slicePage(list, at, s.cfg.PageSize, s.site.Href("/patterns"))
	v.List = s.alarmTable("list", "Patterns at work, the clearest excess first", shown, nil)
	if more {
		v.List.Note = fmt.Sprintf("The %s newest were ranked; there are more.", site.Thousands(maxAlarms))
	}
	v.Pager = pager
	return site.View{Name: "patterns", Data: v}, nil
}

func (s *Server) stateHref(path, state string) string {
	if state == "" {
		return s.site.Href(path)
	}
	return s.site.Href(path) + "?state=" + url.QueryEscape(state)
}

// cursor reads where a list goes on.
func cursor(r *http.Request) (string, error) {
	after := r.URL.Query().Get("after")
	if len(after) > maxCursor {
		return "", store.ErrCursor
	}
	return after, nil
}
