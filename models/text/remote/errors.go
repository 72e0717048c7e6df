package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/defekt/defekt/pipeline/claim"
)

// Codes of what can go wrong with an endpoint.
const (
	CodeKey     claim.Code = "remote_key"     // the key is missing, wrong or not allowed this
	CodeModel   claim.Code = "remote_model"   // no such model or address
	CodeBusy    claim.Code = "remote_busy"    // too many requests or over quota, after all retries
	CodeRefused claim.Code = "remote_refused" // the request was not accepted
	CodeFailed  claim.Code = "remote_failed"  // no answer, or a server fault, after all retries
	CodeAnswer  claim.Code = "remote_answer"  // the answer does not fit the question
)

// maxDetail bounds how much of an endpoint's own message is repeated, in bytes.
const maxDetail = 300

// explain turns a failure into a Problem that says what to do, and whether trying again
// can help.
func (e *Encoder) explain(err error, wait time.Duration) (problem error, again bool) {
	status, detail := e.read(err)
	problemOf := func(code claim.Code, format string, args ...any) error {
		message := fmt.Sprintf(format, args...)
		if detail != "" {
			message += ": " + detail
		}
		return claim.Problem{Code: code, Where: e.where(), Message: message}
	}
	switch {
	case status == http.StatusUnauthorized:
		return problemOf(CodeKey, "the endpoint does not accept the key; check %s", e.keySource()), false
	case status == http.StatusForbidden:
		return problemOf(CodeKey, "the key may not use model %q; check %s and the account's rights", e.cfg.Model, e.keySource()), false
	case status == http.StatusNotFound:
		return problemOf(CodeModel, "the endpoint has no model %q, or the base URL is not that of an OpenAI-compatible API", e.cfg.Model), false
	case status == http.StatusTooManyRequests && overQuota(err):
		return problemOf(CodeBusy, "the account's quota is used up; raise it or wait for the next period"), false
	case wait > e.cfg.WaitMax:
		return problemOf(CodeBusy, "the endpoint asks to wait %s, allowed are %s; try again later", wait.Round(time.Second), e.cfg.WaitMax), false
	case status == http.StatusTooManyRequests:
		return problemOf(CodeBusy, "the endpoint is busy; lower the number of requests at a time or try again later"), true
	case errors.Is(err, context.DeadlineExceeded):
		return problemOf(CodeFailed, "no answer within %s; raise the timeout or send smaller batches", e.cfg.Timeout), true
	case status == http.StatusRequestTimeout || status >= 500:
		return problemOf(CodeFailed, "the endpoint failed with status %d; try again later", status), true
	case status >= 400:
		return problemOf(CodeRefused, "the endpoint refused the request with status %d; check model, dimensions and length of the texts", status), false
	case status >= 200:
		return problemOf(CodeAnswer, "the endpoint's answer is no list of vectors; check the base URL"), false
	}
	if connection(err) {
		return problemOf(CodeFailed, "the endpoint cannot be reached; check the base URL and the network"), true
	}
	return problemOf(CodeAnswer, "the endpoint's answer cannot be read; check the base URL"), false
}

// connection says whether err comes from the network rather than from the answer.
func connection(err error) bool {
	var u *url.Error
	var n net.Error
	return errors.As(err, &u) || errors.As(err, &n) || errors.Is(err, io.ErrUnexpectedEOF)
}

// overQuota tells an account without credit from one that is only too fast.
func overQuota(err error) bool {
	var a *openai.APIError
	return errors.As(err, &a) && a.Code == "insufficient_quota"
}

// read gives the HTTP status, 0 when there was none, and the endpoint's own words,
// without the key.
func (e *Encoder) read(err error) (status int, detail string) {
	var a *openai.APIError
	var r *openai.RequestError
	switch {
	case errors.As(err, &a):
		status, detail = a.HTTPStatusCode, a.Message
	case errors.As(err, &r):
		status, detail = r.HTTPStatusCode, string(r.Body)
	default:
		detail = err.Error()
	}
	return status, e.clean(detail)
}

// clean removes the key, which endpoints like to repeat, and anything that is no text.
func (e *Encoder) clean(s string) string {
	if e.cfg.APIKey != "" {
		s = strings.ReplaceAll(s, string(e.cfg.APIKey), redacted)
	}
	return strings.Join(strings.Fields(cut(strings.ToValidUTF8(s, "?"))), " ")
}

func cut(s string) string {
	if len(s) <= maxDetail {
		return s
	}
	return strings.ToValidUTF8(s[:maxDetail], "") + "..."
}

func (e *Encoder) keySource() string {
	if e.cfg.KeyEnv == "" {
		return "the key"
	}
	return "the key in " + e.cfg.KeyEnv
}

func (e *Encoder) where() string { return e.cfg.BaseURL }
