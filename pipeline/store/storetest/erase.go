package storetest

import (
	"slices"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

func eraseCases() []testCase {
	return []testCase{
		{"takes everything and leaves a stub", eraseAll},
		{"of what is not there", func(b *bench) {
			_, err := b.store.Erase(b.ctx, uuid.NewString(), "me")
			b.wantErr(err, store.ErrNotFound)
		}},
		{"orphans are the blobs of no other claim", eraseOrphans},
		{"by 20 at once", eraseRace},
		{"frees the idempotency key", eraseKey},
		{"leaves neighbours alone", eraseNeighbours},
	}
}

func eraseAll(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("w", "")))
	c := b.accept(store.New{Claim: full(), Owner: "o"})
	o := placed("s", unit(4, 0.5, 1))
	o.Photos = []store.PhotoHash{{Blob: blob(1), Hash: 5}}
	b.check(b.store.Finish(b.ctx, c.ID, o))
	b.check(b.store.ChangeClusters(b.ctx, "s", store.ClusterChange{
		Put: []store.Cluster{group("c1", 1, c.ID)}, Member: map[string]string{c.ID: groupID("c1")}}))

	at := b.clock.stop()
	orphans, err := b.store.Erase(b.ctx, c.ID, "key-7")
	b.check(err)
	slices.Sort(orphans)
	b.same("orphans", orphans, []string{blob(1), blob(2)})

	_, err = b.store.Claim(b.ctx, c.ID)
	b.wantErr(err, store.ErrNotFound)
	_, err = b.store.VectorsOf(b.ctx, c.ID)
	b.wantErr(err, store.ErrNotFound)
	_, err = b.store.Twins(b.ctx, c.ID, 64)
	b.wantErr(err, store.ErrNotFound)
	b.wantErr(b.store.Finish(b.ctx, c.ID, o), store.ErrNotFound)
	b.wantErr(b.store.Fail(b.ctx, c.ID, "x"), store.ErrNotFound)
	b.wantErr(b.store.Requeue(b.ctx, c.ID), store.ErrNotFound)
	_, err = b.store.Erase(b.ctx, c.ID, "key-7")
	b.wantErr(err, store.ErrNotFound)
	b.same("near", b.near(store.Near{Space: "s", Vector: unit(4, 1, 1), K: 5}), []string{})
	members, err := b.store.Members(b.ctx, "s")
	b.check(err)
	b.same("members", members, map[string]string{})
	clusters, err := b.store.Clusters(b.ctx, "s")
	b.check(err)
	b.same("clusters", clusters, []store.Cluster{})
	d, err := b.store.Deliveries(b.ctx, "", 10)
	b.check(err)
	b.same("deliveries", d, []store.Delivery{})
	if n := b.count(store.Filter{Labels: []store.Label{{Axis: "severity", Label: "major"}}}); n != 0 {
		b.Errorf("%d claims by label", n)
	}
	trail, err := b.store.Trail(b.ctx, c.ID)
	b.check(err)
	b.same("trail", trail, []store.Entry{{At: stored(at), By: "key-7", What: store.ClaimErased, On: c.ID}})
}

func eraseOrphans(b *bench) {
	with := func(blobs ...string) string {
		n := text("photos")
		n.Claim.Photos = blobs
		return b.accept(n).ID
	}
	one, two, three := with(blob(1), blob(2), blob(1)), with(blob(2), blob(3)), with(blob(3))
	for _, tc := range []struct {
		id   string
		want []string
	}{{one, []string{blob(1)}}, {two, []string{blob(2)}}, {three, []string{blob(3)}}, {b.accept(text("none")).ID, nil}} {
		got, err := b.store.Erase(b.ctx, tc.id, "me")
		b.check(err)
		b.same("orphans", got, tc.want)
	}
}

func eraseRace(b *bench) {
	n := text("one")
	n.Claim.Photos = []string{blob(1)}
	c := b.accept(n)
	won := 0
	for _, err := range together(20, func(int) error {
		_, err := b.store.Erase(b.ctx, c.ID, "me")
		return err
	}) {
		if err == nil {
			won++
			continue
		}
		b.wantErr(err, store.ErrNotFound)
	}
	trail, err := b.store.Trail(b.ctx, c.ID)
	b.check(err)
	if won != 1 || len(trail) != 1 {
		b.Errorf("erased %d times with %d stubs, want one each", won, len(trail))
	}
}

func eraseKey(b *bench) {
	n := text("one")
	n.IdempotencyKey, n.Digest = "k", "d1"
	first := b.accept(n)
	_, err := b.store.Erase(b.ctx, first.ID, "me")
	b.check(err)
	n.Digest = "d2"
	if second := b.accept(n); second.ID == first.ID {
		b.Error("an erased claim's id came back")
	}
}

func eraseNeighbours(b *bench) {
	a := b.done(text("a"), placed("s", unit(4, 0.9, 1), unit(4, 0.3, 2)))
	c := b.done(text("b"), placed("s", unit(4, 0.8, 1)))
	d := b.done(text("c"), placed("s", unit(4, 0.7, 1)))
	q := store.Near{Space: "s", Vector: unit(4, 1, 1), K: 5}
	b.same("before", b.near(q), []string{a.ID, c.ID, d.ID})
	b.check(b.store.ChangeClusters(b.ctx, "s", store.ClusterChange{
		Put:    []store.Cluster{group("g", 3, c.ID, a.ID, d.ID)},
		Member: map[string]string{a.ID: groupID("g"), c.ID: groupID("g"), d.ID: groupID("g")}}))
	_, err := b.store.Erase(b.ctx, a.ID, "me")
	b.check(err)
	b.same("after", b.near(q), []string{c.ID, d.ID})
	got, err := b.store.Cluster(b.ctx, groupID("g"))
	b.check(err)
	b.same("central", got.Central, []string{c.ID, d.ID})
	if got.Size != 2 {
		b.Errorf("size %d, want 2", got.Size)
	}
	e := b.done(text("d"), placed("s", unit(4, 0.75, 2)))
	b.same("and one more", b.near(q), []string{c.ID, e.ID, d.ID})
}
