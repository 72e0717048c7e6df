package main

import (
	"fmt"
	"time"
)

type modelsRollbackCmd struct {
	placeFlags `embed:""`
	To         string `placeholder:"DIGEST" help:"A model that was live before. Default: the one before the present one."`
	Why        string `help:"Why, for the history."`
}

// Help is shown below the flags.
func (modelsRollbackCmd) Help() string {
	return `Makes a model that was live before answer again. Every model that ever was can be gone back to, also the one that the
program was started with at first. This is a promotion like any other: servers change over within seconds, and history is
re-scored.

Examples:
  defekt models rollback --why "misses cracks on chairs"
  defekt models rollback --to 3f9a61`
}

// Run goes back.
func (c *modelsRollbackCmd) Run(a *app) error {
	pl, err := c.place(a)
	if err != nil {
		return err
	}
	defer pl.close() //nolint:errcheck // all is kept by then
	to := ""
	if c.To != "" {
		m, err := pl.opener.registry().Find(a.ctx, c.To)
		if err != nil {
			return withHint(err, "defekt models history")
		}
		to = m.Digest
	}
	p, err := pl.opener.registry().Back(a.ctx, to, pl.by, c.Why)
	return pl.promoted(a, p, err)
}

type modelsHistoryCmd struct {
	placeFlags `embed:""`
	Limit      int  `default:"50" help:"Promotions to show."`
	JSON       bool `name:"json" help:"Print JSON."`
}

// Run lists promotions.
func (c *modelsHistoryCmd) Run(a *app) error {
	pl, err := c.place(a)
	if err != nil {
		return err
	}
	defer pl.close() //nolint:errcheck // only read from
	list, err := pl.db.store.Promotions(a.ctx, c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeIndented(a.stdout, list)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(a.stdout, "No model was promoted: the one that the program is started with answers.")
		return err
	}
	return table(a.stdout, func(row func(...any)) {
		row("WHEN", "MODEL", "HOW", "BY", "WHY")
		for _, p := range list {
			how := "promoted"
			switch {
			case p.Back:
				how = "rolled back"
			case p.Auto:
				how = "by itself"
			case p.Before == "":
				how = "began"
			}
			row(p.At.Format(time.DateTime), p.Model[7:19], how, p.By, p.Why)
		}
	})
}
