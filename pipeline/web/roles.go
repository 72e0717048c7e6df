package web

import (
	"context"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
)

// Claims is the part of [store.Claims] that pages read.
type Claims interface {
	Claim(ctx context.Context, id string) (store.Claim, error)
	List(ctx context.Context, f store.Filter, p store.Page) (claims []store.Claim, next string, err error)
	Count(ctx context.Context, f store.Filter) (int, error)
	Twins(ctx context.Context, id string, distance int) ([]store.Twin, error)
}

// Nearest is the part of [store.Vectors] that searches.
type Nearest interface {
	Nearest(ctx context.Context, q store.Near) (store.Neighbours, error)
}

// Clusters is the part of [store.Clusters] that pages read.
type Clusters interface {
	Clusters(ctx context.Context, space string) ([]store.Cluster, error)
	Cluster(ctx context.Context, id string) (store.Cluster, error)
	ClusterOf(ctx context.Context, space, claim string) (cluster string, err error)
}

// Webhooks is the part of [store.Webhooks] that pages read.
type Webhooks interface {
	Webhooks(ctx context.Context) ([]store.Webhook, error)
	Deliveries(ctx context.Context, id string, limit int) ([]store.Delivery, error)
}

// Audit is the part of [store.Audit] that pages read.
type Audit interface {
	Trail(ctx context.Context, on string) ([]store.Entry, error)
}

// Blobs reads photos.
type Blobs = show.Blobs

// Space is a space of vectors in which claims are compared and clustered.
type Space = show.Space
