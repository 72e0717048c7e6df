package site

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
)

//go:embed template static
var files embed.FS

// Site renders the pages of one server. It is safe for concurrent use and starts nothing
// that outlives a request.
type Site struct {
	cfg     Config
	pages   *template.Template
	assets  map[string]asset
	address map[string]string // of a file, by its plain name
	origin  *http.CrossOriginProtection
}

// New parses templates and puts the files together.
func New(cfg Config) (*Site, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	s := &Site{cfg: cfg.withDefaults(), origin: http.NewCrossOriginProtection()}
	for _, o := range cfg.Origins {
		if err := s.origin.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
	}
	s.origin.SetDenyHandler(s.Page(func(*http.Request) (View, error) { return View{}, errOrigin }))
	var err error
	if s.pages, err = template.New("site").Option("missingkey=error").ParseFS(files, "template/*.html"); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	for _, t := range cfg.Templates {
		if s.pages, err = s.pages.ParseFS(t, "template/*.html"); err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
	}
	if err := s.loadAssets(); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	return s, nil
}

// Handler serves the routes of mux behind guard, which may be nil, with the headers, the files
// and the protection of this package; what mux has no route for gets a page that says so.
func (s *Site) Handler(mux *http.ServeMux, guard func(http.Handler) http.Handler) http.Handler {
	mux.HandleFunc("GET "+s.cfg.Base+"/assets/{name}", s.asset)
	mux.HandleFunc(s.cfg.Base+"/", s.Page(unknown))
	var h http.Handler = mux
	if guard != nil {
		h = guard(h)
	}
	return secure(s.origin.Handler(h))
}

// Href is the address of a path of this server.
func (s *Site) Href(path string) string { return s.cfg.Base + path }

// secureCookies says whether cookies of an answer to r are kept to HTTPS.
func (s *Site) secureCookies(r *http.Request) bool { return s.cfg.Secure || r.TLS != nil }

// Frame is what every page shows around its content. Pages embed it in their data.
type Frame struct {
	Title string
	// Section is the entry of the navigation that the page belongs to, empty for none.
	Section string
	Nav     []Entry
	Home    string
	Banner  template.HTML
	Foot    string
	Account *Account
	// Notice is what the request before had to say, once.
	Notice Notice
	// Style, Icon and Script are addresses; Script is empty on pages without.
	Style, Icon, Script string
}

// nav leaves out the entries that are not for whoever asks.
func (s *Site) nav(r *http.Request) []Entry {
	return slices.DeleteFunc(slices.Clone(s.cfg.Nav), func(e Entry) bool { return e.For != nil && !e.For(r) })
}

// Frame makes the frame of a page in a section of the navigation.
func (s *Site) Frame(r *http.Request, section, title string) Frame {
	f := Frame{
		Title: strings.TrimSpace(title), Section: section, Nav: s.nav(r), Home: s.cfg.Base + "/", Banner: s.cfg.Banner(r.Context()),
		Foot: s.cfg.Foot, Account: s.cfg.Account(r), Style: s.address[styleName], Icon: s.address[iconName],
	}
	f.Notice, _ = r.Context().Value(noticeKey{}).(Notice)
	return f
}
