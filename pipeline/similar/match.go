package similar

import (
	"cmp"
	"slices"
)

// Shares that decide about lineage: a cluster hands its id on to one that keeps half of the
// smaller of both; a new cluster comes from those that gave a quarter of its claims.
const (
	keepShare = 0.5
	fromShare = 0.25
)

// lineage is what became of the old clusters.
type lineage struct {
	// ids are the new groups' ids, "" for those that need a fresh one.
	ids []string
	// from are, by new group, the old clusters that it came of, without the one whose id it
	// bears; ascending.
	from [][]string
	// into is, by old cluster that is no more, the new group with most of its claims, or
	// noise.
	into map[string]int32
}

// flow is how many claims went from an old cluster to a new group.
type flow struct {
	old   string
	group int32
	n     int
}

// trace finds what became of the clusters in old (one id a row, "" = none) in the new groups.
// ids are all old clusters, those without any claim included.
func trace(ids, old []string, group []int32) lineage {
	groups := 0
	flows, was, is := map[string]map[int32]int{}, map[string]int{}, map[int32]int{}
	for row, c := range group {
		groups = max(groups, int(c)+1)
		is[c]++
		if id := old[row]; id != "" {
			if flows[id] == nil {
				flows[id] = map[int32]int{}
			}
			flows[id][c]++
			was[id]++
		}
	}
	list := inOrder(flows)
	l := lineage{ids: make([]string, groups), from: make([][]string, groups), into: map[string]int32{}}
	kept := map[string]bool{}
	for _, f := range list {
		if f.group != noise && l.ids[f.group] == "" && !kept[f.old] &&
			float64(f.n) >= keepShare*float64(min(was[f.old], is[f.group])) {
			l.ids[f.group], kept[f.old] = f.old, true
		}
	}
	for _, id := range ids {
		if !kept[id] {
			l.into[id] = noise
		}
	}
	l.ancestors(list, kept, is)
	return l
}

// ancestors fills in from and into. list has the largest flows first.
func (l *lineage) ancestors(list []flow, kept map[string]bool, is map[int32]int) {
	met := map[string]bool{}
	for _, f := range list {
		first := !met[f.old]
		met[f.old] = true
		if !kept[f.old] && first {
			l.into[f.old] = f.group
		}
		if f.group == noise || l.ids[f.group] == f.old {
			continue
		}
		merged := !kept[f.old] && first
		split := l.ids[f.group] == "" && float64(f.n) >= fromShare*float64(is[f.group])
		if merged || split {
			l.from[f.group] = append(l.from[f.group], f.old)
		}
	}
	for _, from := range l.from {
		slices.Sort(from)
	}
}

// inOrder lists flows, the largest first, then by old id and new group.
func inOrder(flows map[string]map[int32]int) []flow {
	var out []flow
	for old, to := range flows {
		for group, n := range to {
			out = append(out, flow{old, group, n})
		}
	}
	slices.SortFunc(out, func(a, b flow) int {
		return cmp.Or(b.n-a.n, cmp.Compare(a.old, b.old), cmp.Compare(a.group, b.group))
	})
	return out
}
