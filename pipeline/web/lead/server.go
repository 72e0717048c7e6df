package lead

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"time"

	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
	"github.com/defekt/defekt/taxonomy"
)

//go:embed template static
var files embed.FS

// section is the navigation's entry of these pages.
const section = "lead"

// Server is the handler of the lead's pages. It is safe for concurrent use and starts nothing
// that outlives a request.
type Server struct {
	cfg     Config
	site    *site.Site
	handler http.Handler
}

// New parses templates and puts the routes together.
func New(cfg Config) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg.withDefaults()}
	plots, err := plot.Style()
	if err != nil {
		return nil, err
	}
	style, err := files.ReadFile("static/lead.css")
	if err != nil {
		return nil, err
	}
	s.site, err = site.New(site.Config{
		Base: s.cfg.Base, Nav: s.cfg.Nav, Templates: []fs.FS{show.Templates, files}, Styles: []string{plots, string(style)},
		Foot: "Times are UTC. Intervals hold the truth with 95 %.", Account: s.account, Explain: explain,
		Secure: s.cfg.Secure, Origins: s.cfg.Origins, Timeout: s.cfg.Timeout, Log: s.cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	s.handler = s.site.Handler(s.routes(), s.cfg.Sessions.Load)
	return s, nil
}

// ServeHTTP answers a request for a page, a form or a file.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	get := func(path string, do session.Page) {
		mux.HandleFunc("GET "+s.cfg.Base+path, s.site.Page(s.signed(review.Adjudicates, do)))
	}
	get("/{$}", s.overview)
	get("/agreement", s.agreement)
	get("/confusions", s.confusions)
	get("/claims/{id}", s.claim)
	mux.HandleFunc("POST "+s.cfg.Base+"/claims/{id}/known", s.site.Page(s.signed(review.Adjudicates, s.markKnown)))
	get("/taxonomy", s.labels)
	get("/taxonomy/versions", s.versions)
	get("/taxonomy/versions/{ref}", s.version)
	mux.HandleFunc("GET "+s.cfg.Base+"/taxonomy/versions/{ref}/{file}", s.download)
	if s.cfg.Candidates != nil {
		get("/models", s.models)
	}
	edit := s.cfg.Base + "/taxonomy/edit"
	mux.HandleFunc("GET "+edit, s.site.Page(s.signed(review.Administers, s.begin)))
	mux.Handle("POST "+edit, s.large(s.site.Page(s.signed(review.Administers, s.edit))))
	return mux
}

// signed lets in who is signed in and allowed.
func (s *Server) signed(may func(store.Reviewer) bool, do session.Page) func(r *http.Request) (site.View, error) {
	p := session.Pages{
		SignIn:  func(back string) string { return s.cfg.Desk + "/sign-in?to=" + url.QueryEscape(back) },
		Refused: claim.Problem{Code: review.CodeRole, Message: "This page is not for your role."},
	}
	return p.Signed(may, do)
}

// account is whoever is signed in, for the header.
func (s *Server) account(r *http.Request) *site.Account { return session.Account(r, s.cfg.Desk) }

// explain says what the errors that are the reader's are to him.
func explain(err error) (site.Failure, bool) {
	var p claim.Problem
	if !errors.As(err, &p) {
		return site.Failure{}, false
	}
	switch p.Code {
	case review.CodeRole:
		return site.Failure{Status: http.StatusForbidden, Title: "Not for your role", Text: "These pages are for adjudicators and admins; the taxonomy is changed by admins. An admin gives roles on the page Reviewers."}, true
	case review.CodeSignIn:
		return site.Failure{Status: http.StatusUnauthorized, Title: "You are signed out", Text: "Sign in again in another tab, then send this once more (reload, or go back): what you entered is still there."}, true
	}
	return site.Failure{}, false
}

func (s *Server) now() time.Time { return s.cfg.Now().UTC() }

// tab leads to one of the pages.
type tab struct {
	Text, Href string
	Here       bool
}

// page is what every page has.
type page struct {
	site.Frame
	Tabs []tab
}

// page frames a page; here is the path of its tab.
func (s *Server) page(r *http.Request, title, here string) page {
	list := []tab{{Text: "Overview", Href: "/"}, {Text: "Agreement", Href: "/agreement"}, {Text: "Confusions", Href: "/confusions"}, {Text: "Taxonomy", Href: "/taxonomy"}, {Text: "Versions", Href: "/taxonomy/versions"}}
	if s.cfg.Candidates != nil {
		list = append(list, tab{Text: "Models", Href: "/models"})
	}
	for i := range list {
		list[i].Here = list[i].Href == here
		list[i].Href = s.site.Href(list[i].Href)
	}
	return page{s.site.Frame(r, section, title), list}
}

// words are those of the taxonomy.
func (s *Server) words(t *taxonomy.Taxonomy) show.Words {
	return show.Words{Of: t, Claims: s.site.Href("/claims/"), Photos: s.cfg.Desk + "/photos/"}
}

// names gives reviewers' names by id.
func (s *Server) names(ctx context.Context) (func(id string) string, error) {
	list, err := s.cfg.Reviewers.Reviewers(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, r := range list {
		names[r.ID] = look.Clean(r.Name)
	}
	return func(id string) string {
		if name, ok := names[id]; ok {
			return name
		}
		return look.Clean(id) // a key's
	}, nil
}
