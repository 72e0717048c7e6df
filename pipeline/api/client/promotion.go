package client

import (
	"context"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// Candidates lists the registered models, newest first.
func (c *Client) Candidates(ctx context.Context) (wire.CandidateList, error) {
	return get[wire.CandidateList](ctx, c, "/v1/models/candidates", nil)
}

// Promote makes a registered model answer.
func (c *Client) Promote(ctx context.Context, in wire.PromoteRequest) (wire.Promotion, error) {
	return post[wire.Promotion](ctx, c, "/v1/models:promote", in)
}

// Rollback makes a model that was live before answer again.
func (c *Client) Rollback(ctx context.Context, in wire.RollbackRequest) (wire.Promotion, error) {
	return post[wire.Promotion](ctx, c, "/v1/models:rollback", in)
}
