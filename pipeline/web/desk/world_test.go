package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"image/jpeg"
	"log/slog"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/datasets/simulate/photos"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/reviewtest"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/taxonomy"
)

// password is everybody's.
const password = "correct horse battery"

const textSpace = "text.static@0123456789ab"

// world is a desk on a real store.
type world struct {
	versions *revision.Current
	store    store.Store
	exec     func(t testing.TB, sql string)
	queue    *review.Queue
	accounts *review.Accounts
	planner  *review.Planner
	blobs    blobs
	server   *httptest.Server
	log      *looktest.Log
	pictures []string
	first    float64 // is added to the ranks of what is filled in
}

// blobs keeps photos in memory.
type blobs map[string][]byte

func (b blobs) Read(_ context.Context, digest string, _ int64) ([]byte, error) {
	data, ok := b[digest]
	if !ok {
		return nil, store.ErrNotFound
	}
	return data, nil
}

// settings change the world before it begins.
type settings struct {
	queue func(*review.Config)
	desk  func(*Config)
	tls   bool
}

func sqliteWorld(t testing.TB, set settings) *world {
	t.Helper()
	db, err := sqlite.OpenDB(t.Context(), filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s := sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() { s.Close() })
	return newWorld(t, s, set, func(t testing.TB, sql string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	})
}

func postgresWorld(t testing.TB, set settings) *world {
	t.Helper()
	pool, err := postgres.OpenPool(t.Context(), postgrestest.Migrated(t))
	if err != nil {
		t.Fatal(err)
	}
	s := postgres.New(pool, postgres.Config{Enqueue: func(context.Context, pgx.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() { s.Close() })
	return newWorld(t, s, set, func(t testing.TB, sql string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	})
}

func newWorld(t testing.TB, s store.Store, set settings, exec func(testing.TB, string)) *world {
	t.Helper()
	decoder, err := photo.New(photo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(decoder.Close)
	versions := reviewtest.Versions(t, s, taxonomy.Starter())
	w := &world{store: s, exec: exec, versions: versions, blobs: blobs{}, log: new(looktest.Log)}
	queue := review.Config{Reviews: s, Claims: s, Versions: versions, KnownShare: -1, SliceShare: -1, Seed: 1}
	if set.queue != nil {
		set.queue(&queue)
	}
	w.queue = review.New(queue)
	w.accounts = review.NewAccounts(review.AccountsConfig{Reviewers: s, Hash: review.HashConfig{MemoryKiB: 64, Passes: 1}})
	if w.planner, err = review.NewPlanner(review.PlanConfig{SliceShare: -1, DoubleShare: -1}); err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Queue: w.queue, Versions: versions, Accounts: w.accounts, Sessions: session.New(session.Config{Accounts: w.accounts}), Reviews: s, Reviewers: s, Claims: s, Nearest: s,
		Probes: s.VectorsOf, Spaces: func() []show.Space { return []show.Space{{ID: textSpace, Name: "text"}} }, Blobs: w.blobs, Decoder: decoder, Units: s, PartTimeout: time.Minute,
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}
	if set.desk != nil {
		set.desk(&cfg)
	}
	desk, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if set.tls {
		w.server = httptest.NewTLSServer(desk)
	} else {
		w.server = httptest.NewServer(desk)
	}
	t.Cleanup(w.server.Close)
	return w
}

// person adds a reviewer with the password of all.
func (w *world) person(t testing.TB, name string, roles ...store.ReviewRole) store.Reviewer {
	t.Helper()
	if len(roles) == 0 {
		roles = []store.ReviewRole{store.ReviewerRole}
	}
	r, err := w.accounts.Add(t.Context(), store.Reviewer{Name: name, Roles: roles}, password)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// draw keeps a few photos of damaged products.
func (w *world) draw(t testing.TB, side int) {
	t.Helper()
	for i, of := range []struct {
		product photos.Product
		symptom string
	}{{photos.Chair, photos.Crack}, {photos.Phone, photos.Crack}, {photos.Bottle, photos.Leak}, {photos.Bag, photos.Tear}} {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, photos.Draw(photos.Spec{Seed: uint64(40 + i), Product: of.product, Symptom: of.symptom, Severity: .85, Size: side}), nil); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(out.Bytes())
		digest := "sha256:" + hex.EncodeToString(sum[:])
		w.blobs[digest] = out.Bytes()
		w.pictures = append(w.pictures, digest)
	}
}

// sample is a claim with what the built-in model said of it.
type sample struct {
	Claim      claim.Claim
	Prediction claim.Prediction
}

func samples(t testing.TB) []sample {
	t.Helper()
	data, err := os.ReadFile("../testdata/claims.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	for line := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n") {
		var s sample
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// fill stores n claims that ask for the axes, or for the whole claim without any. The first
// ones rank highest.
func (w *world) fill(t testing.TB, n, looks int, axes ...string) []store.Claim {
	t.Helper()
	list := samples(t)
	var out []store.Claim
	for i := range n {
		s := list[i%len(list)]
		c := s.Claim
		c.ID = fmt.Sprintf("RMA-%04d", 2000+i)
		c.SKU, c.Serial = fmt.Sprintf("DF-%04d", 1200+i%9), fmt.Sprintf("SN26-%06d", 480000+i%7*37)
		c.Context = map[string]any{"batch": "B26-07", "supplier": "Nordmetal", "days_since_delivery": 20 + i, "drawn": true}
		for k := range min(len(w.pictures), 1+i%3) {
			c.Photos = append(c.Photos, w.pictures[(i+k)%len(w.pictures)])
		}
		p := s.Prediction
		item := store.NewReview{Axes: axes, Reasons: []store.ReviewReason{store.ReasonAbstained}, Uncertainty: .5, Cost: 1, Rank: w.first + float64(n-i), Looks: looks,
			Product: c.Product, Lang: c.Lang, Label: fmt.Sprint("l", i%5), Model: p.Model, Suggested: map[string]store.Suggestion{}}
		for axis, a := range p.Axes {
			item.Suggested[axis] = store.Suggestion{Label: a.Label, Probability: a.Probability, Abstained: a.Abstained}
		}
		outcome := store.Outcome{Prediction: p, Reviews: []store.NewReview{item}}
		if c.Text != "" {
			outcome.Vectors = []store.Vector{{Space: textSpace, Values: bag(c.Text)}}
		}
		stored, _, err := w.store.Accept(t.Context(), store.New{Claim: c, Outcome: &outcome})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, stored)
	}
	return out
}

// bag is a text as a small unit vector of hashed words.
func bag(s string) []float32 {
	v := make([]float32, 32)
	for _, w := range strings.Fields(strings.ToLower(s)) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(w))
		v[h.Sum32()%32]++
	}
	var norm float64
	for _, x := range v {
		norm += float64(x) * float64(x)
	}
	for i := range v {
		v[i] /= float32(max(math.Sqrt(norm), 1e-9))
	}
	return v
}

// visitor is a browser without script.
type visitor struct {
	*http.Client
	base string
}

func (w *world) visitor(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := w.server.Client()
	return &visitor{&http.Client{Transport: c.Transport, Jar: jar, Timeout: time.Minute}, w.server.URL}
}

// page is what came back.
type page struct {
	*http.Response
	body string
}

func (v *visitor) read(t testing.TB, r *http.Response, err error) page {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r.Body); err != nil {
		t.Fatal(err)
	}
	return page{r, b.String()}
}

