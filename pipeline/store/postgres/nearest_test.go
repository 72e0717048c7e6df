package postgres_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
)

// sphere fills a store with claims whose vectors lie all over a sphere in 8 dimensions, three
// to a claim close together; a few percent, far from direction(0), are of the SKU "opposite".
func sphere(t *testing.T, s *postgres.Store, claims int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range claims {
		centre := make([]float32, 8)
		for j := range centre {
			centre[j] = float32(rng.NormFloat64())
		}
		var vectors []store.Vector
		for range 3 {
			v := slices.Clone(centre)
			for j := range v {
				v[j] += 0.01 * float32(rng.NormFloat64())
			}
			vectors = append(vectors, store.Vector{Space: "sphere", Values: unit(v)})
		}
		sku := "other"
		if unit(centre)[0] < -0.6 {
			sku = "opposite"
		}
		accept(t, s, store.New{Claim: claim.Claim{ID: fmt.Sprint(i), SKU: sku}, Outcome: &store.Outcome{Vectors: vectors}})
	}
}

func direction(angle float64) []float32 {
	v := make([]float32, 8)
	v[0], v[1] = float32(math.Cos(angle)), float32(math.Sin(angle))
	return v
}

// indexed is a store that uses the index as soon as it can.
func indexed(pool *pgxpool.Pool, search postgres.Search) *postgres.Store {
	search.IndexFrom, search.ExactRows = 100, 10
	return postgres.New(pool, postgres.Config{Search: search})
}

func TestNearestThroughTheIndex(t *testing.T) {
	exact, pool := open(t, postgres.Config{})
	sphere(t, exact, 400)
	ask := func(i int) store.Near { return store.Near{Space: "sphere", Vector: direction(float64(i)), K: 10} }
	var wanted []store.Neighbours // while there is no index yet
	for i := range 20 {
		want, err := exact.Nearest(t.Context(), ask(i))
		if err != nil || !want.Exact || len(want.Hits) != 10 {
			t.Fatalf("exact: %+v, %v", want, err)
		}
		wanted = append(wanted, want)
	}
	s := indexed(pool, postgres.Search{})
	if made, err := s.Maintain(t.Context()); err != nil || len(made) != 1 {
		t.Fatalf("Maintain made %q, %v", made, err)
	}
	for i, want := range wanted {
		got, err := s.Nearest(t.Context(), ask(i))
		if err != nil || got.Exact || got.Truncated || len(got.Hits) != 10 {
			t.Fatalf("through the index: %+v, %v", got, err)
		}
		ids := map[string]bool{}
		for _, h := range got.Hits {
			ids[h.ID] = true
		}
		if len(ids) != 10 {
			t.Errorf("a claim came twice: %v", got.Hits)
		}
		if !slices.IsSortedFunc(got.Hits, func(a, b store.Neighbour) int {
			if a.Score > b.Score || a.Score == b.Score && a.ID < b.ID {
				return -1
			}
			return 1
		}) {
			t.Errorf("not in order: %v", got.Hits)
		}
		if math.Abs(got.Hits[9].Score-want.Hits[9].Score) > 1e-3 {
			t.Errorf("the tenth has %v, exactly %v", got.Hits[9].Score, want.Hits[9].Score)
		}
	}
}

