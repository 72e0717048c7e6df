package api

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/defekt/defekt/pipeline/claim"
)

// Server is the API as an [http.Handler]. Safe for concurrent use; it starts no goroutine
// that outlives a request.
type Server struct {
	cfg     Config
	log     *slog.Logger
	mux     *mux
	api     huma.API
	kinds   map[claim.Code]kind
	origin  *http.CrossOriginProtection
	access  *access
	admit   *admission
	backlog *backlog

	json, yaml []byte // the OpenAPI document
}

// New puts the API together.
func New(cfg Config) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s := &Server{
		cfg: cfg, log: cfg.Log, mux: &mux{ServeMux: http.NewServeMux()}, kinds: kinds(), origin: http.NewCrossOriginProtection(),
		admit: newAdmission(cfg),
		access: &access{
			keys: cfg.Keys, open: cfg.Open, ttl: cfg.KeyCache, perMinute: cfg.PerMinute, now: cfg.Now,
			known: map[string]*known{},
		},
		backlog: &backlog{claims: cfg.Claims, limit: cfg.MaxQueued, now: cfg.Now},
	}
	s.api = humago.New(s.mux, s.humaConfig())
	s.routes()
	if err := s.finishDocument(); err != nil {
		return nil, err
	}
	return s, nil
}

// mux remembers what was registered, so that a test can hold it against the document.
type mux struct {
	*http.ServeMux
	patterns []string
}

// HandleFunc registers a handler.
func (m *mux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	m.patterns = append(m.patterns, pattern)
	m.ServeMux.HandleFunc(pattern, handler)
}

// OpenAPI gives the document that is served at /openapi.json.
func (s *Server) OpenAPI() []byte { return s.json }

// HTTPServer gives an [http.Server] for h with the limits that only it can keep: time to
// send the headers, their hard size, and idle connections. Bodies and answers have deadlines
// of their own, set by the API as they move.
func HTTPServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:                      h,
		ReadHeaderTimeout:            10 * time.Second,
		IdleTimeout:                  2 * time.Minute,
		MaxHeaderBytes:               HardHeader,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
