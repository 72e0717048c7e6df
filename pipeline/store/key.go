package store

import (
	"context"
	"time"
)

// Key is an API key as it is remembered: its secret only as a hash.
type Key struct {
	ID   string
	Name string
	// Hash is the sha256 of the secret, in hex: secrets are 256 random bits, which need no
	// slow hash.
	Hash   string
	Scopes []string
	// PerMinute is the number of requests allowed in a minute, 0 for the server's default.
	PerMinute int
	CreatedAt time.Time
	RevokedAt time.Time // zero while valid
}

// Keys keeps API keys.
type Keys interface {
	// AddKey must return ErrConflict when the name of a valid key is taken.
	AddKey(ctx context.Context, k Key) error
	// KeyByHash must find valid and revoked keys; else ErrNotFound.
	KeyByHash(ctx context.Context, hash string) (Key, error)
	// Keys lists all, by creation.
	Keys(ctx context.Context) ([]Key, error)
	// RevokeKey marks a valid key; ErrNotFound when there is none of that id.
	RevokeKey(ctx context.Context, id string, at time.Time) error
}

// Webhook is an address that wants to hear of outcomes.
type Webhook struct {
	ID  string
	URL string
	// Secret signs the messages, as the Standard Webhooks specification says.
	Secret string
	// Owner is the key whose claims it hears of; empty means all.
	Owner     string
	CreatedAt time.Time
}

// Delivery is one message to one webhook.
type Delivery struct {
	ID      string // also the message's webhook-id
	Webhook string
	// Claim is the claim that it tells of, or Notice the notice; the other one is empty.
	Claim  string
	Notice string
	// Type is the event, such as "claim.done".
	Type      string
	Attempts  int
	CreatedAt time.Time
	// DeliveredAt is zero until the address answered with 2xx. Failure is the last error.
	DeliveredAt time.Time
	Failure     string
}

// Webhooks keeps addresses and what was sent to them.
type Webhooks interface {
	AddWebhook(ctx context.Context, w Webhook) error
	Webhook(ctx context.Context, id string) (Webhook, error)
	Webhooks(ctx context.Context) ([]Webhook, error)
	// DeleteWebhook takes its deliveries along.
	DeleteWebhook(ctx context.Context, id string) error
	Delivery(ctx context.Context, id string) (Delivery, error)
	// Deliveries lists the newest first, at most limit; of one webhook, or of all when id is
	// empty.
	Deliveries(ctx context.Context, id string, limit int) ([]Delivery, error)
	// DeliveriesOf lists what was sent of one claim, the newest first, at most limit.
	DeliveriesOf(ctx context.Context, claim string, limit int) ([]Delivery, error)
	// Delivered counts an attempt; failure is empty when the address took it.
	Delivered(ctx context.Context, id, failure string) error
	// Replay makes a new job for a delivery, in one transaction with clearing its outcome.
	Replay(ctx context.Context, id string) error
}

// Entry is one line of the audit trail, which only grows.
type Entry struct {
	At     time.Time
	By     string // a key's id, or "system"
	What   string // such as "claim.erased"
	On     string // the id of what it was done to
	Detail string
}

// Audit keeps the trail.
type Audit interface {
	Note(ctx context.Context, e Entry) error
	// Trail lists the entries on an id, oldest first.
	Trail(ctx context.Context, on string) ([]Entry, error)
}
