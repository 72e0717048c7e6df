package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type workerCmd struct {
	serviceFlags `embed:""`
	Drain        time.Duration `default:"20s" env:"DEFEKT_DRAIN" help:"How long jobs under way may take to finish when the worker is stopped."`
}

// Help is shown by `defekt worker --help`.
func (workerCmd) Help() string {
	return `Classifies claims that servers have taken in and delivers webhooks, on as many machines as you like; all share one
Postgres database and one place for photos. 'defekt serve' does this too, unless it is told not to (--no-worker).

Examples:
  defekt worker --db postgres://defekt@db/defekt --blobs s3://photos`
}

// Run works until the context ends, then drains.
func (c *workerCmd) Run(a *app) error {
	log := c.logger(a.stderr)
	s, err := c.service(a, log)
	if err != nil {
		return err
	}
	defer s.close(log)
	if !s.db.shared {
		return usageError(errors.New("a worker needs Postgres: an SQLite file belongs to one 'defekt serve'"))
	}
	s.models.start(context.WithoutCancel(a.ctx), true)
	if err := s.runner.Start(context.WithoutCancel(a.ctx)); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "defekt %s works, %d claims at once\n", codeVersion(), c.Workers)
	<-a.ctx.Done()
	drain, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), c.Drain)
	defer cancel()
	return s.runner.Stop(drain)
}