func (v *visitor) get(t testing.TB, path string) page {
	t.Helper()
	r, err := v.Get(v.base + path)
	return v.read(t, r, err)
}

func (v *visitor) post(t testing.TB, path string, form url.Values) page {
	t.Helper()
	r, err := v.PostForm(v.base+path, form)
	return v.read(t, r, err)
}

func (v *visitor) signIn(t testing.TB, name string) {
	t.Helper()
	p := v.post(t, "/review/sign-in", url.Values{"name": {name}, "password": {password}})
	if p.StatusCode != 200 || p.Request.URL.Path != "/review/" {
		t.Fatalf("signing in led to %s with %d: %s", p.Request.URL, p.StatusCode, p.body)
	}
}

// form gives the hidden fields of the item's form, and its path.
func (p page) form(t testing.TB) (path string, fields url.Values) {
	t.Helper()
	path = p.Request.URL.Path
	_, rest, ok := strings.Cut(p.body, `name="version" value="`)
	if !ok {
		t.Fatalf("no item at %s: %s", p.Request.URL, p.body)
	}
	version, _, _ := strings.Cut(rest, `"`)
	return path, url.Values{"version": {version}}
}

func (p page) has(t testing.TB, want ...string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(p.body, s) {
			t.Errorf("%s %d lacks %q: %s", p.Request.URL, p.StatusCode, s, words(p.body))
		}
	}
}

var markup = regexp.MustCompile(`(?s)<[^>]*>|\s+`)

// words is the beginning of a page's text.
func words(body string) string {
	text := strings.Join(strings.Fields(markup.ReplaceAllString(body, " ")), " ")
	return text[:min(len(text), 500)]
}
