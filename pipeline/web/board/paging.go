package board

import (
	"net/http"
	"strconv"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// offset reads the place in a list that is held whole, 0 without one.
func offset(r *http.Request) (int, error) {
	text := r.URL.Query().Get("after")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, store.ErrCursor
	}
	return n, nil
}

// slicePage gives a page of a list that is held whole, and the pager at an address.
func slicePage[T any](list []T, at, size int, href string) ([]T, site.Pager) {
	at = min(at, len(list))
	end := min(at+size, len(list))
	here, next := "", ""
	if at > 0 {
		here = strconv.Itoa(at)
	}
	if end < len(list) {
		next = strconv.Itoa(end)
	}
	return list[at:end], site.NewPager(href, here, next)
}
