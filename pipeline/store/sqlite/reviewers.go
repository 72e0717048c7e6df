package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const reviewerColumns = "id, name, roles, password, subject, langs, products, axes, disabled, created"

// AddReviewer keeps a person; see [store.Reviewers].
func (s *Store) AddReviewer(ctx context.Context, r store.Reviewer) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return insert(ctx, tx, "INSERT INTO reviewer ("+reviewerColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			append(rules.ReviewerValues(r, micros), instant(r.CreatedAt))...)
	})
}

// SetReviewer changes a person; see [store.Reviewers].
func (s *Store) SetReviewer(ctx context.Context, r store.Reviewer) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return orConflict(change(ctx, tx, `UPDATE reviewer SET name = ?2, roles = ?3, password = ?4, subject = ?5, langs = ?6, products = ?7, axes = ?8,
			disabled = ?9 WHERE id = ?1`, rules.ReviewerValues(r, micros)...))
	})
}

// Reviewer finds a person; see [store.Reviewers].
func (s *Store) Reviewer(ctx context.Context, id string) (store.Reviewer, error) {
	return s.reviewerBy(ctx, "id", id)
}

// ReviewerByName finds a person; see [store.Reviewers].
func (s *Store) ReviewerByName(ctx context.Context, name string) (store.Reviewer, error) {
	return s.reviewerBy(ctx, "name", name)
}

// ReviewerBySubject finds a person; see [store.Reviewers].
func (s *Store) ReviewerBySubject(ctx context.Context, subject string) (store.Reviewer, error) {
	return s.reviewerBy(ctx, "subject <> '' AND subject", subject)
}

func (s *Store) reviewerBy(ctx context.Context, what, is string) (store.Reviewer, error) {
	return one(ctx, s.db, scanReviewer, "SELECT "+reviewerColumns+" FROM reviewer WHERE "+what+" = ?", rules.Text(is))
}

// Reviewers lists all; see [store.Reviewers].
func (s *Store) Reviewers(ctx context.Context) ([]store.Reviewer, error) {
	return all(ctx, s.db, scanReviewer, "SELECT "+reviewerColumns+" FROM reviewer ORDER BY name")
}

func scanReviewer(row scanner) (store.Reviewer, error) { return rules.ReadReviewer(row, since) }

// AddSession keeps a sign-in; see [store.Reviewers].
func (s *Store) AddSession(ctx context.Context, n store.Session) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := one(ctx, tx, value[string], "SELECT id FROM reviewer WHERE id = ?", rules.Text(n.Reviewer)); err != nil {
			return err
		}
		return insert(ctx, tx, "INSERT INTO session (hash, reviewer, created, expires) VALUES (?, ?, ?, ?)",
			rules.Text(n.Hash), rules.Text(n.Reviewer), instant(n.CreatedAt), instant(n.ExpiresAt))
	})
}

// Session finds a sign-in; see [store.Reviewers].
func (s *Store) Session(ctx context.Context, hash string) (store.Session, error) {
	return one(ctx, s.db, func(row scanner) (n store.Session, err error) {
		var created, expires int64
		err = row.Scan(&n.Hash, &n.Reviewer, &created, &expires)
		n.CreatedAt, n.ExpiresAt = moment(created), moment(expires)
		return n, err
	}, "SELECT hash, reviewer, created, expires FROM session WHERE hash = ?", rules.Text(hash))
}

// EndSession signs out; see [store.Reviewers].
func (s *Store) EndSession(ctx context.Context, hash string) error {
	return s.delete(ctx, "DELETE FROM session WHERE hash = ?", rules.Text(hash))
}

// EndSessions signs a reviewer out everywhere; see [store.Reviewers].
func (s *Store) EndSessions(ctx context.Context, reviewer string, expired time.Time) error {
	return s.delete(ctx, "DELETE FROM session WHERE reviewer = ? OR expires <= ?", rules.Text(reviewer), micros(expired))
}

// delete takes away what there is, if any.
func (s *Store) delete(ctx context.Context, query string, args ...any) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		return nil
	})
}
