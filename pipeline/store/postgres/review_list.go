package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Review finds an item; see [store.Reviews].
func (s *Store) Review(ctx context.Context, id string) (store.Review, error) {
	if !isID(id) {
		return store.Review{}, store.ErrNotFound
	}
	return find(ctx, s, "review", scanReview, "SELECT "+reviewColumns+" FROM reviews r WHERE r.id = $1", id)
}

// ReviewsOf lists a claim's items; see [store.Reviews].
func (s *Store) ReviewsOf(ctx context.Context, claim string) ([]store.Review, error) {
	if !isID(claim) {
		return nil, nil
	}
	return listOf(ctx, s, "reviews", scanReview, "SELECT "+reviewColumns+" FROM reviews r WHERE r.claim = $1 ORDER BY r.created_at, r.id", claim)
}

// Held lists what a reviewer has; see [store.Reviews].
func (s *Store) Held(ctx context.Context, reviewer string, at time.Time) ([]store.Review, error) {
	return listOf(ctx, s, "held", scanReview, "SELECT "+reviewColumns+` FROM reviews r WHERE r.holder = $1 AND r.holder <> '' AND r.held_until > $2
		ORDER BY r.held_until, r.id`, rules.Text(reviewer), when(at))
}

// Handed lists what a reviewer was given last; see [store.Reviews].
func (s *Store) Handed(ctx context.Context, reviewer string, limit int) ([]store.Review, error) {
	return listOf(ctx, s, "handed", scanReview, "SELECT "+reviewColumns+` FROM review_events e JOIN reviews r ON r.id = e.item
		WHERE e.who = $1 AND e.what = 'review.handed' ORDER BY e.seq DESC LIMIT $2`, rules.Text(reviewer), max(limit, 0))
}

// OpenReviews lists what waits; see [store.Reviews].
func (s *Store) OpenReviews(ctx context.Context, f store.ReviewFilter, limit int) ([]store.Review, error) {
	return rules.OpenReviews(ctx, waiting{s}, f, limit)
}

type waiting struct{ *Store }

var _ rules.Waiting = waiting{}

// AxesOf takes one step through the index for each list that is there.
func (w waiting) AxesOf(ctx context.Context, state store.ReviewState) ([]string, error) {
	return listOf(ctx, w.Store, "axes of reviews", pgx.RowTo[string], fmt.Sprintf(`WITH RECURSIVE t (a) AS (
		(SELECT axes FROM reviews WHERE %[1]s ORDER BY axes LIMIT 1)
		UNION ALL SELECT (SELECT axes FROM reviews WHERE %[1]s AND axes > t.a ORDER BY axes LIMIT 1) FROM t WHERE t.a IS NOT NULL)
		SELECT a FROM t WHERE a IS NOT NULL`, inState(state)))
}

func (w waiting) Near(ctx context.Context, state store.ReviewState, f store.ReviewFilter, limit int) ([]store.Review, error) {
	sql, args := nearQuery(state, f, limit)
	return listOf(ctx, w.Store, "open reviews", scanReview, sql, args...)
}

func (w waiting) Far(ctx context.Context, state store.ReviewState, f store.ReviewFilter, limit int) ([]store.Review, error) {
	sql, args := farQuery(state, f, limit)
	return listOf(ctx, w.Store, "open reviews", scanReview, sql, append([]any{fresh}, args...)...)
}

// inState names the state in the query's own words, so that the partial indexes fit.
func inState(state store.ReviewState) string {
	switch state {
	case store.ReviewOpen:
		return "state = 'open'"
	case store.ReviewDisputed:
		return "state = 'disputed'"
	case store.ReviewKnown:
		return "state = 'known'"
	case store.ReviewSettled:
		return "state = 'settled'"
	case store.ReviewDropped:
		return "state = 'dropped'"
	}
	return "false"
}

// reviewOrder is the queue's order, or the slice's.
func reviewOrder(f store.ReviewFilter) string {
	if f.Slice {
		return "r.created_at, r.id"
	}
	return "r.rank DESC, r.id"
}

// nearQuery looks at the first by rank.
func nearQuery(state store.ReviewState, f store.ReviewFilter, limit int) (string, []any) {
	q := reviewQuery(f)
	return fmt.Sprintf("SELECT %s FROM (SELECT * FROM reviews r WHERE %s ORDER BY r.rank DESC, r.id LIMIT %d) r WHERE %s ORDER BY r.rank DESC, r.id LIMIT %d",
		reviewColumns, inState(state), rules.Walk, q.sql(), limit), q.args
}

// farQuery looks at all. Where the reviewer takes but some languages, products or axes, these
// are gathered first, since the order would tempt the database to walk the queue by rank.
func farQuery(state store.ReviewState, f store.ReviewFilter, limit int) (string, []any) {
	q := reviewQuery(f)
	order := reviewOrder(f)
	from := fmt.Sprintf("reviews r WHERE %s%s AND %s", inState(state), sliceOnly(f), q.sql())
	if rules.NarrowsReviews(f) {
		return fmt.Sprintf("WITH r AS MATERIALIZED (SELECT * FROM %s) SELECT %s FROM r ORDER BY %s LIMIT %d", from, reviewColumns, order, limit), q.args
	}
	return fmt.Sprintf("SELECT %s FROM %s ORDER BY %s LIMIT %d", reviewColumns, from, order, limit), q.args
}

func sliceOnly(f store.ReviewFilter) string {
	if f.Slice {
		return " AND random"
	}
	return ""
}

// reviewQuery is the filter but for state and slice.
func reviewQuery(f store.ReviewFilter) *query {
	q := &query{}
	if f.By != "" {
		// Not "= 0", which the planner takes for rare, so that it would sort all of the queue.
		q.where("NOT strpos(r.touched, %s) > 0", rules.Marked(f.By))
	}
	if !f.Free.IsZero() {
		q.where("(r.holder = '' OR r.held_until <= %s)", when(f.Free))
	}
	for _, want := range []struct {
		column string
		list   []string
	}{{"lang", f.Langs}, {"product", f.Products}, {"axes", f.Axes}} {
		if len(want.list) > 0 {
			q.where("r."+want.column+" = ANY(%s::text[])", cleanAll(want.list))
		}
	}
	if u := f.Unlike; u != nil {
		q.where("(r.cluster = '' OR r.cluster <> %s)", rules.Text(u.Cluster))
		q.where("(r.label <> %s OR r.product <> %s)", rules.Text(u.Label), rules.Text(u.Product))
	}
	return q
}
