package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const webhookColumns = "id, url, secret, owner, created"

// AddWebhook adds an address; see [store.Webhooks].
func (s *Store) AddWebhook(ctx context.Context, w store.Webhook) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return insert(ctx, tx, "INSERT INTO webhook ("+webhookColumns+") VALUES (?, ?, ?, ?, ?)",
			rules.Text(w.ID), rules.Text(w.URL), rules.Text(w.Secret), rules.Text(w.Owner), instant(w.CreatedAt))
	})
}

// Webhook finds an address; see [store.Webhooks].
func (s *Store) Webhook(ctx context.Context, id string) (store.Webhook, error) {
	return one(ctx, s.db, scanWebhook, "SELECT "+webhookColumns+" FROM webhook WHERE id = ?", rules.Text(id))
}

// Webhooks lists all by creation; see [store.Webhooks].
func (s *Store) Webhooks(ctx context.Context) ([]store.Webhook, error) {
	return all(ctx, s.db, scanWebhook, "SELECT "+webhookColumns+" FROM webhook ORDER BY created, id")
}

func scanWebhook(r scanner) (w store.Webhook, err error) {
	var created int64
	err = r.Scan(&w.ID, &w.URL, &w.Secret, &w.Owner, &created)
	w.CreatedAt = moment(created)
	return w, err
}

// DeleteWebhook takes an address away; see [store.Webhooks].
func (s *Store) DeleteWebhook(ctx context.Context, id string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return change(ctx, tx, "DELETE FROM webhook WHERE id = ?", rules.Text(id))
	})
}

// announce makes the deliveries of a claim's outcome and gives the jobs for them.
func announce(ctx context.Context, tx *sql.Tx, what string, c row, now time.Time) ([]store.Job, error) {
	hooks, err := all(ctx, tx, value[string], "SELECT id FROM webhook WHERE owner = '' OR owner = ? ORDER BY created, id", c.owner)
	if err != nil {
		return nil, err
	}
	var jobs []store.Job
	for _, hook := range hooks {
		id, err := rules.NewID()
		if err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO delivery (id, webhook, claim, type, created) VALUES (?, ?, ?, ?, ?)",
			id, hook, c.seq, what, instant(now)); err != nil {
			return nil, fmt.Errorf("sqlite: %w", err)
		}
		jobs = append(jobs, store.Job{Kind: store.Deliver, ID: id})
	}
	return jobs, nil
}

const deliveries = `SELECT d.id, d.webhook, coalesce(c.id, ''), coalesce(d.notice, ''), d.type, d.attempts, d.created, d.delivered, d.failure
	FROM delivery d LEFT JOIN claim c ON c.seq = d.claim `

// Delivery finds a delivery; see [store.Webhooks].
func (s *Store) Delivery(ctx context.Context, id string) (store.Delivery, error) {
	return one(ctx, s.db, scanDelivery, deliveries+"WHERE d.id = ?", id)
}

// Deliveries lists the newest; see [store.Webhooks].
func (s *Store) Deliveries(ctx context.Context, id string, limit int) ([]store.Delivery, error) {
	if id == "" {
		return all(ctx, s.db, scanDelivery, deliveries+"ORDER BY d.created DESC, d.seq DESC LIMIT ?", max(limit, 0))
	}
	return all(ctx, s.db, scanDelivery, deliveries+"WHERE d.webhook = ? ORDER BY d.created DESC, d.seq DESC LIMIT ?", rules.Text(id), max(limit, 0))
}

// DeliveriesOf lists a claim's newest; see [store.Webhooks].
func (s *Store) DeliveriesOf(ctx context.Context, claim string, limit int) ([]store.Delivery, error) {
	return all(ctx, s.db, scanDelivery, deliveries+"WHERE d.claim = (SELECT seq FROM claim WHERE id = ?) ORDER BY d.created DESC, d.seq DESC LIMIT ?",
		rules.Text(claim), max(limit, 0))
}

func scanDelivery(r scanner) (d store.Delivery, err error) {
	var (
		created   int64
		delivered sql.NullInt64
	)
	err = r.Scan(&d.ID, &d.Webhook, &d.Claim, &d.Notice, &d.Type, &d.Attempts, &created, &delivered, &d.Failure)
	d.CreatedAt, d.DeliveredAt = moment(created), since(delivered)
	return d, err
}

// Delivered counts an attempt; see [store.Webhooks].
func (s *Store) Delivered(ctx context.Context, id, failure string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if failure != "" {
			return change(ctx, tx, "UPDATE delivery SET attempts = attempts + 1, failure = ? WHERE id = ?", rules.Text(failure), id)
		}
		return change(ctx, tx, "UPDATE delivery SET attempts = attempts + 1, failure = '', delivered = ? WHERE id = ?", instant(s.now()), id)
	})
}

// Replay sends a delivery again; see [store.Webhooks]. Attempts count on.
func (s *Store) Replay(ctx context.Context, id string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := change(ctx, tx, "UPDATE delivery SET delivered = NULL, failure = '' WHERE id = ?", id); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, []store.Job{{Kind: store.Deliver, ID: id}})
	})
}
