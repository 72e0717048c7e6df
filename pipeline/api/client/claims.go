package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// Options say how a claim is sent.
type Options struct {
	// IdempotencyKey makes sending the same claim again find the first one.
	IdempotencyKey string
	// Wait asks for the result at once, in whole seconds; the server caps it at 30 s.
	Wait time.Duration
}

func (o Options) header() http.Header {
	h := http.Header{}
	if o.IdempotencyKey != "" {
		h.Set("Idempotency-Key", o.IdempotencyKey)
	}
	if s := int(o.Wait / time.Second); s > 0 {
		h.Set("Prefer", "wait="+strconv.Itoa(s))
	}
	return h
}

// Send has a claim accepted. Its state says whether the result is there already.
func (c *Client) Send(ctx context.Context, in wire.ClaimRequest, o Options) (wire.Claim, error) {
	var out wire.Claim
	r, err := asJSON(http.MethodPost, "/v1/claims", in)
	if err != nil {
		return out, err
	}
	r.header = o.header()
	err = c.call(ctx, r, &out)
	return out, err
}

// SendFiles has a claim accepted whose photos are sent as they are, without base64.
func (c *Client) SendFiles(ctx context.Context, in wire.ClaimRequest, photos [][]byte, o Options) (wire.Claim, error) {
	var out wire.Claim
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="claim"`}, "Content-Type": {"application/json"}})
	if err == nil {
		err = json.NewEncoder(part).Encode(in)
	}
	for i := 0; i < len(photos) && err == nil; i++ {
		if part, err = w.CreateFormFile("photo", strconv.Itoa(i)); err == nil {
			_, err = part.Write(photos[i])
		}
	}
	if err != nil {
		return out, fmt.Errorf("defekt: %w", err)
	}
	if err := w.Close(); err != nil {
		return out, fmt.Errorf("defekt: %w", err)
	}
	err = c.call(ctx, request{method: http.MethodPost, path: "/v1/claims", kind: w.FormDataContentType(), body: &body, header: o.header()}, &out)
	return out, err
}

// Batch streams claims and calls result for each line's answer, in order, while it still
// sends. It ends with the first error of the stream or of result.
func (c *Client) Batch(ctx context.Context, key string, claims iter.Seq[wire.BatchLine], result func(wire.BatchResult) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	read, write := io.Pipe()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		enc := json.NewEncoder(write)
		for line := range claims {
			if err := enc.Encode(line); err != nil {
				write.CloseWithError(err)
				return
			}
		}
		write.Close() //nolint:errcheck // always nil
	}()
	defer func() {
		read.Close() //nolint:errcheck // always nil
		<-sent
	}()
	res, err := c.send(ctx, request{
		method: http.MethodPost, path: "/v1/claims:batch", kind: "application/x-ndjson", body: read,
		header: Options{IdempotencyKey: key}.header(),
	})
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // only read from
	for d := json.NewDecoder(res.Body); ; {
		var line wire.BatchResult
		if err := d.Decode(&line); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("defekt: the answer cannot be read: %w", err)
		}
		if err := result(line); err != nil {
			return err
		}
	}
}

// Claim gives one claim.
func (c *Client) Claim(ctx context.Context, id string) (wire.Claim, error) {
	var out wire.Claim
	err := c.call(ctx, request{method: http.MethodGet, path: "/v1/claims/" + url.PathEscape(id)}, &out)
	return out, err
}

// Page gives one page of the claims that the filter keeps; after is the Next of the page
// before, empty for the first. limit 0 leaves the length to the server.
func (c *Client) Page(ctx context.Context, f wire.Filter, limit int, after string) (wire.ClaimList, error) {
	var out wire.ClaimList
	q := query(f)
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	if after != "" {
		q.Set("after", after)
	}
	err := c.call(ctx, request{method: http.MethodGet, path: "/v1/claims", query: q}, &out)
	return out, err
}

// Claims goes through all claims that the filter keeps, newest first.
func (c *Client) Claims(ctx context.Context, f wire.Filter) iter.Seq2[wire.Claim, error] {
	return func(yield func(wire.Claim, error) bool) {
		for after := ""; ; {
			page, err := c.Page(ctx, f, 0, after)
			if err != nil {
				yield(wire.Claim{}, err)
				return
			}
			for _, claim := range page.Claims {
				if !yield(claim, nil) {
					return
				}
			}
			if after = page.Next; after == "" {
				return
			}
		}
	}
}

// Erase takes a claim away for good.
func (c *Client) Erase(ctx context.Context, id string) error {
	return c.call(ctx, request{method: http.MethodDelete, path: "/v1/claims/" + url.PathEscape(id)}, nil)
}

// Photo gives the bytes of a claim's photo n, counted from 0.
func (c *Client) Photo(ctx context.Context, id string, n int) ([]byte, error) {
	return c.bytes(ctx, request{method: http.MethodGet, path: "/v1/claims/" + url.PathEscape(id) + "/photos/" + strconv.Itoa(n)})
}

// query gives a filter as parameters.
func query(f wire.Filter) url.Values {
	q := url.Values{}
	for name, v := range map[string]string{
		"state": f.State, "product": f.Product, "sku": f.SKU, "serial": f.Serial, "batch": f.Batch, "supplier": f.Supplier,
		"lang": f.Lang, "reference": f.Reference, "from": f.From, "until": f.Until, "text": f.Text, "cluster": f.Cluster,
	} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if f.Abstained {
		q.Set("abstained", "true")
	}
	for _, l := range f.Labels {
		q.Add("label", l)
	}
	return q
}
