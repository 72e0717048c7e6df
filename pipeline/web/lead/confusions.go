package lead

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxConfusions is how many a page shows.
const maxConfusions = 50

// confusionsView is the page of the model's mistakes.
type confusionsView struct {
	page
	Period period
	Axes   []choice
	Rows   []confusion
	More   int
}

type confusion struct {
	Axis, Suggested, Decided string
	Cost                     string
	Share                    figure
	Abstained                int
	Percent                  int
	Examples                 []example
}

// example leads to a claim.
type example struct{ Href, Text string }

func (s *Server) confusions(r *http.Request, _ store.Reviewer) (site.View, error) {
	p, err := s.period(r, 90)
	if err != nil {
		return site.View{}, err
	}
	_, t, err := s.cfg.Insight.History(r.Context())
	if err != nil {
		return site.View{}, err
	}
	axis := r.URL.Query().Get("axis")
	if axis != "" && t.Axis(axis) == nil {
		return site.View{}, site.BadRequest("The taxonomy has no such axis.")
	}
	words := s.words(t)
	out := confusionsView{page: s.page(r, "Confusions that cost most", "/confusions"), Period: p, Axes: []choice{{"", "all", axis == ""}}}
	for _, id := range t.AxisIDs() {
		out.Axes = append(out.Axes, choice{id, words.Axis(id), id == axis})
	}
	list, err := s.cfg.Insight.Confusions(r.Context(), p.From, p.Until, axis)
	if err != nil {
		return site.View{}, err
	}
	out.More = max(len(list)-maxConfusions, 0)
	list = list[:min(len(list), maxConfusions)]
	most := 0.0
	for _, c := range list {
		most = max(most, c.Cost)
	}
	for _, c := range list {
		one := confusion{Axis: words.Axis(c.Axis), Suggested: words.Label(c.Axis, c.Suggested), Decided: words.Label(c.Axis, c.Decided), Cost: cost(c.Cost),
			Share: shareOf(c.Share), Abstained: c.Abstained, Examples: s.examples(c.Examples)}
		if most > 0 {
			one.Percent = int(100 * c.Cost / most)
		}
		out.Rows = append(out.Rows, one)
	}
	return site.View{Name: "confusions", Data: out}, nil
}

// examples leads to claims, by number: their names say nothing here.
func (s *Server) examples(claims []string) []example {
	out := make([]example, len(claims))
	for i, id := range claims {
		out[i] = example{s.site.Href("/claims/" + id), strconv.Itoa(i + 1)}
	}
	return out
}

func cost(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// labelled joins labels to a sentence's part: "A", "A and B".
func labelled(words func(string) string, ids ...string) string {
	var out []string
	for _, id := range slices.DeleteFunc(ids, func(id string) bool { return id == "" }) {
		out = append(out, words(id))
	}
	switch len(out) {
	case 0:
		return ""
	case 1:
		return out[0]
	}
	return out[0] + " and " + out[1]
}

// kindText says what kind of trouble it is.
func kindText(k insight.Kind) string {
	switch k {
	case insight.MixedUp:
		return "Mixed up"
	case insight.Undecidable:
		return "Often cannot be told"
	case insight.Unused:
		return "Hardly used"
	case insight.TwoThings:
		return "Two things under one name"
	}
	return look.Sentence(string(k))
}
