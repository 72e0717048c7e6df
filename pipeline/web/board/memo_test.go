package board

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func newShop(t *testing.T) *Server {
	t.Helper()
	s := &Server{cfg: Config{Patience: time.Second, Fresh: time.Minute, Now: time.Now}, shop: newWorkshop(1, time.Hour, slog.New(slog.DiscardHandler))}
	t.Cleanup(s.Close)
	return s
}

// A part that takes long does not hold the page: it is there for the next one, and is shown
// while a newer one is made.
func TestMemo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		m := newMemo(newShop(t), "test", func(ctx context.Context, _ string) (int, error) {
			time.Sleep(5 * time.Second)
			n++
			return n, ctx.Err()
		})
		get := func() part[int] {
			t.Helper()
			p, err := m.get(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		begin := time.Now()
		if p := get(); p.OK || !p.Working || time.Since(begin) != time.Second {
			t.Errorf("%+v after %s", p, time.Since(begin))
		}
		time.Sleep(10 * time.Second)
		if p := get(); !p.OK || p.Value != 1 || p.Working {
			t.Errorf("%+v", p)
		}
		time.Sleep(time.Minute)
		begin = time.Now()
		if p := get(); !p.OK || p.Value != 1 || !p.Working || time.Since(begin) != 0 {
			t.Errorf("an old one: %+v after %s", p, time.Since(begin))
		}
		time.Sleep(10 * time.Second)
		if p := get(); p.Value != 2 || p.Working {
			t.Errorf("%+v", p)
		}
	})
}

// What the one who asked gave up is made all the same; a fault is told, and tried again.
func TestMemoFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fault := errors.New("no")
		n := 0
		m := newMemo(newShop(t), "test", func(context.Context, string) (int, error) { n++; return n, fault })
		if p, err := m.get(t.Context(), "a"); err != nil || !p.Failed || p.OK {
			t.Errorf("%+v %v", p, err)
		}
		fault = store.ErrNotFound
		if _, err := m.get(t.Context(), "a"); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		fault = nil
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _ = m.get(ctx, "b")
		synctest.Wait()
		if p, err := m.get(t.Context(), "b"); err != nil || !p.OK {
			t.Errorf("%+v %v", p, err)
		}
		for i := range 2 * maxMemo {
			if _, err := m.get(t.Context(), string(rune(1000+i))); err != nil {
				t.Fatal(err)
			}
		}
		if len(m.kept) > maxMemo {
			t.Errorf("%d are kept", len(m.kept))
		}
	})
}

// Closing ends what is being made.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		m := newMemo(s, "test", func(ctx context.Context, _ string) (int, error) { <-ctx.Done(); return 0, ctx.Err() })
		for _, key := range []string{"a", "b"} { // the second waits for its place
			if p, err := m.get(t.Context(), key); err != nil || !p.Working {
				t.Errorf("%+v %v", p, err)
			}
		}
		s.Close()
		if p, _ := m.get(t.Context(), "a"); p.OK {
			t.Errorf("%+v", p)
		}
	})
}
