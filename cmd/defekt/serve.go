package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/defekt/defekt/pipeline/api"
	"github.com/defekt/defekt/pipeline/fetch/guard"
)

type serveCmd struct {
	serviceFlags `embed:""`
	reviewFlags  `embed:""`
	Listen       string        `default:"127.0.0.1:8080" env:"DEFEKT_LISTEN" placeholder:"ADDRESS" help:"Address to listen on. Anything but loopback needs an API key: defekt keys create."`
	TLSCert      string        `name:"tls-cert" env:"DEFEKT_TLS_CERT" placeholder:"FILE" help:"Certificate chain in PEM; with --tls-key the server speaks HTTPS. Without, put a proxy in front."`
	TLSKey       string        `name:"tls-key" env:"DEFEKT_TLS_KEY" placeholder:"FILE" help:"The certificate's key in PEM."`
	Drain        time.Duration `default:"20s" env:"DEFEKT_DRAIN" help:"How long requests and jobs under way may take to finish when the server is stopped."`
	PerMinute    int           `default:"600" env:"DEFEKT_PER_MINUTE" help:"Requests a minute of a key that has no rate of its own."`
	MaxQueued    int           `default:"10000" env:"DEFEKT_MAX_QUEUED" help:"Claims that may wait for classification before further ones are answered with 503."`
	NoWorker     bool          `env:"DEFEKT_NO_WORKER" help:"Only answer HTTP; 'defekt worker' processes classify (Postgres only)."`
}

// Help is shown by `defekt serve --help`.
func (serveCmd) Help() string {
	return `Takes claims over HTTP, classifies and remembers them, and finds what is alike. The API describes itself at
/openapi.json; / shows the claims in a browser; /metrics is for Prometheus, /livez and /readyz for the supervisor.
Without any API key it listens on loopback only and lets everybody in. Every flag can also stand in the file of
--config or in the environment (DEFEKT_LISTEN for --listen and so on); 'defekt config check' shows what holds.

A claim's serial is checked when it comes in (--serial-rules), and the unit's facts, once 'defekt units import' made
units known, go to the model: days since the sale, batch, warranty, earlier claims. A mistyped serial is kept as it is
and gets the nearest known ones as suggestions. Photos of claims without a serial are read for codes afterwards
(--codes). GET /v1/claims/ID shows it all under "unit", and so does the claim's page.

Examples:
  defekt serve
  defekt serve --serial-rules serials.yaml --codes always
  curl -s localhost:8080/v1/claims -H 'Content-Type: application/json' -H 'Prefer: wait=5' -d '{"text":"Hinge broke after two weeks"}'
  defekt keys create shop --scope ingest,read && defekt serve --listen 0.0.0.0:8080 --db postgres://defekt@db/defekt --blobs s3://photos`
}

// Validate is kong's hook: faults of the flags before anything is opened.
func (c *serveCmd) Validate() error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key go together")
	}
	return c.check()
}

// Run serves until the context ends, then drains.
func (c *serveCmd) Run(a *app) error {
	log := c.logger(a.stderr)
	s, err := c.service(a, log)
	if err != nil {
		return err
	}
	defer s.close(log)
	open, err := c.open(a.ctx, s)
	if err != nil {
		return err
	}
	if c.NoWorker && !s.db.shared {
		return usageError(errors.New("--no-worker needs Postgres: nobody else can work on an SQLite file"))
	}
	handler, err := c.handler(s, open, log)
	if err != nil {
		return err
	}
	listener, err := c.listener()
	if err != nil {
		return withHint(err, "choose another address with --listen")
	}
	if !c.NoWorker {
		if err := s.runner.Start(context.WithoutCancel(a.ctx)); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	s.models.start(context.WithoutCancel(a.ctx), !c.NoWorker)
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	fmt.Fprintf(a.stderr, "defekt %s serves %s://%s (pages at /, API at /openapi.json)\n", codeVersion(), scheme, listener.Addr())
	if open {
		fmt.Fprintln(a.stderr, "There is no API key yet: everybody on this machine may use it, nobody else. defekt keys create makes one.")
	}
	return c.serve(a.ctx, listener, handler, s, log)
}

// open tells whether the server needs no key, and refuses to be open to a network.
func (c *serveCmd) open(ctx context.Context, s *service) (bool, error) {
	keys, err := s.db.store.Keys(ctx)
	if err != nil {
		return false, err
	}
	if len(keys) > 0 { // also when all are revoked: who had keys does not want the server open
		return false, nil
	}
	if !guard.LoopbackName(c.Listen) {
		return false, withHint(fmt.Errorf("there is no API key, and %s is not loopback", c.Listen),
			"defekt keys create NAME --scope ingest,read --db %s", redacted(c.DB))
	}
	return true, nil
}

func (c *serveCmd) listener() (net.Listener, error) {
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, err
	}
	l = api.Listener(l)
	if c.TLSCert == "" {
		return l, nil
	}
	cert, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}), nil
}

// serve runs until ctx ends: then no new requests, those under way finish, then the jobs.
func (c *serveCmd) serve(ctx context.Context, l net.Listener, h http.Handler, s *service, log *slog.Logger) error {
	server := api.HTTPServer(h, log)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	log.Info("draining", slog.Duration("at_most", c.Drain))
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Drain)
	defer cancel()
	err := server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests were cut off", slog.Duration("after", c.Drain))
		err = server.Close()
	}
	if !c.NoWorker {
		err = errors.Join(err, s.runner.Stop(drain))
	}
	return err
}
