package similar

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/community"
	"gonum.org/v1/gonum/graph/simple"
)

// drawn is a graph of n nodes in groups of 20, with ties mostly within; also for gonum.
func drawn(n int, seed uint64) (*graph, *simple.WeightedUndirectedGraph) {
	rng := rand.New(rand.NewPCG(seed, 4))
	other := simple.NewWeightedUndirectedGraph(0, 0)
	for i := range n {
		other.AddNode(simple.Node(i))
	}
	lists := make([][]near, n)
	for i := range n {
		for j := range i {
			p := 0.02
			if i/20 == j/20 {
				p = 0.3
			}
			if rng.Float64() < p {
				w := float32(0.2 + rng.Float64())
				lists[i] = append(lists[i], near{int32(j), w})
				other.SetWeightedEdge(other.NewWeightedEdge(simple.Node(i), simple.Node(j), float64(w)))
			}
		}
	}
	return link(lists), other
}

// asNodes lists groups the way gonum wants them.
func asNodes(group []int32) [][]gonum.Node {
	out := make([][]gonum.Node, slices.Max(group)+1)
	for i, c := range group {
		out[c] = append(out[c], simple.Node(i))
	}
	return out
}

// TestCommunitiesAgainstGonum holds this search against the library's: the same modularity for
// the same groups, and groups that are no worse.
func TestCommunitiesAgainstGonum(t *testing.T) {
	for seed := range uint64(4) {
		for _, resolution := range []float64{0.5, 1, 2, 4} {
			g, other := drawn(160, seed)
			group := communities(g, resolution, 5, seed)
			own := g.modularity(group, resolution)
			if same := community.Q(other, asNodes(group), resolution); math.Abs(own-same) > 1e-6 {
				t.Errorf("seed %d resolution %g: modularity %.9f, gonum says %.9f", seed, resolution, own, same)
			}
			best := math.Inf(-1)
			for s := range uint64(5) {
				found := community.Modularize(other, resolution, rand.NewPCG(seed, s)).Communities()
				best = max(best, community.Q(other, found, resolution))
			}
			if own < best-0.005 {
				t.Errorf("seed %d resolution %g: modularity %.4f, gonum's search finds %.4f", seed, resolution, own, best)
			}
		}
	}
}

func TestCommunitiesAreConnectedAndRepeat(t *testing.T) {
	for seed := range uint64(10) {
		g, _ := drawn(120, seed)
		group := communities(g, 2, 3, 1)
		if again := communities(g, 2, 3, 1); !slices.Equal(group, again) {
			t.Errorf("seed %d: two runs differ", seed)
		}
		parts := connected(g, slices.Clone(group))
		if a, b := number(slices.Clone(group)), number(parts); a != b {
			t.Errorf("seed %d: %d groups fall into %d connected parts", seed, a, b)
		}
	}
}

func TestCommunitiesOfLittle(t *testing.T) {
	if got := communities(link(nil), 1, 2, 1); len(got) != 0 {
		t.Errorf("no nodes gave %v", got)
	}
	if got := communities(link(make([][]near, 3)), 1, 2, 1); !slices.Equal(got, []int32{0, 1, 2}) {
		t.Errorf("nodes without ties gave %v", got)
	}
}
