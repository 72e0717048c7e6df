package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"

	"github.com/sourcegraph/conc"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// listView is the page of claims.
type listView struct {
	site.Frame
	Form     form
	Tabs     []tab
	Rows     []show.Row
	Narrowed bool
	// Fresh says that there is no claim at all, so that the page tells how to send one.
	Fresh bool
	Curl  curl
	site.Pager
}

// tab is a way to narrow the list, with the number of claims behind it.
type tab struct {
	Text, Href string
	Count      string // empty when it could not be counted in time
	Current    bool
}

// curl is the example of the empty page.
type curl struct {
	URL     string
	WithKey bool
}

func (s *Server) list(r *http.Request) (site.View, error) {
	ctx := r.Context()
	q, err := s.readQuery(r.URL.Query())
	if err != nil {
		return site.View{}, err
	}
	var tabs []tab
	var wg conc.WaitGroup
	wg.Go(func() { tabs = s.tabs(ctx, q) })
	claims, next, err := s.cfg.Claims.List(ctx, q.filter, store.Page{Limit: s.cfg.PageSize, After: q.after})
	wg.Wait()
	if err != nil {
		return site.View{}, err
	}
	out := listView{
		Frame: s.site.Frame(r, "claims", "Claims"), Form: s.form(q), Tabs: tabs, Narrowed: q.narrowed(),
		Fresh: len(claims) == 0 && !q.narrowed() && q.after == "", Rows: s.rows(ctx, q, claims),
	}
	out.Curl = curl{s.address(r), !s.cfg.Open(ctx)}
	out.Pager = site.NewPager(q.href("", ""), q.after, next)
	return site.View{Name: "list", Data: out}, nil
}

func (s *Server) rows(ctx context.Context, q query, claims []store.Claim) []show.Row {
	out := make([]show.Row, len(claims))
	for i, c := range claims {
		out[i] = s.names().Row(c)
	}
	if !q.near {
		return out
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.PartTimeout) // for all rows together
	defer cancel()
	for i, c := range claims {
		if c.State == store.Done {
			out[i].Near = s.finder().Find(ctx, c.ID, listNear)
		}
	}
	return out
}

// listNear is how many nearest claims of each space a list shows.
const listNear = 3

// tabs counts the states within the other filters, side by side.
func (s *Server) tabs(ctx context.Context, q query) []tab {
	plain := q.filter
	plain.State, plain.Abstained = "", false
	base := query{values: url.Values{}}
	for k, v := range q.values {
		if k != "state" && k != "abstained" {
			base.values[k] = v
		}
	}
	abstained := plain
	abstained.Abstained = true
	state := func(st store.State) store.Filter {
		f := plain
		f.State = st
		return f
	}
	none := q.filter.State == "" && !q.filter.Abstained
	filters := []store.Filter{plain, abstained, state(store.Queued), state(store.Failed)}
	out := []tab{
		{"All", base.href("", ""), "", none},
		{"For a person", base.href("abstained", "1"), "", q.filter.Abstained && q.filter.State == ""},
		{"Queued", base.href("state", "queued"), "", q.filter.State == store.Queued},
		{"Failed", base.href("state", "failed"), "", q.filter.State == store.Failed},
	}
	var wg conc.WaitGroup
	for i := range out {
		wg.Go(func() { out[i].Count = s.count(ctx, filters[i]) })
	}
	wg.Wait()
	return out
}

// count gives a number, or nothing when the store does not answer in time.
func (s *Server) count(ctx context.Context, f store.Filter) string {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.PartTimeout)
	defer cancel()
	n, err := s.cfg.Claims.Count(ctx, f)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "claims not counted", slog.Any("error", err))
		return ""
	}
	return site.Thousands(n)
}

var plainHost = regexp.MustCompile(`^([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?$`)

// address is where the example sends its claim. A host that could mean something else to a
// shell is not repeated.
func (s *Server) address(r *http.Request) string {
	switch {
	case s.cfg.URL != "":
		return s.cfg.URL
	case !plainHost.MatchString(r.Host):
		return "http://localhost:8080"
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
