package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/fetch"
	"github.com/defekt/defekt/pipeline/jobs"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/telemetry"
	"github.com/defekt/defekt/pipeline/web/board"
	"github.com/defekt/defekt/pipeline/webhook"
)

// serviceFlags are those of a server and of a worker.
type serviceFlags struct {
	databaseFlags  `embed:""`
	rulesFlag      `embed:""`
	intakeFlags    `embed:""`
	Blobs          string        `default:"blobs" env:"DEFEKT_BLOBS" placeholder:"DIR|s3://BUCKET/PREFIX" help:"Where photos are kept: a folder, or a bucket of an S3-compatible store (?endpoint=...; keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)."`
	Model          string        `env:"DEFEKT_MODEL" placeholder:"DIR" help:"Model to classify with. Default: the built-in one."`
	Workers        int           `default:"16" env:"DEFEKT_WORKERS" help:"Claims under way at once."`
	Rescore        float64       `default:"20" env:"DEFEKT_RESCORE" help:"Claims a second that are re-scored after a promotion, at most; 0 for no limit."`
	JobTimeout     time.Duration `default:"1m" env:"DEFEKT_JOB_TIMEOUT" help:"Time for one try to classify a claim."`
	Rescue         time.Duration `default:"2m" env:"DEFEKT_RESCUE" help:"Age at which a running job is taken from a worker that must have died; above --job-timeout."`
	WebhookPrivate bool          `env:"DEFEKT_WEBHOOK_PRIVATE" help:"Let webhooks go to addresses of your own network, this machine included."`
	ReviewRules    string        `type:"existingfile" env:"DEFEKT_REVIEW_RULES" placeholder:"FILE" help:"What comes to people, as YAML: gates, costs of mistakes, the random share (see README). Default: abstentions, critical claims, 2 % at random."`
	LogLevel       slog.Level    `default:"info" env:"DEFEKT_LOG_LEVEL" help:"debug, info, warn or error."`
	LogFormat      string        `default:"text" enum:"text,json" env:"DEFEKT_LOG_FORMAT" help:"text or json."`
}

// service is what server and worker share, put together.
type service struct {
	parts     *parts
	db        *database
	blobs     blob.Store
	models    *learner
	office    learning.Office
	planner   *review.Planner
	accounts  *review.Accounts
	fetcher   *fetch.Fetcher
	sender    *webhook.Sender
	registry  *prometheus.Registry
	metrics   *telemetry.Metrics
	runner    runner
	bell      jobs.Bell
	tender    *tender
	units     units
	watch     *surveillance.Watch
	board     *board.Server
	rules     capa.Rules
	draining  atomic.Bool
	readiness readiness
}

