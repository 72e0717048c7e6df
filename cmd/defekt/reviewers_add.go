package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// takesFlags say which claims a reviewer is handed.
type takesFlags struct {
	Langs    []string `placeholder:"de,en" help:"Languages that he reads. Default: all."`
	Products []string `placeholder:"NAME,..." help:"Products that he knows. Default: all."`
	Axes     []string `placeholder:"severity,..." help:"Axes that he decides. Default: all."`
}

// langs are in lower case, as those of claims.
func (f *takesFlags) langs() []string {
	out := make([]string, len(f.Langs))
	for i, l := range f.Langs {
		out[i] = strings.ToLower(l)
	}
	return out
}

type reviewersAddCmd struct {
	namedFlags   `embed:""`
	Role         []string `default:"reviewer" placeholder:"reviewer,adjudicator,admin" help:"What he may do."`
	PasswordFile string   `placeholder:"-|FILE" help:"Take the password from a file, or with - from the terminal (it is not shown) or standard input. Default: one is made and printed, once."`
	Subject      string   `placeholder:"ISSUER#SUBJECT" help:"Who he is at your identity provider; he then needs no password, and gets none unless --password-file gives one."`
	takesFlags   `embed:""`
}

// Run adds the reviewer.
func (c *reviewersAddCmd) Run(a *app) error {
	password, made, err := "", false, error(nil)
	switch {
	case c.PasswordFile != "":
		password, err = a.secret(c.PasswordFile)
	case c.Subject == "":
		password, made = newPassword(), true
	}
	if err != nil {
		return err
	}
	if err := checkSubject(c.Subject); err != nil {
		return err
	}
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // the reviewer is stored by then
	r := store.Reviewer{Name: c.Name, Roles: rolesNamed(c.Role), Subject: c.Subject, Langs: c.langs(), Products: c.Products, Axes: c.Axes}
	_, err = review.NewAccounts(review.AccountsConfig{Reviewers: db.store}).Add(a.ctx, r, password)
	if errors.Is(err, store.ErrConflict) {
		return withHint(fmt.Errorf("there is a reviewer named %q, or with this subject, already", c.Name), "choose another name; defekt reviewers list shows them")
	}
	if err != nil {
		return reviewerFault(err)
	}
	tellPassword(a, password, made)
	return nil
}

// tellPassword prints a password that was made.
func tellPassword(a *app, password string, made bool) {
	if made {
		fmt.Fprintln(a.stdout, password)
		fmt.Fprintln(a.stderr, "This is the only time that the password is shown.")
	}
}

// checkSubject refuses what no identity provider's answer could be.
func checkSubject(s string) error {
	issuer, subject, ok := strings.Cut(s, "#")
	if s == "" || ok && subject != "" && strings.HasPrefix(issuer, "http") {
		return nil
	}
	return usageError(withHint(fmt.Errorf("%q is no subject", s), "give the provider's address and the subject's id: https://login.example.com#00u1a2b3; whoever tries to sign in unknown is told his"))
}

type reviewersPasswordCmd struct {
	namedFlags   `embed:""`
	PasswordFile string `placeholder:"-|FILE" help:"Take the password from a file, or with - from the terminal (it is not shown) or standard input. Default: one is made and printed, once."`
}

// Run changes the password.
func (c *reviewersPasswordCmd) Run(a *app) error {
	password, made := newPassword(), true
	if c.PasswordFile != "" {
		var err error
		if password, err = a.secret(c.PasswordFile); err != nil {
			return err
		}
		made = false
	}
	if err := c.change(a, review.ReviewerChange{Password: &password}); err != nil {
		return err
	}
	tellPassword(a, password, made)
	return nil
}
