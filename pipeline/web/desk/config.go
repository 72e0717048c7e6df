package desk

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/oidc"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// Claims is the part of [store.Claims] that the desk reads.
type Claims interface {
	Claim(ctx context.Context, id string) (store.Claim, error)
	List(ctx context.Context, f store.Filter, p store.Page) (claims []store.Claim, next string, err error)
}

// Nearest is the part of [store.Vectors] that searches.
type Nearest interface {
	Nearest(ctx context.Context, q store.Near) (store.Neighbours, error)
}

// Units is the part of [store.Units] that tells what is known of a unit.
type Units interface {
	UnitsBySerial(ctx context.Context, serial string) ([]store.Unit, error)
}

// Reviewers is the part of [store.Reviewers] that lists them.
type Reviewers interface {
	Reviewers(ctx context.Context) ([]store.Reviewer, error)
	Reviewer(ctx context.Context, id string) (store.Reviewer, error)
}

// Provider is an identity provider that people may sign in with. Its sign-in begins at
// Base + "/with/" + ID and ends at that + "/back", which is the redirect address to register.
type Provider struct {
	// ID stands in the address: letters, digits and "-".
	ID string
	// Name is what the button says: "Sign in with Name".
	Name string
	// With is an [oidc.Provider].
	With interface {
		Start(w http.ResponseWriter, r *http.Request, next string) error
		Finish(w http.ResponseWriter, r *http.Request) (oidc.SignedIn, error)
	}
}

// Config puts the desk together. Fields are required unless they say otherwise.
type Config struct {
	Queue *review.Queue
	// Versions has the taxonomy that the questions are of. It must be the queue's.
	Versions  *revision.Current
	Accounts  *review.Accounts
	Sessions  *session.Keeper
	Reviews   store.Reviews
	Reviewers Reviewers
	Claims    Claims
	Nearest   Nearest
	// Probes gives the vectors by which a claim's neighbours are searched;
	// store.Vectors.VectorsOf does. Spaces gives the spaces to search.
	Probes func(ctx context.Context, claim string) ([]store.Vector, error)
	Spaces func() []show.Space
	Blobs  show.Blobs
	// Decoder decodes photos for smaller copies. Whoever made it closes it.
	Decoder *photo.Decoder

	// Base is where the desk is mounted. Optional: empty is "/review". Its paths must not be
	// behind another guard, such as API keys: it has its own.
	Base string
	// Units tells of the unit. Optional: without it the page shows what the claim says.
	Units Units
	// Providers are identity providers to sign in with. Optional.
	Providers []Provider
	// NoPasswords takes away the form of name and password; then Providers are needed.
	NoPasswords bool
	// Nav is the navigation. Optional: nil is the desk alone. The desk's section is "review".
	Nav []site.Entry
	// ClaimPages is what stands before a claim's id in the address of its page, such as
	// "/claims/", if reviewers may see that. Optional: without it there are no such links.
	ClaimPages string
	// UndoWindow must be the queue's. 0 means 10 minutes.
	UndoWindow time.Duration
	// Beat is the time between two signs of life of a page; it must be well below the queue's
	// lease. 0 means 1 minute.
	Beat time.Duration
	// Near is the number of nearest claims for each space, 1..50. 0 means 4.
	Near int
	// PartTimeout bounds each part of an item's page that may be missing. 0 means 2 s.
	PartTimeout time.Duration
	// Decoding is how many photos are decoded at a time. 0 means 2.
	Decoding int
	// Secure says that browsers come by HTTPS also where this process sees none.
	Secure bool
	// Origins are further origins whose pages may send forms. Optional.
	Origins []string
	// Log is optional; nil is slog's default.
	Log *slog.Logger
	// Now is the clock, optional.
	Now func() time.Time
}

var providerID = regexp.MustCompile(`^[A-Za-z0-9-]{1,40}$`)

// Validate says what is missing or out of range.
func (c Config) Validate() error {
	var errs []error
	need := func(ok bool, what string) {
		if !ok {
			errs = append(errs, errors.New("desk: "+what))
		}
	}
	need(c.Queue != nil && c.Versions != nil && c.Accounts != nil && c.Sessions != nil, "Queue, Versions, Accounts and Sessions are needed")
	need(c.Reviews != nil && c.Reviewers != nil && c.Claims != nil, "Reviews, Reviewers and Claims are needed")
	need(c.Nearest != nil && c.Probes != nil && c.Spaces != nil, "Nearest, Probes and Spaces are needed")
	need(c.Blobs != nil && c.Decoder != nil, "Blobs and Decoder are needed")
	need(!c.NoPasswords || len(c.Providers) > 0, "without passwords nobody can sign in but through Providers")
	for _, p := range c.Providers {
		need(providerID.MatchString(p.ID) && p.Name != "" && p.With != nil, "a provider needs an ID of letters, digits and -, a Name and With")
	}
	need(c.Near >= 0 && c.Near <= 50, "Near must be 1 to 50")
	need(c.UndoWindow >= 0 && c.Beat >= 0 && c.PartTimeout >= 0 && c.Decoding >= 0, "times and numbers must not be negative")
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	site.Default(&c.Base, "/review")
	site.Default(&c.UndoWindow, 10*time.Minute)
	site.Default(&c.Beat, time.Minute)
	site.Default(&c.Near, 4)
	site.Default(&c.PartTimeout, 2*time.Second)
	site.Default(&c.Decoding, 2)
	if c.Nav == nil {
		c.Nav = []site.Entry{{Section: "review", Text: "Review", Href: c.Base + "/"}}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
