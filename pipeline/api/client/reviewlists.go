package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
)

// ReviewFilter narrows the items of the queue; what is empty does not.
type ReviewFilter struct {
	// State, Lang, Product, Axis and Claim are as the API has them; Limit 0 leaves the
	// number to the server.
	State, Lang, Product, Axis, Claim string
	Limit                             int
}

// Items lists items of the queue as the reviewer may see them.
func (r *Reviewer) Items(ctx context.Context, f ReviewFilter) (wire.ReviewItemList, error) {
	q := r.query()
	for name, v := range map[string]string{"state": f.State, "lang": f.Lang, "product": f.Product, "axis": f.Axis, "claim": f.Claim} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if f.Limit > 0 {
		q.Set("limit", strconv.Itoa(f.Limit))
	}
	return get[wire.ReviewItemList](ctx, r.Client, "/v1/review/items", q)
}

// Item gives one item as the reviewer may see it.
func (r *Reviewer) Item(ctx context.Context, id string) (wire.ReviewItem, error) {
	return get[wire.ReviewItem](ctx, r.Client, item(id, ""), r.query())
}

// History gives what happened to an item as the reviewer may see it.
func (r *Reviewer) History(ctx context.Context, id string) (wire.ReviewHistory, error) {
	return get[wire.ReviewHistory](ctx, r.Client, item(id, "/history"), r.query())
}

// Counts says what waits.
func (r *Reviewer) Counts(ctx context.Context) (wire.ReviewCounts, error) {
	return get[wire.ReviewCounts](ctx, r.Client, "/v1/review/counts", r.query())
}

// period adds a time to a query; zero ends are the server's.
func period(q url.Values, from, until time.Time) url.Values {
	for name, at := range map[string]time.Time{"from": from, "until": until} {
		if !at.IsZero() {
			q.Set(name, at.Format(time.RFC3339))
		}
	}
	return q
}

// Figures gives what the reviewer did in a time; zero ends are the server's.
func (r *Reviewer) Figures(ctx context.Context, from, until time.Time) (wire.ReviewerFigures, error) {
	return get[wire.ReviewerFigures](ctx, r.Client, "/v1/review/figures", period(r.query(), from, until))
}

// Team gives what all reviewers did in a time; zero ends are the server's.
func (r *Reviewer) Team(ctx context.Context, from, until time.Time) (wire.TeamFigures, error) {
	return get[wire.TeamFigures](ctx, r.Client, "/v1/review/team", period(r.query(), from, until))
}

// Accuracy gives the model's accuracy on an axis by the random slice; covered leaves out what
// it abstained on.
func (r *Reviewer) Accuracy(ctx context.Context, axis string, covered bool, from, until time.Time) (wire.SliceAccuracy, error) {
	q := period(r.query(), from, until)
	q.Set("axis", axis)
	if covered {
		q.Set("covered", "true")
	}
	return get[wire.SliceAccuracy](ctx, r.Client, "/v1/review/accuracy", q)
}

// Dataset goes through the claims that people labelled before a time, zero for all that are
// final. An error ends it; what came before is then not the whole.
func (r *Reviewer) Dataset(ctx context.Context, before time.Time) iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		q := r.query()
		if !before.IsZero() {
			q.Set("before", before.Format(time.RFC3339Nano))
		}
		res, err := r.Client.send(ctx, request{method: http.MethodGet, path: "/v1/review/export", query: q})
		if err != nil {
			yield(claim.Claim{}, err)
			return
		}
		defer res.Body.Close() //nolint:errcheck // only read from
		for d := json.NewDecoder(res.Body); ; {
			var one claim.Claim
			switch err := d.Decode(&one); {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(claim.Claim{}, fmt.Errorf("defekt: the answer cannot be read: %w", err))
				return
			case !yield(one, nil):
				return
			}
		}
	}
}

// LabelStudio gives what waits for the reviewer as Label Studio's tasks, at most limit (0
// leaves the number to the server). photos stands before the photos' paths.
func (r *Reviewer) LabelStudio(ctx context.Context, limit int, photos string) ([]byte, error) {
	q := r.query()
	q.Set("format", "label-studio")
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	if photos != "" {
		q.Set("photos", photos)
	}
	return r.bytes(ctx, request{method: http.MethodGet, path: "/v1/review/export", query: q})
}

// LabelStudioConfig gives the labelling configuration for these tasks.
func (c *Client) LabelStudioConfig(ctx context.Context) ([]byte, error) {
	return c.bytes(ctx, request{method: http.MethodGet, path: "/v1/review/export", query: url.Values{"format": {"label-studio-config"}}})
}

// Import takes Label Studio's export (JSON) as decisions of the reviewer; rater names the
// person there, empty when only one annotated.
func (r *Reviewer) Import(ctx context.Context, export []byte, rater string) (wire.ImportResult, error) {
	var out wire.ImportResult
	q := r.query()
	if rater != "" {
		q.Set("rater", rater)
	}
	err := r.call(ctx, request{method: http.MethodPost, path: "/v1/review/import", query: q, kind: "application/json", body: bytes.NewReader(export)}, &out)
	return out, err
}

// Reviewers lists the reviewers.
func (c *Client) Reviewers(ctx context.Context) (wire.ReviewerList, error) {
	return get[wire.ReviewerList](ctx, c, "/v1/reviewers", nil)
}

// AddReviewer adds one.
func (c *Client) AddReviewer(ctx context.Context, in wire.NewReviewer) (wire.Reviewer, error) {
	return post[wire.Reviewer](ctx, c, "/v1/reviewers", in)
}

// ChangeReviewer changes one, and ends his sessions.
func (c *Client) ChangeReviewer(ctx context.Context, id string, in wire.ReviewerChange) (wire.Reviewer, error) {
	var out wire.Reviewer
	r, err := asJSON(http.MethodPatch, "/v1/reviewers/"+url.PathEscape(id), in)
	if err == nil {
		err = c.call(ctx, r, &out)
	}
	return out, err
}
