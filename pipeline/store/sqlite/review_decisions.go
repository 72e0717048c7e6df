package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// decisionColumns are those of d, with zero values where an outer join found no decision.
const decisionColumns = `coalesce(d.id, ''), coalesce(d.item, ''), coalesce(d.claim, ''), coalesce(d.reviewer, ''), d.at,
	coalesce(d.labels, ''), coalesce(d.role, ''), coalesce(d.withdraws, ''), coalesce(d.version, 0), coalesce(d.why, ''), coalesce(d.took, 0),
	coalesce(d.model, ''), coalesce(d.shown, 0)`

// Decision finds one; see [store.Reviews].
func (s *Store) Decision(ctx context.Context, id string) (store.ReviewDecision, error) {
	return one(ctx, s.db, scanDecision, "SELECT "+decisionColumns+" FROM review_decision d WHERE d.id = ?", rules.Text(id))
}

// Decisions lists answers; see [store.Reviews].
func (s *Store) Decisions(ctx context.Context, f store.DecisionFilter) ([]store.ReviewDecision, error) {
	if err := rules.CheckDecisions(f); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	c := &conditions{}
	c.equal("d.item", f.Item)
	c.equal("d.claim", f.Claim)
	c.equal("d.reviewer", f.Reviewer)
	if f.With != "" {
		c.where("d.item IN (SELECT item FROM review_decision WHERE reviewer = ?)", rules.Text(f.With))
	}
	c.between("d.at", f.From, f.Until)
	if f.After != "" {
		c.where("(d.at, d.id) > (SELECT at, id FROM review_decision WHERE id = ?)", rules.Text(f.After))
	}
	return all(ctx, s.db, scanDecision, fmt.Sprintf("SELECT %s FROM review_decision d%s ORDER BY d.at, d.id LIMIT %d", decisionColumns, c.sql(" WHERE "), f.Limit), c.args...)
}

func scanDecision(row scanner) (store.ReviewDecision, error) { return rules.ReadDecision(row, since) }

// ReviewLog lists what happened to an item; see [store.Reviews].
func (s *Store) ReviewLog(ctx context.Context, item string) ([]store.ReviewEvent, error) {
	return all(ctx, s.db, scanReviewEvent, `SELECT at, who, what, item, claim, labels_was, labels_now, why, took, model
		FROM review_event WHERE item = ? ORDER BY seq`, item)
}

func scanReviewEvent(row scanner) (store.ReviewEvent, error) {
	return rules.ReadReviewEvent(row, since)
}

// settledQuery reads items with the decision that counts.
func settledQuery(where string) string {
	return "SELECT " + prefixed("r", reviewColumns) + ", " + decisionColumns +
		" FROM review r LEFT JOIN review_decision d ON d.id = r.final AND r.state = 'settled' WHERE " + where
}

// Settled lists the labels that people gave; see [store.Reviews].
func (s *Store) Settled(ctx context.Context, before time.Time, after string, limit int) ([]store.SettledReview, error) {
	return all(ctx, s.db, scanSettled, settledQuery(`r.state = 'settled' AND r.settled < ?1 AND r.claim IN (SELECT DISTINCT claim FROM review
		WHERE state = 'settled' AND settled < ?1 AND claim > ?2 ORDER BY claim LIMIT ?3) ORDER BY r.claim, r.settled, r.id`),
		micros(rules.Ceil(before)), after, max(limit, 0))
}

// SettledOf is Settled for one claim; see [store.Reviews].
func (s *Store) SettledOf(ctx context.Context, claim string) ([]store.SettledReview, error) {
	return all(ctx, s.db, scanSettled, settledQuery("r.state = 'settled' AND r.claim = ? ORDER BY r.settled, r.id"), claim)
}

// Slice lists the random slice; see [store.Reviews].
func (s *Store) Slice(ctx context.Context, from, until time.Time) ([]store.SettledReview, error) {
	c := &conditions{}
	c.between("r.created", from, until)
	return all(ctx, s.db, scanSettled, settledQuery("r.random = 1"+c.sql(" AND ")+" ORDER BY r.created, r.id"), c.args...)
}

func scanSettled(row scanner) (store.SettledReview, error) { return rules.ReadSettled(row, since) }

// ReviewCounts counts what waits; see [store.Reviews].
func (s *Store) ReviewCounts(ctx context.Context) ([]store.ReviewCount, error) {
	groups, err := all(ctx, s.db, func(row scanner) (g rules.ReviewGroup, err error) {
		var (
			oldest int64
			due    sql.NullInt64
		)
		err = row.Scan(&g.State, &g.Reasons, &g.N, &oldest, &due)
		g.Oldest, g.Due = moment(oldest), since(due)
		return g, err
	}, `SELECT state, reasons, count(*), min(created), min(deadline) FROM review WHERE state IN ('open', 'disputed') GROUP BY state, reasons`)
	return rules.CountReviews(groups), err
}
