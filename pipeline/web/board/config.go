package board

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
	"github.com/defekt/defekt/taxonomy"
)

// Config puts the pages together. Fields are required unless they say otherwise.
type Config struct {
	Store Store
	// Watch is a [surveillance.Watch], best the one that upkeep tends, so that pages find its
	// figures in memory.
	Watch Watch
	// Units is a [trace.Tracer] with claims and known issues.
	Units Tracer
	Blobs show.Blobs
	// Decoder decodes photos for smaller copies. Whoever made it closes it.
	Decoder *photo.Decoder
	// Guard lets only those in who may see and do all of this; see [Admit].
	Guard func(http.Handler) http.Handler

	// Actor names who acts, for the audit trail. Optional: nil is [Actor], which knows those
	// that [Admit] let in.
	Actor func(ctx context.Context) string
	// Account says who is signed in, for the header. Optional.
	Account func(r *http.Request) *site.Account
	// Rules say when steps of new actions are due and when a fix counts as effective.
	// Optional: the zero value is package capa's defaults.
	Rules capa.Rules
	// Issuer is who charges suppliers, on the cover of a package. Optional.
	Issuer string
	// Base is where the pages are mounted. Optional: empty is "/quality".
	Base string
	// Nav is the navigation. Optional: nil is these pages alone. Their section is "quality".
	Nav []site.Entry
	// ClaimPages and ClusterPages stand before an id in the addresses of claims and clusters.
	// Optional: empty is "/claims/" and "/clusters/".
	ClaimPages, ClusterPages string
	// Taxonomy gives labels their names: that of the model which answers at the moment.
	// Optional: nil is the starter taxonomy.
	Taxonomy func() *taxonomy.Taxonomy
	// Secure says that browsers come by HTTPS also where this process sees none; Origins are
	// further origins whose pages may send forms. Optional.
	Secure  bool
	Origins []string

	// PageSize is the number of rows of a list, 1..500. 0 means 50.
	PageSize int
	// Timeout bounds the making of one page. 0 means 15 s.
	Timeout time.Duration
	// Patience is how long a page waits for a part that is made beside it. 0 means 3 s.
	Patience time.Duration
	// Fresh is how long such a part is shown before it is made anew. 0 means 10 minutes.
	Fresh time.Duration
	// Slow bounds the making of such a part, and of a download. 0 means 10 minutes.
	Slow time.Duration
	// AtOnce is how many of them, and how many downloads, are made at a time. 0 means 2.
	AtOnce int
	// Decoding is how many photos are decoded at a time. 0 means 2.
	Decoding int
	// Log is optional; nil is slog's default.
	Log *slog.Logger
	// Now is the clock, optional.
	Now func() time.Time
}

// maxPageSize is the largest page of a list.
const maxPageSize = 500

// Validate says what is missing or out of range.
func (c Config) Validate() error {
	var errs []error
	need := func(ok bool, what string) {
		if !ok {
			errs = append(errs, errors.New("board: "+what))
		}
	}
	need(c.Store != nil, "Store is missing")
	need(c.Watch != nil, "Watch is missing")
	need(c.Units != nil, "Units is missing")
	need(c.Blobs != nil && c.Decoder != nil, "Blobs and Decoder are needed")
	need(c.Guard != nil, "Guard is missing; see Admit")
	need(c.PageSize >= 0 && c.PageSize <= maxPageSize, "PageSize must be 1 to 500")
	need(c.Timeout >= 0 && c.Patience >= 0 && c.Fresh >= 0 && c.Slow >= 0, "times must not be negative")
	need(c.AtOnce >= 0 && c.Decoding >= 0, "numbers must not be negative")
	if len(c.Rules.Rules) > 0 {
		if err := c.Rules.Validate(); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	site.Default(&c.Base, "/quality")
	site.Default(&c.ClaimPages, "/claims/")
	site.Default(&c.ClusterPages, "/clusters/")
	site.Default(&c.PageSize, 50)
	site.Default(&c.Timeout, 15*time.Second)
	site.Default(&c.Patience, 3*time.Second)
	site.Default(&c.Fresh, 10*time.Minute)
	site.Default(&c.Slow, 10*time.Minute)
	site.Default(&c.AtOnce, 2)
	site.Default(&c.Decoding, 2)
	if c.Actor == nil {
		c.Actor = Actor
	}
	if c.Taxonomy == nil {
		c.Taxonomy = taxonomy.Starter
	}
	if c.Nav == nil {
		c.Nav = []site.Entry{{Section: section, Text: "Quality", Href: c.Base + "/"}}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
