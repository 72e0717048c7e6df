package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

type modelsShadowCmd struct {
	placeFlags `embed:""`
	Candidate  string  `arg:"" optional:"" placeholder:"DIGEST" help:"Registered model to run beside the live one. Default: show what came of it."`
	Share      float64 `default:"0.1" help:"Share of the new claims that it answers too, above 0 and at most 1."`
	Off        bool    `help:"End it."`
	Axis       string  `help:"Show differences on this axis."`
	Examples   int     `default:"10" help:"Claims to show."`
	JSON       bool    `name:"json" help:"Print what came of it as JSON."`
}

// Help is shown below the flags.
func (modelsShadowCmd) Help() string {
	return `Runs a candidate beside the live model on a share of the new claims. It answers after the live answer is stored, so that it
delays none, and nobody hears it: only where the two differ is kept. A few days of it show on real claims what a test set
cannot.

Examples:
  defekt models shadow 3f9a61 --share 0.2
  defekt models shadow                       # where they differ
  defekt models shadow --axis severity
  defekt models shadow --off`
}

// Run starts, ends or reports.
func (c *modelsShadowCmd) Run(a *app) error {
	if c.Off && c.Candidate != "" {
		return usageError(errors.New("--off takes no model"))
	}
	if !(c.Share > 0 && c.Share <= 1) {
		return usageError(fmt.Errorf("--share %g: above 0 and at most 1", c.Share))
	}
	pl, err := c.place(a)
	if err != nil {
		return err
	}
	defer pl.close() //nolint:errcheck // all is kept by then
	switch {
	case c.Off:
		return pl.db.store.SetShadow(a.ctx, store.Shadow{})
	case c.Candidate != "":
		return c.begin(a, pl)
	}
	return c.report(a, pl)
}

func (c *modelsShadowCmd) begin(a *app, pl *place) error {
	m, err := pl.opener.registry().Find(a.ctx, c.Candidate)
	if err != nil {
		return withHint(err, "defekt models candidates lists them")
	}
	if err := pl.db.store.SetShadow(a.ctx, store.Shadow{Model: m.Digest, Share: c.Share, By: pl.by, Since: time.Now()}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s answers %.0f %% of the new claims beside the live model; 'defekt models shadow' shows where they differ\n", m.Digest[:19], 100*c.Share)
	return err
}

// shadowReport is what came of a shadow.
type shadowReport struct {
	Shadow store.Shadow         `json:"shadow"`
	Counts []store.ShadowCounts `json:"counts"`
	Runs   []store.ShadowRun    `json:"differences"`
}

func (c *modelsShadowCmd) report(a *app, pl *place) error {
	shadow, err := pl.db.store.Shadow(a.ctx)
	if errors.Is(err, store.ErrNotFound) {
		_, err := fmt.Fprintln(a.stdout, "No model runs beside the live one.\nTry: defekt models shadow DIGEST")
		return err
	}
	if err != nil {
		return err
	}
	r := shadowReport{Shadow: shadow}
	if r.Counts, err = pl.db.store.ShadowCounts(a.ctx, shadow.Model); err != nil {
		return err
	}
	if r.Runs, err = pl.db.store.ShadowRuns(a.ctx, shadow.Model, c.Axis, c.Examples); err != nil {
		return err
	}
	if c.JSON {
		return writeIndented(a.stdout, r)
	}
	return r.print(a.stdout)
}

func (r shadowReport) print(w io.Writer) error {
	fmt.Fprintf(w, "%s on %.0f %% of the new claims since %s\n", r.Shadow.Model[:19], 100*r.Shadow.Share, r.Shadow.Since.Format(time.DateTime))
	if len(r.Counts) == 0 {
		_, err := fmt.Fprintln(w, "no claim came in since")
		return err
	}
	err := table(w, func(row func(...any)) {
		row("BESIDE", "AXIS", "CLAIMS", "DIFFER")
		for _, c := range r.Counts {
			row(c.Live[:min(len(c.Live), 19)], "any", c.Claims, fmt.Sprintf("%d (%.0f %%)", c.Differ, 100*float64(c.Differ)/float64(c.Claims)))
			for _, axis := range sortedKeys(c.Axes) {
				row("", axis, c.Claims, fmt.Sprintf("%d (%.0f %%)", c.Axes[axis], 100*float64(c.Axes[axis])/float64(c.Claims)))
			}
		}
	})
	if err != nil || len(r.Runs) == 0 {
		return err
	}
	fmt.Fprintln(w)
	return table(w, func(row func(...any)) {
		row("CLAIM", "AXIS", "LIVE", "SHADOW")
		for _, run := range r.Runs {
			for _, d := range run.Differ {
				row(run.Claim, d.Axis, said(d.Live), said(d.Shadow))
			}
		}
	})
}

// said is an answer for people.
func said(s store.Suggestion) string {
	if s.Abstained {
		return fmt.Sprintf("%s %.2f (a person decides)", s.Label, s.Probability)
	}
	return fmt.Sprintf("%s %.2f", s.Label, s.Probability)
}
