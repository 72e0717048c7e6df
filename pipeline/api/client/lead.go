package client

import (
	"context"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// Agreement gives how far people agree in a time, by "week" or "month" (empty for that); zero
// ends are the server's.
func (r *Reviewer) Agreement(ctx context.Context, by string, from, until time.Time) (wire.AgreementCourse, error) {
	q := period(r.query(), from, until)
	if by != "" {
		q.Set("by", by)
	}
	return get[wire.AgreementCourse](ctx, r.Client, "/v1/review/agreement", q)
}

// Confusions gives the model's mistakes that people found in a time, on one axis or, with an
// empty one, on all; zero ends are the server's.
func (r *Reviewer) Confusions(ctx context.Context, axis string, from, until time.Time) (wire.ConfusionList, error) {
	q := period(r.query(), from, until)
	if axis != "" {
		q.Set("axis", axis)
	}
	return get[wire.ConfusionList](ctx, r.Client, "/v1/review/confusions", q)
}

// Trouble gives the spots of the taxonomy to look at, by the answers of a time; zero ends are
// the server's.
func (r *Reviewer) Trouble(ctx context.Context, from, until time.Time) (wire.TroubleList, error) {
	return get[wire.TroubleList](ctx, r.Client, "/v1/review/trouble", period(r.query(), from, until))
}

// PreviewTaxonomy says what a new version would change, or all that is wrong with it.
func (c *Client) PreviewTaxonomy(ctx context.Context, in wire.TaxonomyProposal) (wire.TaxonomyPreview, error) {
	return post[wire.TaxonomyPreview](ctx, c, "/v1/taxonomies:preview", in)
}

// PublishTaxonomy makes a new version the one that holds. The problem's code is conflict when
// another one was published since in.Base.
func (c *Client) PublishTaxonomy(ctx context.Context, in wire.TaxonomyProposal) (wire.TaxonomyVersion, error) {
	return post[wire.TaxonomyVersion](ctx, c, "/v1/taxonomies", in)
}
