package storetest

import (
	"fmt"
	"math"
	"slices"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

// tolerance is what a store may lose by keeping half floats.
const tolerance = 2e-3

func nanValue() float64 { return math.NaN() }

func vectorCases() []testCase {
	return []testCase{
		{"by score, then id", nearOrder},
		{"several vectors of a claim count once", nearSeveral},
		{"spaces are apart", nearSpaces},
		{"except", nearExcept},
		{"filters never shorten the answer", nearRare},
		{"filter by cluster", nearCluster},
		{"bad questions", nearBad},
		{"vectors of what is not there", func(b *bench) {
			_, err := b.store.VectorsOf(b.ctx, uuid.NewString())
			b.wantErr(err, store.ErrNotFound)
			got, err := b.store.VectorsOf(b.ctx, b.accept(text("queued")).ID)
			b.check(err)
			b.same("vectors", got, []store.Vector{})
		}},
	}
}

// nearest asks and checks what holds for every answer of a small store.
func (b *bench) nearest(s store.Store, q store.Near) []store.Neighbour {
	b.Helper()
	got, err := s.Nearest(b.ctx, q)
	b.check(err)
	if !got.Exact || got.Truncated {
		b.Errorf("exact %v, truncated %v", got.Exact, got.Truncated)
	}
	for i, h := range got.Hits {
		if h.Score < -1 || h.Score > 1 {
			b.Errorf("score %v", h.Score)
		}
		if i == 0 {
			continue
		}
		if p := got.Hits[i-1]; p.Score < h.Score || p.Score == h.Score && p.ID >= h.ID {
			b.Errorf("hit %d (%v, %s) is out of order after (%v, %s)", i, h.Score, h.ID, p.Score, p.ID)
		}
	}
	return got.Hits
}

// near gives the ids of the nearest.
func (b *bench) near(q store.Near) []string {
	b.Helper()
	var out []string
	for _, h := range b.nearest(b.store, q) {
		out = append(out, h.ID)
	}
	return out
}

func (b *bench) sameVectors(got, want []store.Vector) {
	b.Helper()
	if len(got) != len(want) {
		b.Fatalf("%d vectors, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i].Space != want[i].Space || len(got[i].Values) != len(want[i].Values) {
			b.Fatalf("vector %d is of %q with %d values, want %q with %d", i, got[i].Space, len(got[i].Values), want[i].Space, len(want[i].Values))
		}
		for j, v := range want[i].Values {
			if math.Abs(float64(got[i].Values[j]-v)) > tolerance {
				b.Errorf("vector %d, value %d: %v, want %v", i, j, got[i].Values[j], v)
			}
		}
	}
}

func nearOrder(b *bench) {
	b.same("empty space", b.near(store.Near{Space: "s", Vector: unit(8, 1, 1), K: 3}), []string{})
	cosines := []float64{-1, -0.5, 0, 0.25, 0.5, 0.75, 1}
	byScore := map[float64][]string{}
	for round := range 3 {
		for i := range cosines {
			cos := cosines[(i*3+round)%len(cosines)]
			// The other axis differs, the score does not.
			byScore[cos] = append(byScore[cos], b.done(text("v"), placed("s", unit(8, cos, 1+round))).ID)
		}
	}
	var want []string
	for _, cos := range slices.Backward(cosines) {
		slices.Sort(byScore[cos])
		want = append(want, byScore[cos]...)
	}
	for _, k := range []int{1, 2, 3, 4, 5, 11, 20, 21, 22, store.MaxNear} {
		b.same(fmt.Sprintf("nearest %d", k), b.near(store.Near{Space: "s", Vector: unit(8, 1, 1), K: k}), want[:min(k, len(want))])
	}
	hits := b.nearest(b.store, store.Near{Space: "s", Vector: unit(8, 1, 1), K: 21})
	for i, h := range hits {
		if cos := cosines[len(cosines)-1-i/3]; math.Abs(h.Score-cos) > tolerance {
			b.Errorf("hit %d: score %v, want %v", i, h.Score, cos)
		}
	}
}

func nearSeveral(b *bench) {
	many := b.done(text("many"), placed("s", unit(4, 0.1, 1), unit(4, 0.9, 1), unit(4, 0.8, 2), unit(4, -1, 1))).ID
	same := b.done(text("same"), placed("s", unit(4, 0.85, 1), unit(4, 0.85, 1))).ID
	one := b.done(text("one"), placed("s", unit(4, 0.5, 3))).ID
	want := []string{many, same, one}
	for k := 1; k <= 4; k++ {
		b.same(fmt.Sprintf("nearest %d", k), b.near(store.Near{Space: "s", Vector: unit(4, 1, 1), K: k}), want[:min(k, 3)])
	}
	hits := b.nearest(b.store, store.Near{Space: "s", Vector: unit(4, 1, 1), K: 1})
	if math.Abs(hits[0].Score-0.9) > tolerance {
		b.Errorf("score %v, want that of the nearest vector, 0.9", hits[0].Score)
	}
}

func nearSpaces(b *bench) {
	var o store.Outcome
	o.Vectors = []store.Vector{{Space: "s", Values: unit(4, 0.5, 1)}, {Space: "S", Values: unit(6, 0.9, 1)}}
	both := b.done(text("both"), o).ID
	b.accept(text("queued"))
	b.done(text("none"), predicted("a=b"))
	upper := b.done(text("upper"), placed("S", unit(6, 0.95, 2))).ID
	b.same("s", b.near(store.Near{Space: "s", Vector: unit(4, 1, 1), K: 5}), []string{both})
	b.same("S", b.near(store.Near{Space: "S", Vector: unit(6, 1, 1), K: 5}), []string{upper, both})
	b.same("no such space", b.near(store.Near{Space: "s ", Vector: unit(4, 1, 1), K: 5}), []string{})
}

func nearExcept(b *bench) {
	one := b.done(text("1"), placed("s", unit(4, 0.9, 1), unit(4, 0.8, 1))).ID
	two := b.done(text("2"), placed("s", unit(4, 0.7, 1))).ID
	q := store.Near{Space: "s", Vector: unit(4, 1, 1), K: 1, Except: one}
	b.same("except the first", b.near(q), []string{two})
	q.K, q.Except = 5, two
	b.same("except the second", b.near(q), []string{one})
	q.Except = uuid.NewString()
	b.same("except nobody", b.near(q), []string{one, two})
	q.Except, q.Filter = one, store.Filter{Product: "x"}
	b.same("with a filter", b.near(q), []string{})
}

// nearRare makes 1,000 claims. Those that the filters keep are the farthest of all, so that
// a store that filters after its search finds none of them.
func nearRare(b *bench) {
	const all = 1000
	ids := make([]string, all)
	for _, err := range together(4, func(worker int) error {
		for i := worker; i < all; i += 4 {
			cos := 0.2 + 0.75*float64(i%97)/97
			n := text("v")
			n.Claim.Product = "every"
			if i%100 == 7 {
				n.Claim.SKU, cos = "rare", -0.1-0.8*float64(i)/all
			}
			if i%1000 == 7 {
				fact(&n, "batch", "rarest")
			}
			o := placed("s", unit(16, cos, 1+i%15))
			n.Outcome = &o
			c, _, err := b.store.Accept(b.ctx, n)
			if err != nil {
				return err
			}
			ids[i] = c.ID
		}
		return nil
	}) {
		b.check(err)
	}
	var rare []string
	for i := 7; i < all; i += 100 {
		rare = append(rare, ids[i])
	}
	q := store.Near{Space: "s", Vector: unit(16, 1, 1), K: 10}
	q.Filter = store.Filter{SKU: "rare"}
	b.same("1 %", b.near(q), rare)
	q.Filter.Batch = "rarest"
	b.same("0.1 %", b.near(q), ids[7:8])
	q.Except = ids[7]
	b.same("0.1 % but that one", b.near(q), []string{})
	q.K, q.Except, q.Filter = store.MaxNear, "", store.Filter{Product: "every", State: store.Done, Labels: []store.Label{{Axis: "severity", Label: "major"}}}
	if got := b.near(q); len(got) != store.MaxNear {
		b.Errorf("100 %%: %d hits, want %d", len(got), store.MaxNear)
	}
	q.Filter = store.Filter{Product: "none"}
	b.same("none", b.near(q), []string{})
}

func nearCluster(b *bench) {
	in := b.done(text("in"), placed("s", unit(4, 0.1, 1))).ID
	b.done(text("out"), placed("s", unit(4, 0.9, 1)))
	b.check(b.store.ChangeClusters(b.ctx, "s", store.ClusterChange{
		Put: []store.Cluster{group("g", 1, in)}, Member: map[string]string{in: groupID("g")}}))
	b.same("in the cluster", b.near(store.Near{Space: "s", Vector: unit(4, 1, 1), K: 3, Filter: store.Filter{Cluster: groupID("g")}}), []string{in})
}

func nearBad(b *bench) {
	b.done(text("v"), placed("s", unit(4, 0.5, 1)))
	nan := unit(4, 0.5, 1)
	nan[1] = float32(math.Inf(1))
	for name, q := range map[string]store.Near{
		"no count":     {Space: "s", Vector: unit(4, 1, 1)},
		"a high count": {Space: "s", Vector: unit(4, 1, 1), K: store.MaxNear + 1},
		"no vector":    {Space: "s", K: 1},
		"a dimension":  {Space: "s", Vector: unit(5, 1, 1), K: 1},
		"no number":    {Space: "s", Vector: nan, K: 1},
		"no unit":      {Space: "s", Vector: []float32{3, 0, 0, 0}, K: 1},
	} {
		if got, err := b.store.Nearest(b.ctx, q); err == nil {
			b.Errorf("%s: no error, but %v", name, got)
		}
	}
	c := b.accept(text("long"))
	if err := b.store.Finish(b.ctx, c.ID, placed("s", []float32{3, 0, 0, 0})); err == nil {
		b.Errorf("a vector of length 3 was stored")
	}
	b.same("state after a refused outcome", b.read(c.ID).State, store.Queued)
}
