package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const reviewerColumns = "id, name, roles, password, subject, langs, products, axes, created, disabled"

// AddReviewer keeps a person; see [store.Reviewers].
func (s *Store) AddReviewer(ctx context.Context, r store.Reviewer) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO reviewer ("+reviewerColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			rules.Text(r.ID), rules.Text(r.Name), rules.Joined(r.Roles), rules.Text(r.Password), rules.Text(r.Subject),
			rules.Joined(r.Langs), rules.Joined(r.Products), rules.Joined(r.Axes), instant(r.CreatedAt), micros(r.DisabledAt))
		return conflict(err)
	})
}

// conflict makes ErrConflict of a key that is taken.
func conflict(err error) error {
	switch {
	case err != nil && taken(err):
		return fmt.Errorf("sqlite: %w: %w", store.ErrConflict, err)
	case err != nil:
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}

// SetReviewer changes a person; see [store.Reviewers].
func (s *Store) SetReviewer(ctx context.Context, r store.Reviewer) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE reviewer SET name = ?, roles = ?, password = ?, subject = ?, langs = ?, products = ?, axes = ?, disabled = ?
			WHERE id = ?`, rules.Text(r.Name), rules.Joined(r.Roles), rules.Text(r.Password), rules.Text(r.Subject),
			rules.Joined(r.Langs), rules.Joined(r.Products), rules.Joined(r.Axes), micros(r.DisabledAt), rules.Text(r.ID))
		if err != nil {
			return conflict(err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return store.ErrNotFound
		}
		return nil
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

func scanReviewer(row scanner) (r store.Reviewer, err error) {
	var (
		roles, langs, products, axes string
		created                      int64
		disabled                     sql.NullInt64
	)
	err = row.Scan(&r.ID, &r.Name, &roles, &r.Password, &r.Subject, &langs, &products, &axes, &created, &disabled)
	r.Roles, r.Langs = rules.Split[store.ReviewRole](roles), rules.Split[string](langs)
	r.Products, r.Axes = rules.Split[string](products), rules.Split[string](axes)
	r.CreatedAt, r.DisabledAt = moment(created), since(disabled)
	return r, err
}

// AddSession keeps a sign-in; see [store.Reviewers].
func (s *Store) AddSession(ctx context.Context, n store.Session) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := one(ctx, tx, value[string], "SELECT id FROM reviewer WHERE id = ?", rules.Text(n.Reviewer)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO session (hash, reviewer, created, expires) VALUES (?, ?, ?, ?)",
			rules.Text(n.Hash), rules.Text(n.Reviewer), instant(n.CreatedAt), instant(n.ExpiresAt))
		return conflict(err)
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
