package client

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
)

// RequestLook asks people to look at a claim. Asking again for the same finds the first look.
func (c *Client) RequestLook(ctx context.Context, claim string, in wire.LookRequest) (wire.Look, error) {
	return post[wire.Look](ctx, c, "/v1/claims/"+url.PathEscape(claim)+"/review", in)
}

// Looks lists the looks that a claim got or waits for.
func (c *Client) Looks(ctx context.Context, claim string) (wire.LookList, error) {
	return get[wire.LookList](ctx, c, "/v1/claims/"+url.PathEscape(claim)+"/reviews", nil)
}

// Labels gives the labels that people gave a claim.
func (c *Client) Labels(ctx context.Context, claim string) (wire.ClaimLabels, error) {
	return get[wire.ClaimLabels](ctx, c, "/v1/claims/"+url.PathEscape(claim)+"/labels", nil)
}

// Reviewer works in the queue in the name of one reviewer. Name may be empty where the key is
// a reviewer's own, or where the front end itself asks.
type Reviewer struct {
	*Client
	Name string
}

// As gives a client that acts for a reviewer.
func (c *Client) As(reviewer string) *Reviewer { return &Reviewer{c, reviewer} }

func (r *Reviewer) acting() wire.Acting { return wire.Acting{Reviewer: r.Name} }

func (r *Reviewer) holding(version string) wire.Holding {
	return wire.Holding{Acting: r.acting(), Version: version}
}

func (r *Reviewer) query() url.Values {
	q := url.Values{}
	if r.Name != "" {
		q.Set("reviewer", r.Name)
	}
	return q
}

func item(id, what string) string { return "/v1/review/items/" + url.PathEscape(id) + what }

// Next hands the reviewer another item. The problem's code is review_queue_empty when nothing
// waits for him.
func (r *Reviewer) Next(ctx context.Context) (wire.ReviewTask, error) {
	return post[wire.ReviewTask](ctx, r.Client, "/v1/review/next", r.acting())
}

// Held lists what the reviewer has in hand.
func (r *Reviewer) Held(ctx context.Context) (wire.ReviewTaskList, error) {
	return get[wire.ReviewTaskList](ctx, r.Client, "/v1/review/held", r.query())
}

// Hold keeps the task's item in hand, and gives until when.
func (r *Reviewer) Hold(ctx context.Context, t wire.ReviewTask) (time.Time, error) {
	out, err := post[wire.Held](ctx, r.Client, item(t.Item, "/hold"), r.holding(t.Version))
	return out.HeldUntil, err
}

// Release gives the task's item back.
func (r *Reviewer) Release(ctx context.Context, t wire.ReviewTask) error {
	return r.send(ctx, item(t.Item, "/release"), r.holding(t.Version))
}

// Skip gives the task's item back for others, with the reason why it cannot be decided.
func (r *Reviewer) Skip(ctx context.Context, t wire.ReviewTask, why string, took time.Duration) error {
	return r.send(ctx, item(t.Item, "/skip"), wire.SkipRequest{Holding: r.holding(t.Version), Why: why, TookMS: took.Milliseconds()})
}

// Decide answers the task; item, version, reviewer and, where it is empty, the taxonomy of in are
// filled in.
func (r *Reviewer) Decide(ctx context.Context, t wire.ReviewTask, in wire.DecisionRequest) (wire.Decision, error) {
	in.Holding, in.Taxonomy = r.holding(t.Version), cmp.Or(in.Taxonomy, t.Taxonomy)
	return post[wire.Decision](ctx, r.Client, item(t.Item, "/decision"), in)
}

// Undo takes a decision back, and gives its item into the reviewer's hands again.
func (r *Reviewer) Undo(ctx context.Context, decision string) (wire.ReviewTask, error) {
	return post[wire.ReviewTask](ctx, r.Client, "/v1/review/decisions/"+url.PathEscape(decision)+"/undo", r.acting())
}

// MarkKnown lets a settled claim measure reviewers from now on.
func (r *Reviewer) MarkKnown(ctx context.Context, claim, why string) (wire.KnownClaim, error) {
	return post[wire.KnownClaim](ctx, r.Client, "/v1/review/claims/"+url.PathEscape(claim)+"/known", wire.KnownRequest{Acting: r.acting(), Why: why})
}

// Drop takes an item out of the queue.
func (r *Reviewer) Drop(ctx context.Context, id, why string) error {
	return r.send(ctx, item(id, "/drop"), wire.DropRequest{Acting: r.acting(), Why: why})
}

// send posts v and expects no answer.
func (r *Reviewer) send(ctx context.Context, path string, v any) error {
	req, err := asJSON(http.MethodPost, path, v)
	if err != nil {
		return err
	}
	return r.call(ctx, req, nil)
}

// Suggestion gives the model's answer to an item in hand.
func (r *Reviewer) Suggestion(ctx context.Context, id string) (*claim.Prediction, error) {
	out, err := get[wire.Hint](ctx, r.Client, item(id, "/suggestion"), r.query())
	return out.Prediction, err
}

// ItemPhoto gives the bytes of photo n, counted from 0, of an item's claim.
func (c *Client) ItemPhoto(ctx context.Context, id string, n int) ([]byte, error) {
	return c.bytes(ctx, request{method: http.MethodGet, path: item(id, "/photos/"+strconv.Itoa(n))})
}

func (c *Client) bytes(ctx context.Context, r request) ([]byte, error) {
	res, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // only read from
	return io.ReadAll(res.Body)
}
