package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/api"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
	"github.com/defekt/defekt/taxonomy"
)

// handler puts API, pages, health and metrics behind one another.
func (c *serveCmd) handler(s *service, open bool, log *slog.Logger) (http.Handler, error) {
	reviewing, err := c.reviewing(s.parts.a.ctx, s, log)
	if err != nil {
		return nil, err
	}
	pages, err := c.pages(s, reviewing, open, log)
	if err != nil {
		return nil, err
	}
	rest := http.NewServeMux()
	rest.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	rest.HandleFunc("GET /readyz", s.readyz(log))
	rest.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}))
	rest.Handle("/", pages)
	return api.New(api.Config{
		Claims: s.models.claims(s.db.store), Vectors: s.db.store, Clusters: s.db.store, Keys: s.db.store, Webhooks: s.db.store,
		Blobs: apiBlobs{blob.Source{Blobs: s.blobs}, s}, Fetcher: s.fetcher, Classifier: s.judge(), Jobs: deadJobs{s.runner}, Models: inUse{s}, Promotions: s.office,
		Review:  &api.Review{Queue: reviewing.queue, Store: s.db.store, People: s.db.store, Accounts: s.accounts, Planner: s.planner, Insight: reviewing.insight},
		Intake:  s.units.intake,
		Quality: &api.Quality{Store: s.db.store, Tracer: s.units.tracer, Rules: s.rules},
		Watcher: &s.bell, Version: codeVersion(), Open: open, CheckURL: s.sender.CheckURL,
		PerMinute: c.PerMinute, MaxQueued: c.MaxQueued, Observe: s.metrics.Answered, Fallback: rest, Log: log,
	})
}

// readyz answers 200 while claims can be taken, 503 otherwise: at start, while draining,
// and when the database or the place for photos is gone.
func (s *service) readyz(log *slog.Logger) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.readyNow(r.Context()); err != nil {
			log.WarnContext(r.Context(), "not ready", slog.Any("error", err))
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ready\n"))
	}
}

// isAdmin tells whether the secret is that of a valid key with the scope admin.
func (s *service) isAdmin(ctx context.Context, secret string, log *slog.Logger) (bool, error) {
	k, err := s.db.store.KeyByHash(ctx, api.HashKey(secret))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		log.ErrorContext(ctx, "looking up a key", slog.Any("error", err))
		return false, err
	}
	return slices.Contains(k.Scopes, api.ScopeAdmin) && k.RevokedAt.IsZero(), nil
}

// apiBlobs reads with coded faults and writes as the place for photos does.
type apiBlobs struct {
	pipeline.Source
	s *service
}

// Put keeps a photo.
func (b apiBlobs) Put(ctx context.Context, data []byte) (string, error) {
	return b.s.blobs.Put(ctx, data)
}

// Discard deletes a photo that no claim refers to.
func (b apiBlobs) Discard(ctx context.Context, digest string) error { return b.s.discard(ctx, digest) }

// deadJobs shows the runner's dead jobs in the API's words.
type deadJobs struct{ runner runner }

// Dead lists them.
func (d deadJobs) Dead(ctx context.Context, limit int) ([]api.DeadJob, error) {
	list, err := d.runner.Dead(ctx, limit)
	if err != nil {
		return nil, err
	}
	out := make([]api.DeadJob, len(list))
	for i, j := range list {
		out[i] = api.DeadJob{ID: j.ID, Kind: j.Kind, On: j.On, Attempts: j.Attempts, Failure: j.Error, At: j.At}
	}
	return out, nil
}

// Requeue gives a job another try.
func (d deadJobs) Requeue(ctx context.Context, id string) error { return d.runner.Retry(ctx, id) }

// inUse is the model that classifies.
type inUse struct{ s *service }

// Current gives its manifest and digest.
func (m inUse) Current() (models.Manifest, string) {
	model := m.s.models.live.Model()
	return model.Manifest, model.Digest
}

// Taxonomy is the model's.
func (m inUse) Taxonomy() *taxonomy.Taxonomy { return m.s.taxonomy() }

// taxonomy is that of the model which answers at the moment.
func (s *service) taxonomy() *taxonomy.Taxonomy { return s.models.live.Model().Taxonomy }

// ClusterSpace is the space that clusters are made in.
func (m inUse) ClusterSpace() string { return m.s.models.live.Spaces()[0] }
