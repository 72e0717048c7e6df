package storetest

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

func leaseCases() []testCase {
	return []testCase{
		{"the first that is free", leaseFirst},
		{"20 want the same items", leaseRace},
		{"held, prolonged, run out", leaseHold},
		{"a change needs the version", changeVersion},
		{"a change by 20 at once", changeRace},
		{"all of a change or nothing", changeWhole},
		{"decisions by filter and page", decisionLists},
		{"what is settled, by claim", settledLists},
		{"what was handed out last", leaseHanded},
	}
}

// lease hands items to a reviewer for an hour.
func (b *bench) lease(who string, ids ...string) store.Review {
	b.Helper()
	r, err := b.tryLease(b.store, who, ids...)
	b.check(err)
	return r
}

func (b *bench) tryLease(s store.Store, who string, ids ...string) (store.Review, error) {
	at := b.clock.Now()
	return s.LeaseReview(b.ctx, store.Lease{IDs: ids, Holder: who, At: at, Until: at.Add(time.Hour)})
}

// choice is a decision to add.
func choice(who, label string, at time.Time) store.ReviewDecision {
	return store.ReviewDecision{ID: uuid.NewString(), Reviewer: who, At: at, Labels: map[string]string{"severity": label}, Role: store.RoleLook}
}

func leaseFirst(b *bench) {
	ids := b.queued(3, 2, 1)
	at := b.clock.stop()
	r := b.lease("anna", ids...)
	want := b.item(ids[0])
	b.same("as it is read", r, want)
	b.same("holder", []any{r.ID, r.Holder, r.HeldUntil, r.Version}, []any{ids[0], "anna", stored(at.Add(time.Hour)), int64(2)})
	b.same("second", b.lease("bert", ids...).ID, ids[1])
	b.same("the same to the same", b.lease("anna", ids[0]).ID, ids[0])
	_, err := b.tryLease(b.store, "bert", ids[0])
	b.wantErr(err, store.ErrNotFound)
	b.same("free", b.waits(store.ReviewFilter{Free: at}, 10), ids[2:])

	touched := b.item(ids[2])
	touched.Touched = []string{"carl", "ann"}
	b.check(b.store.ChangeReview(b.ctx, touched, nil, nil))
	_, err = b.tryLease(b.store, "carl", ids[2])
	b.wantErr(err, store.ErrNotFound)
	b.same("touched", b.waits(store.ReviewFilter{By: "carl"}, 10), ids[:2])
	b.same("of a longer name", b.lease("anna", ids[2]).ID, ids[2])
	b.same("touched", b.item(ids[2]).Touched, touched.Touched)
	for _, none := range [][]string{nil, {uuid.NewString(), "x"}} {
		_, err = b.tryLease(b.store, "dora", none...)
		b.wantErr(err, store.ErrNotFound)
	}
	judged := b.item(ids[2])
	judged.State, judged.Holder = store.ReviewDisputed, ""
	b.check(b.store.ChangeReview(b.ctx, judged, nil, nil))
	_, err = b.store.LeaseReview(b.ctx, store.Lease{IDs: ids[2:], States: []store.ReviewState{store.ReviewOpen, store.ReviewKnown}, Holder: "dora", At: at, Until: at})
	b.wantErr(err, store.ErrNotFound)
	b.same("disputed", b.lease("dora", ids[2]).ID, ids[2])
	settled := b.item(ids[1])
	settled.State, settled.Holder = store.ReviewSettled, ""
	b.check(b.store.ChangeReview(b.ctx, settled, nil, nil))
	_, err = b.tryLease(b.store, "dora", ids[1])
	b.wantErr(err, store.ErrNotFound)
}

func leaseRace(b *bench) {
	stores := []store.Store{b.store, b.again()}
	ids := b.queued(5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5)
	got := make([]string, 20)
	for i, err := range together(len(got), func(i int) error {
		r, err := b.tryLease(stores[i%2], fmt.Sprint("reviewer", i), ids...)
		got[i] = r.ID
		return err
	}) {
		if err != nil {
			b.wantErr(err, store.ErrNotFound)
			got[i] = ""
		}
	}
	seen := map[string]int{}
	for _, id := range got {
		if id != "" {
			seen[id]++
		}
	}
	for id, n := range seen {
		if n > 1 {
			b.Errorf("%s was handed to %d", id, n)
		}
	}
	// What is being taken by another may be passed over, so that one more look finds the rest.
	for i := range 20 {
		if r, err := b.tryLease(b.store, fmt.Sprint("late", i), ids...); err == nil {
			seen[r.ID]++
		}
	}
	b.same("handed out", len(seen), len(ids))
}

