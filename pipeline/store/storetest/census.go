package storetest

import (
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func censusCases() []testCase {
	return []testCase{
		{"what waits, and since when", censusWaiting},
		{"blobs that claims refer to", censusBlobs},
		{"whether a claim refers to a blob", censusBlob},
	}
}

func (b *bench) waiting(wantN int, wantOldest time.Time) {
	b.Helper()
	n, oldest, err := b.store.Waiting(b.ctx)
	b.check(err)
	if n != wantN {
		b.Errorf("%d waiting, want %d", n, wantN)
	}
	b.same("oldest", oldest, wantOldest)
}

func censusWaiting(b *bench) {
	b.waiting(0, time.Time{})
	b.done(text("at once"), predicted("a=b"))
	b.waiting(0, time.Time{})
	first, second := b.accept(text("1")), b.accept(text("2"))
	b.waiting(2, first.CreatedAt)
	b.check(b.store.Finish(b.ctx, first.ID, predicted("a=b")))
	b.waiting(1, second.CreatedAt)
	b.check(b.store.Fail(b.ctx, second.ID, "no"))
	b.waiting(0, time.Time{})
	third := b.accept(text("3"))
	b.check(b.store.Requeue(b.ctx, second.ID))
	b.waiting(2, second.CreatedAt)
	_, err := b.store.Erase(b.ctx, second.ID, "me")
	b.check(err)
	b.waiting(1, third.CreatedAt)
}

func censusBlobs(b *bench) {
	blobs := func(want ...string) {
		b.Helper()
		all := map[string]bool{}
		for _, w := range want {
			all[w] = true
		}
		got, err := b.store.Blobs(b.ctx)
		b.check(err)
		b.same("blobs", got, all)
	}
	blobs()
	var ids []string
	for _, photos := range [][]string{{blob(1), blob(2)}, {blob(2), blob(3), blob(3)}, nil} {
		n := store.New{Claim: full()}
		n.Claim.Photos = photos
		ids = append(ids, b.accept(n).ID)
	}
	blobs(blob(1), blob(2), blob(3))
	_, err := b.store.Erase(b.ctx, ids[1], "me")
	b.check(err)
	blobs(blob(1), blob(2))
	// The outcome names photos that the claim has already.
	b.check(b.store.Finish(b.ctx, ids[0], store.Outcome{Photos: []store.PhotoHash{{Blob: blob(1), Hash: 1}}}))
	blobs(blob(1), blob(2))
}

func censusBlob(b *bench) {
	has := func(n int, want bool) {
		b.Helper()
		got, err := b.store.HasBlob(b.ctx, blob(n))
		b.check(err)
		if got != want {
			b.Errorf("blob %d: %t, want %t", n, got, want)
		}
	}
	has(1, false)
	n := text("one")
	n.Claim.Photos = []string{blob(1), blob(2)}
	c := b.accept(n)
	has(1, true)
	has(2, true)
	has(3, false)
	_, err := b.store.Erase(b.ctx, c.ID, "me")
	b.check(err)
	has(1, false)
}
