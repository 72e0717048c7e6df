package jobs_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/jobs"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

// eyes note whose photos they were to read, and fail the first time.
type eyes struct {
	mu    sync.Mutex
	asked []string
}

func (e *eyes) ReadCodes(_ context.Context, claim string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, claim)
	if len(e.asked) == 1 {
		return errors.New("the store of photos is away")
	}
	return nil
}

func (e *eyes) seen() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string{}, e.asked...)
}

// crowded is a store with a backlog for as long as a test wants one.
type crowded struct {
	*sqlite.Store
	mu sync.Mutex
	n  int
}

func (c *crowded) Waiting(context.Context) (int, time.Time, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n, time.Time{}, nil
}

func (c *crowded) set(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n = n
}

// Codes are read after the outcome, tried again, and make way for a backlog.
func TestCodesAreReadBehindEverythingElse(t *testing.T) {
	ctx := t.Context()
	db, err := sqlite.OpenDB(ctx, filepath.Join(t.TempDir(), "defekt.db"))
	if err != nil {
		t.Fatal(err)
	}
	driver := riversqlite.New(db)
	if err := errors.Join(sqlite.Migrate(ctx, db), jobs.Migrate(ctx, driver)); err != nil {
		t.Fatal(err)
	}
	queue, err := jobs.NewQueue(driver)
	if err != nil {
		t.Fatal(err)
	}
	s := &crowded{Store: sqlite.New(db, sqlite.Config{Enqueue: func(ctx context.Context, tx *sql.Tx, list []store.Job) error { return queue.Insert(ctx, tx, list) }}), n: 9}
	e := &eyes{}
	judge := &judge{f: func(c claim.Claim) (store.Outcome, error) {
		out, err := labelled(c)
		out.ReadCodes = c.Text == "photo"
		return out, err
	}}
	r, err := jobs.New(driver, jobs.Config{Store: s, Classifier: judge, Photos: pipeline.Files{}, Codes: e, Logger: slog.New(slog.DiscardHandler), Poll: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := errors.Join(r.Stop(stop), s.Close()); err != nil {
			t.Error(err)
		}
	})
	b := &bench{store: s.Store}
	plain, photo := b.accept(t, "plain"), b.accept(t, "photo")
	b.until(t, plain.ID, store.Done)
	b.until(t, photo.ID, store.Done)
	time.Sleep(300 * time.Millisecond)
	if got := e.seen(); len(got) != 0 {
		t.Errorf("%v were read although 9 claims wait and 8 are under way at once", got)
	}
	s.set(8)
	for n := 0; len(e.seen()) < 2; n++ {
		if n == 1000 {
			t.Fatalf("read so far: %v", e.seen())
		}
		time.Sleep(20 * time.Millisecond)
	}
	if got := e.seen(); got[0] != photo.ID || got[1] != photo.ID {
		t.Errorf("read: %v, want %s twice", got, photo.ID)
	}
}
