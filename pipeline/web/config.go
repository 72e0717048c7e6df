package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
	"github.com/defekt/defekt/taxonomy"
)

// Config puts the pages together. Fields are required unless they say otherwise.
type Config struct {
	Claims   Claims
	Nearest  Nearest
	Clusters Clusters
	Webhooks Webhooks
	Audit    Audit
	Blobs    Blobs
	// Probes gives the vectors by which a claim's neighbours are searched;
	// store.Vectors.VectorsOf does.
	Probes func(ctx context.Context, claim string) ([]store.Vector, error)
	// Spaces gives the spaces to search and to list clusters of, in the order in which they
	// are shown. Vectors of other spaces are passed over.
	Spaces func() []Space
	// Decoder decodes photos for the small and large copies. Whoever made it closes it.
	Decoder *photo.Decoder
	// Guard lets only those in who may see the pages; see [BasicKey] and [Loopback].
	Guard func(http.Handler) http.Handler

	// Units tells what is known of a claim's unit, for every owner, which is "". Optional: nil
	// leaves the section out. [intake.Intake.Unit] does.
	Units func(ctx context.Context, owner string, c store.Claim) (intake.Unit, error)
	// UnitPages is the address that a serial is put behind to see everything about it.
	// Optional: empty where there are no such pages.
	UnitPages string

	// Nav is the navigation. Optional: nil is claims and clusters. Entries of those two have the
	// sections "claims" and "clusters".
	Nav []site.Entry
	// Open says whether there is no key, which the pages then tell. Optional: without it
	// there is one.
	Open func(ctx context.Context) bool
	// Taxonomy gives axes and labels their names and the filters their choices: that of the
	// model which answers at the moment. Optional: nil is the starter taxonomy. Ids that it does
	// not know are shown as words.
	Taxonomy func() *taxonomy.Taxonomy
	// URL is the address of the API in the example of the empty page, such as
	// "https://defekt.example". Optional: empty is the address that the browser asked.
	URL string
	// Log is optional; nil is slog's default.
	Log *slog.Logger
	// Now is the clock, optional.
	Now func() time.Time

	// PageSize is the number of claims on a page, 1..100. 0 means 25.
	PageSize int
	// Near is the number of nearest claims for each space, 1..50. 0 means 6.
	Near int
	// TwinDistance is the number of bits, of 64, in which the hashes of photos may differ
	// that are called twins. 0 means 6.
	TwinDistance int
	// Timeout bounds the making of one page. 0 means 15 s.
	Timeout time.Duration
	// PartTimeout bounds each part of a page that may be missing: a count, the neighbours.
	// 0 means 3 s.
	PartTimeout time.Duration
	// Decoding is how many photos are decoded at a time; further requests wait. 0 means 2.
	Decoding int
}

// Validate says what is missing or out of range.
func (c Config) Validate() error {
	var errs []error
	need := func(ok bool, what string) {
		if !ok {
			errs = append(errs, errors.New("web: "+what))
		}
	}
	need(c.Claims != nil, "Claims is missing")
	need(c.Nearest != nil, "Nearest is missing")
	need(c.Clusters != nil, "Clusters is missing")
	need(c.Webhooks != nil, "Webhooks is missing")
	need(c.Audit != nil, "Audit is missing")
	need(c.Blobs != nil, "Blobs is missing")
	need(c.Probes != nil, "Probes is missing")
	need(c.Spaces != nil, "Spaces is missing")
	need(c.Decoder != nil, "Decoder is missing")
	need(c.Guard != nil, "Guard is missing; Loopback is the one for a server without keys")
	need(c.PageSize >= 0 && c.PageSize <= 100, "PageSize must be 1 to 100")
	need(c.Near >= 0 && c.Near <= 50, "Near must be 1 to 50")
	need(c.TwinDistance >= 0 && c.TwinDistance <= 64, "TwinDistance must be 1 to 64")
	need(c.Timeout >= 0 && c.PartTimeout >= 0 && c.Decoding >= 0, "times and numbers must not be negative")
	return errors.Join(errs...)
}

// withDefaults fills what is optional.
func (c Config) withDefaults() Config {
	if c.Nav == nil {
		c.Nav = []site.Entry{{Section: "claims", Text: "Claims", Href: "/"}, {Section: "clusters", Text: "Clusters", Href: "/clusters"}}
	}
	if c.Open == nil {
		c.Open = func(context.Context) bool { return false }
	}
	if c.Taxonomy == nil {
		c.Taxonomy = taxonomy.Starter
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	site.Default(&c.PageSize, 25)
	site.Default(&c.Near, 6)
	site.Default(&c.TwinDistance, 6)
	site.Default(&c.Timeout, 15*time.Second)
	site.Default(&c.PartTimeout, 3*time.Second)
	site.Default(&c.Decoding, 2)
	return c
}
