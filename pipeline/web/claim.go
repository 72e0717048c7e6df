package web

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/sourcegraph/conc"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxText is how many characters of a text the page of a claim shows.
const maxText = 20_000

// claimView is the page of one claim.
type claimView struct {
	site.Frame
	Row      show.Row // its photos are all of the claim's
	Text     []look.Span
	Cut      bool
	Marked   bool
	Answers  []show.Answer
	Problems []problem
	Facts    []fact
	Context  []fact
	Origin   []fact
	JSON     string
	Unit     *unitView
	Near     *show.Near
	Twins    twinsView
	Clusters clustersOf
	History  history
}

// fact is a line of a table.
type fact struct {
	Name, Value string
	// Href leads to claims that share the value, if there is such a filter.
	Href string
	At   site.Moment
}

// problem is one fault, for the customer and for whoever mends it.
type problem struct {
	Where, Customer, Message string
	Code                     claim.Code
	Used                     bool // the photo counted nevertheless
}

// named gives the claim that the path names.
func (s *Server) named(r *http.Request) (store.Claim, error) {
	return s.cfg.Claims.Claim(r.Context(), r.PathValue("id"))
}

func (s *Server) claim(r *http.Request) (site.View, error) {
	ctx := r.Context()
	c, err := s.named(r)
	if err != nil {
		return site.View{}, err
	}
	out := claimView{Row: s.names().Row(c), JSON: "/claims/" + c.ID + "/json"}
	var wg conc.WaitGroup
	part := func(load func(ctx context.Context)) {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, s.cfg.PartTimeout)
			defer cancel()
			load(ctx)
		})
	}
	if c.State == store.Done {
		part(func(ctx context.Context) { out.Near = s.finder().Find(ctx, c.ID, s.cfg.Near) })
		part(func(ctx context.Context) { out.Twins = s.twins(ctx, c) })
		part(func(ctx context.Context) { out.Clusters = s.clustersOf(ctx, c.ID) })
	}
	part(func(ctx context.Context) { out.Unit = s.unit(ctx, c) })
	part(func(ctx context.Context) { out.History = s.history(ctx, c.ID) })
	wg.Wait()

	out.Frame = s.site.Frame(r, "claims", out.Row.Title+", claim "+shortID(c.ID))
	out.Row.Photos = s.names().Pictures(c)
	s.describe(&out, c)
	return site.View{Name: "claim", Data: out}, nil
}

// describe fills what is known from the claim alone.
func (s *Server) describe(out *claimView, c store.Claim) {
	runes := []rune(look.Clean(c.Claim.Text))
	if len(runes) > maxText {
		runes, out.Cut = runes[:maxText], true
	}
	var p claim.Prediction
	if c.Prediction != nil {
		p = *c.Prediction
	}
	out.Text = look.Mark(string(runes), p, s.names().Why)
	out.Marked = slices.ContainsFunc(out.Text, func(sp look.Span) bool { return sp.Kind != "" })
	out.Answers = s.names().Answers(p)
	out.Problems = problems(c, p)
	out.Facts = unitFacts(c)
	for _, name := range slices.Sorted(maps.Keys(c.Claim.Context)) {
		out.Context = append(out.Context, fact{Name: look.Sentence(name), Value: show.Text(c.Claim.Context[name])})
	}
	for _, f := range []fact{{Name: "Model", Value: p.Model}, {Name: "Taxonomy", Value: p.Taxonomy}, {Name: "Program", Value: p.Code}} {
		if f.Value = look.Clean(f.Value); f.Value != "" {
			out.Origin = append(out.Origin, f)
		}
	}
}

// unitFacts are what identifies claim and unit.
func unitFacts(c store.Claim) []fact {
	var out []fact
	add := func(name, value, filter string) {
		value = look.Clean(value)
		if value == "" {
			return
		}
		f := fact{Name: name, Value: value}
		if filter != "" {
			f.Href = query{}.href(filter, value)
		}
		out = append(out, f)
	}
	at := func(name string, t time.Time) {
		if !t.IsZero() {
			out = append(out, fact{Name: name, At: site.NewMoment(t)})
		}
	}
	add("Product", c.Claim.Product, "product")
	add("SKU", c.Claim.SKU, "sku")
	add("Serial", c.Claim.Serial, "serial")
	add("Batch", show.Text(c.Claim.Context["batch"]), "batch")
	add("Supplier", show.Text(c.Claim.Context["supplier"]), "supplier")
	add("Customer", c.Customer, "")
	add("Sender's reference", c.Claim.ID, "reference")
	add("Language", c.Claim.Lang, "")
	add("Sent with key", c.Owner, "")
	at("Received by the sender", c.Claim.ReceivedAt)
	at("Accepted", c.CreatedAt)
	at("Classified", c.FinishedAt)
	add("Id", c.ID, "")
	return out
}

// problems gives those of the prediction or, without one, of the claim.
func problems(c store.Claim, p claim.Prediction) []problem {
	from := p.Problems
	if len(from) == 0 {
		from = c.Claim.Problems
	}
	var out []problem
	for _, one := range from {
		out = append(out, newProblem(one, false))
	}
	for i, r := range p.Photos { // verdicts stand on the photo only
		if r.Problem == nil || slices.ContainsFunc(from, func(o claim.Problem) bool { return o.Where == r.Problem.Where && o.Code == r.Problem.Code }) {
			continue
		}
		one := *r.Problem
		if one.Where == "" {
			one.Where = fmt.Sprintf("photos[%d]", i)
		}
		out = append(out, newProblem(one, r.Used))
	}
	return out
}

func newProblem(p claim.Problem, used bool) problem {
	out := problem{Where: look.Clean(p.Where), Message: look.Clean(p.Message), Code: claim.Code(look.Clean(string(p.Code))), Used: used}
	var n int
	if _, err := fmt.Sscanf(p.Where, "photos[%d]", &n); err == nil {
		out.Where, out.Customer = fmt.Sprintf("Photo %d", n+1), show.ForCustomer(p.Code)
	}
	return out
}

// shortID is the end of an id, which tells claims apart on a page; its beginning is a time.
func shortID(id string) string {
	if len(id) > 8 {
		return id[len(id)-8:]
	}
	return id
}

// rawClaim is a claim as it is kept, for people who look under the hood.
type rawClaim struct {
	ID         string            `json:"id"`
	State      store.State       `json:"state"`
	Claim      claim.Claim       `json:"claim"`
	Owner      string            `json:"owner,omitempty"`
	Customer   string            `json:"customer,omitempty"`
	CreatedAt  time.Time         `json:"created_at"`
	FinishedAt time.Time         `json:"finished_at,omitzero"`
	Prediction *claim.Prediction `json:"prediction,omitempty"`
	Failure    string            `json:"failure,omitempty"`
}

// raw serves a claim as JSON, under the same guard as the pages.
func (s *Server) raw(w http.ResponseWriter, r *http.Request) {
	c, err := s.named(r)
	if err != nil {
		s.site.Page(func(*http.Request) (site.View, error) { return site.View{}, err })(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	err = enc.Encode(rawClaim{c.ID, c.State, c.Claim, c.Owner, c.Customer, c.CreatedAt, c.FinishedAt, c.Prediction, c.Failure})
	if err != nil {
		s.cfg.Log.DebugContext(r.Context(), "claim not sent", slog.Any("error", err))
	}
}
