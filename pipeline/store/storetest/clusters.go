package storetest

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

func clusterCases() []testCase {
	return []testCase{
		{"kept whole and replaced whole", clusterKeeps},
		{"largest first, then by id", clusterOrder},
		{"members move", clusterMembers},
		{"merge and split have lineage", clusterLineage},
		{"all or nothing", clusterAtomic},
		{"erased members are passed over", clusterErased},
		{"of what is not there", func(b *bench) {
			for _, id := range []string{"", "x", uuid.NewString()} {
				_, err := b.store.Cluster(b.ctx, id)
				b.wantErr(err, store.ErrNotFound)
			}
			got, err := b.store.Clusters(b.ctx, "none")
			b.check(err)
			b.same("clusters", got, []store.Cluster{})
		}},
	}
}

// groupID makes a cluster's id of a short name; ids sort as the names do.
func groupID(name string) string {
	id := uuid.UUID{6: 0x70, 8: 0x80}
	copy(id[10:], name)
	return id.String()
}

func group(name string, size int, central ...string) store.Cluster {
	at := time.Date(2026, 3, 1, 10, 0, 0, 123456000, time.UTC)
	return store.Cluster{ID: groupID(name), Space: "s", Terms: []string{"handle", "broke"}, Central: central, Size: size,
		Centroid: unit(4, 0.5, 1), CreatedAt: at, UpdatedAt: at.Add(time.Hour)}
}

func (b *bench) change(c store.ClusterChange) {
	b.Helper()
	b.check(b.store.ChangeClusters(b.ctx, "s", c))
}

// clusters reads those of space s and checks centroids apart, since stores may round them.
func (b *bench) sameClusters(want ...store.Cluster) {
	b.Helper()
	got, err := b.store.Clusters(b.ctx, "s")
	b.check(err)
	b.same("clusters", bare(b, got), bare(b, want))
}

func bare(b *bench, in []store.Cluster) []store.Cluster {
	b.Helper()
	out := slices.Clone(in)
	for i := range out {
		b.sameVectors([]store.Vector{{Values: out[i].Centroid}}, []store.Vector{{Values: unit(4, 0.5, 1)}})
		out[i].Centroid = nil
	}
	return out
}

func clusterKeeps(b *bench) {
	c := group("a", 7, b.accept(text("1")).ID, b.accept(text("2")).ID)
	c.Emerging, c.From = true, []string{groupID("x"), groupID("w")}
	c.CreatedAt = c.CreatedAt.Add(789).In(time.FixedZone("", 3600))
	b.change(store.ClusterChange{Put: []store.Cluster{c}})
	c.CreatedAt = stored(c.CreatedAt)
	b.sameClusters(c)
	got, err := b.store.Cluster(b.ctx, c.ID)
	b.check(err)
	b.same("cluster", bare(b, []store.Cluster{got}), bare(b, []store.Cluster{c}))
	c = group("a", 1)
	c.Terms = []string{"Ünï", "'x'", ""}
	b.change(store.ClusterChange{Put: []store.Cluster{c}})
	b.sameClusters(c)
}

func clusterOrder(b *bench) {
	other := group("z", 9)
	other.Space = "other"
	b.check(b.store.ChangeClusters(b.ctx, "other", store.ClusterChange{Put: []store.Cluster{other}}))
	c, a, d, e := group("c", 5), group("a", 5), group("b", 10), group("d", 0)
	b.change(store.ClusterChange{Put: []store.Cluster{e, c, a, d}})
	b.sameClusters(d, a, c, e)
}

func clusterMembers(b *bench) {
	x, y, z := b.accept(text("x")).ID, b.accept(text("y")).ID, b.accept(text("z")).ID
	b.change(store.ClusterChange{Put: []store.Cluster{group("a", 1, x)}, Member: map[string]string{x: groupID("a"), y: ""}})
	members := func(space string) map[string]string {
		got, err := b.store.Members(b.ctx, space)
		b.check(err)
		return got
	}
	b.same("members", members("s"), map[string]string{x: groupID("a"), y: ""})
	b.same("of another space", members("S"), map[string]string{})
	b.keeps("members", store.Filter{Cluster: groupID("a")}, []string{x})

	b.change(store.ClusterChange{Member: map[string]string{x: "", y: groupID("a"), z: groupID("a")}})
	b.same("members", members("s"), map[string]string{x: "", y: groupID("a"), z: groupID("a")})
	b.keeps("members", store.Filter{Cluster: groupID("a")}, []string{y, z})
	for _, one := range []struct{ space, claim, want string }{
		{"s", y, groupID("a")}, {"s", x, ""}, {"S", y, ""}, {"s", uuid.NewString(), ""}, {"s", "no id", ""},
	} {
		got, err := b.store.ClusterOf(b.ctx, one.space, one.claim)
		b.check(err)
		b.same("cluster of "+one.claim+" in "+one.space, got, one.want)
	}
	b.change(store.ClusterChange{})
	b.same("members after no change", members("s"), map[string]string{x: "", y: groupID("a"), z: groupID("a")})
}

func clusterLineage(b *bench) {
	x, y := b.accept(text("x")).ID, b.accept(text("y")).ID
	a, c := group("a", 1, x), group("c", 1, y)
	b.change(store.ClusterChange{Put: []store.Cluster{a, c}, Member: map[string]string{x: a.ID, y: c.ID}})
	// a and c go up in m, out of which n splits.
	m, n := group("m", 1, x), group("n", 1, y)
	m.From, n.From = []string{a.ID, c.ID}, []string{m.ID}
	a.Into, c.Into = m.ID, m.ID
	a.Size, c.Size, a.Central, c.Central = 0, 0, nil, nil
	b.change(store.ClusterChange{Put: []store.Cluster{a, c, m, n}, Member: map[string]string{x: m.ID, y: n.ID}})
	b.sameClusters(m, n)
	for _, want := range []store.Cluster{a, c, m, n} {
		got, err := b.store.Cluster(b.ctx, want.ID)
		b.check(err)
		b.same("cluster", bare(b, []store.Cluster{got}), bare(b, []store.Cluster{want}))
	}
}

func clusterAtomic(b *bench) {
	x := b.accept(text("x")).ID
	a := group("a", 1, x)
	b.change(store.ClusterChange{Put: []store.Cluster{a}, Member: map[string]string{x: a.ID}})
	err := b.store.ChangeClusters(b.ctx, "s", store.ClusterChange{
		Put: []store.Cluster{group("a", 99), group("c", 1)}, Member: map[string]string{x: groupID("nowhere")}})
	b.wantErr(err, store.ErrNotFound)
	b.sameClusters(a)
	got, err := b.store.Members(b.ctx, "s")
	b.check(err)
	b.same("members", got, map[string]string{x: a.ID})
}

func clusterErased(b *bench) {
	x, y := b.accept(text("x")).ID, b.accept(text("y")).ID
	_, err := b.store.Erase(b.ctx, x, "me")
	b.check(err)
	a := group("a", 1, y)
	b.change(store.ClusterChange{Put: []store.Cluster{a}, Member: map[string]string{x: a.ID, y: a.ID, uuid.NewString(): "", "no uuid": a.ID}})
	got, err := b.store.Members(b.ctx, "s")
	b.check(err)
	b.same("members", got, map[string]string{y: a.ID})
}
