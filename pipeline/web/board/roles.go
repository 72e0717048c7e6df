package board

import (
	"context"

	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/trace"
)

// Store is what the pages read and change: what quality work asks of a store, and where things
// come from. Every [store.Store] has it.
type Store interface {
	quality.Store
	store.Genealogy
	store.UnitEvents
	Trail(ctx context.Context, on string) ([]store.Entry, error)
	Note(ctx context.Context, e store.Entry) error
	Cluster(ctx context.Context, id string) (store.Cluster, error)
	Reviewer(ctx context.Context, id string) (store.Reviewer, error)
}

// Watch is the part of [surveillance.Watch] that pages show. Both may take long.
type Watch interface {
	Ranking(ctx context.Context, n int) ([]surveillance.Ranked, error)
	Charts(ctx context.Context, group store.Group, label string) (surveillance.Charts, error)
}

// Tracer is the part of [trace.Tracer] that tells of a unit.
type Tracer interface {
	Dossiers(ctx context.Context, from trace.DossierSource, serial, sku string) ([]trace.Dossier, error)
}
