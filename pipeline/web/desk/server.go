package desk

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"time"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

//go:embed template static
var files embed.FS

// Names of the desk's files.
const (
	scriptName = "desk.js"
	styleName  = "desk.css"
)

// Server is the handler of the desk's pages. It is safe for concurrent use and starts nothing
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
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg}
	style, err := files.ReadFile("static/" + styleName)
	if err != nil {
		return nil, err
	}
	script, err := files.ReadFile("static/" + scriptName)
	if err != nil {
		return nil, err
	}
	s.site, err = site.New(site.Config{
		Base: cfg.Base, Nav: cfg.Nav, Templates: []fs.FS{show.Templates, files}, Styles: []string{string(style)}, Files: map[string][]byte{scriptName: script},
		Foot: "Times are UTC. All that you decide is kept with your name and the time.", Account: s.account, Explain: explain,
		Secure: cfg.Secure, Origins: cfg.Origins, Log: cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	s.handler = s.site.Handler(s.routes(), func(next http.Handler) http.Handler { return cfg.Sessions.Load(s.upToDate(next)) })
	return s, nil
}

// ServeHTTP answers a request for a page, a form, a photo or a file.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// words are those of the taxonomy that holds, also the finder's.
func (s *Server) words() show.Words {
	return show.Words{Of: s.taxonomy(), Claims: s.cfg.ClaimPages, Photos: s.cfg.Base + "/photos/"}
}

func (s *Server) finder() show.Finder {
	return show.Finder{Claims: s.cfg.Claims, Nearest: s.cfg.Nearest, Probes: s.cfg.Probes, Spaces: s.cfg.Spaces, Words: s.words(), Log: s.cfg.Log}
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	base := s.cfg.Base
	get := func(path string, do func(r *http.Request) (site.View, error)) {
		mux.HandleFunc("GET "+base+path, s.site.Page(do))
	}
	post := func(path string, do func(r *http.Request) (site.View, error)) {
		mux.HandleFunc("POST "+base+path, s.site.Page(do))
	}
	get("/sign-in", s.signInPage)
	post("/sign-in", s.signIn)
	post("/sign-out", s.signOut)
	for _, p := range s.cfg.Providers {
		mux.HandleFunc("GET "+base+"/with/"+p.ID, s.withProvider(p))
		mux.HandleFunc("GET "+base+"/with/"+p.ID+"/back", s.fromProvider(p))
	}
	get("/{$}", s.signed(nil, s.start))
	post("/next", s.signed(nil, s.next))
	post("/give-back", s.signed(nil, s.giveBack))
	get("/items/{id}", s.signed(nil, s.item))
	get("/history", s.signed(nil, s.history))
	get("/settings", s.signed(nil, s.settings))
	post("/settings", s.signed(nil, s.keepSettings))
	get("/reviewers", s.signed(review.Administers, s.people))
	post("/reviewers", s.signed(review.Administers, s.addPerson))
	post("/reviewers/{id}", s.signed(review.Administers, s.changePerson))
	for path, do := range map[string]action{"/items/{id}": s.act, "/undo": s.undo, "/ahead": s.ahead, "/beat": s.beat} {
		mux.HandleFunc("POST "+base+path, s.acting(do))
	}
	photos := http.NewServeMux()
	show.NewPhotos(s.cfg.Blobs, s.cfg.Decoder, s.cfg.Decoding, s.cfg.Log).Routes(photos, base+"/photos/")
	mux.Handle("GET "+base+"/photos/", s.onlySigned(photos))
	return mux
}

// signed lets in who is signed in and, if may is not nil, allowed.
func (s *Server) signed(may func(store.Reviewer) bool, do session.Page) func(r *http.Request) (site.View, error) {
	return session.Pages{SignIn: s.signInHref, Refused: errRole}.Signed(may, do)
}

// onlySigned guards what is no page.
func (s *Server) onlySigned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := session.Who(r.Context()); err != nil {
			http.Error(w, "Please sign in.", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// account is whoever is signed in, for the header.
func (s *Server) account(r *http.Request) *site.Account { return session.Account(r, s.cfg.Base) }

func (s *Server) now() time.Time { return s.cfg.Now().UTC() }

// part bounds a part of a page that may be missing.
func (s *Server) part(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.cfg.PartTimeout)
}
