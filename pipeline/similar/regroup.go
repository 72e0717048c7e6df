package similar

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Regroup groups all claims anew. The result depends on the claims alone, not on the order in
// which they came or on how they were grouped before; ids go on by overlap, and merges and
// splits are noted in From and Into. The change holds every cluster that lives or has gone up
// in another one, and the claims whose cluster is another now.
func (b *Board) Regroup(now time.Time) store.ClusterChange {
	before := b.Members()
	old := b.clusters
	items := slices.DeleteFunc(slices.Clone(b.index.items), func(it Item) bool { return it.ID == "" })
	b.index = newIndex(b.cfg, items)
	group := b.index.partition()
	was := make([]string, len(items))
	for row, it := range b.index.items {
		was[row] = before[it.ID]
	}
	l := trace(slices.Sorted(maps.Keys(old)), was, group)
	b.rebuild(old, l, group, now)
	b.grouped = len(items)

	member := map[string]string{}
	for row, it := range b.index.items {
		if b.of[row] != was[row] {
			member[it.ID] = b.of[row]
		}
	}
	put := append(b.Clusters(), gone(old, l, now)...)
	return store.ClusterChange{Put: put, Member: member}
}

// rebuild makes the clusters of the new groups.
func (b *Board) rebuild(old map[string]*state, l lineage, group []int32, now time.Time) {
	b.of = make([]string, len(group))
	b.clusters = map[string]*state{}
	states := make([]*state, len(l.ids))
	for g, id := range l.ids {
		if id == "" {
			states[g] = b.seed(now)
			l.ids[g] = states[g].ID
		} else {
			states[g] = &state{Cluster: old[id].Cluster, sum: make([]float64, b.index.dim)}
			b.clusters[id] = states[g]
		}
		states[g].From = union(states[g].From, l.from[g])
	}
	for row, g := range group {
		if g != noise {
			b.enter(int32(row), states[g])
		}
	}
	for _, s := range states {
		b.describe(s, now)
	}
}

// gone lists the old clusters that are no more, by id.
func gone(old map[string]*state, l lineage, now time.Time) []store.Cluster {
	var out []store.Cluster
	for _, id := range slices.Sorted(maps.Keys(l.into)) {
		c := old[id].Cluster
		c.Into, c.Size, c.Emerging, c.UpdatedAt = Dispersed, 0, false, now
		if g := l.into[id]; g != noise {
			c.Into = l.ids[g]
		}
		out = append(out, c)
	}
	return out
}

// Watch marks the clusters that are emerging at the time now and gives those whose mark
// changed. Call it from time to time also when nothing comes in, so that marks go again.
func (b *Board) Watch(now time.Time) store.ClusterChange {
	ids := slices.Sorted(maps.Keys(b.clusters))
	groups := make([][]time.Time, len(ids))
	for i, id := range ids {
		for _, row := range b.clusters[id].rows {
			groups[i] = append(groups[i], b.index.items[row].At)
		}
	}
	var all []time.Time
	for _, it := range b.index.items {
		if it.ID != "" {
			all = append(all, it.At)
		}
	}
	changed := map[string]bool{}
	for i, emerging := range b.cfg.Growth.Emerging(now, groups, all) {
		if s := b.clusters[ids[i]]; s.Emerging != emerging {
			s.Emerging, s.UpdatedAt, changed[ids[i]] = emerging, now, true
		}
	}
	return b.changed(changed, map[string]string{})
}

// union is the sorted ids of both, each once.
func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// bySize orders clusters, the largest first, then by id.
func bySize(a, b store.Cluster) int { return cmp.Or(b.Size-a.Size, cmp.Compare(a.ID, b.ID)) }
