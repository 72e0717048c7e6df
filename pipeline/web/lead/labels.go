package lead

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
	"github.com/defekt/defekt/taxonomy"
)

// labelsView is the page of the taxonomy that holds.
type labelsView struct {
	page
	Period  period
	Ref     string
	Edit    string // address of the editor, empty for whoever may not
	Axes    []axisTree
	Trouble []trouble
}

type axisTree struct {
	ID, Axis, Question string
	Ordinal            bool
	Labels             []labelRow
}

// labelRow is a label with how often it is used.
type labelRow struct {
	ID, Name, Description  string
	Depth                  int
	Predictions, Decisions string
	Percent                int // of the most on the axis
}

// trouble is a suggestion.
type trouble struct {
	Kind, Where, Advice string
	Share               figure
	Examples            []example
	Ways                []way
}

// way is a revision to start.
type way struct{ Text, Href, Of string }

func (s *Server) labels(r *http.Request, by store.Reviewer) (site.View, error) {
	ctx := r.Context()
	p, err := s.period(r, 180)
	if err != nil {
		return site.View{}, err
	}
	t, used, err := s.cfg.Insight.Usage(ctx)
	if err != nil {
		return site.View{}, err
	}
	words := s.words(t)
	out := labelsView{page: s.page(r, "Taxonomy", "/taxonomy"), Period: p, Ref: t.Ref()}
	if review.Administers(by) {
		out.Edit = s.site.Href("/taxonomy/edit")
	}
	for i := range t.Axes {
		out.Axes = append(out.Axes, tree(&t.Axes[i], used, words))
	}
	found, err := s.cfg.Insight.Trouble(ctx, p.From, p.Until)
	if err != nil {
		return site.View{}, err
	}
	for _, f := range found {
		one := trouble{Kind: kindText(f.Kind), Share: shareOf(f.Share), Advice: look.Clean(f.Advice), Examples: s.examples(f.Examples), Where: words.Axis(f.Axis)}
		if text := labelled(func(id string) string { return words.Label(f.Axis, id) }, f.Label, f.Other); text != "" {
			one.Where += ": " + text
		}
		if out.Edit != "" {
			one.Ways = s.ways(f, one.Where)
		}
		out.Trouble = append(out.Trouble, one)
	}
	return site.View{Name: "labels", Data: out}, nil
}

func tree(a *taxonomy.Axis, used map[store.Label]insight.Used, words show.Words) axisTree {
	out := axisTree{ID: a.ID, Axis: words.Axis(a.ID), Question: look.Clean(a.Question), Ordinal: a.Ordinal}
	most := 1
	for _, id := range a.IDs() {
		most = max(most, used[store.Label{Axis: a.ID, Label: id}].Predictions)
	}
	a.Walk(func(l *taxonomy.Label, depth int) {
		u := used[store.Label{Axis: a.ID, Label: l.ID}]
		out.Labels = append(out.Labels, labelRow{ID: l.ID, Name: words.Label(a.ID, l.ID), Description: look.Clean(l.Description), Depth: min(depth, 5),
			Predictions: site.Thousands(u.Predictions), Decisions: site.Thousands(u.Decisions), Percent: 100 * u.Predictions / most})
	})
	return out
}

// The revisions that can be started from a suggestion, as the address of the editor names them.
const (
	doMerge    = "merge"
	doSplit    = "split"
	doRemove   = "remove"
	doGiveUp   = "remove-axis"
	doDescribe = "describe"
)

// ways are what may be done about a trouble.
func (s *Server) ways(f insight.Trouble, where string) []way {
	href := func(do string) string {
		v := url.Values{"do": {do}, "axis": {f.Axis}}
		for name, id := range map[string]string{"label": f.Label, "other": f.Other} {
			if id != "" {
				v.Set(name, id)
			}
		}
		return s.site.Href("/taxonomy/edit?") + v.Encode()
	}
	describe := way{"Describe better", href(doDescribe), where}
	switch f.Kind {
	case insight.MixedUp:
		return []way{{"Merge the two", href(doMerge), where}, describe}
	case insight.TwoThings:
		return []way{{"Split", href(doSplit), where}, describe}
	case insight.Unused:
		return []way{{"Remove", href(doRemove), where}, describe}
	case insight.Undecidable:
		return []way{describe, {"Give the axis up", href(doGiveUp), where}}
	}
	return []way{describe}
}

// ago says in words when a version was published.
func ago(v store.TaxonomyVersion, name string) string {
	return fmt.Sprintf("%s published %s on %s", name, v.Ref, v.At.UTC().Format("2 Jan 2006 at 15:04 UTC"))
}
