package similar

import (
	"maps"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Dispersed is the Into of a cluster whose claims went back to the noise pool or were erased:
// it has gone up in no other one.
const Dispersed = "noise"

// Board is the clusters of one space, in memory, with the claims that they are made of. It
// takes claims one at a time and groups all of them anew when that is due. Not safe for
// concurrent use.
//
// Each method that changes something gives a store.ClusterChange to keep.
type Board struct {
	cfg      Config
	newID    func() string
	space    string
	index    *index
	of       []string // by row: cluster id or ""
	clusters map[string]*state
	grouped  int // claims at the last grouping
}

// state is a living cluster.
type state struct {
	store.Cluster
	rows     []int32
	sum      []float64 // of its claims' vectors, each of length 1
	labelled int       // size when its terms were last chosen
}

// NewBoard makes an empty board of a space. newID gives ids that were never used.
func NewBoard(space string, cfg Config, newID func() string) (*Board, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	return &Board{cfg: cfg, newID: newID, space: space, index: newIndex(cfg, nil), clusters: map[string]*state{}}, nil
}

// Restore replaces everything by what a store remembers: the living clusters, claim to cluster
// id, and the claims themselves. Claims that are no members are left to Add. The change mends
// clusters that lost claims since they were stored: what was erased must not live on in them.
func (b *Board) Restore(clusters []store.Cluster, members map[string]string, items []Item, now time.Time) store.ClusterChange {
	seen := map[string]bool{}
	known := slices.DeleteFunc(slices.Clone(items), func(it Item) bool {
		_, member := members[it.ID]
		twice := seen[it.ID]
		seen[it.ID] = true
		return !member || twice
	})
	b.index = newIndex(b.cfg, known)
	b.of = make([]string, len(known))
	b.clusters = map[string]*state{}
	for _, c := range clusters {
		b.clusters[c.ID] = &state{Cluster: c, sum: make([]float64, b.index.dim), labelled: c.Size}
	}
	for row, it := range b.index.items {
		if s := b.clusters[members[it.ID]]; s != nil {
			b.enter(int32(row), s)
		}
	}
	b.grouped = len(known)
	change := store.ClusterChange{Member: map[string]string{}}
	for _, c := range clusters {
		if s := b.clusters[c.ID]; len(s.rows) != c.Size {
			change.Put = append(change.Put, b.settle(s, now))
		}
	}
	return change
}

// Len is the number of claims, noise included.
func (b *Board) Len() int { return b.index.len() }

// Has says whether a claim is on the board.
func (b *Board) Has(id string) bool { _, ok := b.index.rows[id]; return ok }

// Members gives claim id to cluster id, "" in the noise pool.
func (b *Board) Members() map[string]string {
	out := make(map[string]string, b.index.len())
	for id, row := range b.index.rows {
		out[id] = b.of[row]
	}
	return out
}

// Clusters lists the living clusters, largest first, then by id.
func (b *Board) Clusters() []store.Cluster {
	out := make([]store.Cluster, 0, len(b.clusters))
	for _, s := range b.clusters {
		out = append(out, s.Cluster)
	}
	slices.SortFunc(out, bySize)
	return out
}

// Due says whether enough claims came in since the last grouping to group anew.
func (b *Board) Due() bool {
	const least = 20 // below, a few claims decide everything
	return float64(b.index.len()-b.grouped) >= max(b.cfg.Grow*float64(b.grouped), least)
}

// Remove forgets a claim, as erasure asks. Its cluster's terms and centre follow at once.
func (b *Board) Remove(id string, now time.Time) store.ClusterChange {
	change := store.ClusterChange{Member: map[string]string{}}
	row, ok := b.index.rows[id]
	if !ok {
		return change
	}
	s := b.clusters[b.of[row]]
	if s != nil {
		b.leave(row, s)
	}
	b.index.remove(id)
	if s != nil {
		change.Put = []store.Cluster{b.settle(s, now)}
	}
	return change
}

// settle describes a cluster that lost claims, and ends it when none is left.
func (b *Board) settle(s *state, now time.Time) store.Cluster {
	b.describe(s, now)
	if len(s.rows) == 0 {
		delete(b.clusters, s.ID)
		s.Into, s.Emerging = Dispersed, false
	}
	return s.Cluster
}

// enter puts a row into a cluster.
func (b *Board) enter(row int32, s *state) {
	b.of[row] = s.ID
	s.rows = append(s.rows, row)
	b.sum(row, s, 1)
}

// leave takes a row out of its cluster.
func (b *Board) leave(row int32, s *state) {
	b.of[row] = ""
	s.rows = slices.DeleteFunc(s.rows, func(r int32) bool { return r == row })
	b.sum(row, s, -1)
}

// sum adds a row's vector, times sign, to its cluster's.
func (b *Board) sum(row int32, s *state, sign float64) {
	v := b.index.items[row].Vector
	length := lengthOf(v)
	if len(v) != b.index.dim || !(length > 0) {
		return
	}
	if len(s.sum) < len(v) { // the cluster is older than the first vector
		s.sum = make([]float64, len(v))
	}
	for j, x := range v {
		s.sum[j] += sign * float64(x) / length
	}
}

// changed is the change that puts these clusters.
func (b *Board) changed(ids map[string]bool, member map[string]string) store.ClusterChange {
	c := store.ClusterChange{Member: member}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if s := b.clusters[id]; s != nil {
			c.Put = append(c.Put, s.Cluster)
		}
	}
	return c
}
