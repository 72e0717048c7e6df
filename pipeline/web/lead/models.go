package lead

import (
	"context"
	"net/http"
	"strings"

	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// Candidates lists the registered models, newest first, and the digest of the live one;
// learning.Office has it.
type Candidates interface {
	Candidates(ctx context.Context) (all []store.Model, live string, err error)
}

// modelsView is the page of the registered models. It shows; promoting is done by the API or the
// command line.
type modelsView struct {
	page
	Models []modelRow
}

// modelRow is a registered model with what judging it gave.
type modelRow struct {
	Digest, Name, Taxonomy, By string
	At                         site.Moment
	Live, Judged, Passed       bool
	// On are the sets that it was judged on, Why the reasons why it did not pass.
	On  string
	Why []string
}

func (s *Server) models(r *http.Request, _ store.Reviewer) (site.View, error) {
	all, live, err := s.cfg.Candidates.Candidates(r.Context())
	if err != nil {
		return site.View{}, err
	}
	out := modelsView{page: s.page(r, "Registered models", "/models")}
	for _, m := range all {
		row := modelRow{Digest: look.Clean(strings.TrimPrefix(m.Digest, "sha256:")), Name: look.Clean(m.Name), Taxonomy: look.Clean(m.Taxonomy), By: look.Clean(m.By), At: site.NewMoment(m.At), Live: m.Digest == live, Passed: m.Passed}
		row.Digest = row.Digest[:min(len(row.Digest), 12)]
		v, err := learning.ReadVerdict(m.Gate)
		if err != nil {
			return site.View{}, err
		}
		if v != nil {
			row.Judged = true
			var on []string
			for _, set := range v.Sets {
				on = append(on, look.Clean(set.Name)+" ("+site.Counted(set.Claims, "claim")+")")
			}
			row.On = strings.Join(on, ", ")
			for _, why := range v.Reasons {
				row.Why = append(row.Why, look.Clean(why))
			}
		}
		out.Models = append(out.Models, row)
	}
	return site.View{Name: "models", Data: out}, nil
}
