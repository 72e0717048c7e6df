package api

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// principal is who asks.
type principal struct {
	id     string // the key's; empty without keys
	admin  bool
	scopes []string
	bucket *bucket // nil without keys
	// reviewer is whom the key belongs to; it then has the scope review and no other.
	reviewer string
}

// owner narrows what is seen: an admin sees everything.
func (p principal) owner() string {
	if p.admin {
		return ""
	}
	return p.id
}

// by names the principal in the audit trail.
func (p principal) by() string {
	if p.id == "" {
		return "local"
	}
	return p.id
}

func (p principal) may(scope string) bool {
	return scope == "" || p.admin || slices.Contains(p.scopes, scope)
}

// maxKnown bounds the keys that are remembered.
const maxKnown = 1000

// known is a key that was looked up.
type known struct {
	key    store.Key
	until  time.Time
	bucket *bucket
}

// access tells who asks, and remembers keys for a few seconds. Keys that do not exist are
// not remembered, so that guessing cannot push real ones out.
type access struct {
	keys      Keys
	open      bool
	ttl       time.Duration
	perMinute int
	now       func() time.Time

	mu    sync.Mutex
	known map[string]*known // by hash
}

// enter gives the principal of an Authorization header, or what keeps it out.
func (a *access) enter(ctx context.Context, header, scope string) (principal, error) {
	if a.open {
		return principal{admin: true}, nil
	}
	if header == "" {
		return principal{}, fault(codeKeyMissing, "header.Authorization", "send Authorization: Bearer dfk_...")
	}
	secret := bearer(header)
	if secret == "" {
		return principal{}, fault(codeKeyInvalid, "header.Authorization", "this is no API key of Defekt")
	}
	k, err := a.lookup(ctx, HashKey(secret))
	if err != nil {
		return principal{}, err
	}
	p := principal{id: k.key.ID, scopes: k.key.Scopes, admin: slices.Contains(k.key.Scopes, ScopeAdmin), bucket: k.bucket}
	if name, ok := reviewerOf(k.key.Scopes); ok {
		p.reviewer, p.admin, p.scopes = name, false, []string{ScopeReview}
	}
	if wait := k.bucket.take(a.now()); wait > 0 {
		return p, retry(fault(codeRate, "", "ask for a higher rate, or send batches"), wait)
	}
	if !p.may(scope) {
		return p, fault(codeScope, "", "this needs the scope "+scope)
	}
	return p, nil
}

func (a *access) lookup(ctx context.Context, hash string) (*known, error) {
	now := a.now()
	a.mu.Lock()
	k := a.known[hash]
	a.mu.Unlock()
	if k != nil && now.Before(k.until) {
		return k, nil
	}
	key, err := a.keys.KeyByHash(ctx, hash)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault(codeKeyInvalid, "header.Authorization", "")
	}
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(key.Hash), []byte(hash)) != 1 || !key.RevokedAt.IsZero() {
		a.forget(hash)
		return nil, fault(codeKeyInvalid, "header.Authorization", "")
	}
	return a.remember(hash, key, now), nil
}

func (a *access) forget(hash string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.known, hash)
}

// remember keeps the bucket of a key that is looked up again: a new one would be full.
func (a *access) remember(hash string, key store.Key, now time.Time) *known {
	a.mu.Lock()
	defer a.mu.Unlock()
	rate := key.PerMinute
	if rate <= 0 {
		rate = a.perMinute
	}
	k := &known{key: key, until: now.Add(a.ttl)}
	if old := a.known[hash]; old != nil && old.bucket.perMinute == rate {
		k.bucket = old.bucket
	} else {
		k.bucket = newBucket(rate, now)
	}
	if len(a.known) >= maxKnown && a.known[hash] == nil {
		a.evict()
	}
	a.known[hash] = k
	return k
}

// evict drops the key that was looked up the longest ago.
func (a *access) evict() {
	var oldest string
	for hash, k := range a.known {
		if oldest == "" || k.until.Before(a.known[oldest].until) {
			oldest = hash
		}
	}
	delete(a.known, oldest)
}
