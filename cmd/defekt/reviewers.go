package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

type reviewerCmd struct {
	Add      reviewersAddCmd      `cmd:"" help:"Add a person who corrects labels."`
	List     reviewersListCmd     `cmd:"" help:"List them, with what they may do and take."`
	Disable  reviewersDisableCmd  `cmd:"" help:"End a reviewer's access; what he decided stays."`
	Enable   reviewersEnableCmd   `cmd:"" help:"Give a disabled reviewer his access back."`
	Password reviewersPasswordCmd `cmd:"" help:"Give a reviewer another password."`
	Roles    reviewersRolesCmd    `cmd:"" help:"Change what a reviewer may do."`
	Takes    reviewersTakesCmd    `cmd:"" help:"Change which claims a reviewer is handed."`
	Link     reviewersLinkCmd     `cmd:"" help:"Connect a reviewer with the identity provider, or disconnect him."`
}

// Help is shown by `defekt reviewers --help`.
func (reviewerCmd) Help() string {
	return `Reviewers look at what the model was not sure of. They sign in at /review with their name and password, or through your
identity provider, and have roles:
  reviewer      answers what he is handed, and sees of others' answers nothing
  adjudicator   also decides what two reviewers disagree on
  admin         also keeps reviewers, drops items and promotes models

Every change ends the reviewer's sessions, so that what he may no longer do ends at once. A person who works through the
API instead of the pages gets a key: defekt keys create NAME --scope review:NAME.

Examples:
  defekt reviewers add anna
  defekt reviewers add ben --role reviewer,adjudicator --langs de,en --password-file -
  defekt reviewers list`
}

// namedFlags name one reviewer in a database.
type namedFlags struct {
	databaseFlags `embed:""`
	Name          string `arg:"" help:"The reviewer's name, as he signs in."`
}

// reviewerNamed finds a reviewer by name.
func reviewerNamed(ctx context.Context, s store.Reviewers, name string) (store.Reviewer, error) {
	r, err := s.ReviewerByName(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		err = withHint(fmt.Errorf("there is no reviewer named %q", name), "defekt reviewers list shows them, defekt reviewers add adds one")
	}
	return r, err
}

// change changes the reviewer that the flags name.
func (f *namedFlags) change(a *app, c review.ReviewerChange) error {
	db, err := f.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // the change is stored by then
	r, err := reviewerNamed(a.ctx, db.store, f.Name)
	if err != nil {
		return err
	}
	_, err = review.NewAccounts(review.AccountsConfig{Reviewers: db.store}).Change(a.ctx, r.ID, c)
	if errors.Is(err, store.ErrConflict) {
		return withHint(errors.New("another reviewer has this subject"), "defekt reviewers list shows who")
	}
	return reviewerFault(err)
}

// reviewerFault says what to try where a password or role is refused.
func reviewerFault(err error) error {
	if _, ok := errors.AsType[claim.Problem](err); !ok {
		return err
	}
	return withHint(err, "a password has %d characters or more, a sentence does; roles are %s", review.MinPassword, strings.Join(roleNames(review.Roles()), ", "))
}

func roleNames(roles []store.ReviewRole) []string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return out
}

func rolesNamed(names []string) []store.ReviewRole {
	out := make([]store.ReviewRole, len(names))
	for i, n := range names {
		out[i] = store.ReviewRole(n)
	}
	return out
}

type reviewersListCmd struct {
	databaseFlags `embed:""`
}

// Run lists reviewers, without their secrets.
func (c *reviewersListCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	list, err := db.store.Reviewers(a.ctx)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "name\troles\tlangs\tproducts\taxes\tsigns in by\tmade\tdisabled")
	for _, r := range list {
		disabled := "-"
		if !r.DisabledAt.IsZero() {
			disabled = r.DisabledAt.Format(time.DateTime)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, strings.Join(roleNames(r.Roles), ","), orAll(r.Langs), orAll(r.Products), orAll(r.Axes), signsInBy(r),
			r.CreatedAt.Format(time.DateTime), disabled)
	}
	return t.Flush()
}

func orAll(list []string) string {
	if len(list) == 0 {
		return "all"
	}
	return strings.Join(list, ",")
}

func signsInBy(r store.Reviewer) string {
	var by []string
	if r.Password != "" {
		by = append(by, "password")
	}
	if r.Subject != "" {
		by = append(by, r.Subject)
	}
	if len(by) == 0 {
		return "-"
	}
	return strings.Join(by, ", ")
}
