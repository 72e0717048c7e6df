package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
)

// wire is a network that tests can cut.
type wire struct {
	down     atomic.Bool // no new connections
	noCommit atomic.Bool // the next commit arrives, its answer does not
}

func (w *wire) dial(under pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		if w.down.Load() {
			return nil, &net.OpError{Op: "dial", Err: errors.New("the test cut the wire")}
		}
		conn, err := under(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &cuttable{Conn: conn, wire: w}, nil
	}
}

type cuttable struct {
	net.Conn
	wire *wire
	cut  atomic.Bool
}

func (c *cuttable) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("commit\x00")) && c.wire.noCommit.CompareAndSwap(true, false) {
		c.cut.Store(true)
	}
	return c.Conn.Write(b)
}

func (c *cuttable) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b) // the answer is waited for, so that the commit has happened
	if c.cut.Load() {
		_ = c.Close()
		return 0, net.ErrClosed
	}
	return n, err
}

func wired(t *testing.T, cfg postgres.Config) (*postgres.Store, *pgxpool.Pool, *wire) {
	t.Helper()
	poolCfg, err := pgxpool.ParseConfig(postgrestest.Migrated(t))
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{}
	poolCfg.ConnConfig.DialFunc = w.dial(poolCfg.ConnConfig.DialFunc)
	pool, err := pgxpool.NewWithConfig(t.Context(), poolCfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return postgres.New(pool, cfg), pool, w
}

func killOthers(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), pool.Config().ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
		t.Fatal(err)
	}
}

func TestDeadConnectionsAreReplaced(t *testing.T) {
	s, pool, _ := wired(t, postgres.Config{})
	c := accept(t, s, store.New{Claim: claim.Claim{Text: "x"}})
	for range 3 {
		killOthers(t, pool)
		if _, err := s.Claim(t.Context(), c.ID); err != nil {
			t.Errorf("reading after the server dropped everyone: %v", err)
		}
		killOthers(t, pool)
		accept(t, s, store.New{Claim: claim.Claim{Text: "y"}})
	}
	if n, err := s.Count(t.Context(), store.Filter{}); n != 4 || err != nil {
		t.Errorf("%d claims, %v; want 4", n, err)
	}
}

func TestAConnectionThatDiesInTheMiddleIsNoHalfClaim(t *testing.T) {
	var pool *pgxpool.Pool
	killed := 0
	s, pool, _ := wired(t, postgres.Config{Enqueue: func(ctx context.Context, tx pgx.Tx, _ []store.Job) error {
		if killed < 2 {
			killed++
			killOthers(t, pool)
		}
		_, err := tx.Exec(ctx, "SELECT 1")
		return err
	}})
	accept(t, s, store.New{Claim: claim.Claim{Text: "x"}, IdempotencyKey: "k"})
	if n, err := s.Count(t.Context(), store.Filter{}); n != 1 || err != nil || killed != 2 {
		t.Errorf("%d claims after %d deaths, %v; want 1 after 2", n, killed, err)
	}
}

func TestAnUnreachableServerIsBusy(t *testing.T) {
	s, pool, w := wired(t, postgres.Config{RetryFor: 100 * time.Millisecond})
	w.down.Store(true)
	pool.Reset()
	start := time.Now()
	if _, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{Text: "x"}}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("Accept = %v, want ErrBusy", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s to give up", took)
	}
	w.down.Store(false)
	accept(t, s, store.New{Claim: claim.Claim{Text: "x"}})
}

func TestALostCommitIsNotDoneTwice(t *testing.T) {
	s, _, w := wired(t, postgres.Config{})
	w.noCommit.Store(true)
	c := accept(t, s, store.New{Claim: claim.Claim{Text: "x"}})
	if n, err := s.Count(t.Context(), store.Filter{}); n != 1 || err != nil || w.noCommit.Load() {
		t.Fatalf("%d claims, %v; want 1, whose commit's answer was lost", n, err)
	}
	w.noCommit.Store(true)
	if err := s.Finish(t.Context(), c.ID, store.Outcome{}); !errors.Is(err, store.ErrBusy) {
		t.Fatalf("Finish = %v, want ErrBusy", err)
	}
	if err := s.Finish(t.Context(), c.ID, store.Outcome{}); !errors.Is(err, store.ErrFinished) {
		t.Errorf("the worker's second try: %v, want ErrFinished", err)
	}
}

func TestUndoneTransactionsAreRepeated(t *testing.T) {
	for _, code := range []string{"40001", "40P01", "57P01", "08006"} {
		calls := 0
		s, _ := open(t, postgres.Config{Enqueue: func(context.Context, pgx.Tx, []store.Job) error {
			if calls++; calls < 3 {
				return &pgconn.PgError{Code: code}
			}
			return nil
		}})
		accept(t, s, store.New{Claim: claim.Claim{Text: "x"}})
		if n, err := s.Count(t.Context(), store.Filter{}); n != 1 || calls != 3 || err != nil {
			t.Errorf("%s: %d claims after %d tries, %v; want 1 after 3", code, n, calls, err)
		}
	}
}

func TestAStatementThatTakesTooLongIsBusy(t *testing.T) {
	address := postgrestest.Migrated(t)
	pool, err := postgres.OpenPool(t.Context(), address+"&statement_timeout=100")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	s := postgres.New(pool, postgres.Config{})
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), "BEGIN; LOCK TABLE claims"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Count(t.Context(), store.Filter{}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("Count of a locked table = %v, want ErrBusy", err)
	}
}

func TestACancelledCallSaysSo(t *testing.T) {
	s, _ := open(t, postgres.Config{})
	ctx, cancel := context.WithCancelCause(t.Context())
	stopping := errors.New("stopping")
	cancel(stopping)
	if _, err := s.Count(ctx, store.Filter{}); !errors.Is(err, stopping) || errors.Is(err, store.ErrBusy) {
		t.Errorf("Count = %v, want the cause and not ErrBusy", err)
	}
}
