package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// decisionColumns are those of d, with zero values where an outer join found no decision.
const decisionColumns = `coalesce(d.id, ''), coalesce(d.item::text, ''), coalesce(d.claim::text, ''), coalesce(d.reviewer, ''), d.at,
	coalesce(d.labels, ''), coalesce(d.role, ''), coalesce(d.withdraws, ''), coalesce(d.version, 0), coalesce(d.why, ''), coalesce(d.took, 0),
	coalesce(d.model, ''), coalesce(d.shown, false)`

// Decision finds one; see [store.Reviews].
func (s *Store) Decision(ctx context.Context, id string) (store.ReviewDecision, error) {
	return find(ctx, s, "decision", scanDecision, "SELECT "+decisionColumns+" FROM review_decisions d WHERE d.id = $1", rules.Text(id))
}

// Decisions lists answers; see [store.Reviews].
func (s *Store) Decisions(ctx context.Context, f store.DecisionFilter) ([]store.ReviewDecision, error) {
	if err := rules.CheckDecisions(f); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	q := &query{}
	for column, id := range map[string]string{"item": f.Item, "claim": f.Claim} {
		if id == "" {
			continue
		}
		if !isID(id) {
			return nil, nil
		}
		q.where("d."+column+" = %s", id)
	}
	q.equal("d.reviewer", f.Reviewer)
	if f.With != "" {
		q.where("d.item IN (SELECT item FROM review_decisions WHERE reviewer = %s)", rules.Text(f.With))
	}
	q.between("d.at", f.From, f.Until)
	if f.After != "" {
		q.where("(d.at, d.id) > (SELECT at, id FROM review_decisions WHERE id = %s)", rules.Text(f.After))
	}
	sql := fmt.Sprintf("SELECT %s FROM review_decisions d WHERE %s ORDER BY d.at, d.id LIMIT %d", decisionColumns, q.sql(), f.Limit)
	return listOf(ctx, s, "decisions", scanDecision, sql, append([]any{fresh}, q.args...)...)
}

func scanDecision(row pgx.CollectableRow) (store.ReviewDecision, error) {
	return rules.ReadDecision(row, since)
}

// ReviewLog lists what happened to an item; see [store.Reviews].
func (s *Store) ReviewLog(ctx context.Context, item string) ([]store.ReviewEvent, error) {
	if !isID(item) {
		return nil, nil
	}
	return listOf(ctx, s, "review log", scanReviewEvent, `SELECT at, who, what, item::text, claim::text, labels_was, labels_now, why, took, model
		FROM review_events WHERE item = $1 ORDER BY seq`, item)
}

func scanReviewEvent(row pgx.CollectableRow) (store.ReviewEvent, error) {
	return rules.ReadReviewEvent(row, since)
}

// settledFrom reads items with the decision that counts.
const settledFrom = "SELECT " + reviewColumns + ", " + decisionColumns +
	" FROM reviews r LEFT JOIN review_decisions d ON d.id = r.final AND r.state = 'settled' WHERE "

// Settled lists the labels that people gave; see [store.Reviews].
func (s *Store) Settled(ctx context.Context, before time.Time, after string, limit int) ([]store.SettledReview, error) {
	if after == "" {
		after = "00000000-0000-0000-0000-000000000000"
	}
	if !isID(after) {
		return nil, store.ErrCursor
	}
	return listOf(ctx, s, "settled", scanSettled, settledFrom+`r.state = 'settled' AND r.settled_at < $1 AND r.claim IN (SELECT DISTINCT claim FROM reviews
		WHERE state = 'settled' AND settled_at < $1 AND claim > $2 ORDER BY claim LIMIT $3) ORDER BY r.claim, r.settled_at, r.id`,
		when(rules.Ceil(before)), after, max(limit, 0))
}

// SettledOf is Settled for one claim; see [store.Reviews].
func (s *Store) SettledOf(ctx context.Context, claim string) ([]store.SettledReview, error) {
	if !isID(claim) {
		return nil, nil
	}
	return listOf(ctx, s, "settled", scanSettled, settledFrom+"r.state = 'settled' AND r.claim = $1 ORDER BY r.settled_at, r.id", claim)
}

// Slice lists the random slice; see [store.Reviews].
func (s *Store) Slice(ctx context.Context, from, until time.Time) ([]store.SettledReview, error) {
	q := &query{}
	q.between("r.created_at", from, until)
	return listOf(ctx, s, "slice", scanSettled, settledFrom+"r.random AND "+q.sql()+" ORDER BY r.created_at, r.id", q.args...)
}

func scanSettled(row pgx.CollectableRow) (store.SettledReview, error) {
	return rules.ReadSettled(row, since)
}

// ReviewCounts counts what waits; see [store.Reviews].
func (s *Store) ReviewCounts(ctx context.Context) ([]store.ReviewCount, error) {
	groups, err := listOf(ctx, s, "review counts", func(row pgx.CollectableRow) (g rules.ReviewGroup, err error) {
		var oldest, due *time.Time
		err = row.Scan(&g.State, &g.Reasons, &g.N, &oldest, &due)
		g.Oldest, g.Due = since(oldest), since(due)
		return g, err
	}, "SELECT state, reasons, count(*), min(created_at), min(deadline) FROM reviews WHERE state IN ('open', 'disputed') GROUP BY state, reasons")
	return rules.CountReviews(groups), err
}
