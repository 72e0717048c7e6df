package lead

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/review/reviewtest"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/taxonomy"
)

// password is everybody's, space that of the vectors.
const (
	password = "correct horse battery"
	space    = "text.static@0123456789ab"
)

// world is a lead's pages on a real store, with a clock that tests move.
type world struct {
	versions *revision.Current
	store    store.Store
	queue    *review.Queue
	accounts *review.Accounts
	insight  *insight.Reader
	sessions *session.Keeper
	server   *httptest.Server
	log      *looktest.Log
	clock    atomic.Int64 // nanoseconds
	people   map[string]store.Reviewer
	claims   int
}

// begin is when worlds begin.
func begin() time.Time { return time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) }

func (w *world) now() time.Time        { return time.Unix(0, w.clock.Load()).UTC() }
func (w *world) later(d time.Duration) { w.clock.Add(int64(d)) }

func sqliteWorld(t testing.TB) *world {
	t.Helper()
	w := newWorld()
	db, err := sqlite.OpenDB(t.Context(), filepath.Join(t.TempDir(), "lead.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return w.serve(t, sqlite.New(db, sqlite.Config{Now: w.now, Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }}))
}

func postgresWorld(t testing.TB) *world {
	t.Helper()
	w := newWorld()
	pool, err := postgres.OpenPool(t.Context(), postgrestest.Migrated(t))
	if err != nil {
		t.Fatal(err)
	}
	return w.serve(t, postgres.New(pool, postgres.Config{Now: w.now, Enqueue: func(context.Context, pgx.Tx, []store.Job) error { return nil }}))
}

func newWorld() *world {
	w := &world{log: new(looktest.Log), people: map[string]store.Reviewer{}}
	w.clock.Store(begin().UnixNano())
	return w
}

func (w *world) serve(t testing.TB, s store.Store) *world {
	t.Helper()
	t.Cleanup(func() { s.Close() })
	w.store = s
	w.versions = reviewtest.Versions(t, s, taxonomy.Starter())
	w.queue = review.New(review.Config{Reviews: s, Claims: s, Versions: w.versions, KnownShare: -1, SliceShare: -1, Seed: 1, Now: w.now})
	w.accounts = review.NewAccounts(review.AccountsConfig{Reviewers: s, Hash: review.HashConfig{MemoryKiB: 64, Passes: 1}, Now: w.now})
	var err error
	w.insight, err = insight.New(insight.Config{Reviews: s, Reviewers: s, Claims: s, Versions: w.versions, Clusters: s, Space: func() string { return space }, Now: w.now,
		Cost: func(_, label string) float64 {
			if label == "critical" {
				return review.CriticalCost
			}
			return 1
		}})
	if err != nil {
		t.Fatal(err)
	}
	w.sessions = session.New(session.Config{Accounts: w.accounts})
	pages, err := New(Config{Insight: w.insight, Reviews: s, Reviewers: s, Claims: s, Sessions: w.sessions, Know: w.queue.Know, Candidates: learning.Office{Registry: learning.Registry{Store: s, Now: w.now}}, Log: slog.New(slog.NewTextHandler(w.log, nil)), Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(pages)
	t.Cleanup(w.server.Close)
	return w
}

// person adds a reviewer.
func (w *world) person(t testing.TB, name string, roles ...store.ReviewRole) store.Reviewer {
	t.Helper()
	if len(roles) == 0 {
		roles = []store.ReviewRole{store.ReviewerRole}
	}
	r, err := w.accounts.Add(t.Context(), store.Reviewer{Name: name, Roles: roles}, password)
	if err != nil {
		t.Fatal(err)
	}
	w.people[name] = r
	return r
}

// item is a claim to look at.
type item struct {
	text      string
	suggested map[string]string // by the model
	abstained bool
	random    bool
	looks     int
	deadline  time.Time
}

// queued stores a claim and gives its id and the item's.
func (w *world) queued(t testing.TB, i item) (claimID, id string) {
	t.Helper()
	w.claims++
	p := claim.Prediction{Model: "sha256:m", Taxonomy: "starter@1", Axes: map[string]claim.AxisPrediction{}}
	n := store.NewReview{Reasons: []store.ReviewReason{store.ReasonAbstained}, Uncertainty: .5, Cost: 1, Rank: 1, Looks: max(i.looks, 1), Lang: "en", Product: "Cabinet", Model: p.Model, Suggested: map[string]store.Suggestion{}, Deadline: i.deadline}
	if i.random {
		n.Reasons = append(n.Reasons, store.ReasonRandom)
	}
	for axis, label := range i.suggested {
		n.Axes = append(n.Axes, axis)
		n.Suggested[axis] = store.Suggestion{Label: label, Probability: .6, Abstained: i.abstained}
		p.Axes[axis] = claim.AxisPrediction{Label: label, Probability: .6, Abstained: i.abstained}
	}
	c, _, err := w.store.Accept(t.Context(), store.New{Claim: claim.Claim{ID: fmt.Sprintf("RMA-%04d", w.claims), Text: i.text, Lang: "en", Product: "Cabinet", Serial: fmt.Sprintf("SN-%05d", w.claims)},
		Outcome: &store.Outcome{Prediction: p, Reviews: []store.NewReview{n}, Vectors: []store.Vector{{Space: space, Values: []float32{1, 0}}}}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.store.ReviewsOf(t.Context(), c.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d items, %v", len(list), err)
	}
	return c.ID, list[0].ID
}

// answer has a person answer an item, half a minute later.
func (w *world) answer(t testing.TB, who, item string, labels map[string]string) {
	t.Helper()
	w.later(30 * time.Second)
	by := w.people[who]
	r, err := w.store.LeaseReview(t.Context(), store.Lease{IDs: []string{item}, Holder: by.ID, At: w.now(), Until: w.now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.queue.Submit(t.Context(), by, review.Answer{Item: r.ID, Version: r.Version, Labels: labels, Took: 4200 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
}

// decided stores a claim that one person answered.
func (w *world) decided(t testing.TB, who string, i item, labels map[string]string) string {
	t.Helper()
	c, id := w.queued(t, i)
	w.answer(t, who, id, labels)
	return c
}

// visitor is a browser without script.
type visitor struct {
	*http.Client
	base string
}

// signedIn gives a browser in which somebody has signed in, empty for nobody.
func (w *world) signedIn(t testing.TB, name string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{&http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/review/sign-in" { // the desk's
			return http.ErrUseLastResponse
		}
		return nil
	}}, w.server.URL}
	if name != "" {
		at, err := url.Parse(w.server.URL)
		if err != nil {
			t.Fatal(err)
		}
		jar.SetCookies(at, []*http.Cookie{w.cookie(t, name)})
	}
	return v
}

// cookie is that of a new session.
func (w *world) cookie(t testing.TB, name string) *http.Cookie {
	t.Helper()
	out := httptest.NewRecorder()
	if err := w.sessions.Enter(out, httptest.NewRequest("GET", "/", nil).WithContext(t.Context()), w.people[name]); err != nil {
		t.Fatal(err)
	}
	return out.Result().Cookies()[0]
}

// answerPage is what came back.
type answerPage struct {
	*http.Response
	body string
	all  []*looktest.Element
}

func (v *visitor) read(t *testing.T, r *http.Response, err error) answerPage {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	p := answerPage{Response: r, body: string(data)}
	if r.Header.Get("Content-Type") == "text/html; charset=utf-8" && len(data) > 500 {
		p.all = looktest.Elements(t, p.body)
	}
	return p
}

func (v *visitor) get(t *testing.T, path string) answerPage {
	t.Helper()
	r, err := v.Get(v.base + path)
	return v.read(t, r, err)
}

func (v *visitor) post(t *testing.T, path string, form url.Values) answerPage {
	t.Helper()
	r, err := v.PostForm(v.base+path, form)
	return v.read(t, r, err)
}

// texts gives the texts of elements by name and class.
func (p answerPage) texts(name, class string) []string {
	return looktest.Texts(looktest.Find(p.all, name, class))
}
