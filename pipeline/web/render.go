package web

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/defekt/defekt/pipeline/store"
)

//go:embed template static
var files embed.FS

func parse() (*template.Template, error) {
	return template.New("web").Option("missingkey=error").ParseFS(files, "template/*.html")
}

// badRequest is a fault of the address, in words for the person who typed it.
type badRequest string

func (b badRequest) Error() string { return string(b) }

var (
	errNoPage = errors.New("no such page")
	errMethod = errors.New("pages are only read")
)

// page makes a handler of a function that collects a page's data.
func (s *Server) page(collect func(r *http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
		defer cancel()
		r = r.WithContext(ctx)
		v, err := collect(r)
		if err != nil {
			v = s.failure(w, r, err)
		}
		var out bytes.Buffer
		if err := s.pages.ExecuteTemplate(&out, v.name, v.data); err != nil {
			s.cfg.Log.ErrorContext(ctx, "page not rendered", slog.String("path", r.URL.Path), slog.Any("error", err))
			http.Error(w, "The page could not be made. The log says why.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if v.status != 0 {
			w.WriteHeader(v.status)
		}
		_, _ = w.Write(out.Bytes()) // a reader who left needs no answer
	}
}

// failureView is the page that says why there is no page.
type failureView struct {
	frame
	Text string
}

// failure turns an error into a page. What is not known to be harmless is logged, not shown.
func (s *Server) failure(w http.ResponseWriter, r *http.Request, err error) view {
	status, title, text := http.StatusInternalServerError, "Something went wrong", "The server's log says what. Try again."
	var bad badRequest
	switch {
	case errors.As(err, &bad):
		status, title, text = http.StatusBadRequest, "This address cannot be read", bad.Error()
	case errors.Is(err, store.ErrCursor):
		status, title, text = http.StatusBadRequest, "This page of the list is gone", "The link does not fit the list any more. Start from the newest claims."
	case errors.Is(err, store.ErrNotFound), errors.Is(err, errNoPage):
		status, title, text = http.StatusNotFound, "Not found", "There is nothing at this address, or it was erased."
	case errors.Is(err, errMethod):
		w.Header().Set("Allow", "GET, HEAD")
		status, title, text = http.StatusMethodNotAllowed, "Only reading", "Pages are read, with GET. Claims are sent to /v1/claims."
	case errors.Is(err, store.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		w.Header().Set("Retry-After", "2")
		status, title, text = http.StatusServiceUnavailable, "The store is busy", "It did not answer in time. Try again in a moment."
	case errors.Is(err, context.Canceled):
	default:
		s.cfg.Log.ErrorContext(r.Context(), "page failed", slog.String("path", r.URL.Path), slog.Any("error", err))
	}
	return view{"failure", failureView{s.frame(r.Context(), "", title), text}, status}
}
