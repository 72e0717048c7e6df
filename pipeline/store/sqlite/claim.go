package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// claimColumns are those that scanClaim reads, of claim and content.
const claimColumns = `claim.id, claim.state, claim.created, claim.finished, claim.owner, claim.customer,
	content.text, content.document, content.prediction, content.failure`

// Claim finds a claim; see [store.Claims].
func (s *Store) Claim(ctx context.Context, id string) (store.Claim, error) {
	return claimByID(ctx, s.db, id)
}

func claimByID(ctx context.Context, q querier, id string) (store.Claim, error) {
	return one(ctx, q, scanClaim, "SELECT "+claimColumns+" FROM claim JOIN content ON content.claim = claim.seq WHERE claim.id = ?", id)
}

func scanClaim(r scanner) (c store.Claim, err error) {
	var (
		created         int64
		finished        sql.NullInt64
		owner, customer sql.NullString
		text, document  string
		prediction      sql.NullString
	)
	if err := r.Scan(&c.ID, &c.State, &created, &finished, &owner, &customer, &text, &document, &prediction, &c.Failure); err != nil {
		return store.Claim{}, err
	}
	c.CreatedAt, c.FinishedAt, c.Owner, c.Customer = moment(created), since(finished), owner.String, customer.String
	if err := json.Unmarshal([]byte(document), &c.Claim); err != nil {
		return store.Claim{}, fmt.Errorf("claim %s: %w", c.ID, err)
	}
	c.Claim.Text = text
	if prediction.Valid {
		c.Prediction = &claim.Prediction{}
		if err := json.Unmarshal([]byte(prediction.String), c.Prediction); err != nil {
			return store.Claim{}, fmt.Errorf("prediction of claim %s: %w", c.ID, err)
		}
	}
	return c, nil
}

// row is what transactions need of a claim.
type row struct {
	seq   int64
	id    string
	state store.State
	owner string
}

func rowByID(ctx context.Context, q querier, id string) (row, error) {
	return one(ctx, q, func(r scanner) (c row, err error) {
		var owner sql.NullString
		err = r.Scan(&c.seq, &c.id, &c.state, &owner)
		c.owner = owner.String
		return c, err
	}, "SELECT seq, id, state, owner FROM claim WHERE id = ?", id)
}
