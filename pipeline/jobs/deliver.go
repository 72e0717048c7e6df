package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/fetch/guard"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/webhook"
)

// Post is what deliveries need of a store.
type Post interface {
	Claim(ctx context.Context, id string) (store.Claim, error)
	Webhook(ctx context.Context, id string) (store.Webhook, error)
	Delivery(ctx context.Context, id string) (store.Delivery, error)
	Delivered(ctx context.Context, id, failure string) error
	Notice(ctx context.Context, id string) (store.Notice, error)
	ReadingsOf(ctx context.Context, claim string) (store.PhotoReadings, error)
}

// Sender makes one attempt to deliver a message; see [webhook.Sender].
type Sender interface {
	Send(ctx context.Context, m webhook.Message) error
}

// announcement is what a message says of a claim.
type announcement struct {
	ID         string            `json:"id"`
	Reference  string            `json:"reference,omitempty"`
	State      store.State       `json:"state"`
	FinishedAt time.Time         `json:"finished_at,omitzero"`
	Prediction *claim.Prediction `json:"prediction,omitempty"`
	Failure    string            `json:"failure,omitempty"`
	Serial     string            `json:"serial,omitempty"`
	// SerialConflict says what on the photos contradicts the serial.
	SerialConflict string `json:"serial_conflict,omitempty"`
}

type deliverWorker struct {
	river.WorkerDefaults[deliverArgs]
	cfg Config
	// failed keeps an attempt's failure, by job, from Work to NextRetry, which River calls
	// next: the receiver may have said when to come again.
	failed sync.Map
}

// Work makes one attempt and notes how it went. A delivery, webhook or claim that is gone
// is no error: nobody waits for the message.
func (w *deliverWorker) Work(ctx context.Context, job *river.Job[deliverArgs]) error {
	m, err := w.message(ctx, job.Args.Delivery)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrFinished) {
		return nil
	}
	if err != nil {
		return err
	}
	sent := w.cfg.Sender.Send(ctx, m)
	said := ""
	if sent != nil {
		said = public(sent)
		w.cfg.Logger.WarnContext(ctx, "webhook not delivered", slog.String("delivery", m.ID), slog.Int("attempt", job.Attempt), slog.Any("error", sent))
	}
	if err := w.cfg.Post.Delivered(ctx, m.ID, said); err != nil && !errors.Is(err, store.ErrNotFound) {
		return errors.Join(sent, err)
	}
	if sent == nil {
		return nil
	}
	if f := webhook.AsFailure(sent); !f.Retry {
		return river.JobCancel(sent)
	}
	if job.Attempt < job.MaxAttempts {
		w.failed.Store(job.ID, sent)
	}
	return sent
}

// public is what a key may read of a failure: what a name resolved to stays in the log, since
// it would tell strangers of the house's network.
func public(err error) string {
	if _, ok := errors.AsType[*guard.Refused](err); ok {
		return "not delivered: the address may not be used"
	}
	if _, ok := errors.AsType[*guard.Unresolved](err); ok {
		return "not delivered: the name cannot be resolved"
	}
	return err.Error()
}

// message reads what is to be sent; store.ErrFinished when it was delivered already.
func (w *deliverWorker) message(ctx context.Context, id string) (webhook.Message, error) {
	d, err := w.cfg.Post.Delivery(ctx, id)
	if err != nil {
		return webhook.Message{}, err
	}
	if !d.DeliveredAt.IsZero() {
		return webhook.Message{}, store.ErrFinished
	}
	to, err := w.cfg.Post.Webhook(ctx, d.Webhook)
	if err != nil {
		return webhook.Message{}, err
	}
	data, err := w.data(ctx, d)
	if err != nil {
		return webhook.Message{}, err
	}
	return webhook.Message{ID: d.ID, URL: to.URL, Secret: to.Secret, Event: webhook.Event{Type: d.Type, Timestamp: d.CreatedAt, Data: data}}, nil
}

// data is what the message says: of quality work what was written down when it happened, of a
// claim what it is now.
func (w *deliverWorker) data(ctx context.Context, d store.Delivery) (any, error) {
	if d.Notice != "" {
		n, err := w.cfg.Post.Notice(ctx, d.Notice)
		return json.RawMessage(n.Data), err
	}
	c, err := w.cfg.Post.Claim(ctx, d.Claim)
	if err != nil {
		return nil, err
	}
	a := announcement{ID: c.ID, Reference: c.Claim.ID, State: c.State, FinishedAt: c.FinishedAt, Prediction: c.Prediction, Failure: c.Failure, Serial: c.Claim.Serial}
	if len(c.Claim.Photos) > 0 {
		r, err := w.cfg.Post.ReadingsOf(ctx, c.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		a.SerialConflict = r.Conflict
	}
	return a, nil
}

// NextRetry follows the schedule of package webhook, and the receiver's wish for a longer
// wait. A job whose worker died has no failure, only the schedule.
func (w *deliverWorker) NextRetry(job *river.Job[deliverArgs]) time.Time {
	attempt := max(job.Attempt, 1)
	wait, _ := webhook.Delay(attempt, w.cfg.Jitter)
	if failure, ok := w.failed.LoadAndDelete(job.ID); ok {
		wait, _ = webhook.Next(attempt, failure.(error), w.cfg.Jitter) //nolint:forcetypeassert // Work stores errors only
	}
	return w.cfg.Now().Add(wait)
}
