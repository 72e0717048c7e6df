package storetest

import (
	"math"
	"slices"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

// reviewRanks: new ranks move what is open, held or not, and nothing else.
func reviewRanks(b *bench) {
	ids := b.queued(5, 4, 3, 2, 1)
	held, settled := b.lease("anna", ids[1]), b.lease("bert", ids[2])
	settled.State, settled.Holder, settled.Final = store.ReviewSettled, "", "d"
	b.check(b.store.ChangeReview(b.ctx, settled, nil, nil))
	known := look(b.accept(text("x")).ID, 1, store.ReasonKnown)
	known.Known = map[string]string{"severity": "major"}
	other := b.addReviews(known)[0]
	log, err := b.store.ReviewLog(b.ctx, ids[4])
	b.check(err)

	n, err := b.store.RankReviews(b.ctx, []store.ReviewRank{
		{ID: ids[4], Was: 1, Rank: 7}, {ID: ids[4], Was: 1, Rank: 10.0 / 3}, // the last counts
		{ID: ids[1], Was: 4, Rank: -2.5}, {ID: ids[2], Was: 3, Rank: 99}, {ID: other, Was: 1, Rank: 99}, {ID: uuid.NewString(), Rank: 1}, {ID: "x", Rank: 1}, {ID: "", Rank: 1},
		{ID: ids[0], Was: 5, Rank: 5},  // as it was
		{ID: ids[3], Was: 1, Rank: 99}, // changed since
	})
	b.check(err)
	b.same("changed", n, 2)
	b.same("order", b.waits(store.ReviewFilter{}, 10), []string{ids[0], ids[4], ids[3], ids[1]})
	b.same("rank", b.item(ids[4]).Rank, 10.0/3)
	b.same("a settled one", b.item(ids[2]).Rank, 3.0)
	b.same("a known one", b.item(other).Rank, 1.0)
	after, err := b.store.ReviewLog(b.ctx, ids[4])
	b.check(err)
	b.same("log", after, log)

	b.same("version of what is held", b.item(ids[1]).Version, held.Version)
	held.State, held.Holder, held.Final = store.ReviewSettled, "", "d"
	b.check(b.store.ChangeReview(b.ctx, held, nil, nil)) // the answer is not lost

	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if _, err := b.store.RankReviews(b.ctx, []store.ReviewRank{{ID: ids[0], Was: 5, Rank: 0}, {ID: ids[3], Was: 2, Rank: bad}}); err == nil {
			b.Errorf("rank %g was taken", bad)
		}
	}
	b.same("nothing of it", b.item(ids[0]).Rank, 5.0)
	n, err = b.store.RankReviews(b.ctx, nil)
	b.check(err)
	b.same("none", n, 0)
}

// reviewRanksHanded: people are handed items while ranks move, and nobody goes without.
func reviewRanksHanded(b *bench) {
	ids := b.queued(slices.Repeat([]float64{1}, 60)...)
	rank := func(from int) error {
		var list []store.ReviewRank
		for j, id := range ids {
			r, err := b.store.Review(b.ctx, id)
			if err != nil {
				return err
			}
			list = append(list, store.ReviewRank{ID: id, Was: r.Rank, Rank: float64(from + j)})
		}
		_, err := b.store.RankReviews(b.ctx, list)
		return err
	}
	stores := []store.Store{b.store, b.again()}
	for _, err := range together(9, func(i int) error {
		if i > 0 {
			_, err := b.tryLease(stores[i%2], "anna", ids...)
			return err
		}
		for round := range 5 {
			if err := rank(100 * round); err != nil {
				return err
			}
		}
		return nil
	}) {
		b.check(err)
	}
	b.check(rank(1000))
	for j, id := range ids {
		b.same("rank", b.item(id).Rank, float64(1000+j))
	}
}
