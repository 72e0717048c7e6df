package main

import (
	"errors"
	"fmt"
)

type unitsForgetCmd struct {
	databaseFlags `embed:""`
	whoFlag       `embed:""`
	Customer      string `arg:"" help:"The owner's reference, as the column customer of an import gave it."`
}

// Help is shown by `defekt units forget --help`.
func (unitsForgetCmd) Help() string {
	return `For owners who want to be forgotten: their units lose reference and contact, and a line in the audit trail says how many, by
whom and when, without naming the owner. The units themselves stay. Claims are erased apart (DELETE /v1/claims/ID), and a
file that names the owner must not be imported again.

  defekt units forget cu-1 --by anna`
}

// Run forgets.
func (c *unitsForgetCmd) Run(a *app) error {
	if c.Customer == "" {
		return usageError(errors.New("an empty reference is nobody's"))
	}
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // the owner is forgotten by then
	n, err := db.store.ForgetCustomer(a.ctx, c.Customer, c.who())
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "units that named this owner: %d\n", n)
	return nil
}
