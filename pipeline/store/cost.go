package store

import (
	"context"
	"fmt"
	"time"
)

// Money is an amount in the smallest unit of its currency, such as cents; the currency says
// how many decimal places that is.
type Money struct {
	Minor int64 `json:"minor"`
	// Currency is ISO 4217, such as EUR.
	Currency string `json:"currency"`
}

// String is "1234 EUR minor": for logs; only who knows the currency's places can print it
// otherwise.
func (m Money) String() string { return fmt.Sprintf("%d %s minor", m.Minor, m.Currency) }

// Cost is money that a unit or a claim cost, or (below zero) brought back.
type Cost struct {
	// ID is its natural key; never empty.
	ID string `json:"id"`
	// Serial, with SKU if two products use it, is the unit; Claim the claim, by the sender's
	// reference or by id. One of them is given.
	Serial string    `json:"serial,omitempty"`
	SKU    string    `json:"sku,omitempty"`
	Claim  string    `json:"claim,omitempty"`
	At     time.Time `json:"at"`
	// Kind is "repair", "part", "freight", "replacement", "refund", "credit" or what the house
	// says.
	Kind   string `json:"kind,omitempty"`
	Amount Money  `json:"amount"`
	Note   string `json:"note,omitempty"`
}

// CostFilter narrows costs; zero fields do not.
type CostFilter struct {
	Serial, Claim string
	// Groups are those that the cost's unit is in, as in a [UnitFilter].
	Groups []Group
	// From is inclusive, Until exclusive.
	From, Until time.Time
	Kind        string
}

// CostSum is the sum of a group's costs in one currency.
type CostSum struct {
	// Group is the zero value where the sum is not by group, or for units in no such group.
	Group  Group
	Amount Money
	N      int
}

// Costs keeps costs.
type Costs interface {
	// PutCosts must keep all or none; one with a known ID replaces it. A serial that is not
	// known becomes a unit.
	PutCosts(ctx context.Context, costs []Cost) (Written, error)
	// CostsOf lists by At, then ID, at most limit (1..MaxUnitPage), behind the cost after
	// (empty: from the first; [ErrNotFound] when it is gone).
	CostsOf(ctx context.Context, f CostFilter, after string, limit int) ([]Cost, error)
	// SumCosts adds up by groups of a kind; an empty kind gives one sum per currency. A
	// unit in several groups of the kind (lots) counts in each. By group, then currency.
	SumCosts(ctx context.Context, f CostFilter, by GroupKind) ([]CostSum, error)
}
