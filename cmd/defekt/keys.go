package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/api"
	"github.com/defekt/defekt/pipeline/store"
)

type keysCmd struct {
	Create keysCreateCmd `cmd:"" help:"Make a key and print its secret, once."`
	List   keysListCmd   `cmd:"" help:"List keys."`
	Revoke keysRevokeCmd `cmd:"" help:"Make a key worthless."`
}

type keysCreateCmd struct {
	databaseFlags `embed:""`
	Name          string   `arg:"" help:"What or who it is for, such as the name of the system that will use it."`
	Scope         []string `required:"" placeholder:"ingest,read,review,admin" help:"What it may do: ingest (send and erase claims), read (look, classify, search), review (the queue, for a front end that acts for any reviewer), review:NAME (the queue, for that reviewer alone), admin (everything, all owners' claims)."`
	PerMinute     int      `help:"Requests a minute; default: the server's."`
}

// Run makes the key.
func (c *keysCreateCmd) Run(a *app) error {
	if err := api.CheckScopes(c.Scope); err != nil {
		return usageError(fmt.Errorf("--scope: %w", err))
	}
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // the key is stored by then
	if name, own := strings.CutPrefix(c.Scope[0], api.ScopeOf("")); own {
		if _, err := reviewerNamed(a.ctx, db.store, name); err != nil {
			return err
		}
	}
	secret, hash := api.NewKey()
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	k := store.Key{ID: id.String(), Name: c.Name, Hash: hash, Scopes: c.Scope, PerMinute: c.PerMinute, CreatedAt: time.Now()}
	err = db.store.AddKey(a.ctx, k)
	if errors.Is(err, store.ErrConflict) {
		return withHint(fmt.Errorf("there is a key named %q already", c.Name), "choose another name, or revoke that one: defekt keys list")
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(a.stdout, secret)
	fmt.Fprintln(a.stderr, "This is the only time that the secret is shown. A server that was started without any key must be started again.")
	return nil
}

type keysListCmd struct {
	databaseFlags `embed:""`
}

// Run lists the keys, without their secrets.
func (c *keysListCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	keys, err := db.store.Keys(a.ctx)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\tname\tscopes\trate\tmade\trevoked")
	for _, k := range keys {
		rate, revoked := "default", "-"
		if k.PerMinute > 0 {
			rate = fmt.Sprintf("%d/min", k.PerMinute)
		}
		if !k.RevokedAt.IsZero() {
			revoked = k.RevokedAt.Format(time.DateTime)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, strings.Join(k.Scopes, ","), rate, k.CreatedAt.Format(time.DateTime), revoked)
	}
	return t.Flush()
}

type keysRevokeCmd struct {
	databaseFlags `embed:""`
	ID            string `arg:"" help:"The key's id, from 'defekt keys list'."`
}

// Run revokes the key.
func (c *keysRevokeCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // the change is stored by then
	if err := db.store.RevokeKey(a.ctx, c.ID, time.Now()); err != nil {
		return withHint(err, "defekt keys list shows the ids")
	}
	fmt.Fprintln(a.stderr, "revoked; servers stop believing it within 10 seconds")
	return nil
}
