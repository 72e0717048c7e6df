package desk

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// startView is the page on which a reviewer begins.
type startView struct {
	site.Frame
	Tabs                           []tab
	Next, GiveBack, Settings, Undo string
	InHand                         int
	Open, Disputed                 string
	Oldest, Due                    site.Moment
	Overdue                        bool
	Reasons                        []reasonCount
	Takes                          []unitFact
	Own                            []unitFact
	Last                           *lastDecision
	Adjudicates                    bool
}

// reasonCount is how many items wait for a reason; Percent is the bar's length.
type reasonCount struct {
	Text    string
	N       string
	Percent int
	n       int
}

func (s *Server) start(r *http.Request, by store.Reviewer) (site.View, error) {
	ctx := r.Context()
	counts, err := s.cfg.Reviews.ReviewCounts(ctx)
	if err != nil {
		return site.View{}, err
	}
	held, err := s.cfg.Queue.Held(ctx, by)
	if err != nil {
		return site.View{}, err
	}
	midnight := s.now().Truncate(24 * time.Hour)
	figures, err := review.OwnFigures(ctx, s.versions(ctx).Translated(s.cfg.Reviews), by.ID, midnight, midnight.Add(24*time.Hour))
	if err != nil {
		return site.View{}, err
	}
	out := startView{
		Frame: s.site.Frame(r, "review", "Review"), Next: s.site.Href("/next"), GiveBack: s.site.Href("/give-back"), Tabs: s.tabs(by, "/"),
		Settings: s.site.Href("/settings"), Undo: s.site.Href("/undo"), InHand: len(held), Own: own(figures),
		Takes: s.takes(by), Last: s.lastOf(r, by), Adjudicates: review.Adjudicates(by),
	}
	s.waiting(&out, counts)
	return site.View{Name: "start", Data: out}, nil
}

// waiting fills what waits.
func (s *Server) waiting(out *startView, counts []store.ReviewCount) {
	out.Open, out.Disputed = "0", "0"
	by := map[string]int{}
	for _, c := range counts {
		switch {
		case c.Reason != "":
			for _, text := range reasons([]store.ReviewReason{c.Reason}) {
				by[text] += c.N
			}
		case c.State == store.ReviewOpen:
			out.Open = site.Thousands(c.N)
			out.Oldest, out.Due = site.NewMoment(c.Oldest), site.NewMoment(c.Due)
			out.Overdue = !c.Due.IsZero() && c.Due.Before(s.now())
		case c.State == store.ReviewDisputed:
			out.Disputed = site.Thousands(c.N)
		}
	}
	most := 1
	for text, n := range by {
		out.Reasons = append(out.Reasons, reasonCount{Text: text, N: site.Thousands(n), n: n})
		most = max(most, n)
	}
	slices.SortFunc(out.Reasons, func(a, b reasonCount) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.Text, b.Text)) })
	for i := range out.Reasons {
		out.Reasons[i].Percent = 100 * out.Reasons[i].n / most
	}
}

// takes says what the reviewer takes, where he narrowed it.
func (s *Server) takes(by store.Reviewer) []unitFact {
	var out []unitFact
	add := func(name string, list []string) {
		if len(list) > 0 {
			out = append(out, unitFact{name, joined(list)})
		}
	}
	add("Languages", by.Langs)
	add("Products", by.Products)
	var axes []string
	for _, a := range by.Axes {
		axes = append(axes, s.words().Axis(a))
	}
	add("Questions", axes)
	return out
}

// own writes a reviewer's figures of a day. Those of known items are left out: they would tell
// which ones were known.
func own(f review.Figures) []unitFact {
	out := []unitFact{{"Claims decided", site.Thousands(f.Decisions)}}
	if f.Decisions > 0 {
		out = append(out, unitFact{"Median time of one", seconds(f.MedianTook)})
	}
	if f.Undone > 0 {
		out = append(out, unitFact{"Taken back", site.Thousands(f.Undone)})
	}
	share := func(name string, of people.Share) {
		if of.Of > 0 {
			out = append(out, unitFact{name, fmt.Sprintf("%d of %d", of.Count, of.Of)})
		}
	}
	share("Second looks that said the same", f.Peers)
	share("Adjudications that said the same", f.Adjudicated)
	return out
}

func seconds(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}
