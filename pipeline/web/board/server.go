package board

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"time"

	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/quality/erp"
	"github.com/defekt/defekt/pipeline/quality/measures"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

//go:embed template static
var files embed.FS

// section is that of the navigation.
const section = "quality"

// Server is the handler of the pages. It is safe for concurrent use. What it makes in the
// background ends with [Server.Close].
type Server struct {
	cfg     Config
	site    *site.Site
	cases   cases.Reader
	alarms  surveillance.Ledger
	capas   *capa.Desk
	credits *erp.Ledger
	handler http.Handler

	shop     *workshop
	loads    chan struct{} // a place for each download that may be made at a time
	week     *memo[struct{}, weekFigures]
	cards    *memo[struct{}, scorecard.Sheet]
	measures *memo[struct{}, measures.Measures]
	ranking  *memo[struct{}, []surveillance.Ranked]
	charts   *memo[store.Cause, surveillance.Charts]
	counts   *memo[store.Group, groupCount]
}

// New parses templates and puts the routes together.
func New(cfg Config) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg}
	s.cases = quality.Cases(cfg.Store)
	s.alarms = surveillance.Ledger{Alarms: cfg.Store, Now: cfg.Now}
	s.capas, s.credits = capa.NewDesk(cfg.Store, cfg.Now), erp.NewLedger(cfg.Store, cfg.Now)
	styles, err := styles()
	if err != nil {
		return nil, err
	}
	s.site, err = site.New(site.Config{
		Base: cfg.Base, Nav: cfg.Nav, Templates: []fs.FS{show.Templates, files}, Styles: styles, Account: cfg.Account, Explain: explain,
		Foot:   "Times are UTC, intervals 95 %. Ratios compare with what units of the same age, season and product usually bring.",
		Secure: cfg.Secure, Origins: cfg.Origins, Timeout: cfg.Timeout, Log: cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	s.shop = newWorkshop(cfg.AtOnce, cfg.Slow, cfg.Log)
	s.loads = make(chan struct{}, cfg.AtOnce)
	s.slowParts()
	s.handler = s.site.Handler(s.routes(), cfg.Guard)
	return s, nil
}

// words are those of the taxonomy at this moment.
func (s *Server) words() show.Words {
	return show.Words{Of: s.cfg.Taxonomy(), Claims: s.cfg.ClaimPages, Photos: s.cfg.Base + "/photos/"}
}

// slowParts are those that are made beside pages.
func (s *Server) slowParts() {
	s.week = newMemo(s, "week", func(ctx context.Context, _ struct{}) (weekFigures, error) { return s.countWeek(ctx) })
	s.cards = newMemo(s, "scorecards", func(ctx context.Context, _ struct{}) (scorecard.Sheet, error) {
		from, until := s.year()
		return quality.Cards(s.cfg.Store).Make(ctx, from, until)
	})
	s.measures = newMemo(s, "measures", s.measure)
	s.ranking = newMemo(s, "ranking", func(ctx context.Context, _ struct{}) ([]surveillance.Ranked, error) {
		return s.cfg.Watch.Ranking(ctx, rankingSize)
	})
	s.charts = newMemo(s, "charts", func(ctx context.Context, c store.Cause) (surveillance.Charts, error) {
		return s.cfg.Watch.Charts(ctx, groupOf(c), c.Label)
	})
	s.counts = newMemo(s, "units of a group", s.countGroup)
	s.counts.fresh = min(s.cfg.Fresh, countFresh)
}

// styles are those of the figures and of these pages.
func styles() ([]string, error) {
	figures, err := plot.Style()
	if err != nil {
		return nil, err
	}
	own, err := files.ReadFile("static/board.css")
	return []string{figures, string(own)}, err
}

// Close ends what is being made in the background and waits for it.
func (s *Server) Close() { s.shop.close() }

// ServeHTTP answers a request for a page, a form, a download, a photo or a file.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	base := s.cfg.Base
	pages := map[string]func(r *http.Request) (site.View, error){
		"GET /{$}": s.overview, "GET /measures": s.measuresPage, "GET /ranking": s.rankingPage, "GET /search": s.search,
		"GET /patterns": s.patterns, "GET /patterns/{id}": s.pattern, "POST /patterns/{id}": s.actOnPattern,
		"GET /suppliers": s.suppliers, "GET /batches": s.batches, "GET /lots": s.lots, "GET /products": s.products,
		"GET /groups/{kind}/{name}": s.groupPage, "GET /units/{serial}": s.unit,
		"GET /capas": s.capaList, "POST /capas": s.openCAPA, "GET /capas/{id}": s.capaPage, "POST /capas/{id}": s.actOnCAPA,
		"GET /credits": s.creditList, "GET /credits/{id}": s.creditPage, "POST /credits/{id}": s.moveCredit,
	}
	for route, do := range pages {
		method, path := cutRoute(route)
		mux.HandleFunc(method+" "+base+path, s.site.Page(do))
	}
	mux.HandleFunc("POST "+base+"/recalls", s.download(s.recallList))
	mux.HandleFunc("POST "+base+"/chargebacks", s.download(s.chargebackPackage))
	show.NewPhotos(s.cfg.Blobs, s.cfg.Decoder, s.cfg.Decoding, s.cfg.Log).Routes(mux, base+"/photos/")
	return mux
}

func (s *Server) now() time.Time { return s.cfg.Now().UTC() }

// year is the period of scorecards and measures: the last 365 days, today included.
func (s *Server) year() (from, until time.Time) {
	until = s.now().Truncate(day).Add(day)
	return until.Add(-365 * day), until
}

const (
	day = 24 * time.Hour
	// countFresh is how long a count of units holds: an import should show soon.
	countFresh = time.Minute
)

// page is what every page shows around its content.
type page struct {
	site.Frame
	Tabs []tab
	// Search is the address of the search, Q what was searched.
	Search, Q string
}

// tab is one entry of the pages' own navigation.
type tab struct {
	Text, Href string
	Current    bool
}

// page makes the frame of a page under a tab.
func (s *Server) page(r *http.Request, under, title string) page {
	p := page{Frame: s.site.Frame(r, section, title), Search: s.site.Href("/search")}
	for _, t := range []tab{
		{"This week", "/", false}, {"Patterns", "/patterns", false}, {"Ranking", "/ranking", false}, {"Actions", "/capas", false}, {"Suppliers", "/suppliers", false},
		{"Lots", "/lots", false}, {"Batches", "/batches", false}, {"Products", "/products", false}, {"Credits", "/credits", false}, {"Measures", "/measures", false},
	} {
		t.Current = t.Href == under
		t.Href = s.site.Href(t.Href)
		p.Tabs = append(p.Tabs, t)
	}
	return p
}
