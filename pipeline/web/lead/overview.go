package lead

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// pace is the time whose pace the forecast goes by.
const pace = 7 * day

// overviewView is the first page.
type overviewView struct {
	page
	Period   period
	Waiting  []waiting
	Forecast string
	Empty    site.Moment
	Team     []member
	Accuracy []accuracy
}

// waiting is a state of items, or a reason for which they wait.
type waiting struct {
	Text    string
	N       string
	Oldest  string
	Due     site.Moment
	Overdue bool
	Whole   bool // a state, not a reason
	Percent int
	n       int
}

// member is one reviewer.
type member struct {
	Name                      string
	Decisions, Undone, Took   string
	Peers, Adjudicated, Known figure
	Bars                      bars
}

// accuracy is the model's on an axis.
type accuracy struct {
	Axis           string
	Whole, Covered figure
	Note           string
	Plot           template.HTML
	Months         []monthly
}

type monthly struct {
	Month string
	Value figure
}

func (s *Server) overview(r *http.Request, _ store.Reviewer) (site.View, error) {
	ctx := r.Context()
	p, err := s.period(r, 90)
	if err != nil {
		return site.View{}, err
	}
	out := overviewView{page: s.page(r, "Review: overview", "/"), Period: p}
	counts, err := s.cfg.Reviews.ReviewCounts(ctx)
	if err != nil {
		return site.View{}, err
	}
	out.Waiting = s.waiting(counts)
	forecast, err := review.Predict(ctx, s.cfg.Reviews, s.now(), pace)
	if err != nil {
		return site.View{}, err
	}
	out.Forecast, out.Empty = foreseen(forecast), site.NewMoment(forecast.Empty)
	if out.Team, err = s.team(ctx, p); err != nil {
		return site.View{}, err
	}
	out.Accuracy, err = s.accuracy(ctx, p)
	return site.View{Name: "overview", Data: out}, err
}

// waiting lists what is open and what is disputed, each with its reasons, most first.
func (s *Server) waiting(counts []store.ReviewCount) []waiting {
	var out []waiting
	for _, state := range []store.ReviewState{store.ReviewOpen, store.ReviewDisputed} {
		var part []waiting
		for _, c := range counts {
			if c.State != state || c.N == 0 {
				continue
			}
			w := waiting{Text: reasonText(c.Reason), N: site.Thousands(c.N), Due: site.NewMoment(c.Due), Overdue: !c.Due.IsZero() && c.Due.Before(s.now()), n: c.N}
			if !c.Oldest.IsZero() {
				w.Oldest = age(s.now().Sub(c.Oldest))
			}
			if c.Reason == "" {
				w.Whole, w.Text = true, map[store.ReviewState]string{store.ReviewOpen: "Open, for any reviewer", store.ReviewDisputed: "Disputed, for an adjudicator"}[state]
			}
			part = append(part, w)
		}
		slices.SortStableFunc(part, func(a, b waiting) int {
			if a.Whole != b.Whole {
				return map[bool]int{true: -1, false: 1}[a.Whole]
			}
			return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.Text, b.Text))
		})
		for i := range part {
			part[i].Percent = 100 * part[i].n / max(part[0].n, 1)
		}
		out = append(out, part...)
	}
	return out
}

// reasonText says why claims wait.
func reasonText(r store.ReviewReason) string {
	words := map[store.ReviewReason]string{
		store.ReasonAbstained: "the model was not sure enough", store.ReasonGate: "an answer that a person must confirm",
		store.ReasonNeighbours: "the nearest claims have other labels", store.ReasonHistory: "earlier claims of the unit have other labels",
		store.ReasonLabelError: "a person's label may be wrong", store.ReasonRandom: "drawn at random, to measure the accuracy",
		store.ReasonRequested: "somebody asked for a look", store.ReasonKnown: "known, to measure reviewers",
	}
	return cmp.Or(words[r], look.Words(string(r)))
}

