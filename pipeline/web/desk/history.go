package desk

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// historyPage is how many decisions a page shows, excerpt how many characters of a text.
const (
	historyPage = 50
	excerpt     = 160
)

// historyView is a reviewer's own decisions of a day, newest first.
type historyView struct {
	site.Frame
	site.Pager
	Tabs      []tab
	Undo      string
	Day       string
	Before    string // the address of the day before
	After     string // of the day after, empty on the last
	Decisions []pastDecision
	Minutes   int
}

type pastDecision struct {
	ID, Title, Href, Text, Lang string
	At                          site.Moment
	Answer, Why, Took           string
	Undone, CanUndo             bool
}

func (s *Server) history(r *http.Request, by store.Reviewer) (site.View, error) {
	today := s.now().Truncate(24 * time.Hour)
	from := today
	if text := r.URL.Query().Get("day"); text != "" {
		var err error
		if from, err = time.Parse(time.DateOnly, text); err != nil {
			return site.View{}, site.BadRequest("A day must be written like 2026-03-31.")
		}
	}
	list, err := s.decisionsOf(r, by, from)
	if err != nil {
		return site.View{}, err
	}
	href := func(d time.Time) string { return s.site.Href("/history?day=") + d.Format(time.DateOnly) }
	out := historyView{Frame: s.site.Frame(r, "review", "What I decided"), Tabs: s.tabs(by, "/history"), Undo: s.site.Href("/undo"), Day: day(from), Before: href(from.AddDate(0, 0, -1)), Minutes: int(s.cfg.UndoWindow.Minutes())}
	if from.Before(today) {
		out.After = href(from.AddDate(0, 0, 1))
	}
	first := 0
	after := r.URL.Query().Get("after")
	if after != "" {
		if first = 1 + slices.IndexFunc(list, func(d store.ReviewDecision) bool { return d.ID == after }); first == 0 {
			return site.View{}, store.ErrCursor
		}
	}
	end := min(first+historyPage, len(list))
	gone := withdrawn(list)
	for _, d := range list[first:end] {
		if d.Role == store.RoleWithdrawal {
			continue
		}
		past, err := s.past(r, d, gone[d.ID])
		if err != nil {
			return site.View{}, err
		}
		out.Decisions = append(out.Decisions, past)
	}
	next := ""
	if end < len(list) {
		next = list[end-1].ID
	}
	out.Pager = site.NewPager(href(from), after, next)
	return site.View{Name: "history", Data: out}, nil
}

// decisionsOf reads a reviewer's decisions of a day, newest first.
func (s *Server) decisionsOf(r *http.Request, by store.Reviewer, from time.Time) ([]store.ReviewDecision, error) {
	f := store.DecisionFilter{Reviewer: by.ID, From: from, Until: from.Add(24 * time.Hour)}
	all, err := store.Gather(store.EachDecision(r.Context(), s.cfg.Reviews, f))
	slices.Reverse(all)
	return all, err
}

// withdrawn are the decisions that were taken back.
func withdrawn(list []store.ReviewDecision) map[string]bool {
	out := map[string]bool{}
	for _, d := range list {
		if d.Role == store.RoleWithdrawal {
			out[d.Withdraws] = true
		}
	}
	return out
}

// past shows one decision, and nothing of the part that it played: that would tell a known
// item, or a second look.
func (s *Server) past(r *http.Request, d store.ReviewDecision, gone bool) (pastDecision, error) {
	out := pastDecision{ID: d.ID, Title: "A claim that was erased", At: site.NewMoment(d.At), Answer: s.told(r.Context(), d), Why: look.Clean(d.Why), Took: seconds(d.Took),
		Undone: gone, CanUndo: !gone && s.now().Sub(d.At) <= s.cfg.UndoWindow}
	c, err := s.cfg.Claims.Claim(r.Context(), d.Claim)
	if errors.Is(err, store.ErrNotFound) {
		out.CanUndo = false
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Title, out.Href, out.Text, out.Lang = show.Title(c), s.words().Href(c.ID), show.Cut(c.Claim.Text, excerpt), look.Language(c.Claim.Lang)
	return out, nil
}
