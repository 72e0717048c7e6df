package storetest

import (
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

func keyCases() []testCase {
	return []testCase{
		{"kept, found and listed", keysKept},
		{"names of valid keys are taken", keysTaken},
		{"one name by 20 at once", keysRace},
		{"revoked once", keysRevoked},
	}
}

func keyNamed(name string, n int) store.Key {
	return store.Key{ID: uuid.NewString(), Name: name, Hash: blob(n), Scopes: []string{"read", "ingest"}, PerMinute: n,
		CreatedAt: time.Date(2026, 3, 1, 10, 0, n, 999999999, time.FixedZone("", 3600))}
}

func (b *bench) keys() []store.Key {
	b.Helper()
	got, err := b.store.Keys(b.ctx)
	b.check(err)
	return got
}

func keysKept(b *bench) {
	b.same("keys", b.keys(), []store.Key{})
	late, early := keyNamed("late", 2), keyNamed("early", 1)
	early.Scopes = nil
	b.check(b.store.AddKey(b.ctx, late))
	b.check(b.store.AddKey(b.ctx, early))
	late.CreatedAt, early.CreatedAt = stored(late.CreatedAt), stored(early.CreatedAt)
	b.same("keys", b.keys(), []store.Key{early, late})
	got, err := b.store.KeyByHash(b.ctx, late.Hash)
	b.check(err)
	b.same("by hash", got, late)
	for _, hash := range []string{"", blob(3), "x' or '1'='1"} {
		_, err = b.store.KeyByHash(b.ctx, hash)
		b.wantErr(err, store.ErrNotFound)
	}
}

func keysTaken(b *bench) {
	first := keyNamed("erp", 1)
	b.check(b.store.AddKey(b.ctx, first))
	b.wantErr(b.store.AddKey(b.ctx, keyNamed("erp", 2)), store.ErrConflict)
	b.check(b.store.AddKey(b.ctx, keyNamed("ERP", 3)))
	b.check(b.store.AddKey(b.ctx, keyNamed("erp ", 4)))
	b.check(b.store.RevokeKey(b.ctx, first.ID, b.clock.Now()))
	b.check(b.store.AddKey(b.ctx, keyNamed("erp", 5)))
	b.wantErr(b.store.AddKey(b.ctx, keyNamed("erp", 6)), store.ErrConflict)
	if n := len(b.keys()); n != 4 {
		b.Errorf("%d keys, want 4", n)
	}
}

func keysRace(b *bench) {
	added := 0
	for _, err := range together(20, func(i int) error { return b.store.AddKey(b.ctx, keyNamed("erp", i)) }) {
		if err == nil {
			added++
			continue
		}
		b.wantErr(err, store.ErrConflict)
	}
	if added != 1 || len(b.keys()) != 1 {
		b.Errorf("%d added, %d keys, want one", added, len(b.keys()))
	}
}

func keysRevoked(b *bench) {
	k := keyNamed("erp", 1)
	b.check(b.store.AddKey(b.ctx, k))
	b.wantErr(b.store.RevokeKey(b.ctx, uuid.NewString(), b.clock.Now()), store.ErrNotFound)
	at := b.clock.Now()
	b.check(b.store.RevokeKey(b.ctx, k.ID, at))
	b.wantErr(b.store.RevokeKey(b.ctx, k.ID, at.Add(time.Hour)), store.ErrNotFound)
	k.CreatedAt, k.RevokedAt = stored(k.CreatedAt), stored(at)
	got, err := b.store.KeyByHash(b.ctx, k.Hash)
	b.check(err)
	b.same("revoked", got, k)
	b.same("listed", b.keys(), []store.Key{k})
}
