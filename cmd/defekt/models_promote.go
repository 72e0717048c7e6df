package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

type modelsPromoteCmd struct {
	placeFlags `embed:""`
	Candidate  string `arg:"" placeholder:"DIGEST|DIR" help:"Digest of a registered model (its beginning is enough), or a model's folder, which is registered first."`
	Why        string `help:"Why, for the history."`
	Force      bool   `help:"Also a model that missed its gates or was never judged."`
}

// Help is shown below the flags.
func (modelsPromoteCmd) Help() string {
	return `Makes a registered model answer. Servers and workers on the same database change over within seconds, without a restart;
claims under way finish with the model that they began with. Then the history is re-scored, a slice at a time: each claim
keeps its old answer beside the new one. 'defekt models rollback' goes back.

Examples:
  defekt models candidates
  defekt models promote 3f9a61 --why "finds broken hinges"
  defekt models promote my-model --force --why "made by hand"`
}

// Run promotes.
func (c *modelsPromoteCmd) Run(a *app) error {
	pl, err := c.place(a)
	if err != nil {
		return err
	}
	defer pl.close() //nolint:errcheck // all is kept by then
	m, err := c.find(a, pl)
	if err != nil {
		return err
	}
	if !m.Passed && !c.Force {
		v, err := learning.ReadVerdict(m.Gate)
		if err != nil {
			return err
		}
		if v == nil {
			return withHint(fmt.Errorf("model %s was never judged", m.Digest[:19]), "judge it with 'defekt eval --baseline', or say --force")
		}
		return exitError{exitGate, withHint(fmt.Errorf("model %s missed its gates: %s", m.Digest[:19], strings.Join(v.Reasons, "; ")), "--force promotes it all the same")}
	}
	return pl.promote(a, store.Promotion{Model: m.Digest, By: pl.by, Why: c.Why})
}

// find gives the registered model, registering a folder's.
func (c *modelsPromoteCmd) find(a *app, pl *place) (store.Model, error) {
	if _, err := os.Stat(filepath.Join(c.Candidate, models.ManifestFile)); err == nil {
		return pl.opener.register(a.ctx, c.Candidate, "", nil, pl.by)
	}
	m, err := pl.opener.registry().Find(a.ctx, c.Candidate)
	if errors.Is(err, store.ErrNotFound) {
		return m, withHint(fmt.Errorf("no registered model is named %q, and no model lies there", c.Candidate), "defekt models candidates lists them")
	}
	return m, err
}

// promote makes a model answer and says what follows.
func (pl *place) promote(a *app, p store.Promotion) error {
	if err := pl.opener.begin(a.ctx); err != nil {
		return err
	}
	p, err := pl.opener.registry().Promote(a.ctx, p)
	return pl.promoted(a, p, err)
}

// promoted says how a promotion went.
func (pl *place) promoted(a *app, p store.Promotion, err error) error {
	switch {
	case errors.Is(err, learning.ErrSame):
		return withHint(err, "defekt models history")
	case errors.Is(err, store.ErrConflict):
		return withHint(errors.New("somebody else promoted another model just now"), "defekt models history, then try again")
	case errors.Is(err, learning.ErrNoWayBack):
		return withHint(err, "defekt models history")
	case err != nil:
		return err
	}
	fmt.Fprintf(a.stdout, "%s answers from now on; before it was %s\n", p.Model[:19], p.Before[:min(len(p.Before), 19)])
	_, err = fmt.Fprintf(a.stderr, "Running servers change over within %s and re-score the history; 'defekt models rescore' shows how far they are.\n", 2*learning.FollowEvery)
	return err
}
