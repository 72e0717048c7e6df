package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/defekt/defekt/pipeline/jobs"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store/blob"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// How often upkeep is done, and how long a run may take.
const (
	clusterEvery  = 30 * time.Second
	regroupEvery  = time.Hour
	sweepEvery    = 6 * time.Hour
	maintainEvery = 10 * time.Minute
	actionsEvery  = 5 * time.Minute
	favourEvery   = time.Hour
	watchEvery    = time.Minute
	// sweepGrace is the age below which a blob without a claim may belong to one that is
	// just coming in.
	sweepGrace = time.Hour
	// Grouping 100,000 claims anew takes some ten minutes, an index over millions of vectors
	// twenty.
	regroupTime  = 20 * time.Minute
	scanTime     = 10 * time.Minute // once a day all is counted anew
	maintainTime = 30 * time.Minute
)

// upkeep is the periodic work: one process at a time does each piece.
func (f *serviceFlags) upkeep(s *service, log *slog.Logger) ([]jobs.Upkeep, error) {
	var err error
	if s.rules, err = f.rules(); err != nil {
		return nil, err
	}
	s.watch, err = surveillance.New(surveillance.Config{Store: s.db.store, Notices: s.db.store, Space: s.models.live.Spaces()[0], Log: log})
	if err != nil {
		return nil, err
	}
	actions := quality.Upkeep{Store: s.db.store, Rules: s.rules, Log: log}
	list := []jobs.Upkeep{
		{Name: "cluster", Every: clusterEvery, Timeout: regroupTime, Do: s.tender.tend},
		{Name: "sweep", Every: sweepEvery, Timeout: regroupTime, Do: s.sweep},
		{Name: "sessions", Every: time.Hour, Do: s.accounts.Sweep},
		{Name: "patterns", Every: watchEvery, Timeout: scanTime, Do: s.watch.Tend},
		{Name: "favour", Every: favourEvery, Do: s.favour},
		{Name: "capa", Every: actionsEvery, Do: actions.Scan},
		{Name: "reports", Every: time.Hour, Do: actions.Report},
	}
	if s.db.maintain != nil {
		list = append(list, jobs.Upkeep{Name: "maintain", Every: maintainEvery, Timeout: maintainTime, Do: s.db.maintain})
	}
	return list, nil
}

// favour moves those claims ahead in the review queue whose labels would teach the model most.
func (s *service) favour(ctx context.Context) error {
	_, err := s.planner.Favour(ctx, review.GainConfig{Reviews: s.db.store, Claims: s.db.store, Vectors: s.db.store})
	return err
}

// sweep deletes blobs that no claim refers to: a claim's photo that was stored when its
// transaction failed.
func (s *service) sweep(ctx context.Context) error {
	used, err := s.db.store.Blobs(ctx)
	if err != nil {
		return err
	}
	orphans, err := s.blobs.Sweep(ctx, func(digest string) bool { return used[digest] }, sweepGrace)
	if err != nil {
		return err
	}
	for _, digest := range orphans {
		if err := s.discard(ctx, digest); err != nil {
			return err
		}
	}
	return nil
}

// discard deletes a blob that no claim refers to.
func (s *service) discard(ctx context.Context, digest string) error {
	return blob.Discard(ctx, s.blobs, digest, photo.MaxBytes, s.db.store.HasBlob)
}
