package insight

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// Claims is the part of [store.Claims] that the reader needs.
type Claims interface {
	List(ctx context.Context, f store.Filter, p store.Page) (claims []store.Claim, next string, err error)
	Count(ctx context.Context, f store.Filter) (int, error)
}

// Clusters is the part of [store.Clusters] that the reader needs.
type Clusters interface {
	ClusterOf(ctx context.Context, space, claim string) (cluster string, err error)
}

// Reviewers lists who reviews; see [store.Reviewers].
type Reviewers interface {
	Reviewers(ctx context.Context) ([]store.Reviewer, error)
}

// Config says what the figures are read from. All fields must be set but for those with a
// default.
type Config struct {
	Reviews   store.Reviews
	Reviewers Reviewers
	Claims    Claims
	// Versions has the taxonomy; it should be the queue's, so that what is published here holds
	// there at once.
	Versions *revision.Current
	// Clusters and Space tell which claims of a label are alike; Space gives the space that
	// clusters are made in. Without them no label is said to be two things.
	Clusters Clusters
	Space    func() string
	// Cost is what missing a label costs, as the planner has it. Default: 1 for all.
	Cost func(axis, label string) float64
	// Newest is the number of newest claims that are searched for labels that are two things.
	// Default: 2000.
	Newest int
	// Draws are the bootstrap draws behind each interval of agreement, 100 at least. Default: 200.
	Draws int
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Reader reads the figures from the store, in the labels of the taxonomy's latest version. It
// is what pages and API share. Safe for concurrent use; it keeps nothing, so that every call
// costs time in proportion to what people decided.
type Reader struct{ cfg Config }

// New refuses a configuration that lacks something.
func New(cfg Config) (*Reader, error) {
	if cfg.Reviews == nil || cfg.Reviewers == nil || cfg.Claims == nil || cfg.Versions == nil {
		return nil, errors.New("insight: Reviews, Reviewers, Claims and Versions are needed")
	}
	if (cfg.Clusters == nil) != (cfg.Space == nil) {
		return nil, errors.New("insight: Clusters and Space go together")
	}
	if cfg.Cost == nil {
		cfg.Cost = func(string, string) float64 { return 1 }
	}
	cfg.Newest, cfg.Draws = cmp.Or(cfg.Newest, 2000), cmp.Or(cfg.Draws, 200)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Reader{cfg}, nil
}

// History gives the published versions, and the taxonomy that holds now: the latest of them, or
// the model's. It is for who writes the next one: nothing of it is older than the question.
func (r *Reader) History(ctx context.Context) (*revision.History, *taxonomy.Taxonomy, error) {
	return r.cfg.Versions.Fresh(ctx)
}

// Versions are those that the figures are read in.
func (r *Reader) Versions() *revision.Current { return r.cfg.Versions }

// settledPage is the number of claims whose settled items are read at once.
const settledPage = 1000

// Reviews is the queue as it reads in the labels of the taxonomy that holds; see
// [revision.Reviews].
func (r *Reader) Reviews(ctx context.Context) (*revision.Reviews, error) {
	h, _, err := r.History(ctx)
	if err != nil {
		return nil, err
	}
	return h.Translated(r.cfg.Reviews), nil
}

// settled reads what was settled from (inclusive) until (exclusive).
func (r *Reader) settled(ctx context.Context, h *revision.History, from, until time.Time) ([]store.SettledReview, error) {
	var out []store.SettledReview
	queue := h.Translated(r.cfg.Reviews)
	for after := ""; ; {
		page, err := queue.Settled(ctx, until, after, settledPage)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return out, nil
		}
		after = page[len(page)-1].Review.Claim
		for _, s := range page {
			if !s.Review.SettledAt.Before(from) {
				out = append(out, s)
			}
		}
	}
}

// Confusions gives the model's mistakes that people found from (inclusive) until (exclusive), the
// costliest first; on one axis, or on all when it is empty. See [Confusions].
func (r *Reader) Confusions(ctx context.Context, from, until time.Time, axis string) ([]Confusion, error) {
	h, _, err := r.History(ctx)
	if err != nil {
		return nil, err
	}
	settled, err := r.settled(ctx, h, from, until)
	if err != nil {
		return nil, err
	}
	list := Confusions(settled, r.cfg.Cost)
	if axis != "" {
		list = slices.DeleteFunc(list, func(c Confusion) bool { return c.Axis != axis })
	}
	return list, nil
}

// ratings gives the blind looks of a time that the taxonomy t has labels for.
func (r *Reader) ratings(ctx context.Context, h *revision.History, t *taxonomy.Taxonomy, from, until time.Time) ([]people.Rating, error) {
	all, err := review.Ratings(ctx, h.Translated(r.cfg.Reviews), from, until)
	return slices.DeleteFunc(all, func(one people.Rating) bool {
		return t.Axis(one.Axis) == nil || told(one.Label) && !t.Valid(one.Axis, one.Label)
	}), err
}

// options measures distance on axes that have an order.
func (r *Reader) options(t *taxonomy.Taxonomy) people.Options {
	o := people.DefaultOptions()
	o.Undecided, o.Draws, o.Orders = taxonomy.Undetermined, r.cfg.Draws, map[string][]string{}
	for i := range t.Axes {
		if t.Axes[i].Ordinal {
			o.Orders[t.Axes[i].ID] = t.Axes[i].Roots()
		}
	}
	return o
}
