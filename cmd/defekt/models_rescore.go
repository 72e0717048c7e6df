package main

import (
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store/blob"
)

type modelsRescoreCmd struct {
	placeFlags `embed:""`
	Now        bool   `help:"Re-score here, as fast as this machine can, until nothing is left. Running servers do so by themselves, slowly."`
	Trend      string `placeholder:"AXIS" help:"Print how many claims of each day got each label of an axis, under each model that answered them."`
	Since      string `placeholder:"DATE" help:"Where the trend begins (2026-03-01). Default: 30 days ago."`
	JSON       bool   `name:"json" help:"Print the trend as JSON."`
}

// Help is shown below the flags.
func (modelsRescoreCmd) Help() string {
	return `Shows how much of the history the live model has re-scored. After a promotion, servers do so a slice at a time, the newest
claims first; a claim keeps the answers of earlier models, so that --trend can show each day under the old and the new
model. It can be stopped at any time, and goes on where it was.

Examples:
  defekt models rescore
  defekt models rescore --now
  defekt models rescore --trend severity --since 2026-03-01`
}

// Run shows or works.
func (c *modelsRescoreCmd) Run(a *app) error {
	since := time.Now().AddDate(0, 0, -30)
	if c.Since != "" {
		var err error
		if since, err = time.Parse(time.DateOnly, c.Since); err != nil {
			return usageError(fmt.Errorf("--since %q is no date like 2026-03-01", c.Since))
		}
	}
	pl, err := c.place(a)
	if err != nil {
		return err
	}
	defer pl.close() //nolint:errcheck // all is kept by then
	if c.Trend != "" {
		return c.trend(a, pl, since)
	}
	current, err := pl.opener.registry().Current(a.ctx)
	if err != nil {
		return err
	}
	if current == "" {
		_, err := fmt.Fprintln(a.stdout, "No model was promoted; the history is as it was answered.")
		return err
	}
	if c.Now {
		if err := c.work(a, pl); err != nil {
			return err
		}
	}
	stale, done, err := pl.db.store.CountStale(a.ctx, current)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%d of %d claims have an answer of %s; %d are left\n", done-stale, done, current[:19], stale)
	return err
}

func (c *modelsRescoreCmd) work(a *app, pl *place) error {
	log := (&serviceFlags{LogFormat: "text"}).logger(a.stderr)
	l, err := newLearner(a.ctx, learnerConfig{Store: pl.db.store, Opener: pl.opener, Photos: blob.Source{Blobs: pl.blobs}, Log: log})
	if err != nil {
		return err
	}
	defer l.close()
	stale, _, err := pl.db.store.CountStale(a.ctx, l.live.Model().Digest)
	if err != nil {
		return err
	}
	bar := newProgress(a.stderr, "re-scoring", int64(stale))
	left, err := l.rescorer.All(a.ctx, func(string) { bar.Add(1) })
	bar.Done()
	if err == nil && left > 0 {
		fmt.Fprintf(a.stderr, "%d claims could not be re-scored and keep their answer\n", left)
	}
	return err
}

func (c *modelsRescoreCmd) trend(a *app, pl *place, since time.Time) error {
	counts, err := pl.db.store.Trend(a.ctx, c.Trend, since, time.Time{})
	if err != nil {
		return err
	}
	if c.JSON {
		return writeIndented(a.stdout, counts)
	}
	return table(a.stdout, func(row func(...any)) {
		row("DAY", "MODEL", "LABEL", "CLAIMS", "OF THEM TO PEOPLE")
		for _, t := range learning.Days(counts) {
			row(t.Day.Format(time.DateOnly), t.Model[:min(len(t.Model), 19)], t.Label, t.N, t.Abstained)
		}
	})
}
