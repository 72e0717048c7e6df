package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// AddWebhook stores an address; see [store.Webhooks]. A taken id is ErrConflict.
func (s *Store) AddWebhook(ctx context.Context, w store.Webhook) error {
	err := s.inTx(ctx, "add webhook", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO webhooks (id, url, secret, owner, created_at) VALUES ($1, $2, $3, $4, $5)",
			rules.Text(w.ID), rules.Text(w.URL), rules.Text(w.Secret), rules.Text(w.Owner), rules.Time(w.CreatedAt))
		return err
	})
	return conflict(err)
}

const hookColumns = "id, url, secret, owner, created_at"

// Webhook finds an address; see [store.Webhooks].
func (s *Store) Webhook(ctx context.Context, id string) (w store.Webhook, err error) {
	return find(ctx, s, "webhook", scanHook, "SELECT "+hookColumns+" FROM webhooks WHERE id = $1", rules.Text(id))
}

// Webhooks lists the addresses by creation; see [store.Webhooks].
func (s *Store) Webhooks(ctx context.Context) (hooks []store.Webhook, err error) {
	return listOf(ctx, s, "webhooks", scanHook, "SELECT "+hookColumns+" FROM webhooks ORDER BY created_at, id")
}

func scanHook(row pgx.CollectableRow) (w store.Webhook, err error) {
	err = row.Scan(&w.ID, &w.URL, &w.Secret, &w.Owner, &w.CreatedAt)
	w.CreatedAt = rules.Time(w.CreatedAt)
	return w, err
}

// DeleteWebhook takes an address and its deliveries away; see [store.Webhooks].
func (s *Store) DeleteWebhook(ctx context.Context, id string) error {
	return s.touch(ctx, "delete webhook", "DELETE FROM webhooks WHERE id = $1", rules.Text(id))
}

const deliveryColumns = "id, webhook, coalesce(claim::text, ''), coalesce(notice, ''), type, attempts, created_at, delivered_at, failure"

// Delivery finds a delivery; see [store.Webhooks].
func (s *Store) Delivery(ctx context.Context, id string) (d store.Delivery, err error) {
	return find(ctx, s, "delivery", scanDelivery, "SELECT "+deliveryColumns+" FROM deliveries WHERE id = $1", rules.Text(id))
}

// Deliveries lists the newest deliveries; see [store.Webhooks].
func (s *Store) Deliveries(ctx context.Context, id string, limit int) (list []store.Delivery, err error) {
	q := &query{}
	if id != "" {
		q.where("webhook = %s", rules.Text(id))
	}
	sql := fmt.Sprintf("SELECT %s FROM deliveries WHERE %s ORDER BY created_at DESC, id DESC LIMIT %d", deliveryColumns, q.sql(), max(limit, 0))
	return listOf(ctx, s, "deliveries", scanDelivery, sql, q.args...)
}

// DeliveriesOf lists a claim's newest; see [store.Webhooks].
func (s *Store) DeliveriesOf(ctx context.Context, claim string, limit int) (list []store.Delivery, err error) {
	if !isID(claim) {
		return nil, nil
	}
	sql := fmt.Sprintf("SELECT %s FROM deliveries WHERE claim = $1 ORDER BY created_at DESC, id DESC LIMIT %d", deliveryColumns, max(limit, 0))
	return listOf(ctx, s, "deliveries of a claim", scanDelivery, sql, claim)
}

func scanDelivery(row pgx.CollectableRow) (d store.Delivery, err error) {
	var delivered *time.Time
	err = row.Scan(&d.ID, &d.Webhook, &d.Claim, &d.Notice, &d.Type, &d.Attempts, &d.CreatedAt, &delivered, &d.Failure)
	d.CreatedAt, d.DeliveredAt = rules.Time(d.CreatedAt), since(delivered)
	return d, err
}

// Delivered counts an attempt; see [store.Webhooks]. A failure after a success, as a repeated
// delivery may bring, leaves the time of the success.
func (s *Store) Delivered(ctx context.Context, id, failure string) error {
	return s.touch(ctx, "delivered", `UPDATE deliveries SET attempts = attempts + 1, failure = $2,
		delivered_at = CASE WHEN $2 = '' THEN $3 ELSE delivered_at END WHERE id = $1`, rules.Text(id), rules.Text(failure), s.now())
}

// Replay makes a new job for a delivery; see [store.Webhooks]. Attempts go on counting.
func (s *Store) Replay(ctx context.Context, id string) error {
	return s.inTx(ctx, "replay", func(ctx context.Context, tx pgx.Tx) error {
		if err := mustChange(ctx, tx, "UPDATE deliveries SET delivered_at = NULL, failure = '' WHERE id = $1", rules.Text(id)); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, []store.Job{{Kind: store.Deliver, ID: id}})
	})
}
