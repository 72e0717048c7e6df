package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
)

// urn begins the type of every problem.
const urn = "urn:defekt:problem:"

// answered is a problem as huma wants errors.
type answered struct {
	wire.Problem
	header http.Header
}

// GetStatus, GetHeaders and ContentType tell huma how to write it.
func (a *answered) GetStatus() int               { return a.Status }
func (a *answered) GetHeaders() http.Header      { return a.header }
func (a *answered) ContentType(string) string    { return problemType }
func (a *answered) Error() string                { return a.Problem.Error() }
func (a *answered) MarshalJSON() ([]byte, error) { return json.Marshal(a.Problem) }

const problemType = "application/problem+json"

// retryError carries how long to wait before trying again.
type retryError struct {
	error
	after time.Duration
}

func (e retryError) Unwrap() error { return e.error }

// retry says in an error when it is worth to try again; at least a second.
func retry(err error, after time.Duration) error { return retryError{err, max(after, time.Second)} }

// problem turns any error into an answer. What the table cannot explain is logged.
func (s *Server) problem(ctx context.Context, err error) *answered {
	if a, ok := errors.AsType[*answered](err); ok {
		return a
	}
	p := codeOf(err)
	a := &answered{Problem: s.describe(p), header: http.Header{}}
	a.RequestID = callOf(ctx).id
	if r, ok := errors.AsType[retryError](err); ok {
		a.header.Set("Retry-After", strconv.Itoa(int((r.after+time.Second-1)/time.Second)))
	} else if a.Status == http.StatusServiceUnavailable {
		a.header.Set("Retry-After", "1")
	}
	switch a.Status {
	case http.StatusUnauthorized:
		a.header.Set("WWW-Authenticate", `Bearer realm="defekt"`)
	case http.StatusRequestTimeout, http.StatusRequestEntityTooLarge:
		a.header.Set("Connection", "close") // the rest of the body is not worth reading
	}
	callOf(ctx).note(slog.String("code", a.Code))
	if a.Status >= http.StatusInternalServerError && a.Status != http.StatusServiceUnavailable || a.Code == string(codeBusy) {
		s.log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("request", a.RequestID), slog.Any("error", err))
	}
	return a
}

// describe looks a problem up in the table.
func (s *Server) describe(p claim.Problem) wire.Problem {
	k, known := s.kinds[p.Code]
	if !known {
		k = kind{http.StatusUnprocessableEntity, "The claim has something that cannot be used"}
	}
	out := wire.Problem{Type: urn + string(p.Code), Title: k.title, Status: k.status, Code: string(p.Code), Detail: p.Message, Where: p.Where}
	if p.Code == claim.CodeInternal {
		out.Detail, out.Where = "", ""
	}
	return out
}

// refuse writes a problem where huma is not involved.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	a := s.problem(r.Context(), err)
	body, jsonErr := json.Marshal(a.Problem)
	if jsonErr != nil {
		panic(jsonErr) // strings and one number always marshal
	}
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	h.Set("Content-Type", problemType)
	w.WriteHeader(a.Status)
	w.Write(append(body, '\n')) //nolint:errcheck // the client is gone, there is no one to tell
}

// transform gives huma's own errors (parameters that do not parse) our shape.
func (s *Server) transform(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := claim.Problem{Code: codeParameter}
	if m.Status >= http.StatusInternalServerError {
		p.Code = claim.CodeInternal
	}
	var details []string
	for _, d := range m.Errors {
		if p.Where == "" {
			p.Where = d.Location
		}
		details = append(details, d.Location+": "+d.Message)
	}
	p.Message = strings.Join(details, "; ")
	a := s.problem(ctx.Context(), p)
	a.Status = m.Status // it is on its way already
	return a, nil
}
