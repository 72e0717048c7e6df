package world_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/taxonomy"
)

// draw gives a small world, its batches and its truth.
func draw(t *testing.T, cfg world.Config) (*world.World, []*world.Batch, world.Truth) {
	t.Helper()
	w, err := world.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tally := w.NewTally()
	var batches []*world.Batch
	for i := range w.Batches() {
		b := w.Batch(i)
		tally.Add(b)
		batches = append(batches, b)
	}
	return w, batches, tally.Truth()
}

func TestWorldAddsUp(t *testing.T) {
	cfg := world.Small(3)
	w, batches, truth := draw(t, cfg)
	if truth.Units != cfg.Units || len(batches) != cfg.Batches || len(truth.Planted) != cfg.Defects {
		t.Errorf("%d units in %d batches with %d defects, want %+v", truth.Units, len(batches), len(truth.Planted), cfg)
	}
	start, _, end := w.Period()
	skus, suppliers := map[string]bool{}, map[string]bool{}
	for _, b := range batches {
		skus[b.SKU] = true
		next := 0
		for _, c := range b.Cohorts {
			if c.First != next || c.Units < 1 || len(c.Lots) != 3 || c.Shipped < b.Made || c.Sold < c.Shipped {
				t.Fatalf("batch %s made %s has the cohort %+v after unit %d", b.Code, b.Made, c, next)
			}
			next += c.Units
			for _, l := range c.Lots {
				suppliers[l.Supplier] = true
			}
		}
		for _, c := range b.Claims {
			of := b.Cohorts[c.Cohort]
			if c.Unit < of.First || c.Unit >= of.First+of.Units || c.Failed < of.Sold || c.Failed >= of.Sold+world.Warranty || c.Reported < c.Failed || c.Reported >= end || c.Failed < start {
				t.Fatalf("claim %+v of cohort %+v", c, of)
			}
		}
	}
	if len(skus) != cfg.SKUs || len(suppliers) > cfg.Suppliers {
		t.Errorf("%d SKUs and %d suppliers", len(skus), len(suppliers))
	}
}

// TestSameHealthyClaims: planting changes nothing but what it adds.
func TestSameHealthyClaims(t *testing.T) {
	cfg := world.Small(5)
	_, with, truth := draw(t, cfg)
	cfg.Defects = 0
	_, without, _ := draw(t, cfg)
	caused := 0
	for i := range with {
		n := 0
		for _, c := range with[i].Claims {
			if c.Defect >= 0 {
				caused++
				continue
			}
			if n >= len(without[i].Claims) || without[i].Claims[n] != c {
				t.Fatalf("batch %d: claim %+v is not of the healthy world", i, c)
			}
			n++
		}
		if n != len(without[i].Claims) {
			t.Errorf("batch %d has %d healthy claims, %d without defects", i, n, len(without[i].Claims))
		}
	}
	sum := 0
	for _, p := range truth.Planted {
		sum += p.Claims
	}
	if caused == 0 || caused != sum {
		t.Errorf("%d claims were caused, the truth says %d", caused, sum)
	}
}

// TestDefectsMultiply compares the claims of affected units with the truth's ratio, over worlds.
func TestDefectsMultiply(t *testing.T) {
	n, want := 0.0, 0.0
	for seed := range uint64(30) {
		cfg := world.Small(seed)
		_, batches, truth := draw(t, cfg)
		for i, p := range truth.Planted {
			if p.Kind != world.KindBatch || p.Units == 0 {
				continue
			}
			for _, b := range batches {
				if b.Code != p.Name {
					continue
				}
				healthy, all := 0.0, 0.0
				for _, c := range b.Claims {
					all++
					if c.Defect != i {
						healthy++
					}
				}
				n += all
				want += healthy * p.Ratio
			}
		}
	}
	if n < 100 || math.Abs(n/want-1) > 0.25 {
		t.Errorf("affected batches have %.0f claims, their ratios say %.0f", n, want)
	}
}

func TestConfusionIsProper(t *testing.T) {
	rates := world.Confusion()
	tree := taxonomy.Starter()
	for i, row := range rates {
		sum := 0.0
		for _, r := range row {
			sum += r
			if r < 0 {
				t.Errorf("row %d is %v", i, row)
			}
		}
		if math.Abs(sum-1) > 1e-9 || row[i] < 0.75 || row[i] > 0.98 {
			t.Errorf("%s is called right in %.2f and all in %.3f", world.Labels()[i], row[i], sum)
		}
		if !tree.Valid(world.Axis, world.Labels()[i]) {
			t.Errorf("the starter taxonomy has no %s %s", world.Axis, world.Labels()[i])
		}
	}
}

