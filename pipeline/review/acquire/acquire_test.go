package acquire_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/defekt/defekt/pipeline/review/acquire"
)

// blobs draws groups of directions of the given sizes, one after the other.
func blobs(seed uint64, dim int, spread float64, sizes ...int) [][]float32 {
	rng := rand.New(rand.NewPCG(seed, 1))
	var out [][]float32
	for _, n := range sizes {
		centre := make([]float64, dim)
		for j := range centre {
			centre[j] = rng.NormFloat64()
		}
		for range n {
			v := make([]float32, dim)
			for j := range v {
				v[j] = float32(centre[j] + spread*rng.NormFloat64())
			}
			out = append(out, v)
		}
	}
	return out
}

// groupOf is the place of a row's blob.
func groupOf(row int, sizes ...int) int {
	for g, n := range sizes {
		if row -= n; row < 0 {
			return g
		}
	}
	return -1
}

// distributions draws one for each row.
func distributions(seed uint64, n, classes int) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 2))
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, classes)
		sum := 0.0
		for k := range out[i] {
			out[i][k] = math.Exp(3 * rng.NormFloat64())
			sum += out[i][k]
		}
		for k := range out[i] {
			out[i][k] /= sum
		}
	}
	return out
}

func choose(t testing.TB, p acquire.Pool, cfg acquire.Config) []int {
	t.Helper()
	got, err := acquire.Choose(p, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestChoose: each rule gives as many different claims as asked for, the same ones again for
// the same seed, whatever the pool is like, and leaves the pool as it was.
func TestChoose(t *testing.T) {
	same := make([][]float32, 80)
	for i := range same {
		same[i] = []float32{1, 2, 3}
	}
	certain := distributions(1, 80, 3)
	for i := range certain {
		certain[i] = []float64{0, 1, 0}
	}
	gaps := blobs(3, 8, 1, 80)
	for i := range 40 {
		gaps[2*i] = nil
	}
	gaps[1] = make([]float32, 8)
	pools := map[string]acquire.Pool{
		"usual":      {Vectors: blobs(1, 8, 0.5, 40, 40), Probabilities: distributions(1, 80, 3), Labelled: blobs(2, 8, 1, 10), Counts: []int{5, 0, 9}},
		"cold":       {Vectors: blobs(1, 8, 0.5, 40, 40)},
		"one place":  {Vectors: same, Probabilities: distributions(1, 80, 3), Labelled: same[:5]},
		"certain":    {Vectors: blobs(1, 8, 0.5, 80), Probabilities: certain},
		"no vectors": {Vectors: make([][]float32, 80), Probabilities: distributions(1, 80, 3)},
		"gaps":       {Vectors: gaps, Probabilities: distributions(1, 80, 3)},
		"few":        {Vectors: blobs(1, 8, 0.5, 7), Probabilities: distributions(1, 7, 2)},
		"one":        {Vectors: blobs(1, 8, 0.5, 1), Probabilities: distributions(1, 1, 2)},
	}
	for name, pool := range pools {
		for _, rule := range acquire.Rules() {
			t.Run(name+"/"+string(rule), func(t *testing.T) {
				cfg := acquire.Config{Rule: rule, Batch: 60, Seed: 7, Rarity: 0.5}
				before := fmt.Sprint(pool)
				got := choose(t, pool, cfg)
				if want := min(60, len(pool.Vectors)); len(got) != want {
					t.Fatalf("%d chosen, want %d", len(got), want)
				}
				if again := choose(t, pool, cfg); !slices.Equal(got, again) {
					t.Errorf("%v, and then %v", got, again)
				}
				if fmt.Sprint(pool) != before {
					t.Error("the pool was changed")
				}
				slices.Sort(got)
				if got[0] < 0 || got[len(got)-1] >= len(pool.Vectors) || len(slices.Compact(got)) != min(60, len(pool.Vectors)) {
					t.Errorf("places %v", got)
				}
			})
		}
	}
}

// TestTypical: one of each group, largest first, from its midst.
func TestTypical(t *testing.T) {
	sizes := []int{20, 300, 60, 150, 100}
	pool := acquire.Pool{Vectors: blobs(1, 16, 0.3, sizes...)}
	got := choose(t, pool, acquire.Config{Batch: 5, Seed: 1})
	var groups []int
	for _, row := range got {
		groups = append(groups, groupOf(row, sizes...))
	}
	if want := []int{1, 3, 4, 2, 0}; !slices.Equal(groups, want) {
		t.Errorf("groups %v, want %v", groups, want)
	}
	// Ten more of a group whose first is labelled already come after the other groups.
	pool.Labelled = slices.Clone(pool.Vectors[20:30])
	got = choose(t, pool, acquire.Config{Batch: 4, Rule: acquire.RuleTypical, Seed: 1})
	for _, row := range got {
		if g := groupOf(row, sizes...); g == 1 {
			t.Errorf("row %d is of the labelled group; chosen %v", row, got)
		}
	}
}

// TestSpread: what is far from all labelled claims comes first.
func TestSpread(t *testing.T) {
	sizes := []int{30, 30, 30}
	all := blobs(1, 16, 0.2, sizes...)
	pool := acquire.Pool{Vectors: all, Labelled: all[:30]}
	got := choose(t, pool, acquire.Config{Rule: acquire.RuleSpread, Batch: 2})
	groups := []int{groupOf(got[0], sizes...), groupOf(got[1], sizes...)}
	slices.Sort(groups)
	if !slices.Equal(groups, []int{1, 2}) {
		t.Errorf("groups %v", groups)
	}
}

// TestUncertainty: what the two measures say.
func TestUncertainty(t *testing.T) {
	p := [][]float64{{0.5, 0.5, 0}, {0.4, 0.3, 0.3}, {1, 0, 0}, {0.7, 0.1, 0.2}}
	for rule, want := range map[acquire.Rule][]float64{
		acquire.RuleMargin:  {1, 0.9, 0, 0.5},
		acquire.RuleEntropy: {0.6309, 0.9912, 0, 0.7298},
	} {
		for i, u := range acquire.Uncertainty(p, rule) {
			if math.Abs(u-want[i]) > 1e-4 {
				t.Errorf("%s of %v: %.4f, want %.4f", rule, p[i], u, want[i])
			}
		}
	}
	pool := acquire.Pool{Vectors: make([][]float32, 4), Probabilities: p}
	for rule, want := range map[acquire.Rule][]int{acquire.RuleMargin: {0, 1, 3}, acquire.RuleEntropy: {1, 3, 0}} {
		if got := choose(t, pool, acquire.Config{Rule: rule, Batch: 3}); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", rule, got, want)
		}
	}
}

// TestNoTenAlike: fifty copies of the most uncertain claim do not fill a batch where the rule
// looks at likeness, and do where it does not.
func TestNoTenAlike(t *testing.T) {
	vectors := blobs(1, 16, 1, 50)
	p := make([][]float64, 100)
	for i := range p {
		p[i] = []float64{0.6, 0.4}
		if i >= 50 {
			vectors = append(vectors, vectors[0])
			p[i] = []float64{0.5, 0.5}
		}
	}
	for rule, most := range map[acquire.Rule]int{acquire.RuleMargin: 20, acquire.RuleVaried: 1, acquire.RuleGradient: 1} {
		copies := 0
		for _, row := range choose(t, acquire.Pool{Vectors: vectors, Probabilities: p}, acquire.Config{Rule: rule, Batch: 20}) {
			if row >= 50 {
				copies++
			}
		}
		if copies > most || rule == acquire.RuleMargin && copies < most {
			t.Errorf("%s: %d copies of 20", rule, copies)
		}
	}
}

// TestRarity: of two equally uncertain claims the one that may have the rare label comes first.
func TestRarity(t *testing.T) {
	pool := acquire.Pool{Vectors: make([][]float32, 2), Probabilities: [][]float64{{0.5, 0.4, 0.1}, {0.5, 0.1, 0.4}}, Counts: []int{50, 50, 2}}
	for rarity, want := range map[float64]int{0: 0, 1: 1} {
		if got := choose(t, pool, acquire.Config{Rule: acquire.RuleMargin, Batch: 1, Rarity: rarity}); got[0] != want {
			t.Errorf("rarity %g: row %d, want %d", rarity, got[0], want)
		}
	}
}

// TestBadPools: what cannot be ordered is refused.
func TestBadPools(t *testing.T) {
	two := [][]float32{{1, 0}, {0, 1}}
	for name, bad := range map[string]struct {
		pool acquire.Pool
		cfg  acquire.Config
	}{
		"rule":          {acquire.Pool{Vectors: two}, acquire.Config{Rule: "best"}},
		"batch":         {acquire.Pool{Vectors: two}, acquire.Config{Batch: acquire.MaxBatch + 1}},
		"no batch":      {acquire.Pool{Vectors: two}, acquire.Config{Batch: -1}},
		"diversity":     {acquire.Pool{Vectors: two}, acquire.Config{Diversity: math.NaN()}},
		"rarity":        {acquire.Pool{Vectors: two}, acquire.Config{Rarity: -1}},
		"lengths":       {acquire.Pool{Vectors: [][]float32{{1, 0}, {1}}}, acquire.Config{}},
		"labelled":      {acquire.Pool{Vectors: two, Labelled: [][]float32{{1}}}, acquire.Config{}},
		"a value":       {acquire.Pool{Vectors: [][]float32{{1, float32(math.NaN())}}}, acquire.Config{}},
		"distributions": {acquire.Pool{Vectors: two, Probabilities: [][]float64{{0.5, 0.5}}}, acquire.Config{}},
		"classes":       {acquire.Pool{Vectors: two, Probabilities: [][]float64{{0.5, 0.5}, {1}}}, acquire.Config{}},
		"counts":        {acquire.Pool{Vectors: two, Probabilities: [][]float64{{0.5, 0.5}, {1, 0}}, Counts: []int{1}}, acquire.Config{}},
		"probability":   {acquire.Pool{Vectors: two, Probabilities: [][]float64{{0.5, 0.5}, {math.NaN(), 0}}}, acquire.Config{}},
		"too many":      {acquire.Pool{Vectors: make([][]float32, acquire.MaxCandidates+1)}, acquire.Config{}},
	} {
		if got, err := acquire.Choose(bad.pool, bad.cfg); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := choose(t, acquire.Pool{}, acquire.Config{}); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
	if got := choose(t, acquire.Pool{Vectors: make([][]float32, acquire.MaxCandidates)}, acquire.Config{Batch: 1}); len(got) != 1 {
		t.Errorf("of the most: %v", got)
	}
}

// BenchmarkChoose chooses 50 of 10,000 claims of 256 values, with 14 labels and 500 labelled.
func BenchmarkChoose(b *testing.B) {
	pool := acquire.Pool{
		Vectors: blobs(1, 256, 2, slices.Repeat([]int{500}, 20)...), Labelled: blobs(2, 256, 2, 500),
		Probabilities: distributions(1, 10_000, 14), Counts: make([]int, 14),
	}
	for _, rule := range acquire.Rules() {
		b.Run(string(rule), func(b *testing.B) {
			for b.Loop() {
				choose(b, pool, acquire.Config{Rule: rule})
			}
		})
	}
}