func TestAFilterFarFromTheQueryNeverShortensTheAnswer(t *testing.T) {
	s, pool := open(t, postgres.Config{})
	sphere(t, s, 400)
	// All that is left lies opposite of the query.
	q := store.Near{Space: "sphere", Vector: direction(0), K: 10, Filter: store.Filter{SKU: "opposite"}}
	want, err := s.Nearest(t.Context(), q)
	if err != nil || !want.Exact || len(want.Hits) != q.K {
		t.Fatalf("%d hits, exact %v, %v", len(want.Hits), want.Exact, err)
	}
	if made, err := indexed(pool, postgres.Search{}).Maintain(t.Context()); err != nil || len(made) != 1 {
		t.Fatalf("Maintain made %q, %v", made, err)
	}
	for name, c := range map[string]struct {
		search postgres.Search
		exact  bool
	}{
		"compares all":                {postgres.Search{}, true},
		"the index goes on":           {postgres.Search{FarRows: 1}, false},
		"the index gives up too soon": {postgres.Search{FarRows: 1, ScanTuples: 1}, true},
	} {
		got, err := indexed(pool, c.search).Nearest(t.Context(), q)
		if err != nil || len(got.Hits) != q.K || got.Exact != c.exact || got.Truncated {
			t.Errorf("%s: %d hits, exact %v, truncated %v, %v; want %d and %v", name, len(got.Hits), got.Exact, got.Truncated, err, q.K, c.exact)
		}
		if c.exact {
			if d := cmp.Diff(want.Hits, got.Hits); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}

func TestNearestRefusesWhatCannotBeCompared(t *testing.T) {
	s, _ := open(t, postgres.Config{})
	sphere(t, s, 4)
	for name, v := range map[string][]float32{"other dimension": {1, 0}, "zero": make([]float32, 8), "NaN": {float32(math.NaN()), 1}, "none": nil} {
		if got, err := s.Nearest(t.Context(), store.Near{Space: "sphere", Vector: v, K: 1}); err == nil {
			t.Errorf("%s: %+v, want an error", name, got)
		}
	}
	if got, err := s.Nearest(t.Context(), store.Near{Space: "unheard of", Vector: direction(0), K: 1}); err != nil || len(got.Hits) > 0 || !got.Exact {
		t.Errorf("an unknown space: %+v, %v; want exactly nothing", got, err)
	}
	if _, _, err := s.Accept(t.Context(), store.New{Outcome: &store.Outcome{Vectors: []store.Vector{{Space: "sphere", Values: []float32{1, 0}}}}}); err == nil {
		t.Error("a vector of another dimension was taken")
	}
}

func TestMaintain(t *testing.T) {
	s, pool := open(t, postgres.Config{})
	sphere(t, s, 50)
	s = indexed(pool, postgres.Search{})
	// What a process that died while making the index leaves behind.
	if _, err := pool.Exec(t.Context(), "CREATE INDEX vectors_hnsw_1 ON vectors USING hnsw ((v::halfvec(8)) halfvec_cosine_ops) WHERE space = 1"); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'vectors_hnsw_1'::regclass"); err != nil {
		t.Fatal(err)
	}
	q := store.Near{Space: "sphere", Vector: direction(1), K: 5}
	if got, err := s.Nearest(t.Context(), q); err != nil || !got.Exact {
		t.Errorf("with half an index: %+v, %v; want an exact answer", got, err)
	}
	made := make([][]string, 3)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			var err error
			if made[i], err = s.Maintain(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all := slices.Concat(made...); !slices.Equal(all, []string{"vectors_hnsw_1"}) {
		t.Errorf("made %q, want the index once", all)
	}
	if n := count(t, pool, "SELECT count(*) FROM pg_index WHERE indexrelid = 'vectors_hnsw_1'::regclass AND indisvalid"); n != 1 {
		t.Error("the index is not valid")
	}
	if again, err := s.Maintain(t.Context()); err != nil || len(again) > 0 {
		t.Errorf("with nothing to do: %q, %v", again, err)
	}
}

func TestASearchByTimeKeepsTheBounds(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 999, time.UTC) // nanoseconds are cut
	s, _ := open(t, postgres.Config{Now: func() time.Time { return now }})
	sphere(t, s, 3)
	at := now.Truncate(time.Microsecond)
	for _, c := range []struct {
		f    store.Filter
		want int
	}{
		{store.Filter{From: at}, 3},
		{store.Filter{From: at.Add(1)}, 0},
		{store.Filter{Until: at}, 0},
		{store.Filter{Until: at.Add(1)}, 3},
		{store.Filter{From: at, Until: at.Add(time.Microsecond)}, 3},
	} {
		got, err := s.Nearest(t.Context(), store.Near{Space: "sphere", Vector: direction(0), K: 10, Filter: c.f})
		if err != nil || len(got.Hits) != c.want {
			t.Errorf("%v: %d hits, %v; want %d", c.f, len(got.Hits), err, c.want)
		}
		if n, err := s.Count(t.Context(), c.f); err != nil || n != c.want {
			t.Errorf("%v: counted %d, %v; want %d", c.f, n, err, c.want)
		}
	}
}
