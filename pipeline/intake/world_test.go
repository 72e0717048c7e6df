package intake_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"image"
	"image/png"
	"sync"
	"testing"
	"time"

	"github.com/disintegration/imaging"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	drawn "github.com/defekt/defekt/datasets/simulate/codes"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/serial"
	"github.com/defekt/defekt/pipeline/serial/codes"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/trace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is the clock of the tests.
var noon = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)

// eyes read photos, each once: that takes a while, and what a photo says is the same for both
// stores.
type eyes struct {
	reader *codes.Reader
	known  map[[32]byte]codes.Result
}

// Read gives the codes on a photo.
func (e eyes) Read(ctx context.Context, img image.Image) (codes.Result, error) {
	key := sha256.Sum256(img.(*raster.Image).Pix)
	if r, ok := e.known[key]; ok {
		return r, nil
	}
	r, err := e.reader.Read(ctx, img)
	e.known[key] = r
	return r, err
}

// onBoth runs a test on both stores.
func onBoth(t *testing.T, test func(t *testing.T, w *world)) {
	// A clock that stands still: what is read does not depend on how busy the machine is.
	reader, err := codes.New(codes.Config{Now: func() time.Time { return noon }, MaxTries: 100})
	if err != nil {
		t.Fatal(err)
	}
	e := eyes{reader, map[[32]byte]codes.Result{}}
	newWorld := func(t *testing.T, s store.Store) *world { return newWorld(t, s, e) }
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlite.OpenDB(t.Context(), t.TempDir()+"/defekt.db")
		if err != nil {
			t.Fatal(err)
		}
		if err := sqlite.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		test(t, newWorld(t, sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }, Now: func() time.Time { return noon }})))
	})
	t.Run("postgres", func(t *testing.T) {
		pool, err := postgres.OpenPool(t.Context(), postgrestest.Migrated(t))
		if err != nil {
			t.Fatal(err)
		}
		test(t, newWorld(t, postgres.New(pool, postgres.Config{Enqueue: func(context.Context, pgx.Tx, []store.Job) error { return nil }, Now: func() time.Time { return noon }})))
	})
}

// known is the serial of a unit that every world knows; the codes of some drawn photos say it.
const known = "CW2615-934059"

// world is a store with a unit and its terms, and photos by reference.
type world struct {
	t       *testing.T
	store   store.Store
	photos  photos
	eyes    eyes
	seen    []intake.Status
	results []intake.Result
}

func newWorld(t *testing.T, s store.Store, e eyes) *world {
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{t: t, store: s, photos: photos{}, eyes: e}
	w.units(store.Unit{
		Serial: known, SKU: "K-1", Batch: "B-9", MadeAt: noon.AddDate(0, 0, -200), SoldAt: noon.AddDate(0, 0, -100),
		Lots: []store.LotRef{{Component: "hinge", Code: "L-17", Supplier: "ACME"}},
	})
	terms, err := store.RecordOf(store.RecordTerms, trace.DefaultTermsID, store.Terms{Months: 24})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutRecords(t.Context(), []store.Record{terms}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) units(list ...store.Unit) {
	w.t.Helper()
	if _, err := w.store.PutUnits(w.t.Context(), list); err != nil {
		w.t.Fatal(err)
	}
}

// intake ties claims to the units of the world; change may alter its configuration.
func (w *world) intake(set serial.Rules) *intake.Intake {
	w.t.Helper()
	tracer, err := trace.NewTracer(trace.TracerConfig{Units: w.store, Claims: w.store, Issues: trace.AlarmIssues{From: w.store}, Now: func() time.Time { return noon }})
	if err != nil {
		w.t.Fatal(err)
	}
	in, err := intake.New(intake.Config{Units: w.store, Readings: w.store, Tracer: tracer, Rules: set,
		Observe: func(s intake.Status) { w.seen = append(w.seen, s) }, Now: func() time.Time { return noon }})
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

func (w *world) reader(set serial.Rules) *intake.Reader {
	w.t.Helper()
	decoder, err := photo.New(photo.Config{WithoutTurboJPEG: true})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(decoder.Close)
	r, err := intake.NewReader(intake.ReaderConfig{Claims: w.store, Units: w.store, Photos: w.photos, Decoder: decoder, Codes: w.eyes, Rules: set,
		Observe: func(r intake.Result) { w.results = append(w.results, r) }, Now: func() time.Time { return noon }})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// done stores a claim with its labels.
func (w *world) done(c claim.Claim) store.Claim {
	w.t.Helper()
	got, _, err := w.store.Accept(w.t.Context(), store.New{Claim: c, Outcome: &store.Outcome{
		Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{"symptom": {Label: "crack_break", Probability: 0.9}}},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// read gives a claim as it is kept now.
func (w *world) read(id string) store.Claim {
	w.t.Helper()
	c, err := w.store.Claim(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// draw puts a drawn photo of a code and gives its reference and what it says.
func (w *world) draw(seed uint64, kind drawn.Kind) (ref, text string) {
	w.t.Helper()
	ref = fmt.Sprintf("%s-%d", kind, seed)
	made, ok := drawings.Load(ref)
	if !ok {
		s, err := drawn.Draw(seed, kind, drawn.Clean)
		if err != nil {
			w.t.Fatal(err)
		}
		var out bytes.Buffer
		e := png.Encoder{CompressionLevel: png.NoCompression}
		if err := e.Encode(&out, imaging.Resize(s.Image, drawn.Width/2, 0, imaging.Box)); err != nil {
			w.t.Fatal(err)
		}
		made, _ = drawings.LoadOrStore(ref, drawing{out.Bytes(), s.Text})
	}
	d := made.(drawing)
	w.photos[ref] = d.png
	return ref, d.text
}

// drawings keeps photos by reference, small ones: under the race detector drawing and reading
// them is what takes the time.
var drawings sync.Map

type drawing struct {
	png  []byte
	text string
}

// photos are bytes by reference; one that is nil is away with its store.
type photos map[string][]byte

// Read gives a photo.
func (p photos) Read(_ context.Context, ref string, _ int64) ([]byte, error) {
	data, ok := p[ref]
	switch {
	case !ok:
		return nil, claim.Problem{Code: claim.CodePhotoMissing, Message: "there is no such photo"}
	case data == nil:
		return nil, claim.Problem{Code: claim.CodePhotoStore, Message: "the store of photos does not answer"}
	}
	return data, nil
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
