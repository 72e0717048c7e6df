package web

import (
	"context"
	"embed"
	"html/template"
	"io/fs"
	"net/http"

	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

//go:embed template
var files embed.FS

// photosBase stands before the digests of photos.
const photosBase = "/photos/"

// Server is the handler of all pages. It is safe for concurrent use and starts nothing
// that outlives a request.
type Server struct {
	cfg     Config
	site    *site.Site
	handler http.Handler
}

// New parses templates and style and puts the routes together.
func New(cfg Config) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg}
	var err error
	s.site, err = site.New(site.Config{
		Nav: cfg.Nav, Templates: []fs.FS{show.Templates, files}, Banner: s.banner, Timeout: cfg.Timeout, Log: cfg.Log,
		Foot: "Probabilities are calibrated. A question mark stands where the model leaves the answer to a person. Times are UTC.",
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.site.Page(s.list))
	mux.HandleFunc("GET /claims/{id}", s.site.Page(s.claim))
	mux.HandleFunc("GET /claims/{id}/json", s.raw)
	mux.HandleFunc("GET /clusters", s.site.Page(s.clusters))
	mux.HandleFunc("GET /clusters/{id}", s.site.Page(s.cluster))
	show.NewPhotos(cfg.Blobs, cfg.Decoder, cfg.Decoding, cfg.Log).Routes(mux, photosBase)
	s.handler = s.site.Handler(mux, cfg.Guard)
	return s, nil
}

// ServeHTTP answers a request for a page, a photo or a style sheet.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// names are those of the taxonomy at this moment, also the finder's.
func (s *Server) names() show.Words {
	return show.Words{Of: s.cfg.Taxonomy(), Claims: "/claims/", Photos: photosBase}
}

func (s *Server) finder() show.Finder {
	return show.Finder{Claims: s.cfg.Claims, Nearest: s.cfg.Nearest, Probes: s.cfg.Probes, Spaces: s.cfg.Spaces, Words: s.names(), Log: s.cfg.Log}
}

// openBanner tells everybody that everybody is let in.
const openBanner = `<p><strong>No API key is set.</strong> Everybody on this machine can see all claims and send some. Make a key: <code>defekt keys create NAME --scope ingest,read</code></p>`

func (s *Server) banner(ctx context.Context) template.HTML {
	if s.cfg.Open(ctx) {
		return openBanner
	}
	return ""
}