// logger writes to w in the wanted form.
func (f *serviceFlags) logger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: f.LogLevel}
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// service opens everything; on error, what was opened is closed again.
func (f *serviceFlags) service(a *app, log *slog.Logger) (s *service, err error) {
	s = &service{parts: newParts(a)}
	defer func() {
		if err != nil {
			s.close(log)
		}
	}()
	if s.db, err = f.open(a.ctx, true); err != nil {
		return s, err
	}
	if s.blobs, err = f.openBlobs(a); err != nil {
		return s, err
	}
	if err = s.measure(); err != nil {
		return s, err
	}
	s.parts.observeStage = func(stage pipeline.Stage, took time.Duration) { s.metrics.Staged(string(stage), took) }
	s.parts.observeBatch = func(size int, reason onnx.Reason) { s.metrics.Batched(size, string(reason)) }
	opener := newModelOpener(a, s.db.store, s.blobs, f.Model)
	opener.prepare = func(p *parts) { p.observeStage, p.observeBatch = s.parts.observeStage, s.parts.observeBatch }
	s.office = learning.Office{Registry: opener.registry(), Begin: opener.begin}
	if s.models, err = newLearner(a.ctx, learnerConfig{Store: s.db.store, Opener: opener, Photos: blob.Source{Blobs: s.blobs}, PerSecond: f.Rescore, Log: log}); err != nil {
		return s, err
	}
	if s.planner, err = f.planner(s.models.live.Model().Taxonomy); err != nil {
		return s, err
	}
	s.accounts = review.NewAccounts(review.AccountsConfig{Reviewers: s.db.store})
	if s.fetcher, err = fetch.New(fetch.Config{Logger: log}); err != nil {
		return s, err
	}
	if s.sender, err = webhook.New(webhook.Config{AllowPrivate: f.WebhookPrivate, AllowLoopback: f.WebhookPrivate}); err != nil {
		return s, err
	}
	s.tender = &tender{store: s.db.store, live: s.models.live, log: log}
	if s.units, err = f.units(s); err != nil {
		return s, err
	}
	upkeep, err := f.upkeep(s, log)
	if err != nil {
		return s, err
	}
	s.runner, err = s.db.runner(jobs.Config{
		Store: s.db.store, Classifier: s.judge(), Photos: blob.Source{Blobs: s.blobs},
		Post: s.db.store, Sender: s.sender, Codes: s.units.codeReader(), Upkeep: upkeep, Logger: log,
		Claims: f.Workers, Timeout: f.JobTimeout, Rescue: f.Rescue,
		Observe:  s.metrics.Classified,
		Stages:   s.parts.observeStage,
		Finished: func(id string, p claim.Prediction) { s.bell.Ring(id); s.models.finished(id, p) },
	})
	return s, err
}

func (f *serviceFlags) openBlobs(a *app) (blob.Store, error) {
	b, err := blob.Parse(f.Blobs, a.getenv, nil)
	if err != nil {
		return nil, withHint(err, "--blobs takes a folder or s3://BUCKET/PREFIX?endpoint=HOST")
	}
	if err := b.Check(a.ctx); err != nil {
		return nil, withHint(errors.Join(err, b.Close()), "check that %s exists and can be written to", f.Blobs)
	}
	return b, nil
}

// measure registers the metrics.
func (s *service) measure() error {
	s.registry = prometheus.NewRegistry()
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s.metrics = telemetry.New(s.registry)
	return telemetry.WatchQueue(s.registry, func(ctx context.Context) (int, time.Duration, error) {
		n, oldest, err := s.db.store.Waiting(ctx)
		if err != nil || n == 0 {
			return 0, 0, err
		}
		return n, time.Since(oldest), nil
	})
}

// judge classifies, counts what came out, and plans who should look at it and whether the
// photos are to be read for codes.
func (s *service) judge() judge { return judge{s.models.live, s.planner, s.metrics, s.units.codes} }

type judge struct {
	*learning.Live
	planner *review.Planner
	metrics *telemetry.Metrics
	codes   codesMode
}

// Classify decides one claim. A claim that is answered at once has no id yet, so the draws of
// the plan go by a random key.
func (j judge) Classify(ctx context.Context, c claim.Claim, photos pipeline.Source) (store.Outcome, error) {
	out, err := j.Live.Classify(ctx, c, photos)
	if err != nil {
		return out, err
	}
	j.metrics.Predicted(out.Prediction)
	out.Reviews = j.planner.Plan(rand.Text(), c, out.Prediction)
	out.ReadCodes = j.codes.wants(c)
	return out, nil
}

// close closes what was opened, last first.
func (s *service) close(log *slog.Logger) {
	var errs []error
	if s.board != nil {
		s.board.Close()
	}
	if s.sender != nil {
		s.sender.Close()
	}
	if s.fetcher != nil {
		s.fetcher.Close()
	}
	if s.models != nil {
		s.models.close()
	}
	if s.blobs != nil {
		errs = append(errs, s.blobs.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.close())
	}
	errs = append(errs, s.parts.Close())
	if err := errors.Join(errs...); err != nil {
		log.Warn("closing", slog.Any("error", err))
	}
}
