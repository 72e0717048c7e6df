package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Review finds an item; see [store.Reviews].
func (s *Store) Review(ctx context.Context, id string) (store.Review, error) {
	return one(ctx, s.db, scanReview, "SELECT "+reviewColumns+" FROM review WHERE id = ?", id)
}

// ReviewsOf lists a claim's items; see [store.Reviews].
func (s *Store) ReviewsOf(ctx context.Context, claim string) ([]store.Review, error) {
	return all(ctx, s.db, scanReview, "SELECT "+reviewColumns+" FROM review WHERE claim = ? ORDER BY created, id", claim)
}

// Held lists what a reviewer has; see [store.Reviews].
func (s *Store) Held(ctx context.Context, reviewer string, at time.Time) ([]store.Review, error) {
	return all(ctx, s.db, scanReview, "SELECT "+reviewColumns+` FROM review WHERE holder = ? AND holder <> '' AND held_until > ?
		ORDER BY held_until, id`, rules.Text(reviewer), micros(at))
}

// Handed lists what a reviewer was given last; see [store.Reviews].
func (s *Store) Handed(ctx context.Context, reviewer string, limit int) ([]store.Review, error) {
	return all(ctx, s.db, scanReview, "SELECT "+prefixed("r", reviewColumns)+` FROM review_event e JOIN review r ON r.id = e.item
		WHERE e.who = ? AND e.what = 'review.handed' ORDER BY e.seq DESC LIMIT ?`, rules.Text(reviewer), max(limit, 0))
}

// prefixed names the table of each column in a list.
func prefixed(table, columns string) string {
	parts := strings.Split(columns, ",")
	for i, p := range parts {
		parts[i] = table + "." + strings.TrimSpace(p)
	}
	return strings.Join(parts, ", ")
}

// OpenReviews lists what waits; see [store.Reviews].
func (s *Store) OpenReviews(ctx context.Context, f store.ReviewFilter, limit int) ([]store.Review, error) {
	return rules.OpenReviews(ctx, waiting{s}, f, limit)
}

type waiting struct{ *Store }

var _ rules.Waiting = waiting{}

// AxesOf takes one step through the index for each list that is there.
func (w waiting) AxesOf(ctx context.Context, state store.ReviewState) ([]string, error) {
	return all(ctx, w.db, value[string], `WITH RECURSIVE t (a) AS (SELECT min(axes) FROM review WHERE state = ?1
		UNION ALL SELECT (SELECT min(axes) FROM review WHERE state = ?1 AND axes > t.a) FROM t WHERE t.a IS NOT NULL)
		SELECT a FROM t WHERE a IS NOT NULL`, state)
}

func (w waiting) Near(ctx context.Context, state store.ReviewState, f store.ReviewFilter, limit int) ([]store.Review, error) {
	query, args := nearQuery(state, f, limit)
	return all(ctx, w.db, scanReview, query, args...)
}

func (w waiting) Far(ctx context.Context, state store.ReviewState, f store.ReviewFilter, limit int) ([]store.Review, error) {
	query, args := farQuery(state, f, limit)
	return all(ctx, w.db, scanReview, query, args...)
}

// reviewOrder is the queue's order, or the slice's.
func reviewOrder(f store.ReviewFilter) string {
	if f.Slice {
		return "created, id"
	}
	return "rank DESC, id"
}

// nearQuery looks at the first by rank, and by rank alone: the plus signs keep the other
// indexes out of it, which would sort all that a reviewer takes.
func nearQuery(state store.ReviewState, f store.ReviewFilter, limit int) (string, []any) {
	w := reviewWhere(f, "+")
	return fmt.Sprintf(`SELECT %s FROM review WHERE state = ?1 AND rank >= coalesce((SELECT rank FROM review WHERE state = ?1
		ORDER BY rank DESC, id LIMIT 1 OFFSET %d), -1e999)%s ORDER BY rank DESC, id LIMIT %d`,
		reviewColumns, rules.Walk, w.sql(" AND "), limit), append([]any{state}, w.args...)
}

// farQuery looks at all. Where the reviewer takes but some languages, products or axes, the
// plus sign keeps the database from walking the whole queue by rank.
func farQuery(state store.ReviewState, f store.ReviewFilter, limit int) (string, []any) {
	w := reviewWhere(f, "")
	order := reviewOrder(f)
	if rules.NarrowsReviews(f) {
		order = "+" + order
	}
	return fmt.Sprintf("SELECT %s FROM review WHERE state = ?%s%s ORDER BY %s LIMIT %d", reviewColumns, sliceOnly(f), w.sql(" AND "), order, limit),
		append([]any{state}, w.args...)
}

func sliceOnly(f store.ReviewFilter) string {
	if f.Slice {
		return " AND random = 1"
	}
	return ""
}

// reviewWhere is the filter but for state and slice; sign stands before columns with an index.
func reviewWhere(f store.ReviewFilter, sign string) *conditions {
	c := &conditions{}
	if f.By != "" {
		c.where("instr(touched, ?) = 0", rules.Marked(f.By))
	}
	if !f.Free.IsZero() {
		c.where("(holder = '' OR held_until <= ?)", micros(f.Free))
	}
	c.in(sign+"lang", f.Langs)
	c.in(sign+"product", f.Products)
	c.in(sign+"axes", f.Axes)
	if u := f.Unlike; u != nil {
		c.where("(cluster = '' OR cluster <> ?) AND (label <> ? OR product <> ?)", rules.Text(u.Cluster), rules.Text(u.Label), rules.Text(u.Product))
	}
	return c
}
