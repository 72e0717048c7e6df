package lead

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// claimView is a claim with what the model and people said of it.
type claimView struct {
	page
	Row       show.Row
	Text      string
	Decisions []decision
	Known     *knownView
}

// decision is one answer of a person.
type decision struct {
	Who, Part, Why string
	At             site.Moment
	Labels         []given
	Withdrawn      bool
}

type given struct {
	Axis, Label string
	Open        bool // could not be told
}

func (s *Server) claim(r *http.Request, by store.Reviewer) (site.View, error) {
	ctx := r.Context()
	c, err := s.cfg.Claims.Claim(ctx, r.PathValue("id"))
	if err != nil {
		return site.View{}, err
	}
	_, t, err := s.cfg.Insight.History(ctx)
	if err != nil {
		return site.View{}, err
	}
	words := s.words(t)
	out := claimView{page: s.page(r, show.Title(c), ""), Row: words.Row(c), Text: look.Clean(c.Claim.Text)}
	out.Row.Photos = words.Pictures(c)
	if out.Decisions, err = s.decisions(ctx, c.ID, words); err != nil {
		return site.View{}, err
	}
	out.Known, err = s.known(ctx, c.ID, by)
	return site.View{Name: "claim", Data: out}, err
}

// decisions are people's answers to the claim, oldest first, in the labels in which they were
// given. Items that are still open are left out: whoever reads this may have to answer one.
func (s *Server) decisions(ctx context.Context, id string, words show.Words) ([]decision, error) {
	items, err := s.cfg.Reviews.ReviewsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	var out []decision
	for _, item := range items {
		if item.State != store.ReviewSettled && item.State != store.ReviewDropped {
			continue
		}
		list, err := s.cfg.Reviews.Decisions(ctx, store.DecisionFilter{Item: item.ID, Limit: store.MaxDecisions})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		stands := map[string]bool{}
		for _, d := range review.Standing(list) {
			stands[d.ID] = true
		}
		for _, d := range list {
			if d.Role == store.RoleWithdrawal {
				continue
			}
			one := decision{Who: names(d.Reviewer), Part: partText(d.Role), Why: look.Clean(d.Why), At: site.NewMoment(d.At), Withdrawn: !stands[d.ID]}
			for _, axis := range slices.SortedFunc(maps.Keys(d.Labels), look.CompareAxes) {
				g := given{words.Axis(axis), words.Label(axis, d.Labels[axis]), d.Labels[axis] == ""}
				if g.Open {
					g.Label = "cannot be told"
				}
				one.Labels = append(one.Labels, g)
			}
			out = append(out, one)
		}
	}
	return out, nil
}

// partText says as what a decision was given.
func partText(r store.DecisionRole) string {
	switch r {
	case store.RoleAdjudication:
		return "adjudicated"
	case store.RoleKnown:
		return "on a known item"
	}
	return "looked"
}
