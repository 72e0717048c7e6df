package api

import (
	"fmt"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
)

// claimOut is a stored claim as it is shown.
func claimOut(c store.Claim) wire.Claim {
	out := wire.Claim{
		ID: c.ID, Reference: c.Claim.ID, State: string(c.State), Text: c.Claim.Text,
		Product: c.Claim.Product, SKU: c.Claim.SKU, Serial: c.Claim.Serial,
		ReceivedAt: c.Claim.ReceivedAt, Lang: c.Claim.Lang, Context: c.Claim.Context,
		CreatedAt: c.CreatedAt, FinishedAt: c.FinishedAt, Failure: c.Failure,
	}
	for i, blob := range c.Claim.Photos {
		out.Photos = append(out.Photos, wire.PhotoLink{Href: fmt.Sprintf("/v1/claims/%s/photos/%d", c.ID, i), Digest: blob})
	}
	if c.Prediction != nil {
		p := *c.Prediction
		p.ID = c.ID
		out.Prediction = &p
	}
	return out
}

func claimsOut(list []store.Claim) []wire.Claim {
	out := make([]wire.Claim, len(list))
	for i, c := range list {
		out[i] = claimOut(c)
	}
	return out
}

// isUUID says whether s has the form of the store's ids; others are not worth asking for.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range []byte(s) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if r != '-' {
				return false
			}
		case (r < '0' || r > '9') && (r < 'a' || r > 'f'):
			return false
		}
	}
	return true
}
