package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/taxonomy"
)

type datasetsExportCmd struct {
	placeFlags `embed:""`
	Reviews    bool      `required:"" help:"Export what people decided in the review queue."`
	Out        string    `required:"" placeholder:"DIR" help:"Folder of the version: new, empty, or that of the version before, which it replaces."`
	Before     time.Time `format:"2006-01-02T15:04:05Z07:00" placeholder:"TIME" help:"Take the labels that counted at this time (RFC 3339). Default: now, less the time in which an answer may be taken back."`
	HoldOut    string    `default:"slice" enum:"slice,none" help:"slice: the random slice is kept for judging models (split 'audit') and never trained on. none: all is for training; nothing fair is left to judge with."`
	JSON       bool      `name:"json" help:"Print the description as JSON."`
}

// Help is printed below the flags.
func (datasetsExportCmd) Help() string {
	return `Writes people's decisions as a version of the data set: claims.jsonl, photos beside it, the taxonomy, and dataset.json
with counts, time range and how far people agree. The same decisions give the same bytes and the same digest.

A claim keeps its split in all later versions, whoever exports them: 'audit' for the random slice, 'train' for the others,
'aside' for a claim of a unit (or with a photo) that the other side has. Answers to known items measure reviewers and are
left out.

Where newer versions of the taxonomy were published, labels are those of the latest: older decisions are translated by the
mappings since, and what these leave undecided is left out and counted.

Examples:
  defekt datasets export --reviews --out reviewed
  defekt train --data reviewed --taxonomy reviewed/taxonomy.yaml --out candidate
  defekt eval --data reviewed --taxonomy reviewed/taxonomy.yaml --split audit --model candidate
  defekt learn        # all of it at once`
}

// Run exports.
func (c *datasetsExportCmd) Run(a *app) error {
	pl, err := c.place(a)
	if err != nil {
		return err
	}
	defer pl.close() //nolint:errcheck // the version is written and kept by then
	p := newParts(a)
	defer p.Close() //nolint:errcheck // nothing is written through it
	live, err := pl.live(a, p)
	if err != nil {
		return err
	}
	bars := newStages(a.stderr)
	v, err := pl.export(a, live.Taxonomy, c.Out, c.Before, c.HoldOut == "none", bars)
	bars.done()
	if err != nil {
		return err
	}
	if c.JSON {
		return writeIndented(a.stdout, v)
	}
	return printVersion(a.stdout, v, c.Out)
}

// live opens the model that answers now.
func (pl *place) live(a *app, p *parts) (*models.Model, error) {
	current, err := pl.opener.registry().Current(a.ctx)
	if err != nil {
		return nil, err
	}
	return pl.opener.model(a.ctx, p, current)
}

// export writes what people decided to a folder.
func (pl *place) export(a *app, tax *taxonomy.Taxonomy, dir string, before time.Time, trainAll bool, bars *stages) (*learning.Version, error) {
	s := pl.db.store
	if before.IsZero() {
		before = review.New(review.Config{Reviews: s, Claims: s}).Firm()
	}
	v, err := learning.Export(a.ctx, learning.ExportConfig{
		Reviews: s, Claims: s, Datasets: s, Blobs: pl.blobs, Taxonomy: tax, Versions: s, Dir: dir, Before: before, TrainAll: trainAll, By: pl.by, Progress: bars.at,
	})
	switch {
	case errors.Is(err, learning.ErrNothing):
		return nil, withHint(err, "review some claims first; an answer counts once it can no longer be taken back")
	case errors.Is(err, learning.ErrNotVersion):
		return nil, withHint(err, "give a new folder with --out")
	}
	return v, err
}

// printVersion prints a version for people.
func printVersion(w io.Writer, v *learning.Version, dir string) error {
	fmt.Fprintf(w, "%s in %s: %d claims (%d to train on, %d to judge with, %d aside), %d photos, labels of %d people\n",
		v.Digest[:19], dir, v.Claims, v.Splits[learning.SplitTrain], v.Splits[learning.SplitAudit], v.Splits[learning.SplitAside], v.Photos, v.Reviewers)
	if v.Extends != "" {
		fmt.Fprintln(w, "extends", v.Extends[:19])
	}
	if v.PhotosMissing > 0 || v.Empty > 0 {
		fmt.Fprintf(w, "%d photos are missing where photos are kept; %d claims had nothing left and are not in it\n", v.PhotosMissing, v.Empty)
	}
	for _, axis := range sortedKeys(v.Undecided) {
		fmt.Fprintf(w, "%d claims have no label on %s: the taxonomy has split or removed theirs, and people must decide anew\n", v.Undecided[axis], axis)
	}
	err := table(w, func(row func(...any)) {
		row("AXIS", "LABELS", "TRAIN", "AUDIT")
		for _, axis := range sortedKeys(v.Labels) {
			train, audit := 0, 0
			for _, sides := range v.Labels[axis] {
				train, audit = train+sides[learning.SplitTrain], audit+sides[learning.SplitAudit]
			}
			row(axis, len(v.Labels[axis]), train, audit)
		}
	})
	for _, g := range v.Agreement {
		if g.Observed != nil && err == nil {
			_, err = fmt.Fprintf(w, "two people agree on %s in %.0f %% of %d claims\n", g.Axis, 100*g.Observed.Value, g.Doubled)
		}
	}
	return err
}
