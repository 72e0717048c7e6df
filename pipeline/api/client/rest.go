package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// get asks for path and reads the answer.
func get[T any](ctx context.Context, c *Client, path string, q url.Values) (T, error) {
	var out T
	err := c.call(ctx, request{method: http.MethodGet, path: path, query: q}, &out)
	return out, err
}

// post sends v to path and reads the answer.
func post[T any](ctx context.Context, c *Client, path string, v any) (T, error) {
	var out T
	r, err := asJSON(http.MethodPost, path, v)
	if err == nil {
		err = c.call(ctx, r, &out)
	}
	return out, err
}

// Classify gives the prediction for a claim that is not kept.
func (c *Client) Classify(ctx context.Context, in wire.ClaimRequest) (wire.Classification, error) {
	return post[wire.Classification](ctx, c, "/v1/classify", in)
}

// Similar gives at most k claims like the one with this id, by "text", "photos" or, empty, both.
// k 0 leaves the number to the server.
func (c *Client) Similar(ctx context.Context, id string, k int, by string, f wire.Filter) (wire.Similar, error) {
	q := query(f)
	if k > 0 {
		q.Set("k", strconv.Itoa(k))
	}
	if by != "" {
		q.Set("by", by)
	}
	return get[wire.Similar](ctx, c, "/v1/claims/"+url.PathEscape(id)+"/similar", q)
}

// Search gives claims like a text, photos or both.
func (c *Client) Search(ctx context.Context, in wire.SearchRequest) (wire.Similar, error) {
	return post[wire.Similar](ctx, c, "/v1/search", in)
}

// Clusters lists clusters, largest first.
func (c *Client) Clusters(ctx context.Context) (wire.ClusterList, error) {
	return get[wire.ClusterList](ctx, c, "/v1/clusters", nil)
}

// ClusterPage gives one page of clusters; after is the Next of the page before, empty for the
// first. limit 0 leaves the length to the server.
func (c *Client) ClusterPage(ctx context.Context, limit int, after string) (wire.ClusterList, error) {
	q := url.Values{}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	if after != "" {
		q.Set("after", after)
	}
	return get[wire.ClusterList](ctx, c, "/v1/clusters", q)
}

// Cluster gives one cluster.
func (c *Client) Cluster(ctx context.Context, id string) (wire.Cluster, error) {
	return get[wire.Cluster](ctx, c, "/v1/clusters/"+url.PathEscape(id), nil)
}

// Taxonomies lists the taxonomies in use.
func (c *Client) Taxonomies(ctx context.Context) (wire.TaxonomyList, error) {
	return get[wire.TaxonomyList](ctx, c, "/v1/taxonomies", nil)
}

// Models lists the models in use.
func (c *Client) Models(ctx context.Context) (wire.ModelList, error) {
	return get[wire.ModelList](ctx, c, "/v1/models", nil)
}

// DeadJobs lists jobs that were given up.
func (c *Client) DeadJobs(ctx context.Context) (wire.JobList, error) {
	return get[wire.JobList](ctx, c, "/v1/jobs/dead", nil)
}

// Requeue tries a job again.
func (c *Client) Requeue(ctx context.Context, id string) error {
	return c.call(ctx, request{method: http.MethodPost, path: "/v1/jobs/" + url.PathEscape(id) + "/requeue"}, nil)
}

// AddWebhook registers an address. The answer has its secret, which is not shown again.
func (c *Client) AddWebhook(ctx context.Context, in wire.WebhookRequest) (wire.Webhook, error) {
	return post[wire.Webhook](ctx, c, "/v1/webhooks", in)
}

// Webhooks lists the registered addresses.
func (c *Client) Webhooks(ctx context.Context) (wire.WebhookList, error) {
	return get[wire.WebhookList](ctx, c, "/v1/webhooks", nil)
}

// DeleteWebhook forgets an address and its deliveries.
func (c *Client) DeleteWebhook(ctx context.Context, id string) error {
	return c.call(ctx, request{method: http.MethodDelete, path: "/v1/webhooks/" + url.PathEscape(id)}, nil)
}

// Deliveries lists what was sent to an address.
func (c *Client) Deliveries(ctx context.Context, webhook string) (wire.DeliveryList, error) {
	return get[wire.DeliveryList](ctx, c, "/v1/webhooks/"+url.PathEscape(webhook)+"/deliveries", nil)
}

// ClaimDeliveries lists what was sent of a claim.
func (c *Client) ClaimDeliveries(ctx context.Context, claim string) (wire.DeliveryList, error) {
	return get[wire.DeliveryList](ctx, c, "/v1/claims/"+url.PathEscape(claim)+"/deliveries", nil)
}

// Replay sends a message again.
func (c *Client) Replay(ctx context.Context, webhook, delivery string) error {
	path := "/v1/webhooks/" + url.PathEscape(webhook) + "/deliveries/" + url.PathEscape(delivery) + "/replay"
	return c.call(ctx, request{method: http.MethodPost, path: path}, nil)
}
