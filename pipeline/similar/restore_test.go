package similar

import (
	"maps"
	"slices"
	"testing"
	"time"
)

func TestRemoveForgets(t *testing.T) {
	items := made(10, 2, 3)
	b := board(t, Config{Resolution: 1})
	k := fill(b, items)
	k.apply(b.Regroup(start))
	victim := b.Clusters()[0]
	later := start.Add(time.Hour)
	for _, it := range items {
		if k.members[it.ID] == victim.ID {
			k.apply(b.Remove(it.ID, later))
			delete(k.members, it.ID)
			if c := k.clusters[victim.ID]; slices.Contains(c.Central, it.ID) {
				t.Fatalf("%s was erased and is still central in %v", it.ID, c)
			}
		}
	}
	agrees(t, b, k)
	if got := k.clusters[victim.ID]; got.Into != Dispersed || got.Size != 0 || got.Centroid != nil || len(got.Terms) != 0 {
		t.Errorf("the emptied cluster is %+v", got)
	}
	if change := b.Remove("unknown", later); len(change.Put)+len(change.Member) != 0 {
		t.Errorf("an unknown claim changed %v", change)
	}
	k.apply(b.Regroup(later)) // rows of erased claims go here
	agrees(t, b, k)
}

func TestRestoreGoesOnWhereItWas(t *testing.T) {
	items := made(20, 4, 4)
	b := board(t, Config{})
	k := fill(b, items[:70])
	again := board(t, Config{})
	change := again.Restore(b.Clusters(), b.Members(), append(shuffled(items, 5), items[3]), start) // one comes twice
	if len(change.Put)+len(change.Member) != 0 {
		t.Errorf("nothing was missing, yet %v", change)
	}
	agrees(t, again, k)
	again.newID = func() string { return "new" }
	for _, it := range items[70:] {
		if again.Has(it.ID) {
			t.Errorf("%s was no member", it.ID)
		}
		k.apply(again.Add(it, start))
	}
	agrees(t, again, k)
	// A claim that was erased while nobody looked must leave its cluster.
	victim := b.Clusters()[0]
	members := b.Members()
	maps.DeleteFunc(members, func(id, _ string) bool { return id == victim.Central[0] })
	change = board(t, Config{}).Restore(b.Clusters(), members, items, start)
	if len(change.Put) != 1 || change.Put[0].ID != victim.ID || change.Put[0].Size != victim.Size-1 ||
		slices.Contains(change.Put[0].Central, victim.Central[0]) {
		t.Errorf("the cluster of an erased claim was mended to %v", change.Put)
	}
}
