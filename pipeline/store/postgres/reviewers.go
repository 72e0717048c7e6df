package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const reviewerColumns = "id, name, roles, password, subject, langs, products, axes, disabled_at, created_at"

// AddReviewer keeps a person; see [store.Reviewers].
func (s *Store) AddReviewer(ctx context.Context, r store.Reviewer) error {
	err := s.inTx(ctx, "add reviewer", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO reviewers ("+reviewerColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			append(rules.ReviewerValues(r, when), rules.Time(r.CreatedAt))...)
		return err
	})
	return conflict(err)
}

// SetReviewer changes a person; see [store.Reviewers].
func (s *Store) SetReviewer(ctx context.Context, r store.Reviewer) error {
	return conflict(s.touch(ctx, "set reviewer", `UPDATE reviewers SET name = $2, roles = $3, password = $4, subject = $5, langs = $6, products = $7,
		axes = $8, disabled_at = $9 WHERE id = $1`, rules.ReviewerValues(r, when)...))
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
	return find(ctx, s, "reviewer", scanReviewer, "SELECT "+reviewerColumns+" FROM reviewers WHERE "+what+" = $1", rules.Text(is))
}

// Reviewers lists all; see [store.Reviewers].
func (s *Store) Reviewers(ctx context.Context) ([]store.Reviewer, error) {
	return listOf(ctx, s, "reviewers", scanReviewer, "SELECT "+reviewerColumns+" FROM reviewers ORDER BY name")
}

func scanReviewer(row pgx.CollectableRow) (store.Reviewer, error) {
	return rules.ReadReviewer(row, since)
}

// AddSession keeps a sign-in; see [store.Reviewers].
func (s *Store) AddSession(ctx context.Context, n store.Session) error {
	return conflict(s.touch(ctx, "add session", `INSERT INTO sessions (hash, reviewer, created_at, expires_at)
		SELECT $1, id, $3, $4 FROM reviewers WHERE id = $2`, rules.Text(n.Hash), rules.Text(n.Reviewer), rules.Time(n.CreatedAt), rules.Time(n.ExpiresAt)))
}

// Session finds a sign-in; see [store.Reviewers].
func (s *Store) Session(ctx context.Context, hash string) (store.Session, error) {
	return find(ctx, s, "session", func(row pgx.CollectableRow) (n store.Session, err error) {
		err = row.Scan(&n.Hash, &n.Reviewer, &n.CreatedAt, &n.ExpiresAt)
		n.CreatedAt, n.ExpiresAt = rules.Time(n.CreatedAt), rules.Time(n.ExpiresAt)
		return n, err
	}, "SELECT hash, reviewer, created_at, expires_at FROM sessions WHERE hash = $1", rules.Text(hash))
}

// EndSession signs out; see [store.Reviewers].
func (s *Store) EndSession(ctx context.Context, hash string) error {
	return s.delete(ctx, "end session", "DELETE FROM sessions WHERE hash = $1", rules.Text(hash))
}

// EndSessions signs a reviewer out everywhere; see [store.Reviewers].
func (s *Store) EndSessions(ctx context.Context, reviewer string, expired time.Time) error {
	return s.delete(ctx, "end sessions", "DELETE FROM sessions WHERE reviewer = $1 OR expires_at <= $2", rules.Text(reviewer), when(expired))
}

// delete takes away what there is, if any.
func (s *Store) delete(ctx context.Context, what, sql string, args ...any) error {
	return s.inTx(ctx, what, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
}
