package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// place is one kind of Store with what a test does behind its back.
type place struct {
	store Store
	// replace puts other bytes where the blob is; names lists everything that is kept.
	replace func(t *testing.T, digest string, data []byte)
	names   func(t *testing.T) []string
	clock   *clock
}

// clock is a time that only tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func photo(t *testing.T, size int) []byte {
	t.Helper()
	b := make([]byte, size)
	rand.Read(b)
	return b
}

func mustPut(t *testing.T, s Store, data []byte) string {
	t.Helper()
	digest, err := s.Put(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func nobody(string) bool { return false }

// conform runs the cases that every Store must pass.
func conform(t *testing.T, open func(t *testing.T) place) {
	cases := map[string]func(*testing.T, place){
		"round trip":        conformRoundTrip,
		"missing":           conformMissing,
		"odd digests":       conformOddDigests,
		"limit":             conformLimit,
		"damage":            conformDamage,
		"put twice":         conformPutTwice,
		"put renews":        conformPutRenews,
		"delete":            conformDelete,
		"sweep":             conformSweep,
		"at once":           conformAtOnce,
		"stopped":           conformStopped,
		"check":             func(t *testing.T, p place) { wantError(t, p.store.Check(t.Context()), nil) },
		"source's problems": conformSource,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) { run(t, open(t)) })
	}
}

func conformRoundTrip(t *testing.T, p place) {
	for _, size := range []int{1, 1000, 64 << 10, 64<<10 + 1, 6 << 20} {
		data := photo(t, size)
		digest := mustPut(t, p.store, data)
		if want := Digest(data); digest != want {
			t.Errorf("%d bytes: digest %s, want %s", size, digest, want)
		}
		got, err := p.store.Read(t.Context(), digest, 32<<20)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: read %d bytes, %v", size, len(got), err)
		}
	}
	if digest, err := p.store.Put(t.Context(), nil); !errors.Is(err, ErrEmpty) || digest != "" {
		t.Errorf("putting nothing: %q, %v", digest, err)
	}
	// What sha256sum says.
	if got, want := mustPut(t, p.store, []byte("defekt")), "sha256:292768653285dc5eb625d891fda888f66f4ad82e2b8018c57cae1f7db6f145d5"; got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}

func conformMissing(t *testing.T, p place) {
	digest := Digest([]byte("never put"))
	_, err := p.store.Read(t.Context(), digest, 100)
	wantError(t, err, ErrMissing)
	wantError(t, err, store.ErrNotFound)
	wantError(t, p.store.Delete(t.Context(), digest), nil)
}