func TestWriteSameBytes(t *testing.T) {
	for _, f := range []world.Format{world.CSV, world.JSONL} {
		one, all := t.TempDir(), t.TempDir()
		was := runtime.GOMAXPROCS(1)
		write(t, one, f)
		runtime.GOMAXPROCS(max(4, was))
		write(t, all, f)
		runtime.GOMAXPROCS(was)
		for _, name := range []string{f.UnitsFile(), world.ClaimsFile, world.PredictionsFile, world.TruthFile} {
			a, b := read(t, one, name), read(t, all, name)
			if len(a) == 0 || !bytes.Equal(a, b) {
				t.Errorf("%s: %d bytes on one core, %d on four, or others", name, len(a), len(b))
			}
		}
	}
}

func write(t *testing.T, dir string, f world.Format) world.Truth {
	t.Helper()
	w, err := world.New(world.Small(11))
	if err != nil {
		t.Fatal(err)
	}
	truth, err := w.Write(context.Background(), dir, f)
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFilesAreRead(t *testing.T) {
	dir := t.TempDir()
	truth := write(t, dir, world.CSV)
	rows, err := csv.NewReader(bytes.NewReader(read(t, dir, "units.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows)-1 != truth.Units || rows[0][0] != "serial" || !strings.HasPrefix(rows[0][len(rows[0])-1], "lot:") {
		t.Errorf("%d rows under %v, want %d units", len(rows)-1, rows[0], truth.Units)
	}
	set, err := datasets.Open(filepath.Join(dir, world.ClaimsFile), datasets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for c, err := range set.Claims(context.Background()) {
		if err != nil || c.Labels[world.Axis] == "" || c.Serial == "" || len(c.Text) < 10 || len(c.Problems) > 0 {
			t.Fatalf("claim %+v (%v)", c, err)
		}
		n++
	}
	if n != truth.Claims {
		t.Errorf("%d claims are read, %d were made", n, truth.Claims)
	}
	var kept world.Truth
	if err := json.Unmarshal(read(t, dir, world.TruthFile), &kept); err != nil || len(kept.Planted) != len(truth.Planted) {
		t.Errorf("truth.json has %d defects (%v)", len(kept.Planted), err)
	}
}

func TestSeason(t *testing.T) {
	for _, c := range []struct {
		year, month int
		want        string
	}{{2024, 1, "winter 2024"}, {2024, 12, "winter 2025"}, {2024, 3, "spring 2024"}, {2024, 8, "summer 2024"}, {2024, 11, "autumn 2024"}} {
		name, first, next := world.Season(world.DayOf(c.year, c.month, 15))
		if name != c.want || next-first < 89 || next-first > 92 || first > world.DayOf(c.year, c.month, 15) || next <= world.DayOf(c.year, c.month, 15) {
			t.Errorf("month %d of %d is in %s from %s to %s", c.month, c.year, name, first, next)
		}
	}
}

func TestRefuses(t *testing.T) {
	for name, change := range map[string]func(*world.Config){
		"units":     func(c *world.Config) { c.Units = world.MaxUnits + 1 },
		"batches":   func(c *world.Config) { c.Batches = 3 },
		"suppliers": func(c *world.Config) { c.Suppliers = 9 },
		"defects":   func(c *world.Config) { c.Defects = -1 },
		"years":     func(c *world.Config) { c.Years = world.MaxYears + 1 },
		"scatter":   func(c *world.Config) { c.Scatter = 2 },
		"no room":   func(c *world.Config) { c.Quiet = 3*365 - 100 },
		"too many":  func(c *world.Config) { c.Defects = world.MaxDefects },
	} {
		cfg := world.Small(1)
		change(&cfg)
		if _, err := world.New(cfg); !errors.Is(err, world.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w, err := world.New(world.Small(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(context.Background(), t.TempDir(), "xml"); !errors.Is(err, world.ErrConfig) {
		t.Errorf("another format: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := w.Write(ctx, t.TempDir(), world.CSV); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

// BenchmarkWorld draws a full world of two million units.
func BenchmarkWorld(b *testing.B) {
	for b.Loop() {
		w, err := world.New(world.Config{Seed: 1, Defects: 30})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := w.Write(context.Background(), b.TempDir(), world.CSV); err != nil {
			b.Fatal(err)
		}
	}
}
