package api

import (
	"context"
	"time"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// Claims is what the API needs of [store.Claims], whose contracts hold.
type Claims interface {
	Accept(ctx context.Context, n store.New) (c store.Claim, created bool, err error)
	Known(ctx context.Context, owner, key, digest string) (store.Claim, error)
	Claim(ctx context.Context, id string) (store.Claim, error)
	List(ctx context.Context, f store.Filter, p store.Page) (claims []store.Claim, next string, err error)
	Count(ctx context.Context, f store.Filter) (int, error)
	Erase(ctx context.Context, id, by string) (orphans []string, err error)
	Twins(ctx context.Context, id string, distance int) ([]store.Twin, error)
}

// Clusters is what the API needs of [store.Clusters].
type Clusters interface {
	Clusters(ctx context.Context, space string) ([]store.Cluster, error)
	Cluster(ctx context.Context, id string) (store.Cluster, error)
}

// Keys finds API keys, see [store.Keys].
type Keys interface {
	KeyByHash(ctx context.Context, hash string) (store.Key, error)
}

// Webhooks is what the API needs of [store.Webhooks].
type Webhooks interface {
	AddWebhook(ctx context.Context, w store.Webhook) error
	Webhook(ctx context.Context, id string) (store.Webhook, error)
	Webhooks(ctx context.Context) ([]store.Webhook, error)
	DeleteWebhook(ctx context.Context, id string) error
	Delivery(ctx context.Context, id string) (store.Delivery, error)
	Deliveries(ctx context.Context, id string, limit int) ([]store.Delivery, error)
	DeliveriesOf(ctx context.Context, claim string, limit int) ([]store.Delivery, error)
	Replay(ctx context.Context, id string) error
}

// Blobs keeps photos by digest. Read must keep the contract of [pipeline.Source], as
// blob.Source does. Put must be idempotent; Discard must not fail for what is not there, and
// must leave, or put back, what a claim refers to that was accepted before it returned.
type Blobs interface {
	Put(ctx context.Context, data []byte) (digest string, err error)
	pipeline.Source
	Discard(ctx context.Context, digest string) error
}

// Fetcher gets photos from the network. It must refuse addresses that are not public, and
// give a [claim.Problem] for everything that the sender of the address can mend.
type Fetcher interface {
	// Check refuses what can be refused by the address as it stands.
	Check(url string) error
	// Read must keep the contract of [pipeline.Source], with URLs as references.
	pipeline.Source
}

// Classifier classifies at once, for stateless answers, waiting senders and queries. An
// error must be a fault of ours; bad input is in the prediction's problems.
type Classifier interface {
	Classify(ctx context.Context, c claim.Claim, photos pipeline.Source) (store.Outcome, error)
}

// DeadJob is a job that was tried for the last time.
type DeadJob struct {
	ID       string
	Kind     store.JobKind
	On       string // the claim's or delivery's id
	Attempts int
	Failure  string
	At       time.Time
}

// Jobs shows and revives jobs that were given up.
type Jobs interface {
	// Dead lists the latest first, at most limit.
	Dead(ctx context.Context, limit int) ([]DeadJob, error)
	// Requeue must return [store.ErrNotFound] when no dead job has this id.
	Requeue(ctx context.Context, id string) error
}

// Models says what classifies.
type Models interface {
	// Current gives the manifest of the model in use and its digest as on predictions.
	Current() (m models.Manifest, digest string)
	Taxonomy() *taxonomy.Taxonomy
	// ClusterSpace is the space of vectors that clusters are made in.
	ClusterSpace() string
}

// Watcher tells when a claim is finished, so that waiting senders hear of it at once. done
// is closed when the claim with this id was finished by this process; stop must be called.
type Watcher interface {
	Watch(id string) (done <-chan struct{}, stop func())
}
