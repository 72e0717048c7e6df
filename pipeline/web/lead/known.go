package lead

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// knownView is what a claim's page says of measuring reviewers with it.
type knownView struct {
	Action string
	// Since is when it was marked. Only those who do not get the item read it; the others may
	// have to answer it.
	Since   site.Moment
	Answers int
	MaxWhy  int
}

// known tells whether the claim can be marked, or is; nil when nothing of it is settled.
func (s *Server) known(ctx context.Context, id string, by store.Reviewer) (*knownView, error) {
	items, err := s.cfg.Reviews.ReviewsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(items, func(r store.Review) bool { return r.State == store.ReviewSettled }) {
		return nil, nil
	}
	out := &knownView{Action: s.site.Href("/claims/" + id + "/known"), MaxWhy: review.MaxWhy}
	for _, r := range items {
		if r.State == store.ReviewKnown && slices.Contains(r.Touched, by.ID) {
			out.Since, out.Answers = site.NewMoment(r.CreatedAt), r.Decided
		}
	}
	return out, nil
}

// markKnown lets a settled claim measure reviewers.
func (s *Server) markKnown(r *http.Request, by store.Reviewer) (site.View, error) {
	id := r.PathValue("id")
	_, err := s.cfg.Know(r.Context(), by, id, strings.TrimSpace(r.PostForm.Get("why")))
	notice := site.Notice{Text: "This claim measures reviewers from now on. It does not come to you, nor to those who decided it."}
	if p, ok := errors.AsType[claim.Problem](err); ok && p.Code != review.CodeRole {
		notice, err = site.Notice{Text: p.Message, Bad: true}, nil
	}
	if err != nil {
		return site.View{}, err
	}
	return site.View{Goto: s.site.Href("/claims/" + id), Notice: notice}, nil
}
