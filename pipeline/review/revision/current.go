package revision

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// CurrentConfig says what a [Current] reads. Fields are required unless they say otherwise.
type CurrentConfig struct {
	Taxonomies store.Taxonomies
	// Model gives the taxonomy of the model that answers now, which holds where nothing was
	// published.
	Model func() *taxonomy.Taxonomy
	// Every is how old the versions may be that are read again only after it: so long may what
	// another process published stay unseen. Default: 5 s.
	Every time.Duration
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Current is the taxonomy that holds now, with its history, for whoever lives longer than a
// version: the queue, pages, the API. What is published through it is seen at once. It is safe
// for concurrent use, starts nothing, and asks the store only when it is asked itself.
type Current struct {
	cfg     CurrentConfig
	history atomic.Pointer[History]

	turn sync.Mutex // of whoever asks the store; the others wait for what it finds
	read time.Time
}

// NewCurrent reads the versions for the first time.
func NewCurrent(ctx context.Context, cfg CurrentConfig) (*Current, error) {
	if cfg.Taxonomies == nil || cfg.Model == nil {
		return nil, errors.New("revision: Taxonomies and Model are needed")
	}
	if cfg.Every == 0 {
		cfg.Every = 5 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := &Current{cfg: cfg}
	_, _, err := c.Fresh(ctx)
	return c, err
}

// Taxonomy is the one that holds as far as is known, without a look at the store.
func (c *Current) Taxonomy() *taxonomy.Taxonomy {
	return c.history.Load().Latest(c.cfg.Model())
}

// History gives the versions, no older than Every, and the taxonomy that holds.
func (c *Current) History(ctx context.Context) (*History, *taxonomy.Taxonomy, error) {
	return c.load(ctx, c.cfg.Every)
}

// Fresh gives the versions as the store has them at this moment.
func (c *Current) Fresh(ctx context.Context) (*History, *taxonomy.Taxonomy, error) {
	return c.load(ctx, 0)
}

// load reads what is older; one reads for all who wait.
func (c *Current) load(ctx context.Context, older time.Duration) (*History, *taxonomy.Taxonomy, error) {
	c.turn.Lock()
	defer c.turn.Unlock()
	now, h := c.cfg.Now(), c.history.Load()
	if age := now.Sub(c.read); h == nil || age < 0 || age >= older {
		kept, err := c.cfg.Taxonomies.Taxonomies(ctx)
		if err != nil {
			return nil, nil, err
		}
		// Versions never change, so that their number tells whether there is anything to parse.
		if h == nil || len(kept) != len(h.Versions) {
			if h, err = read(kept); err != nil {
				return nil, nil, err
			}
			c.history.Store(h)
		}
		c.read = now
	}
	return h, h.Latest(c.cfg.Model()), nil
}

// Publish makes a proposal the version that holds; see [Publish].
func (c *Current) Publish(ctx context.Context, p *Proposal, by, why string, at time.Time) (store.TaxonomyVersion, error) {
	v, err := Publish(ctx, c.cfg.Taxonomies, p, by, why, at)
	c.turn.Lock()
	c.read = time.Time{} // whatever came of it, the next one looks
	c.turn.Unlock()
	return v, err
}
