package lead

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
	"github.com/defekt/defekt/taxonomy"
	"github.com/defekt/defekt/taxonomy/strictyaml"
)

// maxForm is the largest form of the editor, in bytes: a taxonomy of some thousand labels, each
// letter of which a form may write as three.
const maxForm = 2 << 20

// editorView is the taxonomy editor.
type editorView struct {
	page
	Action, Versions string
	// Base is the version that the writer began with, Next the number of the one to write.
	Base      string
	Next      int
	Draft     revision.Draft
	Why       string
	Hints     []string
	Mistakes  []mistake
	Conflict  *conflict
	Previewed bool
	Changes   []change
	Again     string // claims that people must decide anew, in words
	MaxWhy    int
}

// mistake is one of a proposal.
type mistake struct{ In, Where, Text string }

// conflict tells that another version was published meanwhile.
type conflict struct{ Text, Why, Href, Ref string }

// change is what becomes of a label.
type change struct {
	Kind, Axis, From, To, Text string
	Predictions, Decisions     string
	Again                      bool
}

// large takes larger forms than other pages have. What was read here is not read again.
func (s *Server) large(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			bad := site.BadRequest("The form cannot be read.")
			if _, big := errors.AsType[*http.MaxBytesError](err); big {
				bad = "The form is too large. Publish by the API, or leave descriptions out."
			}
			s.site.Write(w, r, s.site.Failure(w, r, bad))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// begin opens the editor with the next version, changed as the address asks for.
func (s *Server) begin(r *http.Request, _ store.Reviewer) (site.View, error) {
	_, t, err := s.cfg.Insight.History(r.Context())
	if err != nil {
		return site.View{}, err
	}
	q := r.URL.Query()
	axis, label, other := q.Get("axis"), q.Get("label"), q.Get("other")
	draft := revision.Next(t)
	switch q.Get("do") {
	case "", doDescribe:
	case doMerge:
		draft, err = revision.Merge(t, axis, label, other)
	case doSplit:
		draft, err = revision.Split(t, axis, label)
	case doRemove:
		draft, err = revision.Remove(t, axis, label)
	case doGiveUp:
		draft, err = revision.RemoveAxis(t, axis)
	default:
		return site.View{}, site.BadRequest("There is no such revision to start.")
	}
	if err != nil {
		return site.View{}, site.BadRequest("This revision cannot be started: " + look.Clean(err.Error()) + ".")
	}
	v := s.editorView(r, t)
	v.Draft = draft
	if do := q.Get("do"); do != "" {
		v.Hints = hints(do, draft, label, other)
	}
	return site.View{Name: "editor", Data: v}, nil
}

func (s *Server) editorView(r *http.Request, t *taxonomy.Taxonomy) editorView {
	return editorView{page: s.page(r, "A new version of the taxonomy", "/taxonomy"), Action: s.site.Href("/taxonomy/edit"), Versions: s.site.Href("/taxonomy/versions"),
		Base: t.Ref(), Next: t.Version + 1, MaxWhy: review.MaxWhy}
}

// hints say what to look at in a draft, with the lines of the labels that it is about.
func hints(do string, d revision.Draft, labels ...string) []string {
	var out []string
	switch do {
	case doMerge:
		out = append(out, "The two are one label now. Give it a name and a description that hold for both; its id can stay.")
	case doSplit:
		out = append(out, "Name the two kinds, here and in the mapping: ids, names, and descriptions that tell them apart. Claims of the old label wait for a person's decision, unless the mapping names a default.")
	case doRemove:
		out = append(out, "The label is gone. If its claims belong to another label, write that into the mapping as merged instead of removed.")
	case doGiveUp:
		out = append(out, "The axis is gone, with all its labels.")
	case doDescribe:
		out = append(out, "Nothing is changed yet. Write into the descriptions what tells labels apart, or what decides the axis.")
	}
	for _, id := range labels {
		if n := lineOf(d.Document, id); n > 0 {
			out = append(out, look.Clean(id)+" is on line "+strconv.Itoa(n)+".")
		}
	}
	return out
}

// lineOf is the line on which a label's id stands, 0 when it stands on none.
func lineOf(document, id string) int {
	if id == "" {
		return 0
	}
	id = "id: " + strictyaml.Quote(id)
	for i, line := range strings.Split(document, "\n") {
		if _, after, ok := strings.Cut(line, id); ok && (after == "" || after[0] == ',' || after[0] == '}') {
			return i + 1
		}
	}
	return 0
}

// edit previews or publishes what was typed. Whatever goes wrong, the page comes back with it.
func (s *Server) edit(r *http.Request, by store.Reviewer) (site.View, error) {
	ctx, form := r.Context(), r.PostForm
	h, t, err := s.cfg.Insight.History(ctx)
	if err != nil {
		return site.View{}, err
	}
	v := s.editorView(r, t)
	// Browsers send lines that end in CR LF.
	v.Draft = revision.Draft{Document: unix(form.Get("document")), Mapping: unix(form.Get("mapping"))}
	v.Why = strings.TrimSpace(form.Get("why"))
	p, err := s.cfg.Insight.Read(ctx, form.Get("base"), v.Draft.Document, v.Draft.Mapping)
	if errors.Is(err, store.ErrConflict) {
		return s.conflict(r, v, h, form.Get("base"))
	}
	if list, ok := revision.Mistakes(err); ok {
		for _, m := range list {
			in := "taxonomy"
			if m.Code == revision.CodeMapping {
				in = "mapping"
			}
			v.Mistakes = append(v.Mistakes, mistake{in, m.Where, look.Clean(m.Message)})
		}
		return site.View{Name: "editor", Data: v, Status: http.StatusUnprocessableEntity}, nil
	}
	if err != nil {
		return site.View{}, err
	}
	if form.Get("do") == "publish" {
		return s.publish(r, by, v, p)
	}
	return s.preview(r, v, p)
}

func unix(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// preview shows what would change.
func (s *Server) preview(r *http.Request, v editorView, p *revision.Proposal) (site.View, error) {
	list, err := s.cfg.Insight.Preview(r.Context(), p)
	if err != nil {
		return site.View{}, err
	}
	from, to := show.Words{Of: p.From}, show.Words{Of: p.To}
	v.Previewed = true
	predictions, decisions := 0, 0
	for _, c := range list {
		one := change{Kind: look.Words(string(c.Kind)), Axis: from.Axis(c.Axis), Text: look.Clean(c.Message), Predictions: site.Thousands(c.Predictions), Decisions: site.Thousands(c.Decisions), Again: c.Persons}
		if c.From != "" {
			one.From = from.Label(c.Axis, c.From)
		}
		if c.To != "" && c.To != taxonomy.Undetermined {
			one.To = to.Label(c.Axis, c.To)
		}
		if c.Persons {
			predictions, decisions = predictions+c.Predictions, decisions+c.Decisions
		}
		v.Changes = append(v.Changes, one)
	}
	if predictions+decisions > 0 {
		v.Again = site.Counted(predictions, "answer") + " of the model and " + site.Counted(decisions, "decision") + " of people must be decided anew, or no longer count."
	}
	return site.View{Name: "editor", Data: v}, nil
}

// publish makes it the version that holds.
func (s *Server) publish(r *http.Request, by store.Reviewer, v editorView, p *revision.Proposal) (site.View, error) {
	switch {
	case v.Why == "":
		v.Mistakes = append(v.Mistakes, mistake{"reason", "", "Say in a sentence why: whoever reads the history wants to know."})
	case len(v.Why) > review.MaxWhy:
		v.Mistakes = append(v.Mistakes, mistake{"reason", "", "The reason is too long: at most " + strconv.Itoa(review.MaxWhy) + " bytes."})
	}
	if len(v.Mistakes) > 0 {
		return site.View{Name: "editor", Data: v, Status: http.StatusUnprocessableEntity}, nil
	}
	_, err := s.cfg.Insight.Publish(r.Context(), p, by.ID, v.Why)
	if errors.Is(err, store.ErrConflict) {
		h, t, err := s.cfg.Insight.History(r.Context())
		if err != nil {
			return site.View{}, err
		}
		v.Base, v.Next = t.Ref(), t.Version+1
		return s.conflict(r, v, h, p.From.Ref())
	}
	if err != nil {
		return site.View{}, err
	}
	return site.View{Goto: s.site.Href("/taxonomy/versions"), Notice: site.Notice{Text: p.To.Ref() + " holds from now on."}}, nil
}

// conflict says who published meanwhile. What was typed stays; the next try is one after that
// version.
func (s *Server) conflict(r *http.Request, v editorView, h *revision.History, base string) (site.View, error) {
	names, err := s.names(r.Context())
	if err != nil {
		return site.View{}, err
	}
	v.Conflict = &conflict{Text: "The version that you began with, " + cmp.Or(look.Clean(base), "none") + ", does not hold any more", Ref: v.Base}
	if n := len(h.Versions); n > 0 {
		last := h.Versions[n-1]
		v.Conflict.Text += ": " + ago(last, names(last.By)) + "."
		v.Conflict.Why, v.Conflict.Href = look.Clean(last.Why), s.versionHref(last.Ref, "")
	}
	return site.View{Name: "editor", Data: v, Status: http.StatusConflict}, nil
}
