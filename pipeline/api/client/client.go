// Package client speaks with Defekt's HTTP API from Go, with the types of package wire.
//
// It is thin on purpose: a method for each operation, no retries and no cache. Errors of the
// server are *[wire.Problem]; match on their Code. The way back from a full server is
// [RetryAfter].
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// Client calls one server. Safe for concurrent use; the fields must not change meanwhile.
type Client struct {
	// URL is the server's address, such as http://127.0.0.1:8080.
	URL string
	// Key is the API key, "dfk_...". Empty for a server without keys.
	Key string
	// HTTP is the client to use; nil means http.DefaultClient.
	HTTP *http.Client
}

// Failed is an answer that is an error: the problem, and how long to wait if the server said.
type Failed struct {
	*wire.Problem
	// After is zero when the server named no time.
	After time.Duration
}

// Unwrap gives the problem.
func (f *Failed) Unwrap() error { return f.Problem }

// RetryAfter gives how long the server asked to wait before the request is sent again; false
// when sending it again is of no use.
func RetryAfter(err error) (time.Duration, bool) {
	f, ok := errors.AsType[*Failed](err)
	if !ok || f.After == 0 {
		return 0, false
	}
	return f.After, true
}

// request is one call.
type request struct {
	method, path string
	query        url.Values
	header       http.Header
	kind         string    // of the body
	body         io.Reader // nil for none
}

func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	address := strings.TrimSuffix(c.URL, "/") + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, r.body)
	if err != nil {
		return nil, fmt.Errorf("defekt: %w", err)
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	if r.kind != "" {
		req.Header.Set("Content-Type", r.kind)
	}
	if c.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.Key)
	}
	h := c.HTTP
	if h == nil {
		h = http.DefaultClient
	}
	res, err := h.Do(req)
	if err != nil {
		return nil, fmt.Errorf("defekt: %w", err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		defer res.Body.Close() //nolint:errcheck // only read from
		return nil, failed(res)
	}
	return res, nil
}

// failed reads a problem; an answer of another kind, as proxies give, becomes one.
func failed(res *http.Response) error {
	p := &wire.Problem{}
	data, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil || json.Unmarshal(data, p) != nil || p.Code == "" {
		p = &wire.Problem{Title: res.Status, Status: res.StatusCode, Code: "http_" + strconv.Itoa(res.StatusCode)}
	}
	f := &Failed{Problem: p}
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
		f.After = time.Duration(n) * time.Second
	}
	return f
}

// call sends a request and reads the JSON answer into out, which may be nil.
func (c *Client) call(ctx context.Context, r request, out any) error {
	res, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // only read from
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		return fmt.Errorf("defekt: the answer cannot be read: %w", err)
	}
	return nil
}

// asJSON makes a request with v as its body.
func asJSON(method, path string, v any) (request, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return request{}, fmt.Errorf("defekt: %w", err)
	}
	return request{method: method, path: path, kind: "application/json", body: bytes.NewReader(data), header: http.Header{}}, nil
}
