package storetest

import (
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
)

func openerCases() []testCase {
	return []testCase{
		{"what one writes the other reads", openersRead},
		{"neighbours follow the other's writes", openersNear},
		{"one key posted to both", openersKey},
		{"one claim finished by both", openersFinish},
		{"what was closed is there again", openersAgain},
	}
}

func openersRead(b *bench) {
	other := b.again()
	c := b.accept(store.New{Claim: full()})
	got, err := other.Claim(b.ctx, c.ID)
	b.check(err)
	b.same("claim", got, c)
	b.check(other.Finish(b.ctx, c.ID, predicted("a=b")))
	if got := b.read(c.ID); got.State != store.Done {
		b.Errorf("state %s", got.State)
	}
	_, next, err := other.List(b.ctx, store.Filter{}, store.Page{Limit: 1})
	b.check(err)
	b.same("cursor", next, "")
}

func openersNear(b *bench) {
	other := b.again()
	q := store.Near{Space: "s", Vector: unit(4, 1, 1), K: 10}
	var want []string
	same := func(what string) {
		b.Helper()
		for name, s := range map[string]store.Store{"one": b.store, "other": other} {
			var got []string
			for _, h := range b.nearest(s, q) {
				got = append(got, h.ID)
			}
			b.same(what+", "+name, got, want)
		}
	}
	same("empty")
	for i := range 4 {
		o := placed("s", unit(4, 0.9-0.1*float64(i), 1))
		writer := b.store
		if i%2 == 1 {
			writer = other
		}
		c, _, err := writer.Accept(b.ctx, store.New{Claim: full(), Outcome: &o})
		b.check(err)
		want = append(want, c.ID)
		same(fmt.Sprintf("after %d", i+1))
	}
	_, err := other.Erase(b.ctx, want[0], "me")
	b.check(err)
	want = want[1:]
	same("after an erasure by the other")
	_, err = b.store.Erase(b.ctx, want[1], "me")
	b.check(err)
	want = append(want[:1:1], want[2:]...)
	same("after an erasure by the one")
}

func openersKey(b *bench) {
	stores := []store.Store{b.store, b.again(), b.again()}
	ids := make([]string, 21)
	for _, err := range together(len(ids), func(i int) error {
		n := text("one")
		n.IdempotencyKey, n.Digest = "k", "d"
		c, _, err := stores[i%3].Accept(b.ctx, n)
		ids[i] = c.ID
		return err
	}) {
		b.check(err)
	}
	for _, id := range ids {
		b.same("id", id, ids[0])
	}
	b.same("jobs", b.jobs(store.Classify), ids[:1])
}

func openersFinish(b *bench) {
	stores := []store.Store{b.store, b.again()}
	b.check(b.store.AddWebhook(b.ctx, hook("1", "")))
	for range 5 {
		c := b.accept(text("one"))
		won := 0
		for _, err := range together(20, func(i int) error { return stores[i%2].Finish(b.ctx, c.ID, placed("s", unit(4, 0.5, 1))) }) {
			if err == nil {
				won++
				continue
			}
			b.wantErr(err, store.ErrFinished)
		}
		if won != 1 {
			b.Errorf("finished %d times, want once", won)
		}
	}
	b.same("deliveries", len(b.deliveries("")), 5)
	b.same("jobs", len(b.jobs(store.Deliver)), 5)
}

func openersAgain(b *bench) {
	first := b.db.Open(b.T, Config{Now: b.clock.Now, Refuse: b.refuse})
	n := store.New{Claim: full()}
	c, _, err := first.Accept(b.ctx, n)
	b.check(err)
	b.check(first.Close())
	if _, err := first.Claim(b.ctx, c.ID); err == nil {
		b.Error("a closed store answers")
	}
	b.same("claim", b.read(c.ID), c)
}
