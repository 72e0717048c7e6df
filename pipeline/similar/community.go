package similar

import "math/rand/v2"

// communities groups the nodes of a graph so that modularity is high: Louvain's moves and
// folding (Blondel et al. 2008), after which single nodes move once more and groups that
// fell apart are cut into their connected parts (what Traag et al. 2019 found wrong with
// Louvain). The best of several starts is kept. Groups are numbered by their first node.
//
// gonum's community.Modularize gives the same quality on maps of nodes, at many times the
// time, see the test; this one works on slices and is the same for a seed on every run.
func communities(g *graph, resolution float64, starts int, seed uint64) []int32 {
	var best []int32
	top := 0.0
	for s := range starts {
		group := louvain(g, resolution, rand.New(rand.NewPCG(seed, uint64(s))))
		if q := g.modularity(group, resolution); best == nil || q > top {
			best, top = group, q
		}
	}
	return best
}

// louvain is one search.
func louvain(g *graph, resolution float64, rng *rand.Rand) []int32 {
	group := singles(g.len())
	for level := g; ; {
		m := newMover(level, singles(level.len()), resolution)
		if !m.run(rng) {
			break
		}
		n := number(m.group)
		for i := range group {
			group[i] = m.group[group[i]]
		}
		level = level.fold(m.group, n)
	}
	m := newMover(g, group, resolution)
	m.run(rng)
	group = connected(g, m.group)
	number(group)
	return group
}

func singles(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// number renames groups to 0..n-1 in the order of their first nodes and gives n; noise stays.
func number(group []int32) int {
	names := map[int32]int32{}
	for i, c := range group {
		if c == noise {
			continue
		}
		name, ok := names[c]
		if !ok {
			name = int32(len(names))
			names[c] = name
		}
		group[i] = name
	}
	return len(names)
}

// mover moves nodes between groups, one at a time.
type mover struct {
	g          *graph
	group      []int32
	strength   []float64 // by node
	total      []float64 // by group
	all        float64
	resolution float64
	tie        []float64 // by group: ties of the node at hand
	touched    []int32
}

// newMover begins at the given groups, whose numbers are below the number of nodes.
func newMover(g *graph, group []int32, resolution float64) *mover {
	n := g.len()
	m := &mover{g: g, group: group, resolution: resolution,
		strength: make([]float64, n), total: make([]float64, n), tie: make([]float64, n)}
	for i := range n {
		m.strength[i] = g.strength(int32(i))
		m.total[group[i]] += m.strength[i]
		m.all += m.strength[i]
	}
	return m
}

// run moves nodes until none gains, in an order drawn once; a node comes up again when a
// neighbour has left its group. It says whether any node moved.
func (m *mover) run(rng *rand.Rand) bool {
	queue := make([]int32, 0, m.g.len())
	waits := make([]bool, m.g.len())
	for _, i := range rng.Perm(m.g.len()) {
		queue, waits[i] = append(queue, int32(i)), true
	}
	moved := false
	for ; len(queue) > 0; queue = queue[1:] {
		node := queue[0]
		waits[node] = false
		if !m.move(node) {
			continue
		}
		moved = true
		for _, t := range m.g.of(node) {
			if m.group[t.row] != m.group[node] && !waits[t.row] {
				queue, waits[t.row] = append(queue, t.row), true
			}
		}
	}
	return moved
}

// move puts a node where modularity gains most; it stays when nothing gains.
func (m *mover) move(node int32) bool {
	own := m.group[node]
	m.touched = m.touched[:0]
	for _, t := range m.g.of(node) {
		c := m.group[t.row]
		if m.tie[c] == 0 {
			m.touched = append(m.touched, c)
		}
		m.tie[c] += float64(t.similarity)
	}
	m.total[own] -= m.strength[node]
	scale := m.resolution * m.strength[node] / max(m.all, 1e-300)
	best, gain := own, m.tie[own]-scale*m.total[own]
	const least = 1e-9 // rounding must not move a node to and fro
	for _, c := range m.touched {
		if v := m.tie[c] - scale*m.total[c]; v > gain+least {
			best, gain = c, v
		}
	}
	for _, c := range m.touched {
		m.tie[c] = 0
	}
	m.total[best] += m.strength[node]
	m.group[node] = best
	return best != own
}

// connected cuts each group into its connected parts.
func connected(g *graph, group []int32) []int32 {
	out := make([]int32, len(group))
	for i := range out {
		out[i] = -1
	}
	var stack []int32
	for first := range out {
		if out[first] >= 0 {
			continue
		}
		out[first], stack = int32(first), append(stack, int32(first))
		for len(stack) > 0 {
			node := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, t := range g.of(node) {
				if out[t.row] < 0 && group[t.row] == group[node] {
					out[t.row], stack = int32(first), append(stack, t.row)
				}
			}
		}
	}
	return out
}
