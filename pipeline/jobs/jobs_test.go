package jobs_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river/riverdriver/riversqlite"
	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/jobs"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// judge classifies by asking f; it counts.
type judge struct {
	calls atomic.Int64
	f     func(c claim.Claim) (store.Outcome, error)
}

func (j *judge) Classify(_ context.Context, c claim.Claim, _ pipeline.Source) (store.Outcome, error) {
	j.calls.Add(1)
	return j.f(c)
}

// postman keeps messages and answers with what it is told.
type postman struct {
	mu    sync.Mutex
	sent  []webhook.Message
	fails error
}

func (p *postman) Send(_ context.Context, m webhook.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	return p.fails
}

// bench is a store with a running runner.
type bench struct {
	store  *sqlite.Store
	runner interface {
		Dead(ctx context.Context, limit int) ([]jobs.Dead, error)
		Retry(ctx context.Context, id string) error
	}
	post *postman
	bell *jobs.Bell
	db   *sql.DB
}

func start(t *testing.T, j *judge) *bench {
	t.Helper()
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
	b := &bench{store: sqlite.New(db, sqlite.Config{Enqueue: queue.Insert}), post: &postman{}, bell: &jobs.Bell{}, db: db}
	r, err := jobs.New(driver, jobs.Config{
		Store: b.store, Classifier: j, Photos: pipeline.Files{}, Post: b.store, Sender: b.post, Logger: slog.New(slog.DiscardHandler),
		Poll: 10 * time.Millisecond, Timeout: 5 * time.Second, Rescue: 10 * time.Second,
		Finished: func(id string, _ claim.Prediction) { b.bell.Ring(id) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := errors.Join(r.Stop(stop), b.store.Close()); err != nil {
			t.Error(err)
		}
	})
	b.runner = r
	return b
}

func (b *bench) accept(t *testing.T, text string) store.Claim {
	t.Helper()
	c, _, err := b.store.Accept(t.Context(), store.New{Claim: claim.Claim{ID: text, Text: text}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// until waits for the claim to reach the state.
func (b *bench) until(t *testing.T, id string, want store.State) store.Claim {
	t.Helper()
	for range 1000 {
		c, err := b.store.Claim(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if c.State == want {
			return c
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("claim %s does not become %s", id, want)
	return store.Claim{}
}

func labelled(claim.Claim) (store.Outcome, error) {
	return store.Outcome{Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{"severity": {Label: "major", Probability: 0.9}}}}, nil
}

func TestClaimsAreClassifiedAndAnnounced(t *testing.T) {
	b := start(t, &judge{f: labelled})
	hook := store.Webhook{ID: "0199f0e0-0000-7000-8000-000000000001", URL: "http://127.0.0.1/x", Secret: webhook.NewSecret(), CreatedAt: time.Now()}
	if err := b.store.AddWebhook(t.Context(), hook); err != nil {
		t.Fatal(err)
	}
	c := b.accept(t, "hinge broke")
	done, stop := b.bell.Watch(c.ID)
	defer stop()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the bell does not ring")
	}
	got := b.until(t, c.ID, store.Done)
	if got.Prediction.Axes["severity"].Label != "major" || got.Prediction.ID != c.ID {
		t.Errorf("stored %+v", got.Prediction)
	}
	for range 500 {
		b.post.mu.Lock()
		n := len(b.post.sent)
		b.post.mu.Unlock()
		if n > 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.post.mu.Lock()
	defer b.post.mu.Unlock()
	if len(b.post.sent) != 1 || b.post.sent[0].URL != hook.URL || b.post.sent[0].Event.Type == "" {
		t.Fatalf("sent %+v, want one message", b.post.sent)
	}
	if body, err := b.post.sent[0].Event.Encode(); err != nil || len(body) == 0 {
		t.Errorf("the event cannot be encoded: %v", err)
	}
}

func TestReceiversMayAskForALongerWait(t *testing.T) {
	b := start(t, &judge{f: labelled})
	b.post.fails = &webhook.Failure{Status: 503, Retry: true, After: 2 * time.Hour}
	hook := store.Webhook{ID: "0199f0e0-0000-7000-8000-000000000002", URL: "http://127.0.0.1/x", Secret: webhook.NewSecret(), CreatedAt: time.Now()}
	if err := b.store.AddWebhook(t.Context(), hook); err != nil {
		t.Fatal(err)
	}
	b.accept(t, "hinge broke")
	for n := 0; ; n++ {
		var at time.Time
		err := b.db.QueryRowContext(t.Context(), "SELECT scheduled_at FROM river_job WHERE kind = 'deliver_webhook' AND state IN ('retryable', 'scheduled')").Scan(&at)
		if err == nil {
			if wait := time.Until(at); wait < 110*time.Minute || wait > 130*time.Minute {
				t.Errorf("the next attempt is in %v, asked for two hours", wait)
			}
			return
		}
		if n == 500 {
			t.Fatalf("no attempt is waiting: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestPhotosThatOurStoreCouldNotReadAreTriedAgain(t *testing.T) {
	j := &judge{}
	j.f = func(c claim.Claim) (store.Outcome, error) {
		o, err := labelled(c)
		if j.calls.Load() == 1 {
			o.Prediction.Problems = []claim.Problem{{Code: claim.CodePhotoStore, Message: "disk"}}
		}
		return o, err
	}
	b := start(t, j)
	got := b.until(t, b.accept(t, "with photo").ID, store.Done)
	if len(got.Prediction.Problems) != 0 || j.calls.Load() != 2 {
		t.Errorf("stored after %d tries with problems %v", j.calls.Load(), got.Prediction.Problems)
	}
}

func TestErasedClaimsCostNothing(t *testing.T) {
	hold := make(chan struct{})
	j := &judge{f: func(c claim.Claim) (store.Outcome, error) { <-hold; return labelled(c) }}
	b := start(t, j)
	c := b.accept(t, "to be erased")
	for j.calls.Load() == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	if _, err := b.store.Erase(t.Context(), c.ID, "test"); err != nil {
		t.Fatal(err)
	}
	close(hold)
	other := b.accept(t, "next")
	b.until(t, other.ID, store.Done)
	if dead, err := b.runner.Dead(t.Context(), 10); err != nil || len(dead) != 0 {
		t.Errorf("dead jobs %v, %v", dead, err)
	}
}

// A job that ended dead fails its claim; sent again, the claim is classified and the job is
// dead no longer, for whoever comes second.
func TestDeadJobsFailTheirClaimAndCanBeSentAgain(t *testing.T) {
	j := &judge{}
	var well atomic.Bool
	j.f = func(c claim.Claim) (store.Outcome, error) {
		if !well.Load() {
			return store.Outcome{}, errors.New("encoder away")
		}
		return labelled(c)
	}
	b := start(t, j)
	c := b.accept(t, "unlucky")
	for j.calls.Load() == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	// What 70 minutes of tries would end in.
	for done := false; !done; time.Sleep(20 * time.Millisecond) {
		res, err := b.db.ExecContext(t.Context(), "UPDATE river_job SET state = 'discarded', finalized_at = CURRENT_TIMESTAMP WHERE kind = 'classify_claim' AND state IN ('retryable', 'available')")
		if err != nil {
			t.Fatal(err)
		}
		n, _ := res.RowsAffected()
		done = n == 1
	}
	dead, err := b.runner.Dead(t.Context(), 10)
	if err != nil || len(dead) != 1 || dead[0].On != c.ID || dead[0].Kind != store.Classify {
		t.Fatalf("dead jobs %+v, %v", dead, err)
	}
	well.Store(true)
	if err := b.runner.Retry(t.Context(), dead[0].ID); err != nil {
		t.Fatal(err)
	}
	b.until(t, c.ID, store.Done)
	if err := b.runner.Retry(t.Context(), dead[0].ID); !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict) {
		t.Errorf("a second retry: %v", err)
	}
}

// River's cleaner takes finished jobs away after a day; a dead one is the only handle of
// its failed claim and stays.
func TestDeadJobsOutliveTheCleaner(t *testing.T) {
	b := start(t, &judge{f: labelled})
	old := b.accept(t, "done long ago")
	b.until(t, old.ID, store.Done)
	b.insertFinalized(t, "discarded", "-30 days")
	b.insertFinalized(t, "completed", "-30 days")
	deadline := time.Now().Add(60 * time.Second) // the cleaner's round is 30 s
	for b.oldCompleted(t) > 0 {
		if time.Now().After(deadline) {
			t.Fatal("the cleaner never ran")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if dead, err := b.runner.Dead(t.Context(), 10); err != nil || len(dead) != 1 {
		t.Errorf("after the cleaner: dead jobs %v, %v", dead, err)
	}
}

// insertFinalized copies the oldest job to one that ended in a state, so long ago.
func (b *bench) insertFinalized(t *testing.T, state, ago string) {
	t.Helper()
	_, err := b.db.ExecContext(t.Context(), `INSERT INTO river_job (args, attempt, created_at, finalized_at, kind, max_attempts, scheduled_at, state)
		SELECT args, max_attempts, created_at, datetime('now', ?), kind, max_attempts, scheduled_at, ? FROM river_job ORDER BY id LIMIT 1`, ago, state)
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) oldCompleted(t *testing.T) int {
	t.Helper()
	var n int
	if err := b.db.QueryRowContext(t.Context(), "SELECT count(*) FROM river_job WHERE state = 'completed' AND finalized_at < datetime('now', '-20 days')").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRetryOfWhatIsNotDead(t *testing.T) {
	b := start(t, &judge{f: labelled})
	for _, id := range []string{"nonsense", "4711"} {
		if err := b.runner.Retry(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Retry(%q) = %v", id, err)
		}
	}
}

func TestConfigFaults(t *testing.T) {
	cfg := jobs.Config{Timeout: time.Minute, Rescue: time.Minute}
	if _, err := jobs.New(riversqlite.New(nil), cfg); err == nil {
		t.Error("a runner without a store")
	}
	b := &bench{}
	cfg.Store, cfg.Classifier, cfg.Photos, cfg.Logger = b.store, &judge{}, pipeline.Files{}, slog.New(slog.DiscardHandler)
	if _, err := jobs.New(riversqlite.New(nil), cfg); err == nil {
		t.Error("rescue at the timeout lets two workers have one job")
	}
}
