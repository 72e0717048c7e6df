package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const decisionColumns = "id, item, claim, reviewer, at, labels, role, withdraws, version, why, took, model, shown"

// Decision finds one; see [store.Reviews].
func (s *Store) Decision(ctx context.Context, id string) (store.ReviewDecision, error) {
	return one(ctx, s.db, scanDecision, "SELECT "+decisionColumns+" FROM review_decision WHERE id = ?", rules.Text(id))
}

// Decisions lists answers; see [store.Reviews].
func (s *Store) Decisions(ctx context.Context, f store.DecisionFilter) ([]store.ReviewDecision, error) {
	if err := rules.CheckDecisions(f); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	c := &conditions{}
	for column, want := range map[string]string{"item": f.Item, "claim": f.Claim, "reviewer": f.Reviewer} {
		if want != "" {
			c.add(column+" = ?", rules.Text(want))
		}
	}
	if f.With != "" {
		c.add("item IN (SELECT item FROM review_decision WHERE reviewer = ?)", rules.Text(f.With))
	}
	if !f.From.IsZero() {
		c.add("at >= ?", micros(rules.Ceil(f.From)))
	}
	if !f.Until.IsZero() {
		c.add("at < ?", micros(rules.Ceil(f.Until)))
	}
	if f.After != "" {
		c.add("(at, id) > (SELECT at, id FROM review_decision WHERE id = ?)", rules.Text(f.After))
	}
	return all(ctx, s.db, scanDecision, fmt.Sprintf("SELECT %s FROM review_decision%s ORDER BY at, id LIMIT %d", decisionColumns, c.sql(" WHERE "), f.Limit), c.args...)
}

func scanDecision(row scanner) (store.ReviewDecision, error) {
	d, rest := store.ReviewDecision{}, decisionRest{}
	if err := row.Scan(rest.into(&d)...); err != nil {
		return store.ReviewDecision{}, err
	}
	return d, rest.finish(&d)
}

type decisionRest struct {
	at, took int64
	labels   string
}

func (c *decisionRest) into(d *store.ReviewDecision) []any {
	return []any{&d.ID, &d.Item, &d.Claim, &d.Reviewer, &c.at, &c.labels, &d.Role, &d.Withdraws, &d.Version, &d.Why, &c.took, &d.Model, &d.Shown}
}

func (c *decisionRest) finish(d *store.ReviewDecision) (err error) {
	d.At, d.Took = moment(c.at), time.Duration(c.took)*time.Millisecond
	d.Labels, err = rules.ReadLabels[string](c.labels)
	return err
}

// ReviewLog lists what happened to an item; see [store.Reviews].
func (s *Store) ReviewLog(ctx context.Context, item string) ([]store.ReviewEvent, error) {
	return all(ctx, s.db, scanReviewEvent, `SELECT at, who, what, item, claim, labels_was, labels_now, why, took, model
		FROM review_event WHERE item = ? ORDER BY seq`, item)
}

func scanReviewEvent(row scanner) (e store.ReviewEvent, err error) {
	var (
		at, took int64
		was, now string
	)
	if err := row.Scan(&at, &e.Who, &e.What, &e.Item, &e.Claim, &was, &now, &e.Why, &took, &e.Model); err != nil {
		return store.ReviewEvent{}, err
	}
	e.At, e.Took = moment(at), time.Duration(took)*time.Millisecond
	var err2 error
	e.From, err = rules.ReadLabels[string](was)
	e.To, err2 = rules.ReadLabels[string](now)
	return e, errors.Join(err, err2)
}

// settledQuery reads items with the decision that counts, whose columns may be NULL.
func settledQuery(where string) string {
	return "SELECT " + prefixed("r", reviewColumns) + ", d.id IS NOT NULL, " + decisionOrNone +
		" FROM review r LEFT JOIN review_decision d ON d.id = r.final AND r.state = 'settled' WHERE " + where
}

// decisionOrNone are decisionColumns of d, with zero values where there is no decision.
const decisionOrNone = `coalesce(d.id, ''), coalesce(d.item, ''), coalesce(d.claim, ''), coalesce(d.reviewer, ''), coalesce(d.at, 0),
	coalesce(d.labels, ''), coalesce(d.role, ''), coalesce(d.withdraws, ''), coalesce(d.version, 0), coalesce(d.why, ''), coalesce(d.took, 0),
	coalesce(d.model, ''), coalesce(d.shown, 0)`

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
	if !from.IsZero() {
		c.add("r.created >= ?", micros(rules.Ceil(from)))
	}
	if !until.IsZero() {
		c.add("r.created < ?", micros(rules.Ceil(until)))
	}
	return all(ctx, s.db, scanSettled, settledQuery("r.random = 1"+c.sql(" AND ")+" ORDER BY r.created, r.id"), c.args...)
}

func scanSettled(row scanner) (store.SettledReview, error) {
	var (
		s        store.SettledReview
		item     reviewRest
		decision decisionRest
		there    bool
	)
	if err := row.Scan(append(append(item.into(&s.Review), &there), decision.into(&s.Decision)...)...); err != nil {
		return s, err
	}
	if err := item.finish(&s.Review); err != nil {
		return s, err
	}
	if !there {
		s.Decision = store.ReviewDecision{}
		return s, nil
	}
	return s, decision.finish(&s.Decision)
}

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