func conformOddDigests(t *testing.T, p place) {
	mustPut(t, p.store, []byte("a blob"))
	before := p.names(t)
	good := Digest([]byte("a blob"))
	// A file of this test's own stands for the one that a trick is after: a check that fails
	// must not cost the machine that runs the tests anything.
	bait := filepath.Join(t.TempDir(), "bait")
	if err := os.WriteFile(bait, []byte("bait"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, odd := range []string{
		"", "sha256:", bait, "../../../.." + bait, "sha256:../../../.." + bait,
		good[7:], "SHA256:" + good[7:], good[:70], good + "0", good + "\x00", good + "/", " " + good,
		"sha256:" + string(bytes.ToUpper([]byte(good[7:]))),
		"sha256:" + string(bytes.Repeat([]byte("../"), 21)) + "a", "md5:" + good[7:],
		"sha256:" + string(bytes.Repeat([]byte("g"), 64)),
	} {
		_, err := p.store.Read(t.Context(), odd, 100)
		wantError(t, err, ErrDigest)
		wantError(t, err, ErrMissing)
		wantError(t, p.store.Delete(t.Context(), odd), ErrDigest)
	}
	if after := p.names(t); !slices.Equal(before, after) {
		t.Errorf("names before %q, after %q", before, after)
	}
	if _, err := os.Stat(bait); err != nil {
		t.Errorf("an odd digest reached a file outside: %v", err)
	}
}

func conformLimit(t *testing.T, p place) {
	digest := mustPut(t, p.store, photo(t, 1000))
	for limit, want := range map[int64]error{-1: ErrTooLarge, 0: ErrTooLarge, 999: ErrTooLarge, 1000: nil, 1001: nil} {
		_, err := p.store.Read(t.Context(), digest, limit)
		wantError(t, err, want)
	}
}

func conformDamage(t *testing.T, p place) {
	data := photo(t, 1000)
	digest := mustPut(t, p.store, data)
	flipped := slices.Clone(data)
	flipped[500] ^= 1
	for name, bad := range map[string][]byte{"a bit": flipped, "cut": data[:999], "empty": {}, "longer": append(slices.Clone(data), 0)} {
		p.replace(t, digest, bad)
		got, err := p.store.Read(t.Context(), digest, 2000)
		wantError(t, err, ErrDamaged)
		if errors.Is(err, ErrMissing) || len(got) > 0 && err == nil {
			t.Errorf("%s: %v", name, err)
		}
		// Sending the photo again mends it: at once in a folder, a day later in a bucket.
		p.clock.advance(24 * time.Hour)
		mustPut(t, p.store, data)
		got, err = p.store.Read(t.Context(), digest, 2000)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s: after putting it again: %d bytes, %v", name, len(got), err)
		}
	}
}

func conformPutTwice(t *testing.T, p place) {
	data := photo(t, 1000)
	first := mustPut(t, p.store, data)
	before := p.names(t)
	if second := mustPut(t, p.store, data); second != first {
		t.Errorf("digests %s and %s", first, second)
	}
	if after := p.names(t); len(after) != 1 || !slices.Equal(before, after) {
		t.Errorf("kept %q, then %q; want one and the same", before, after)
	}
}

// conformPutRenews: a photo that was nobody's for long and comes in again is not swept away.
func conformPutRenews(t *testing.T, p place) {
	data := photo(t, 100)
	digest := mustPut(t, p.store, data)
	p.clock.advance(48 * time.Hour)
	if got, err := p.store.Sweep(t.Context(), nobody, time.Hour); err != nil || !slices.Equal(got, []string{digest}) {
		t.Fatalf("old and unused: swept %q, %v", got, err)
	}
	mustPut(t, p.store, data)
	if got, err := p.store.Sweep(t.Context(), nobody, time.Hour); err != nil || len(got) > 0 {
		t.Errorf("put again: swept %q, %v", got, err)
	}
}

func conformDelete(t *testing.T, p place) {
	digest, other := mustPut(t, p.store, photo(t, 100)), mustPut(t, p.store, photo(t, 100))
	for range 2 {
		wantError(t, p.store.Delete(t.Context(), digest), nil)
	}
	_, err := p.store.Read(t.Context(), digest, 100)
	wantError(t, err, ErrMissing)
	_, err = p.store.Read(t.Context(), other, 100)
	wantError(t, err, nil)
}

func conformSweep(t *testing.T, p place) {
	var old []string
	for range 30 {
		old = append(old, mustPut(t, p.store, photo(t, 10)))
	}
	p.clock.advance(90 * time.Minute)
	mustPut(t, p.store, photo(t, 10))
	used := map[string]bool{old[3]: true, old[7]: true}
	var want []string
	for _, d := range old {
		if !used[d] {
			want = append(want, d)
		}
	}
	slices.Sort(want)
	got, err := p.store.Sweep(t.Context(), func(d string) bool { return used[d] }, time.Hour)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("swept %d, want %d (%v)", len(got), len(want), err)
	}
	if n := len(p.names(t)); n != 31 {
		t.Errorf("%d blobs are left, want all 31: Sweep only lists", n)
	}
}

// conformAtOnce: many put, read and delete the same few blobs.
func conformAtOnce(t *testing.T, p place) {
	shared := [][]byte{photo(t, 5000), photo(t, 70_000), photo(t, 1)}
	gone := photo(t, 300)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 12 {
				data := shared[i%len(shared)]
				digest, err := p.store.Put(t.Context(), data)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := p.store.Read(t.Context(), digest, 1<<20); err != nil || !bytes.Equal(got, data) {
					t.Errorf("read %d bytes, %v", len(got), err)
				}
				digest, err = p.store.Put(t.Context(), gone)
				if err != nil {
					t.Error(err)
				}
				if _, err := p.store.Read(t.Context(), digest, 1<<20); err != nil && !errors.Is(err, ErrMissing) {
					t.Error(err)
				}
				if err := p.store.Delete(t.Context(), digest); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func conformStopped(t *testing.T, p place) {
	digest := mustPut(t, p.store, photo(t, 10))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, putErr := p.store.Put(ctx, photo(t, 10))
	_, readErr := p.store.Read(ctx, digest, 10)
	_, sweepErr := p.store.Sweep(ctx, nobody, time.Hour)
	for i, err := range []error{putErr, readErr, sweepErr, p.store.Delete(ctx, digest), p.store.Check(ctx)} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("call %d: error %v", i, err)
		}
	}
	_, err := p.store.Read(t.Context(), digest, 10)
	wantError(t, err, nil)
}
