package similar

import (
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Add takes in a claim: it joins the cluster that its nearest claims speak for, seeds one with
// claims out of the noise pool, or goes to the pool itself. A claim that is there already is
// passed over.
func (b *Board) Add(it Item, now time.Time) store.ClusterChange {
	member := map[string]string{}
	if b.Has(it.ID) {
		return store.ClusterChange{Member: member}
	}
	row := b.index.add(it)
	b.of = append(b.of, "")
	member[it.ID] = ""
	id, seeds := b.choose(row)
	s := b.clusters[id]
	if len(seeds) > 0 {
		s = b.seed(now)
		for _, other := range seeds {
			b.enter(other, s)
			member[b.index.items[other].ID] = s.ID
		}
	}
	if s == nil {
		return store.ClusterChange{Member: member}
	}
	b.enter(row, s)
	member[it.ID] = s.ID
	b.touch(s, now)
	return store.ClusterChange{Put: []store.Cluster{s.Cluster}, Member: member}
}

// take puts a claim on the board without a cluster, for a grouping that follows at once.
func (b *Board) take(it Item) store.ClusterChange {
	member := map[string]string{}
	if !b.Has(it.ID) {
		b.index.add(it)
		b.of = append(b.of, "")
		member[it.ID] = ""
	}
	return store.ClusterChange{Member: member}
}

// seed makes an empty cluster.
func (b *Board) seed(now time.Time) *state {
	s := &state{Cluster: store.Cluster{ID: b.newID(), Space: b.space, CreatedAt: now}, sum: make([]float64, b.index.dim)}
	b.clusters[s.ID] = s
	return s
}

// mostExpected bounds what a group's size alone can ask of its ties: a claim whose nearest
// claims are all in one group joins it, however large the group is.
const mostExpected = 0.5

// choose says which cluster a new row belongs to, or the rows of the noise pool to seed one
// with; neither leaves it in the pool. The rule is one move of the search for communities: the
// ties to a group, less what the group's size alone would give. The pool is no group and is
// compared by its ties.
func (b *Board) choose(row int32) (id string, seeds []int32) {
	ties, all := map[string]float64{}, 0.0
	var order []string // by their nearest claim, so that equal gains end the same way
	for _, n := range b.index.nearest(row) {
		of := b.of[n.row]
		if of == "" {
			seeds = append(seeds, n.row)
		}
		if ties[of] == 0 {
			order = append(order, of)
		}
		ties[of] += float64(n.similarity)
		all += float64(n.similarity)
	}
	gain, seeding := 0.0, false
	for _, of := range order {
		expected := 0.0
		if s := b.clusters[of]; s != nil {
			share := float64(len(s.rows)) / float64(b.index.len())
			expected = all * min(b.cfg.Resolution*share, mostExpected)
		} else if len(seeds)+1 < b.cfg.MinSize {
			continue
		}
		if g := ties[of] - expected; g > gain {
			id, gain, seeding = of, g, of == ""
		}
	}
	if !seeding {
		seeds = nil
	}
	return id, seeds
}

// touch brings a cluster that grew up to date; its terms and central claims only when it grew
// by a tenth, since they hardly change by one claim among many.
func (b *Board) touch(s *state, now time.Time) {
	if len(s.rows) >= s.labelled+max(s.labelled/10, 1) {
		b.describe(s, now)
		return
	}
	s.Size, s.UpdatedAt, s.Centroid = len(s.rows), now, unit(s.sum)
}
