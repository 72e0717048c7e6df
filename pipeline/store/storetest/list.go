package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/defekt/defekt/pipeline/store"
)

func listCases() []testCase {
	return []testCase{
		{"newest first, in pages of every size", listPages},
		{"ties are ordered by id", listTies},
		{"an empty list", func(b *bench) {
			page, next, err := b.store.List(b.ctx, store.Filter{}, store.Page{Limit: 10})
			b.check(err)
			b.same("page", page, []store.Claim{})
			b.same("cursor", next, "")
		}},
		{"the last page has no cursor", listLast},
		{"bad cursors", listCursor},
		{"bad limits", func(b *bench) {
			for _, limit := range []int{-1, 0, store.MaxPage + 1} {
				if _, _, err := b.store.List(b.ctx, store.Filter{}, store.Page{Limit: limit}); err == nil {
					b.Errorf("limit %d: no error", limit)
				}
			}
		}},
		{"the claim at the cursor is erased", listErased},
		{"inserts and erasures between pages", listMoving},
	}
}

// some accepts n claims and gives their ids, newest first.
func (b *bench) some(n int) []string {
	b.Helper()
	var out []string
	for i := range n {
		out = append(out, b.accept(text(fmt.Sprintf("claim %d", i))).ID)
	}
	return reverse(out)
}

func listPages(b *bench) {
	want := b.some(13)
	for _, limit := range []int{1, 2, 6, 12, 13, 14, store.MaxPage} {
		b.same(fmt.Sprintf("pages of %d", limit), b.ids(store.Filter{}, limit), want)
	}
	page, _, err := b.store.List(b.ctx, store.Filter{}, store.Page{Limit: 2})
	b.check(err)
	b.same("first", page[0], b.read(want[0]))
}

func listTies(b *bench) {
	b.clock.stop()
	want := b.some(10)
	slices.Sort(want)
	slices.Reverse(want)
	for _, limit := range []int{1, 3, 10} {
		b.same(fmt.Sprintf("pages of %d", limit), b.ids(store.Filter{}, limit), want)
	}
}

func listLast(b *bench) {
	b.some(4)
	page, next, err := b.store.List(b.ctx, store.Filter{}, store.Page{Limit: 2})
	b.check(err)
	if len(page) != 2 || next == "" {
		b.Fatalf("%d claims, cursor %q", len(page), next)
	}
	page, next, err = b.store.List(b.ctx, store.Filter{}, store.Page{Limit: 2, After: next})
	b.check(err)
	if len(page) != 2 || next != "" {
		b.Errorf("the last page of 2 has %d claims, cursor %q", len(page), next)
	}
}

func listCursor(b *bench) {
	b.some(3)
	_, good, err := b.store.List(b.ctx, store.Filter{}, store.Page{Limit: 1})
	b.check(err)
	flipped := []byte(good)
	if flipped[len(flipped)/2] ^= 1; flipped[len(flipped)/2] == '=' {
		flipped[len(flipped)/2] = '!'
	}
	for _, cursor := range []string{"x", "!!", "AAAA", " " + good, good + "A", good[:len(good)-4], "\x00", "é", strings.Repeat("A", 10_000)} {
		_, _, err := b.store.List(b.ctx, store.Filter{}, store.Page{Limit: 1, After: cursor})
		b.wantErr(err, store.ErrCursor)
	}
	// A cursor of another list, that is, of another filter.
	_, _, err = b.store.List(b.ctx, store.Filter{Product: "p"}, store.Page{Limit: 1, After: good})
	b.wantErr(err, store.ErrCursor)
	// The limit may change on the way.
	page, _, err := b.store.List(b.ctx, store.Filter{}, store.Page{Limit: 3, After: good})
	b.check(err)
	if len(page) != 2 {
		b.Errorf("%d claims after the first, want 2", len(page))
	}
}

func listErased(b *bench) {
	all := b.some(6)
	page, next, err := b.store.List(b.ctx, store.Filter{}, store.Page{Limit: 3})
	b.check(err)
	for _, c := range page {
		_, err := b.store.Erase(b.ctx, c.ID, "test")
		b.check(err)
	}
	page, _, err = b.store.List(b.ctx, store.Filter{}, store.Page{Limit: 3, After: next})
	b.check(err)
	var got []string
	for _, c := range page {
		got = append(got, c.ID)
	}
	b.same("rest", got, all[3:])
}

// listMoving pages while others add and erase. The claims that stay must come once each.
func listMoving(b *bench) {
	all := b.some(60)
	stay := map[string]int{}
	var leave []string
	for i, id := range all {
		if i%3 == 0 {
			leave = append(leave, id)
		} else {
			stay[id] = 0
		}
	}
	stop := make(chan struct{})
	var others sync.WaitGroup
	others.Add(2)
	go func() {
		defer others.Done()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, _, err := b.store.Accept(b.ctx, text("late")); err != nil {
				b.Errorf("accept: %v", err)
				return
			}
		}
	}()
	go func() {
		defer others.Done()
		for _, id := range leave {
			if _, err := b.store.Erase(b.ctx, id, "test"); err != nil {
				b.Errorf("erase: %v", err)
				return
			}
		}
	}()
	for _, id := range b.ids(store.Filter{Until: stored(b.clock.Now())}, 4) {
		if _, ok := stay[id]; ok {
			stay[id]++
		}
	}
	close(stop)
	others.Wait()
	for id, n := range stay {
		if n != 1 {
			b.Errorf("claim %s came %d times", id, n)
		}
	}
}