func leaseHold(b *bench) {
	id := b.queued(1)[0]
	at := b.clock.stop()
	r := b.lease("anna", id)
	held, err := b.store.Held(b.ctx, "anna", at)
	b.check(err)
	b.same("held", held, []store.Review{r})
	b.check(b.store.HoldReview(b.ctx, id, "anna", r.Version, at.Add(2*time.Hour)))
	r.HeldUntil = stored(at.Add(2 * time.Hour))
	b.same("prolonged", b.item(id), r)
	b.wantErr(b.store.HoldReview(b.ctx, id, "bert", r.Version, at), store.ErrConflict)
	b.wantErr(b.store.HoldReview(b.ctx, id, "", r.Version, at), store.ErrConflict)
	b.wantErr(b.store.HoldReview(b.ctx, id, "anna", r.Version-1, at), store.ErrConflict)
	b.wantErr(b.store.HoldReview(b.ctx, uuid.NewString(), "anna", r.Version, at), store.ErrNotFound)
	b.clock.set(at.Add(2*time.Hour), 0)
	held, err = b.store.Held(b.ctx, "anna", b.clock.Now())
	b.check(err)
	b.same("run out", held, []store.Review{})
	b.same("free", b.waits(store.ReviewFilter{Free: b.clock.Now()}, 1), []string{id})
	b.same("to another", b.lease("bert", id).Holder, "bert")
	b.wantErr(b.store.HoldReview(b.ctx, id, "anna", r.Version, at), store.ErrConflict)
}

func changeVersion(b *bench) {
	r := b.lease("anna", b.queued(1)...)
	at := b.clock.stop()
	d := choice("anna", "major", at)
	d.Why, d.Took, d.Model, d.Shown, d.Version, d.Withdraws = "br\x00ök", 1234*time.Millisecond, "sha256:m", true, r.Version, "x"
	e := store.ReviewEvent{At: at, Who: "anna", What: store.ReviewDecided, From: map[string]string{"severity": "minor"}, To: d.Labels, Why: "z", Took: d.Took, Model: "sha256:m"}
	next := r
	next.State, next.Holder, next.HeldUntil, next.Touched, next.Skips, next.Decided = store.ReviewSettled, "", time.Time{}, []string{"anna"}, 2, 1
	next.Final, next.SettledAt = d.ID, stored(at)
	b.check(b.store.ChangeReview(b.ctx, next, []store.ReviewDecision{d}, []store.ReviewEvent{e}))
	want := next
	want.Version++
	b.same("item", b.item(r.ID), want)
	d.Item, d.Claim, d.Why, d.At = r.ID, r.Claim, "br\uFFFDök", stored(at)
	got, err := b.store.Decision(b.ctx, d.ID)
	b.check(err)
	b.same("decision", got, d)
	log, err := b.store.ReviewLog(b.ctx, r.ID)
	b.check(err)
	e.Item, e.Claim, e.At = r.ID, r.Claim, stored(at)
	b.same("log", log[len(log)-1], e)
	b.same("log", []string{log[0].What, log[1].What, log[1].Who}, []string{store.ReviewAdded, store.ReviewHanded, "anna"})

	b.wantErr(b.store.ChangeReview(b.ctx, next, []store.ReviewDecision{choice("anna", "minor", at)}, nil), store.ErrConflict)
	next.ID = uuid.NewString()
	b.wantErr(b.store.ChangeReview(b.ctx, next, nil, nil), store.ErrNotFound)
	_, err = b.store.Decision(b.ctx, uuid.NewString())
	b.wantErr(err, store.ErrNotFound)
}

func changeRace(b *bench) {
	stores := []store.Store{b.store, b.again()}
	r := b.lease("anna", b.queued(1)...)
	won := 0
	for _, err := range together(20, func(i int) error {
		return stores[i%2].ChangeReview(b.ctx, r, []store.ReviewDecision{choice("anna", "major", r.CreatedAt)}, nil)
	}) {
		if err == nil {
			won++
			continue
		}
		b.wantErr(err, store.ErrConflict)
	}
	b.same("changed", won, 1)
	list, err := b.store.Decisions(b.ctx, store.DecisionFilter{Item: r.ID, Limit: 100})
	b.check(err)
	b.same("decisions", len(list), 1)
}

func changeWhole(b *bench) {
	r := b.lease("anna", b.queued(1)...)
	d := choice("anna", "major", r.CreatedAt)
	b.check(b.store.ChangeReview(b.ctx, r, []store.ReviewDecision{d}, nil))
	r = b.item(r.ID)
	next := r
	next.State = store.ReviewSettled
	err := b.store.ChangeReview(b.ctx, next, []store.ReviewDecision{choice("anna", "minor", r.CreatedAt), d}, []store.ReviewEvent{{At: r.CreatedAt, What: store.ReviewDecided}})
	b.wantErr(err, store.ErrConflict) // the second's id is taken
	b.same("item", b.item(r.ID), r)
	list, err := b.store.Decisions(b.ctx, store.DecisionFilter{Item: r.ID, Limit: 10})
	b.check(err)
	b.same("decisions", len(list), 1)
}

func leaseHanded(b *bench) {
	ids := b.queued(3, 2, 1)
	for _, id := range ids {
		b.lease("anna", id)
	}
	_, err := b.tryLease(b.store, "bert", ids...)
	b.wantErr(err, store.ErrNotFound)
	for limit, want := range map[int][]string{0: nil, 2: {ids[2], ids[1]}, 9: reverse(ids)} {
		list, err := b.store.Handed(b.ctx, "anna", limit)
		b.check(err)
		var got []string
		for _, r := range list {
			got = append(got, r.ID)
		}
		b.same("handed", got, want)
	}
}
