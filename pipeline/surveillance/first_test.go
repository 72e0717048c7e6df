package surveillance_test

import (
	"testing"
	"time"
)

// Units are known before the first claim comes: a watch that found nothing to learn from looks at
// everything when there is something.
func TestFirstClaims(t *testing.T) {
	w := newWorld(1, true)
	f := newFake(w)
	all := f.claims
	f.claims = nil
	now := w.now.Add(time.Hour)
	watcher := watch(t, f, &now)
	tend := func(after time.Duration) {
		t.Helper()
		now = now.Add(after)
		if err := watcher.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	tend(0)
	for _, c := range all {
		c.CreatedAt = now.Add(time.Minute) // claims of years are sent in at once
		f.claims = append(f.claims, c)
	}
	tend(time.Hour)
	tend(time.Hour)
	tend(25 * time.Hour)
	only(t, f)
}
