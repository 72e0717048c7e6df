package postgres

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// record is what of a claim never changes, as one JSON document.
type record struct {
	Claim    claim.Claim `json:"claim"`
	Owner    string      `json:"owner,omitempty"`
	Customer string      `json:"customer,omitempty"`
}

func newRecord(n store.New) record {
	c := n.Claim
	c.ReceivedAt = rules.Time(c.ReceivedAt)
	return record{Claim: c, Owner: n.Owner, Customer: rules.Fact(c, "customer")}
}

// columns are those of a claim, in the order in which scanClaim reads them.
const columns = "c.id::text, c.state, c.created_at, c.finished_at, c.record, c.prediction, c.failure"

func scanClaim(row pgx.CollectableRow) (store.Claim, error) {
	var (
		c          store.Claim
		finished   *time.Time
		rec        []byte
		prediction []byte
	)
	if err := row.Scan(&c.ID, &c.State, &c.CreatedAt, &finished, &rec, &prediction, &c.Failure); err != nil {
		return store.Claim{}, err
	}
	c.CreatedAt, c.FinishedAt = rules.Time(c.CreatedAt), since(finished)
	return read(c, rec, prediction)
}

// read adds what the claim's documents say.
func read(c store.Claim, rec, prediction []byte) (store.Claim, error) {
	var r record
	if err := json.Unmarshal(rec, &r); err != nil {
		return store.Claim{}, fmt.Errorf("claim %s: %w", c.ID, err)
	}
	c.Claim, c.Owner, c.Customer = r.Claim, r.Owner, r.Customer
	if prediction != nil {
		c.Prediction = &claim.Prediction{}
		if err := json.Unmarshal(prediction, c.Prediction); err != nil {
			return store.Claim{}, fmt.Errorf("prediction of claim %s: %w", c.ID, err)
		}
	}
	return c, nil
}
