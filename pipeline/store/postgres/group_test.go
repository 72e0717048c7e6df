package postgres

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestGroupSharesWhatComesMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sizes []int
		g := group[int, int]{run: func(_ context.Context, calls []int) []result[int] {
			sizes = append(sizes, len(calls))
			time.Sleep(time.Second)
			out := make([]result[int], len(calls))
			for i, c := range calls {
				out[i].out = c * 10
			}
			return out
		}}
		var wg sync.WaitGroup
		for i := range maxGroup + 3 {
			wg.Go(func() {
				if got, err := g.do(t.Context(), i); got != i*10 || err != nil {
					t.Errorf("call %d gave %d, %v", i, got, err)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		if len(sizes) != 3 || sizes[0] != 1 || sizes[1] != maxGroup || sizes[2] != 2 {
			t.Errorf("groups of %v, want 1, %d and 2", sizes, maxGroup)
		}
	})
}

func TestGroupLeavesOutWhoGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ran []int
		g := group[int, int]{run: func(ctx context.Context, calls []int) []result[int] {
			ran = append(ran, calls...)
			time.Sleep(time.Second)
			if ctx.Err() != nil {
				t.Error("the group runs with a member's context")
			}
			return make([]result[int], len(calls))
		}}
		gone := errors.New("gone")
		first, leave := context.WithCancelCause(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := g.do(first, 1); err != nil {
				t.Errorf("a call whose transaction had begun gave %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			if _, err := g.do(first, 2); !errors.Is(err, gone) {
				t.Errorf("a call that gave up in time gave %v", err)
			}
		})
		wg.Go(func() { _, _ = g.do(t.Context(), 3) })
		synctest.Wait()
		leave(gone)
		wg.Wait()
		if len(ran) != 2 || ran[0] != 1 || ran[1] != 3 {
			t.Errorf("ran %v, want 1 and 3", ran)
		}
	})
}
