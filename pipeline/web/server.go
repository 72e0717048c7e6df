package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

// Server is the handler of all pages. It is safe for concurrent use and starts nothing
// that outlives a request.
type Server struct {
	cfg     Config
	pages   *template.Template
	assets  map[string]asset
	names   names
	style   string // the style sheet's address
	icon    string // the icon's address
	decode  chan struct{}
	handler http.Handler
}

// New parses templates and style and puts the routes together.
func New(cfg Config) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg, names: names{cfg.Taxonomy}, decode: make(chan struct{}, cfg.Decoding)}
	var err error
	if s.pages, err = parse(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if err := s.loadAssets(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page(s.list))
	mux.HandleFunc("GET /claims/{id}", s.page(s.claim))
	mux.HandleFunc("GET /claims/{id}/json", s.raw)
	mux.HandleFunc("GET /clusters", s.page(s.clusters))
	mux.HandleFunc("GET /clusters/{id}", s.page(s.cluster))
	mux.HandleFunc("GET /photos/{digest}", s.photo)
	mux.HandleFunc("GET /photos/{digest}/small", s.scaled(SmallSide))
	mux.HandleFunc("GET /photos/{digest}/large", s.scaled(LargeSide))
	mux.HandleFunc("GET /assets/{name}", s.asset)
	mux.HandleFunc("/", s.page(unknown))
	s.handler = secure(cfg.Guard(mux))
	return s, nil
}

// ServeHTTP answers a request for a page, a photo or a style sheet.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// policy lets a page load styles and pictures from here and nothing else from anywhere.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure sets the headers of every answer, also of the guard's refusals.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "private, no-store")
		next.ServeHTTP(w, r)
	})
}

// frame is what every page shows around its content.
type frame struct {
	Title string
	// Section is the entry of the navigation that the page belongs to.
	Section     string
	Open        bool
	Style, Icon string
}

func (s *Server) frame(ctx context.Context, section, title string) frame {
	return frame{Title: strings.TrimSpace(title), Section: section, Open: s.cfg.Open(ctx), Style: s.style, Icon: s.icon}
}

// view is a page that is ready to be written: the name of its template and its data.
type view struct {
	name   string
	data   any
	status int // 0 is 200
}

// unknown answers all that has no route.
func unknown(r *http.Request) (view, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return view{}, errMethod
	}
	return view{}, errNoPage
}
