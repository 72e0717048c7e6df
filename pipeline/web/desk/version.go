package desk

import (
	"context"
	"log/slog"
	"maps"
	"net/http"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// goneSince stands behind a label that the taxonomy does not have any more.
const goneSince = " (not in the taxonomy any more)"

// upToDate looks for a newer version of the taxonomy before a page is made. One that cannot be
// read now is no reason to show nothing: what the page needs of the store fails by itself.
func (s *Server) upToDate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.versions(r.Context())
		next.ServeHTTP(w, r)
	})
}

// versions gives those of the taxonomy, or none, which translate nothing.
func (s *Server) versions(ctx context.Context) *revision.History {
	h, _, err := s.cfg.Versions.History(ctx)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "versions of the taxonomy not read", slog.Any("error", err))
		return &revision.History{}
	}
	return h
}

// taxonomy is the one that the questions are of.
func (s *Server) taxonomy() *taxonomy.Taxonomy { return s.cfg.Versions.Taxonomy() }

// chosen reads the answers of a form in the labels that hold now; those that the page's version
// had and the present one leaves undecided are open again.
func (s *Server) chosen(r *http.Request) map[string]string {
	now, _ := s.versions(r.Context()).Answer(r.PostForm.Get("taxonomy"), chosenIn(r.PostForm), s.now())
	return now
}

// decided gives a decision's labels as they read now. Those that the versions since leave
// undecided are in lost, and as they were given.
func (s *Server) decided(ctx context.Context, d store.ReviewDecision) (labels map[string]string, lost map[string]taxonomy.Note) {
	now, lost := s.versions(ctx).Answer("", d.Labels, d.At)
	for axis := range lost {
		now[axis] = d.Labels[axis]
	}
	return now, lost
}

// suggested gives a prediction in the labels that hold now.
func (s *Server) suggested(ctx context.Context, p *claim.Prediction) *claim.Prediction {
	if p == nil {
		return nil
	}
	now := s.versions(ctx).Prediction(*p)
	return &now
}

// told gives a decision in words.
func (s *Server) told(ctx context.Context, d store.ReviewDecision) string {
	labels, lost := s.decided(ctx, d)
	names := map[string]string{}
	for axis, label := range labels {
		names[axis] = s.labelOr(axis, label)
		if _, gone := lost[axis]; gone {
			names[axis] = s.words().Label(axis, label) + goneSince
		}
	}
	return s.listed(names)
}

// reopened gives what was answered before to start from: what the versions since leave undecided
// is open.
func (s *Server) reopened(ctx context.Context, d store.ReviewDecision) map[string]string {
	labels, lost := s.decided(ctx, d)
	maps.DeleteFunc(labels, func(axis, _ string) bool { _, gone := lost[axis]; return gone })
	return labels
}
