package storetest

import (
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func auditCases() []testCase {
	return []testCase{
		{"kept in the order of writing", auditOrder},
		{"apart by what it was done to", auditApart},
	}
}

func auditOrder(b *bench) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 1999, time.FixedZone("", 3600))
	var want []store.Entry
	for i := range 5 {
		// All at one time: the order is that of writing.
		e := store.Entry{At: at, By: "system", What: "key.created", On: "k", Detail: fmt.Sprintf("ä'%d", 5-i)}
		b.check(b.store.Note(b.ctx, e))
		e.At = stored(at)
		want = append(want, e)
	}
	got, err := b.store.Trail(b.ctx, "k")
	b.check(err)
	b.same("trail", got, want)
}

func auditApart(b *bench) {
	for _, on := range []string{"k", "K", "k "} {
		b.check(b.store.Note(b.ctx, store.Entry{At: b.clock.Now(), By: "me", What: "x", On: on}))
	}
	got, err := b.store.Trail(b.ctx, "k")
	b.check(err)
	b.same("entries", len(got), 1)
	got, err = b.store.Trail(b.ctx, "none")
	b.check(err)
	b.same("entries", got, []store.Entry{})
}
