package postgres_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
)

// The figures of similar claims: .ci/bench-similar runs this with 200,000 claims. It is a
// test, since it fails where recall or the number of hits is short, or p95 too long.

const (
	similarClaims = "DEFEKT_BENCH_CLAIMS" // how many; not set: the small run below
	// similarSearches are settings to try, such as "80/6000,120/6000"; not set: the defaults.
	similarSearches = "DEFEKT_BENCH_SEARCHES"

	similarDim   = 192
	similarK     = 10
	similarSpace = "text:bench"
)

// truth gives the nearest by plain arithmetic in single precision.
func truth(rows []similarRow, query []float32, keep func(similarRow) bool) []string {
	type hit struct {
		id    string
		score float32
	}
	var hits []hit
	for _, r := range rows {
		if !keep(r) {
			continue
		}
		var dot float32
		for j, x := range r.vector {
			dot += x * query[j]
		}
		hits = append(hits, hit{r.id, dot})
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id)) })
	ids := make([]string, 0, similarK)
	for _, h := range hits[:min(similarK, len(hits))] {
		ids = append(ids, h.id)
	}
	return ids
}

type similarCase struct {
	name   string
	filter store.Filter
	keep   func(similarRow) bool
	free   bool       // beside the four filters that a time is promised for
	truth  [][]string // query by query
}

func similarCases(rows []similarRow) []similarCase {
	since := rows[len(rows)*95/100].at
	return []similarCase{
		{name: "100 %", filter: store.Filter{}, keep: func(similarRow) bool { return true }},
		{name: "10 %", filter: store.Filter{SKU: "s3"}, keep: func(r similarRow) bool { return r.claim.SKU == "s3" }},
		{name: "1 %", filter: store.Filter{Batch: "b3"}, keep: func(r similarRow) bool { return r.claim.Context["batch"] == "b3" }},
		{name: "0.1 %", filter: store.Filter{Supplier: "l3"}, keep: func(r similarRow) bool { return r.claim.Context["supplier"] == "l3" }},
		{name: "10 %, apart from the query", free: true, filter: store.Filter{Product: "p3"}, keep: func(r similarRow) bool { return r.claim.Product == "p3" }},
		{name: "5 %, the latest", free: true, filter: store.Filter{From: since}, keep: func(r similarRow) bool { return !r.at.Before(since) }},
		{name: "1 % of two facts", free: true, filter: store.Filter{SKU: "s3", Product: "p3"}, keep: func(r similarRow) bool { return r.claim.SKU == "s3" && r.claim.Product == "p3" }},
	}
}

// figures of one filter.
type figures struct {
	recall    float64
	p50, p95  time.Duration
	worst     time.Duration
	short     int // answers with fewer hits than exist
	exact     int // answers that were exact
	questions int
}

func measure(ctx context.Context, s *postgres.Store, queries [][]float32, c similarCase) (figures, error) {
	f := figures{questions: len(queries)}
	var times []time.Duration
	found, wanted := 0, 0
	for i, q := range queries {
		start := time.Now()
		got, err := s.Nearest(ctx, store.Near{Space: similarSpace, Vector: q, K: similarK, Filter: c.filter})
		times = append(times, time.Since(start))
		if err != nil {
			return f, err
		}
		want := c.truth[i]
		for _, h := range got.Hits {
			if slices.Contains(want, h.ID) {
				found++
			}
		}
		wanted += len(want)
		if len(got.Hits) < len(want) {
			f.short++
		}
		if got.Exact {
			f.exact++
		}
	}
	slices.Sort(times)
	f.recall = float64(found) / float64(wanted)
	f.p50, f.p95, f.worst = times[len(times)/2], times[len(times)*95/100], times[len(times)-1]
	return f, nil
}

func TestSimilarFigures(t *testing.T) {
	n, questions, full := 12_000, 20, false
	if v := os.Getenv(similarClaims); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
		questions, full = 200, true
	}
	s, pool := open(t, postgres.Config{})
	w := newWorld(400)
	start := time.Now()
	rows := w.rows(n)
	load(t, pool, rows)
	t.Logf("%d claims loaded in %.0f s", n, time.Since(start).Seconds())
	queries := make([][]float32, questions)
	for i := range queries {
		queries[i], _ = w.draw()
	}
	cases := similarCases(rows)
	for i, c := range cases {
		for _, q := range queries {
			cases[i].truth = append(cases[i].truth, truth(rows, q, c.keep))
		}
	}
	start = time.Now()
	made, err := s.Maintain(t.Context())
	if err != nil || len(made) != 1 {
		t.Fatalf("Maintain made %q, %v", made, err)
	}
	t.Logf("index made in %.0f s", time.Since(start).Seconds())
	for _, search := range searches(t) {
		report(t, postgres.New(pool, postgres.Config{Search: search}), queries, cases, full)
	}
}

// searches are the settings to try: "effort/exact rows", separated by commas.
func searches(t *testing.T) []postgres.Search {
	list := os.Getenv(similarSearches)
	if list == "" {
		return []postgres.Search{{}}
	}
	var all []postgres.Search
	for one := range strings.SplitSeq(list, ",") {
		var s postgres.Search
		if _, err := fmt.Sscanf(one, "%d/%d", &s.Effort, &s.ExactRows); err != nil {
			t.Fatalf("%s=%q: %v", similarSearches, list, err)
		}
		all = append(all, s)
	}
	return all
}

func report(t *testing.T, s *postgres.Store, queries [][]float32, cases []similarCase, full bool) {
	table := tabwriter.NewWriter(t.Output(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "filter keeps\trecall@10\tp50 ms\tp95 ms\tmax ms\tshort\texact")
	for _, c := range cases {
		f, err := measure(t.Context(), s, queries, c)
		if err != nil {
			t.Fatal(c.name, err)
		}
		fmt.Fprintf(table, "%s\t%.4f\t%.1f\t%.1f\t%.1f\t%d\t%d of %d\n", c.name, f.recall, ms(f.p50), ms(f.p95), ms(f.worst), f.short, f.exact, f.questions)
		if f.recall < 0.98 || f.short > 0 {
			t.Errorf("%s: recall %.4f, %d answers short", c.name, f.recall, f.short)
		}
		// Time is judged in the full run only: a busy machine is no reason to fail a test.
		if full && !c.free && f.p95 > 15*time.Millisecond {
			t.Errorf("%s: p95 %s, want at most 15 ms", c.name, f.p95)
		}
	}
	_ = table.Flush()
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
