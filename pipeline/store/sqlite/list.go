package sqlite

import (
	"context"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// List gives a page of claims; see [store.Claims].
func (s *Store) List(ctx context.Context, f store.Filter, p store.Page) (claims []store.Claim, next string, err error) {
	if err := rules.CheckPage(p); err != nil {
		return nil, "", err
	}
	c := filtered(f)
	if p.After != "" {
		place, err := rules.ParseCursor(f, p.After)
		if err != nil {
			return nil, "", err
		}
		c.where("(claim.created, claim.id) < (?, ?)", instant(place.At), place.ID)
	}
	// One more than asked for tells whether this is the last page.
	query, args := c.query(claimColumns, "claim JOIN content ON content.claim = claim.seq",
		"ORDER BY claim.created DESC, claim.id DESC LIMIT ?", nil, []any{p.Limit + 1})
	claims, err = all(ctx, s.db, scanClaim, query, args...)
	if err != nil {
		return nil, "", err
	}
	if len(claims) > p.Limit {
		claims = claims[:p.Limit]
		last := claims[p.Limit-1]
		next, err = rules.Cursor(f, rules.Place{At: last.CreatedAt, ID: last.ID})
	}
	return claims, next, err
}

// Count counts claims; see [store.Claims].
func (s *Store) Count(ctx context.Context, f store.Filter) (int, error) {
	query, args := filtered(f).query("count(*)", "claim", "", nil, nil)
	return one(ctx, s.db, value[int], query, args...)
}
