package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/defekt/defekt/eval/exchange"
)

type evalExportCmd struct {
	dataFlags   `embed:""`
	Split       string `help:"Split to write. Default: all claims."`
	Format      string `required:"" enum:"labelstudio,fiftyone" help:"What to write: ${enum}."`
	Predictions string `placeholder:"FILE" help:"Pre-annotate with these predictions ('defekt classify --out' makes them)."`
	Labels      bool   `help:"Also write the claims' labels, where reviewers would see them."`
	Out         string `required:"" placeholder:"FILE" help:"File of tasks or samples (JSON). For Label Studio the labelling configuration goes beside it, as FILE.xml."`
}

// Help is shown by `defekt eval export --help`.
func (evalExportCmd) Help() string {
	return `Writes claims, with predictions to start from, for people who label elsewhere. What they decided comes back as data
(--data export.json), as predictions (eval --predictions) or as ratings (eval agreement --ratings).

Examples:
  defekt classify --data claims.jsonl --out predictions.jsonl
  defekt eval export --data claims.jsonl --predictions predictions.jsonl --format labelstudio --out tasks.json`
}

// Run writes.
func (c *evalExportCmd) Run(a *app) error {
	set, err := c.open(c.Split)
	if err != nil {
		return err
	}
	var predictions *exchange.Predictions
	e := exchange.Export{Taxonomy: set.Taxonomy(), Root: filepath.Dir(c.Out), Labels: c.Labels}
	if c.Predictions != "" {
		if predictions, err = exchange.ReadFile(c.Predictions, exchange.Options{Taxonomy: set.Taxonomy()}); err != nil {
			return err
		}
		e.Classes = predictions.Classes()
	}
	items := exchange.Items(set.Claims(a.ctx), predictions)
	if c.Format == "fiftyone" {
		left := 0
		err := toFile(c.Out, func(w io.Writer) (err error) {
			left, err = e.WriteFiftyOne(w, items)
			return err
		})
		if left > 0 {
			fmt.Fprintf(a.stderr, "%d claims without photos are no samples\n", left)
		}
		return err
	}
	if err := toFile(c.Out, func(w io.Writer) error { return e.WriteLabelStudio(w, items) }); err != nil {
		return err
	}
	return os.WriteFile(c.Out+".xml", e.LabelStudioConfig(true), 0o644)
}
