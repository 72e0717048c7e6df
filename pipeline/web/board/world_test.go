package board

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"image/jpeg"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/datasets/simulate/photos"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/reviewtest"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/trace"
	"github.com/defekt/defekt/taxonomy"
)

// world is a brand that sells kettles. Their lids hang on hinges of two suppliers; ACME's lot L-17
// is brittle. It is watched, and pages are served over what was found.
type world struct {
	*testing.T
	store   store.Store
	blobs   blobs
	watch   *surveillance.Watch
	board   *Server
	server  *httptest.Server
	log     *looktest.Log
	rng     *rand.Rand
	mu      sync.Mutex
	clock   time.Time
	bad     []store.Claim // claims about the lot
	decided string        // the serial whose claim a person decided
	person  store.Reviewer
}

const (
	badLot   = "L-17|hinge|ACME"
	space    = "text.static@0123456789ab"
	badUnits = 300
	units    = 700 // of each good lot
	prices   = 2490
)

var (
	made  = time.Date(2025, 6, 2, 0, 0, 0, 0, time.UTC)
	today = time.Date(2026, 2, 2, 9, 0, 0, 0, time.UTC)
)

// blobs keeps photos in memory.
type blobs map[string][]byte

func (b blobs) Read(_ context.Context, digest string, _ int64) ([]byte, error) {
	data, ok := b[digest]
	if !ok {
		return nil, store.ErrNotFound
	}
	return data, nil
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) at(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = t
}

// newWorld fills a store, watches it and serves the pages; change, if not nil, changes their
// settings.
func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	w := emptyWorld(t)
	w.fill()
	w.at(today)
	if _, err := w.watch.Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.serve(change)
	return w
}

func emptyWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, blobs: blobs{}, log: new(looktest.Log), rng: rand.New(rand.NewPCG(17, 17)), clock: today}
	db, err := sqlite.OpenDB(t.Context(), filepath.Join(t.TempDir(), "d.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	w.store = sqlite.New(db, sqlite.Config{Now: w.now, Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() { w.store.Close() })
	if w.watch, err = surveillance.New(surveillance.Config{Store: w.store, Space: space, Now: w.now}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) serve(change func(*Config)) {
	w.Helper()
	decoder, err := photo.New(photo.Config{})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(decoder.Close)
	tracer, err := trace.NewTracer(trace.TracerConfig{Units: w.store, Claims: w.store, Issues: trace.AlarmIssues{From: w.store}, Now: w.now})
	if err != nil {
		w.Fatal(err)
	}
	cfg := Config{Store: w.store, Watch: w.watch, Units: tracer, Blobs: w.blobs, Decoder: decoder, Guard: Admit(Admission{Keys: func(next http.Handler) http.Handler { return next }, KeyName: func(*http.Request) string { return "anna" }}),
		Issuer: "Kettles Ltd", Now: w.now, Patience: 30 * time.Second, Log: slog.New(slog.NewTextHandler(w.log, nil))}
	if change != nil {
		change(&cfg)
	}
	if w.board, err = New(cfg); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(w.board.Close)
	w.server = httptest.NewServer(w.board)
	w.Cleanup(w.server.Close)
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// fill imports units, master data, claims with photos, costs, an inspection and a decision.
func (w *world) fill() {
	w.Helper()
	ctx := w.Context()
	w.records()
	var list []store.Unit
	add := func(prefix string, n, shift int, lot store.LotRef) {
		for i := range n {
			sold := made.AddDate(0, 0, 20+w.rng.IntN(90))
			u := store.Unit{Serial: fmt.Sprintf("%s-%04d", prefix, i), SKU: "K-1", Batch: fmt.Sprintf("B-%d", 1+(i+shift)%3), Plant: "Turku", MadeAt: made, Lots: []store.LotRef{lot, {Component: "heater", Code: "H-1", Supplier: "WARM"}}, Warehouse: "W-1", ShippedAt: made.AddDate(0, 0, 10),
				Channel: "shop 3", SoldAt: sold, Customer: fmt.Sprintf("cu-%s-%d", prefix, i), Contact: "email", Country: "FI"}
			if i%10 == 9 { // the tenth of each is still on the shelf
				u.SoldAt, u.Customer, u.Contact, u.Channel, u.ShippedAt = time.Time{}, "", "", "", time.Time{}
			}
			list = append(list, u)
		}
	}
	add("BAD", badUnits, 0, store.LotRef{Component: "hinge", Code: "L-17", Supplier: "ACME"})
	add("GOOD", units, 1, store.LotRef{Component: "hinge", Code: "L-18", Supplier: "ACME"})
	add("BOLT", units, 2, store.LotRef{Component: "hinge", Code: "X-1", Supplier: "BOLT"})
	list[3].ReplacedBy, list[3].GoneAt, list[3].Gone = "BAD-0004", list[3].SoldAt.AddDate(0, 2, 0), "replaced"
	must[store.Written](w)(w.store.PutUnits(ctx, list))
	must[store.Written](w)(w.store.PutInspections(ctx, []store.Inspection{{ID: "i1", On: store.Group{Kind: store.GroupLot, Name: badLot}, At: made.AddDate(0, 0, -9), Checked: 40, Failed: 3, Result: "pass", Defect: "hairline cracks", By: "goods in"}}))
	w.claims(list)
}

func (w *world) records() {
	w.Helper()
	record := must[store.Record](w)
	must[store.Written](w)(w.store.PutRecords(w.Context(), []store.Record{
		record(store.RecordOf(store.RecordSupplier, "ACME", store.Supplier{Name: "Acme Hinges Oy", Contact: "claims@acme.example", Country: "FI"})),
		record(store.RecordOf(store.RecordSupplier, "BOLT", store.Supplier{Name: "Bolt & Sons"})),
		record(store.RecordOf(store.RecordProduct, "K-1", store.Product{Name: "Kettle, large", Recall: store.Money{Minor: 1850, Currency: "EUR"}, Price: store.Money{Minor: 7900, Currency: "EUR"}})),
		record(store.RecordOf(store.RecordTerms, "default", store.Terms{Months: 24})),
		record(store.RecordOf(store.RecordWarehouse, "W-1", store.Warehouse{Name: "Harbour", Country: "FI"})),
	}))
}

// bad says whether a unit has the brittle hinge.
func bad(u store.Unit) bool { return strings.HasPrefix(u.Serial, "BAD-") }

// claims reports broken hinges in the order of time, up to today.
func (w *world) claims(list []store.Unit) {
	w.Helper()
	type report struct {
		u  store.Unit
		at time.Time
	}
	var all []report
	for _, u := range list {
		share := map[bool]float64{true: 0.22, false: 0.03}[bad(u)]
		if u.SoldAt.IsZero() || w.rng.Float64() >= share && u.Serial != "BAD-0003" && u.Serial != "BAD-0004" {
			continue
		}
		if at := u.SoldAt.Add(time.Duration(1+w.rng.IntN(200*24)) * time.Hour); at.Before(today) {
			all = append(all, report{u, at})
		}
	}
	slices.SortFunc(all, func(a, b report) int { return a.at.Compare(b.at) })
	w.draw()
	for i, r := range all {
		w.claim(i, r.u, r.at)
	}
	w.cluster()
}

var said = []string{"The lid came off in my hand, the hinge is broken clean through.", "Hinge cracked after a few weeks, steam comes out at the back.", "Deckel abgebrochen, das Scharnier ist gerissen.", "The plastic of the hinge split; boiling water ran over my fingers."}

// claim reports one, with a photo and a repair; the first about the lot is decided by a person.
func (w *world) claim(i int, u store.Unit, at time.Time) {
	w.Helper()
	ctx := w.Context()
	w.at(at)
	axis := func(label string) claim.AxisPrediction { return claim.AxisPrediction{Label: label, Probability: 0.9} }
	severity := []string{"major", "minor", "major", "critical"}[i%4]
	p := claim.Prediction{ID: "ref", Model: "sha256:m", Taxonomy: "starter@1", Axes: map[string]claim.AxisPrediction{"symptom": axis("crack_break"), "component": axis("hinge"), "severity": axis(severity)}}
	out := &store.Outcome{Prediction: p}
	first := bad(u) && w.decided == ""
	if first {
		out.Reviews = []store.NewReview{{Axes: []string{"severity"}, Reasons: []store.ReviewReason{store.ReasonAbstained}, Looks: 1, Rank: 1, Model: p.Model, Suggested: map[string]store.Suggestion{"severity": {Label: severity, Probability: 0.9}}}}
	}
	var pictures []string
	for digest := range w.blobs {
		pictures = append(pictures, digest)
	}
	slices.Sort(pictures)
	lang := "en"
	if i%len(said) == 2 {
		lang = "de"
	}
	c, _, err := w.store.Accept(ctx, store.New{Claim: claim.Claim{ID: "ref-" + u.Serial, Text: said[i%len(said)], Lang: lang, Product: "Kettle", SKU: u.SKU, Serial: u.Serial, ReceivedAt: at, Photos: []string{pictures[i%len(pictures)]}, Context: map[string]any{"drawn": true}}, Outcome: out})
	if err != nil {
		w.Fatal(err)
	}
	if bad(u) {
		w.bad = append(w.bad, c)
	}
	must[store.Written](w)(w.store.PutCosts(ctx, []store.Cost{{ID: "cost-" + u.Serial, Serial: u.Serial, SKU: u.SKU, Claim: c.ID, At: at.AddDate(0, 0, 1), Kind: "repair", Amount: store.Money{Minor: prices, Currency: "EUR"}}}))
	if first {
		w.decide(u.Serial)
	}
}

// decide lets a reviewer settle the claim that waits.
func (w *world) decide(serial string) {
	w.Helper()
	accounts := review.NewAccounts(review.AccountsConfig{Reviewers: w.store, Hash: review.HashConfig{MemoryKiB: 64, Passes: 1}, Now: w.now})
	w.person = must[store.Reviewer](w)(accounts.Add(w.Context(), store.Reviewer{Name: "cleo", Roles: []store.ReviewRole{store.AdjudicatorRole, store.ReviewerRole}}, "correct horse battery"))
	queue := review.New(review.Config{Reviews: w.store, Claims: w.store, Versions: reviewtest.Versions(w, w.store, taxonomy.Starter()), KnownShare: -1, SliceShare: -1, Seed: 1, Now: w.now})
	task := must[review.Task](w)(queue.Next(w.Context(), w.person))
	must[store.ReviewDecision](w)(queue.Submit(w.Context(), w.person, review.Answer{Item: task.Item, Version: task.Version, Labels: map[string]string{"severity": "critical"}}))
	w.decided = serial
}

// draw keeps a few photos of damaged products.
func (w *world) draw() {
	w.Helper()
	for i, of := range []photos.Product{photos.Chair, photos.Phone, photos.Bottle} {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, photos.Draw(photos.Spec{Seed: uint64(40 + i), Product: of, Symptom: photos.Crack, Severity: .85, Size: 240}), nil); err != nil {
			w.Fatal(err)
		}
		sum := sha256.Sum256(out.Bytes())
		w.blobs["sha256:"+hex.EncodeToString(sum[:])] = out.Bytes()
	}
}

// cluster puts the claims about the lot into one cluster.
func (w *world) cluster() {
	w.Helper()
	id := uuid.Must(uuid.NewV7()).String()
	c := store.ClusterChange{Put: []store.Cluster{{ID: id, Space: space, Terms: []string{"hinge", "lid", "broken"}, Size: len(w.bad), Centroid: []float32{1}, CreatedAt: today, UpdatedAt: today}}, Member: map[string]string{}}
	for _, b := range w.bad {
		c.Member[b.ID] = id
	}
	if err := w.store.ChangeClusters(w.Context(), space, c); err != nil {
		w.Fatal(err)
	}
}

// alarm is the one about the lot.
func (w *world) alarm() store.Alarm {
	w.Helper()
	list := must[[]store.Alarm](w)(w.store.Alarms(w.Context(), store.AlarmFilter{Kind: "lot", Name: badLot, Limit: 10}))
	if len(list) == 0 {
		all := must[[]store.Alarm](w)(w.store.Alarms(w.Context(), store.AlarmFilter{Limit: 10}))
		for _, a := range all {
			w.Logf("%+v %s", a.Cause, a.Facts.Explanation)
		}
		w.Fatal("the watch did not find the lot")
	}
	return list[0]
}

// reply is what came back.
type reply struct {
	*http.Response
	body string
}

func (w *world) do(r *http.Request) reply {
	w.Helper()
	res, err := w.server.Client().Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		w.Fatal(err)
	}
	return reply{res, b.String()}
}

func (w *world) get(path string) reply {
	w.Helper()
	return w.do(must[*http.Request](w)(http.NewRequestWithContext(w.Context(), http.MethodGet, w.server.URL+path, nil)))
}

func (w *world) post(path string, form url.Values) reply {
	w.Helper()
	r := must[*http.Request](w)(http.NewRequestWithContext(w.Context(), http.MethodPost, w.server.URL+path, strings.NewReader(form.Encode())))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(r)
}
