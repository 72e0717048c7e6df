package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func scale(v []float32, sum float64) {
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
}

func testStore(t *testing.T) *Store {
	t.Helper()
	db, err := OpenDB(t.Context(), filepath.Join(t.TempDir(), "defekt.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s := New(db, Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestNearestIsExact compares with sorting everything, over more than one block, with ties,
// several vectors a claim, filters on both sides of few, and erasures. The dimension is no
// multiple of what rows are padded to.
func TestNearestIsExact(t *testing.T) {
	const dim, claims = 21, 1500
	s := testStore(t)
	s.limits = limits{few: 300, best: 100}
	rng := rand.New(rand.NewPCG(1, 1))
	type known struct {
		id, product, sku string
		vectors          [][]float32
	}
	all := map[string]known{}
	pool := make([][]float32, 50) // few different vectors: many ties
	for i := range pool {
		pool[i] = randomUnit(rng, dim)
	}
	err := s.write(t.Context(), func(tx *sql.Tx) error {
		for range claims {
			k := known{product: [2]string{"broad", "other"}[min(rng.IntN(5), 1)], sku: fmt.Sprint(rng.IntN(20))}
			if rng.IntN(5) > 0 {
				k.product = "broad"
			}
			o := store.Outcome{}
			for range 1 + rng.IntN(2) {
				v := pool[rng.IntN(len(pool))]
				k.vectors = append(k.vectors, v)
				o.Vectors = append(o.Vectors, store.Vector{Space: "s", Values: v})
			}
			var err error
			if k.id, err = s.insert(t.Context(), tx, store.New{Claim: claim.Claim{ID: "x", Product: k.product, SKU: k.sku}, Outcome: &o}); err != nil {
				return err
			}
			all[k.id] = k
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	expect := func(q store.Near) (ids []string) {
		type scored struct {
			id    string
			score float64
		}
		var list []scored
		for id, k := range all {
			if id == q.Except || q.Filter.Product != "" && q.Filter.Product != k.product || q.Filter.SKU != "" && q.Filter.SKU != k.sku {
				continue
			}
			best := math.Inf(-1)
			for _, v := range k.vectors {
				var dot float64
				for i := range v {
					dot += float64(v[i]) * float64(q.Vector[i])
				}
				best = max(best, math.Round(dot*1e5))
			}
			list = append(list, scored{id, best})
		}
		slices.SortFunc(list, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id)) })
		for _, l := range list[:min(q.K, len(list))] {
			ids = append(ids, l.id)
		}
		return ids
	}
	filters := []store.Filter{{}, {Product: "broad"}, {SKU: "7"}, {Product: "broad", SKU: "8"}, {Product: "none"}}
	for round := range 60 {
		q := store.Near{Space: "s", Vector: randomUnit(rng, dim), K: 1 + rng.IntN(store.MaxNear), Filter: filters[round%len(filters)]}
		if q.Except = expect(store.Near{Vector: q.Vector, K: 1})[0]; round%2 == 0 {
			q.Except = ""
		}
		got, err := s.Nearest(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, h := range got.Hits {
			ids = append(ids, h.ID)
		}
		if want := expect(q); !slices.Equal(ids, want) {
			t.Fatalf("round %d, %d wanted, filter %+v (-want +got):\n%s", round, q.K, q.Filter, diff.Diff(want, ids))
		}
		if len(ids) > 0 {
			if _, err := s.Erase(t.Context(), ids[0], "test"); err != nil {
				t.Fatal(err)
			}
			delete(all, ids[0])
		}
	}
	m := s.matrices[1]
	vectors := 0
	for _, k := range all {
		vectors += len(k.vectors)
	}
	// The last erasure is not seen yet.
	if n := len(m.owners); n < vectors || n > vectors+2 || len(m.rows) != n {
		t.Errorf("%d rows, %d known by vector, want about %d", n, len(m.rows), vectors)
	}
}

// TestBroadFilterFarAway: a broad filter whose claims are all far from the vector, so that
// asking about the best ones is not enough.
func TestBroadFilterFarAway(t *testing.T) {
	const claims = 300
	s := testStore(t)
	s.limits = limits{few: 100, best: 30}
	err := s.write(t.Context(), func(tx *sql.Tx) error {
		for i := range claims {
			n := store.New{Claim: claim.Claim{ID: "x", Product: "far"}, Outcome: &store.Outcome{Vectors: []store.Vector{{Space: "s", Values: []float32{-1, 0}}}}}
			if i%6 == 0 {
				n.Claim.Product, n.Outcome.Vectors[0].Values = "near", []float32{1, 0}
			}
			if _, err := s.insert(t.Context(), tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Nearest(t.Context(), store.Near{Space: "s", Vector: []float32{1, 0}, K: 7, Filter: store.Filter{Product: "far"}})
	if err != nil || len(got.Hits) != 7 || !got.Exact || got.Truncated {
		t.Errorf("%d hits, exact %v, truncated %v, %v", len(got.Hits), got.Exact, got.Truncated, err)
	}
}

// TestNearestWhileOthersWrite is for the race detector, and for hits that come twice.
func TestNearestWhileOthersWrite(t *testing.T) {
	s := testStore(t)
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 1))
			for i := range 40 {
				o := store.Outcome{Vectors: []store.Vector{{Space: "s", Values: randomUnit(rng, 8)}}}
				c, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{ID: "x"}, Outcome: &o})
				if err == nil && i%3 == 0 {
					_, err = s.Erase(t.Context(), c.ID, "test")
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 2))
			for range 60 {
				got, err := s.Nearest(t.Context(), store.Near{Space: "s", Vector: randomUnit(rng, 8), K: 20})
				if err != nil {
					t.Error(err)
				}
				seen := map[string]bool{}
				for _, h := range got.Hits {
					if seen[h.ID] {
						t.Errorf("claim %s came twice", h.ID)
					}
					seen[h.ID] = true
				}
			}
		})
	}
	wg.Wait()
}

// TestEraseClearsMemory: what is erased does not stay in the matrix either.
func TestEraseClearsMemory(t *testing.T) {
	s := testStore(t)
	value := func(i int) float32 { return 0.8 + 0.1*float32(i) } // apart, and of a length near 1
	var ids []string
	for i := range 3 {
		o := store.Outcome{Vectors: []store.Vector{{Space: "s", Values: []float32{value(i), 0}}}}
		c, _, err := s.Accept(t.Context(), store.New{Claim: claim.Claim{ID: "x"}, Outcome: &o})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	q := store.Near{Space: "s", Vector: []float32{1, 0}, K: 5}
	for n, id := range ids {
		if _, err := s.Nearest(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Erase(t.Context(), id, "test"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Nearest(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		for r := range 3 {
			if v := s.matrices[1].row(r)[0]; v == value(n) || r >= 2-n && v != 0 {
				t.Errorf("after erasure %d, row %d holds %v", n, r, v)
			}
		}
	}
}
