package review

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review/acquire"
	"github.com/defekt/defekt/pipeline/store"
)

// Waiting is what Favour asks of the queue: [store.Reviews] does it.
type Waiting interface {
	OpenReviews(ctx context.Context, f store.ReviewFilter, limit int) ([]store.Review, error)
	Decisions(ctx context.Context, f store.DecisionFilter) ([]store.ReviewDecision, error)
	RankReviews(ctx context.Context, ranks []store.ReviewRank) (changed int, err error)
}

// Directions gives what is alike: [store.Vectors] does it.
type Directions interface {
	VectorsOf(ctx context.Context, id string) ([]store.Vector, error)
}

// GainConfig says what a model's gain by a label is worth. The zero value of a field takes its
// default.
type GainConfig struct {
	// Reviews, Claims and Vectors are the store. Required.
	Reviews Waiting
	Claims  Claims
	Vectors Directions
	// Ahead is how many items, the first of the queue, are compared, 1..[acquire.MaxCandidates].
	// Default: 2,000.
	Ahead int
	// Recent is how far back decisions count as what the model has learnt from or will: what is
	// like them waits. Default: 30 days.
	Recent time.Duration
	// Worth is how many times as much a look at what the model gains most by is worth. It must be
	// at least 1. Default: 4, so that it may wait two half-lives less.
	Worth float64
	// Choose says how items are chosen, and how many an axis.
	Choose acquire.Config
}

func (c GainConfig) withDefaults() (GainConfig, error) {
	def(&c.Ahead, 2000)
	def(&c.Worth, 4)
	def(&c.Recent, 30*24*time.Hour)
	if c.Reviews == nil || c.Claims == nil || c.Vectors == nil {
		return c, errors.New("review: reviews, claims and vectors are required")
	}
	if c.Ahead < 1 || c.Ahead > acquire.MaxCandidates || !(c.Worth >= 1) || c.Worth > maxCost {
		return c, fmt.Errorf("review: %d items ahead, worth %g times as much: want 1 to %d, and 1 to %g", c.Ahead, c.Worth, acquire.MaxCandidates, maxCost)
	}
	return c, c.Choose.Validate()
}

// Favour ranks the first of the queue anew: by the loss that a look prevents, as before, and
// more for those by which the next model would gain most (package acquire). What it favoured
// before and does no longer falls back. It changes nothing else, so that it may run at any
// time, again and again: best once after each promotion and once an hour. It gives the
// number of items favoured.
func (p *Planner) Favour(ctx context.Context, cfg GainConfig) (favoured int, err error) {
	if cfg, err = cfg.withDefaults(); err != nil {
		return 0, err
	}
	items, err := cfg.Reviews.OpenReviews(ctx, store.ReviewFilter{States: []store.ReviewState{store.ReviewOpen}}, cfg.Ahead)
	if err != nil {
		return 0, err
	}
	seen, err := cfg.look(ctx, items)
	if err != nil {
		return 0, err
	}
	decided, err := cfg.decided(ctx, p.cfg.Now())
	if err != nil {
		return 0, err
	}
	gains := map[string]bool{}
	for _, axis := range axesOf(seen) {
		if err := cfg.best(seen, decided, axis, gains); err != nil {
			return 0, fmt.Errorf("review: axis %s: %w", axis, err)
		}
	}
	ranks := make([]store.ReviewRank, len(items))
	for i, r := range items {
		ranks[i] = store.ReviewRank{ID: r.ID, Was: r.Rank, Rank: p.rankOf(r)}
		if gains[r.ID] {
			ranks[i].Rank += math.Log2(cfg.Worth)
		}
	}
	_, err = cfg.Reviews.RankReviews(ctx, ranks)
	return len(gains), err
}

// rankOf is the rank that an item has of its own.
func (p *Planner) rankOf(r store.Review) float64 {
	deadline := r.Deadline
	if deadline.IsZero() {
		deadline = r.CreatedAt.Add(p.cfg.Patience)
	}
	return Rank(Value(r.Uncertainty, r.Cost), deadline, p.cfg.HalfLife)
}

// glance is what is known of an item's claim.
type glance struct {
	item    store.Review
	axes    map[string]claim.AxisPrediction
	vectors []store.Vector
}

// look reads what is known of the items' claims. One that was erased meanwhile is left out.
func (c GainConfig) look(ctx context.Context, items []store.Review) ([]glance, error) {
	var out []glance
	for _, r := range items {
		cl, err := c.Claims.Claim(ctx, r.Claim)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		g := glance{item: r}
		if cl.Prediction != nil {
			g.axes = cl.Prediction.Axes
		}
		if g.vectors, err = c.Vectors.VectorsOf(ctx, r.Claim); err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// maxDecided is how many recent decisions are looked at: more say little else and take time.
const maxDecided = 1000

// decided gives the vectors of the claims that people decided last.
func (c GainConfig) decided(ctx context.Context, now time.Time) ([]glance, error) {
	last, err := store.Gather(store.EachDecision(ctx, c.Reviews, store.DecisionFilter{From: now.Add(-c.Recent)}))
	if err != nil {
		return nil, err
	}
	last = last[max(0, len(last)-maxDecided):]
	known := map[string]bool{}
	var out []glance
	for _, d := range last {
		if known[d.Claim] {
			continue
		}
		known[d.Claim] = true
		vectors, err := c.Vectors.VectorsOf(ctx, d.Claim)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		out = append(out, glance{vectors: vectors})
	}
	return out, nil
}

// axesOf lists the axes on which there are predictions.
func axesOf(seen []glance) []string {
	all := map[string]bool{}
	for _, g := range seen {
		for axis := range g.axes {
			all[axis] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// best adds the items by which the axis' next head would gain most.
func (c GainConfig) best(seen, decided []glance, axis string, gains map[string]bool) error {
	var asked []glance
	for _, g := range seen {
		if _, ok := g.axes[axis]; ok && (len(g.item.Axes) == 0 || slices.Contains(g.item.Axes, axis)) {
			asked = append(asked, g)
		}
	}
	space := mostUsed(asked)
	pool := acquire.Pool{Vectors: directions(asked, space), Probabilities: distributions(asked, axis)}
	for _, v := range directions(decided, space) {
		if len(v) > 0 {
			pool.Labelled = append(pool.Labelled, v)
		}
	}
	chosen, err := acquire.Choose(pool, c.Choose)
	for _, i := range chosen {
		gains[asked[i].item.ID] = true
	}
	return err
}
