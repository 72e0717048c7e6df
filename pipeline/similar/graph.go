package similar

import "slices"

// graph is an undirected weighted graph without loops, by rows: the ties of node i are
// ties[start[i]:start[i+1]], ascending by node.
type graph struct {
	start []int32
	ties  []near
	// loop is the weight within a node that stands for a group, counted twice.
	loop []float64
}

func (g *graph) len() int { return len(g.start) - 1 }

func (g *graph) of(node int32) []near { return g.ties[g.start[node]:g.start[node+1]] }

// strength is the sum of a node's ties, its loop included.
func (g *graph) strength(node int32) float64 {
	sum := g.loop[node]
	for _, t := range g.of(node) {
		sum += float64(t.similarity)
	}
	return sum
}

// link makes the graph of neighbours: two claims are tied by their similarity when one is
// among the other's nearest, and by twice that when each is among the other's. Mutual ties
// alone tear groups apart (AMI with the labels 0.49 instead of 0.59 on laptop-component, train)
// and ties that all count once are a little worse.
func link(lists [][]near) *graph {
	rows := make([][]near, len(lists))
	for i, list := range lists {
		for _, n := range list {
			rows[i] = append(rows[i], n)
			rows[n.row] = append(rows[n.row], near{int32(i), n.similarity})
		}
	}
	return pack(rows, make([]float64, len(lists)))
}

// pack sorts the ties of each node and sums those to the same one. It takes rows over.
func pack(rows [][]near, loop []float64) *graph {
	g := &graph{start: make([]int32, 1, len(rows)+1), loop: loop}
	for _, list := range rows {
		slices.SortStableFunc(list, func(a, b near) int { return int(a.row) - int(b.row) })
		first := len(g.ties)
		for _, t := range list {
			if last := len(g.ties) - 1; last >= first && g.ties[last].row == t.row {
				g.ties[last].similarity += t.similarity
				continue
			}
			g.ties = append(g.ties, t)
		}
		g.start = append(g.start, int32(len(g.ties)))
	}
	return g
}

// fold makes one node of each group; groups are 0..n-1.
func (g *graph) fold(group []int32, n int) *graph {
	rows, loop := make([][]near, n), make([]float64, n)
	for i := range group {
		own := group[i]
		loop[own] += g.loop[i]
		for _, t := range g.of(int32(i)) {
			if other := group[t.row]; other != own {
				rows[own] = append(rows[own], near{other, t.similarity})
			} else {
				loop[own] += float64(t.similarity)
			}
		}
	}
	return pack(rows, loop)
}

// modularity is Newman's Q at a resolution: the share of ties within groups, less what would
// be expected of the nodes' strengths alone.
func (g *graph) modularity(group []int32, resolution float64) float64 {
	n := int32(0)
	for _, c := range group {
		n = max(n, c+1)
	}
	within, total, all := 0.0, make([]float64, n), 0.0
	for i := range group {
		s := g.strength(int32(i))
		total[group[i]] += s
		all += s
		within += g.loop[i]
		for _, t := range g.of(int32(i)) {
			if group[t.row] == group[i] {
				within += float64(t.similarity)
			}
		}
	}
	if all == 0 {
		return 0
	}
	q := within / all
	for _, s := range total {
		q -= resolution * (s / all) * (s / all)
	}
	return q
}
