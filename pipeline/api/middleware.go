package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// HeaderRequestID names a request, in and out. An id that comes in is kept when it has 1 to
// 64 letters, digits and "-_.", so that it can go into headers and logs as it is.
const HeaderRequestID = "X-Request-Id"

// ServeHTTP answers everything: the API's own routes, and by Config.Fallback the rest.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	rec := &recorder{ResponseWriter: w}
	c := &call{id: requestID(r.Header.Get(HeaderRequestID)), w: rec}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	c.r = r
	setHeaders(rec.Header(), c.id)
	s.extend(rec, s.answerTime())
	defer func() { s.logged(r, rec, c, start) }()
	defer s.contain(rec, r, c)
	s.serve(rec, r)
}

// contain answers a panic with 500 if nothing was answered yet, and cuts the connection
// otherwise, so that half an answer does not look whole.
func (s *Server) contain(w *recorder, r *http.Request, c *call) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler { //nolint:errorlint // a panic's value, compared as net/http does
		panic(v)
	}
	s.log.LogAttrs(r.Context(), slog.LevelError, "request panicked", slog.String("request", c.id),
		slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Connection", "close")
	s.refuse(w, r, fault(claim.CodeInternal, "", ""))
}

func (s *Server) logged(r *http.Request, w *recorder, c *call, start time.Time) {
	s.cfg.Observe(r.Pattern, r.Method, w.status, time.Since(start))
	attrs := []slog.Attr{
		slog.String("request", c.id), slog.String("method", r.Method), slog.String("route", r.Pattern),
		slog.Int("status", w.status), slog.Int64("bytes", w.bytes), slog.Duration("took", time.Since(start)),
	}
	if c.who.id != "" {
		attrs = append(attrs, slog.String("key", c.who.id))
	}
	s.log.LogAttrs(r.Context(), slog.LevelInfo, "request", append(attrs, c.noted()...)...)
}

// setHeaders makes answers inert in browsers: never sniffed, framed, cached or run.
func setHeaders(h http.Header, id string) {
	h.Set(HeaderRequestID, id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

func requestID(given string) string {
	if len(given) >= 1 && len(given) <= 64 && strings.Trim(given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == "" {
		return given
	}
	return rand.Text()
}

// serve guards, then routes. What the mux itself would answer in plain text becomes a problem.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if err := s.guard(r); err != nil {
		s.refuse(w, r, err)
		return
	}
	if s.cfg.Fallback != nil && !ours(r.URL.Path) {
		w.Header().Del("Content-Security-Policy") // pages have their own
		s.cfg.Fallback.ServeHTTP(w, r)
		return
	}
	r.Header.Del("Accept") // there is one format; negotiating it could only fail
	if _, pattern := s.mux.Handler(r); pattern == "" {
		s.unrouted(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// ours says whether a path is the API's.
func ours(path string) bool {
	return path == "/v1" || strings.HasPrefix(path, "/v1/") || path == "/openapi.json" || path == "/openapi.yaml"
}

// unrouted tells a wrong method from a wrong path, as the mux would.
func (s *Server) unrouted(w http.ResponseWriter, r *http.Request) {
	probe := &silent{header: http.Header{}}
	h, _ := s.mux.Handler(r)
	h.ServeHTTP(probe, r)
	if allow := probe.header.Get("Allow"); probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", allow)
		s.refuse(w, r, fault(codeMethod, "", fmt.Sprintf("use one of: %s", allow)))
		return
	}
	s.refuse(w, r, fault(codeNotFound, "", "no such path; /openapi.json lists all"))
}

// silent takes an answer and keeps its status and header only.
type silent struct {
	header http.Header
	status int
}

func (w *silent) Header() http.Header         { return w.header }
func (w *silent) Write(p []byte) (int, error) { return len(p), nil }
func (w *silent) WriteHeader(status int)      { w.status = status }
