package site

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// BadRequest is a fault of the address or the form, in words for the person who sent it.
type BadRequest string

// Error gives the words.
func (b BadRequest) Error() string { return string(b) }

// ErrNoPage is the error of an address that leads nowhere.
var ErrNoPage = errors.New("no such page")

var (
	errMethod = errors.New("not that method")
	errOrigin = errors.New("a form from another site")
)

// failureView is the page that says why there is no page.
type failureView struct {
	Frame
	Text string
}

// busyRetry is when to try again what a store had no time for.
const busyRetry = 2 * time.Second

// Explain says what an error is to a reader. What is not known to be harmless is logged, not
// shown.
func (s *Site) Explain(r *http.Request, err error) Failure {
	if f, ok := s.cfg.Explain(err); ok {
		return f
	}
	var bad BadRequest
	switch {
	case errors.As(err, &bad):
		return Failure{Status: http.StatusBadRequest, Title: "This address cannot be read", Text: bad.Error()}
	case errors.Is(err, store.ErrCursor):
		return Failure{Status: http.StatusBadRequest, Title: "This page of the list is gone", Text: "The link does not fit the list any more. Start from the newest."}
	case errors.Is(err, store.ErrNotFound), errors.Is(err, ErrNoPage):
		return Failure{Status: http.StatusNotFound, Title: "Not found", Text: "There is nothing at this address, or it was erased."}
	case errors.Is(err, errMethod):
		return Failure{Status: http.StatusMethodNotAllowed, Title: "Only reading", Text: "This page is read, with GET. Claims are sent to /v1/claims."}
	case errors.Is(err, errOrigin):
		return Failure{Status: http.StatusForbidden, Title: "Another site sent this", Text: "Forms are taken only from the pages of this site. Nothing was changed."}
	case errors.Is(err, store.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		return Failure{Status: http.StatusServiceUnavailable, Title: "The store is busy", Text: "It did not answer in time. Try again in a moment.", Retry: busyRetry}
	case errors.Is(err, context.Canceled):
	default:
		s.cfg.Log.ErrorContext(r.Context(), "page failed", slog.String("path", r.URL.Path), slog.Any("error", err))
	}
	return Failure{Status: http.StatusInternalServerError, Title: "Something went wrong", Text: "The server's log says what. Try again."}
}

// Failure turns an error into a page.
func (s *Site) Failure(w http.ResponseWriter, r *http.Request, err error) View {
	f := s.Explain(r, err)
	if f.Retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.Retry.Seconds())))
	}
	if f.Status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", "GET, HEAD")
	}
	return View{Name: "failure", Data: failureView{s.Frame(r, "", f.Title), f.Text}, Status: f.Status}
}

// unknown answers all that has no route.
func unknown(r *http.Request) (View, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return View{}, errMethod
	}
	return View{}, ErrNoPage
}
