package main

import (
	"fmt"

	"github.com/defekt/defekt/pipeline/review"
)

type reviewersDisableCmd struct {
	namedFlags `embed:""`
}

// Run ends the reviewer's access.
func (c *reviewersDisableCmd) Run(a *app) error {
	yes := true
	if err := c.change(a, review.ReviewerChange{Disabled: &yes}); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "%s may no longer sign in, and his sessions are over; defekt keys list shows whether he has a key\n", c.Name)
	return nil
}

type reviewersEnableCmd struct {
	namedFlags `embed:""`
}

// Run gives the access back.
func (c *reviewersEnableCmd) Run(a *app) error {
	no := false
	return c.change(a, review.ReviewerChange{Disabled: &no})
}

type reviewersRolesCmd struct {
	namedFlags `embed:""`
	Role       []string `required:"" placeholder:"reviewer,adjudicator,admin" help:"What he may do from now on."`
}

// Run changes the roles.
func (c *reviewersRolesCmd) Run(a *app) error {
	roles := rolesNamed(c.Role)
	return c.change(a, review.ReviewerChange{Roles: &roles})
}

type reviewersTakesCmd struct {
	namedFlags `embed:""`
	takesFlags `embed:""`
}

// Help is shown by `defekt reviewers takes --help`.
func (reviewersTakesCmd) Help() string {
	return `What is not given counts as all: 'defekt reviewers takes anna --langs de' hands her German claims of every product and
axis, and 'defekt reviewers takes anna' everything.`
}

// Run changes what the reviewer is handed.
func (c *reviewersTakesCmd) Run(a *app) error {
	langs := c.langs()
	return c.change(a, review.ReviewerChange{Langs: &langs, Products: &c.Products, Axes: &c.Axes})
}

type reviewersLinkCmd struct {
	namedFlags `embed:""`
	Subject    string `arg:"" optional:"" placeholder:"ISSUER#SUBJECT" help:"Who he is at your identity provider; none disconnects him."`
}

// Help is shown by `defekt reviewers link --help`.
func (reviewersLinkCmd) Help() string {
	return `Somebody who signs in at your identity provider and is not known here is told his subject, such as
https://login.example.com#00u1a2b3. With it an admin connects him to an account that is there already; that is never done
by the e-mail address alone, which a provider may have given to another person.`
}

// Run connects the reviewer.
func (c *reviewersLinkCmd) Run(a *app) error {
	if err := checkSubject(c.Subject); err != nil {
		return err
	}
	return c.change(a, review.ReviewerChange{Subject: &c.Subject})
}