// foreseen says how long what waits will take.
func foreseen(f review.Forecast) string {
	switch {
	case f.Waiting == 0:
		return "Nothing waits."
	case f.Decided == 0:
		return fmt.Sprintf("%s wait, and nobody decided anything in the last 7 days.", site.Thousands(f.Waiting))
	case f.Empty.IsZero():
		return fmt.Sprintf("%s wait. At the pace of the last 7 days, %.1f a day, that takes more than a year.", site.Thousands(f.Waiting), f.PerDay)
	}
	return fmt.Sprintf("%s wait. At the pace of the last 7 days, %.1f a day, and if nothing comes in, the queue is empty on", site.Thousands(f.Waiting), f.PerDay)
}

func (s *Server) team(ctx context.Context, p period) ([]member, error) {
	reviews, err := s.cfg.Insight.Reviews(ctx)
	if err != nil {
		return nil, err
	}
	all, err := insight.Team(ctx, reviews, s.cfg.Reviewers, p.From, p.Until)
	if err != nil {
		return nil, err
	}
	most := 1
	for _, m := range all {
		for _, d := range m.Days {
			most = max(most, d.Decisions)
		}
	}
	var out []member
	for i, m := range all {
		out = append(out, member{
			Name: look.Clean(m.Name), Decisions: site.Thousands(m.Decisions), Undone: site.Thousands(m.Undone), Took: fmt.Sprintf("%.1f s", m.MedianTook.Seconds()),
			Peers: shareOf(m.Peers), Adjudicated: shareOf(m.Adjudicated), Known: shareOf(m.Known),
			Bars: daily(fmt.Sprintf("bars%d", i), m.Days, p.From, p.Days, most),
		})
	}
	return out, nil
}

func (s *Server) accuracy(ctx context.Context, p period) ([]accuracy, error) {
	list, err := s.cfg.Insight.Accuracy(ctx, p.From, p.Until)
	if err != nil {
		return nil, err
	}
	plotter, err := plot.New()
	if err != nil {
		return nil, err
	}
	var out []accuracy
	for _, a := range list {
		one := accuracy{Axis: show.Words{}.Axis(a.Axis), Whole: estimated(a.Whole), Covered: estimated(a.Covered), Note: unsettled(a.Whole)}
		var points []plot.Moment
		for _, m := range a.Months {
			f := estimated(m.Accuracy)
			one.Months = append(one.Months, monthly{m.From.Format("January 2006"), f})
			if m.N > 0 {
				points = append(points, plot.Moment{At: middle(m.From), Value: plot.Range{Value: m.Value, Low: m.Low, High: m.High}, Title: m.From.Format("January 2006") + ": " + f.Value + ", " + f.Of})
			}
		}
		if one.Plot, err = overTime(plotter, one.Axis, plot.Share(), points); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// middle is the middle of a month, or what is left of it.
func middle(from time.Time) time.Time {
	end := time.Date(from.Year(), from.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	return from.Add(end.Sub(from) / 2)
}

// estimated writes an accuracy; without a decided claim only what waits.
func estimated(a review.Accuracy) figure {
	if a.N == 0 {
		return figure{}
	}
	return figure{percent(a.Value), percent(a.Low) + " to " + percent(a.High), fmt.Sprintf("%s of %s", site.Thousands(a.Hits), site.Thousands(a.N))}
}

// unsettled says what of the slice does not count yet.
func unsettled(a review.Accuracy) string {
	switch {
	case a.Missing+a.Behind > 0 && a.Undecided > 0:
		return fmt.Sprintf("%s of the slice wait, %s could not be told", site.Thousands(a.Missing+a.Behind), site.Thousands(a.Undecided))
	case a.Missing+a.Behind > 0:
		return site.Thousands(a.Missing+a.Behind) + " of the slice wait"
	case a.Undecided > 0:
		return site.Thousands(a.Undecided) + " could not be told"
	}
	return ""
}
