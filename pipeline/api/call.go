package api

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// call is what is known of the request under way. It travels in the context.
type call struct {
	id  string // the request's
	w   http.ResponseWriter
	r   *http.Request
	who principal

	mu    sync.Mutex
	attrs []slog.Attr // for the request's log line
}

type callKey struct{}

// callOf gives the request under way; an empty one outside of requests.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// note adds an attribute to the request's log line.
func (c *call) note(a slog.Attr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.attrs = append(c.attrs, a)
}

func (c *call) noted() []slog.Attr {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.attrs
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Unwrap lets http.ResponseController through.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader passes the first status on.
func (w *recorder) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write counts.
func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// answerTime is how long an answer may take from the body's last byte until it is read.
func (s *Server) answerTime() time.Duration {
	return s.cfg.BodyIdle + s.cfg.FetchTime + 2*MaxWait + s.cfg.WriteIdle
}

// extend gives the client more time to read.
func (s *Server) extend(w http.ResponseWriter, d time.Duration) {
	// Test recorders cannot; a connection that cannot take a deadline is broken anyway.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
}
