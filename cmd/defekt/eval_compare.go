package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/report"
)

type evalCompareCmd struct {
	runsFlags `embed:""`
	A         string `arg:"" help:"The run to compare with, such as the live model's."`
	B         string `arg:"" help:"The run to judge."`
	Draws     int    `default:"2000" help:"Bootstrap and exchange draws."`
	Seed      uint64 `default:"1" help:"Seed of all draws."`
	Flips     int    `default:"10" help:"Claims to name that one got right and the other wrong, each way."`
	JSON      string `placeholder:"FILE" help:"Also write the comparison as JSON ('-' for standard output instead)."`
	HTML      string `name:"html" placeholder:"FILE" help:"Also write it as a page."`
}

// Help is shown by `defekt eval compare --help`.
func (evalCompareCmd) Help() string {
	return `Pairs the claims of two kept runs by id and says, for each axis, whether the second is better: the difference with a
paired interval, McNemar's test, the smallest difference that this sample could have shown, the claims that changed sides,
and slices that differ (with false discovery held at 5 %).

Examples:
  defekt eval --data claims.jsonl --model live --keep live
  defekt eval --data claims.jsonl --model candidate --keep candidate
  defekt eval compare live candidate --html difference.html`
}

// Run compares.
func (c *evalCompareCmd) Run(a *app) error {
	first, err := c.load(a, c.A)
	if err != nil {
		return err
	}
	second, err := c.load(a, c.B)
	if err != nil {
		return err
	}
	o := compare.DefaultOptions()
	o.NameA, o.NameB, o.Draws, o.Seed, o.MaxFlips = first.name, second.name, c.Draws, c.Seed, c.Flips
	r, err := compare.Run(a.ctx, first.rows, second.rows, o)
	if err != nil {
		return err
	}
	if c.HTML != "" {
		parts, err := bySlice(a.ctx, second.rows)
		if err != nil {
			return err
		}
		page := &report.Report{Title: second.name + " against " + first.name, Model: second.name, Made: time.Now(), Command: a.commandLine(),
			Result: second.result, Comparison: r, Slices: parts}
		if err := toFile(c.HTML, page.WriteHTML); err != nil {
			return err
		}
	}
	if only, err := a.writeJSON(c.JSON, r); only || err != nil {
		return err
	}
	writeVerdicts(a.stdout, r)
	return writeDifferences(a.stdout, r, c.Flips)
}

// writeDifferences prints all figures and the claims that changed sides.
func writeDifferences(w io.Writer, r *compare.Result, flips int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\naxis\tfigure\t%s\t%s\tdifference\t95 %% interval\tp\tcould have shown\n", r.A, r.B)
	for _, axis := range r.Axes {
		for _, d := range axis.Differences {
			fmt.Fprintf(t, "%s\t%s\t%.3f\t%.3f\t%+.3f\t%+.3f to %+.3f\t%.3f\t%.3f\n", axis.ID, d.Metric, d.A, d.B, d.Difference, d.Low, d.High, d.P, d.MinimalEffect)
		}
	}
	if err := t.Flush(); err != nil || flips == 0 {
		return err
	}
	for _, axis := range r.Axes {
		for _, side := range []struct {
			what string
			n    int
			list []compare.Flip
		}{{"now right", axis.Flips.FixedTotal, axis.Flips.Fixed}, {"now wrong", axis.Flips.BrokenTotal, axis.Flips.Broken}} {
			if side.n == 0 {
				continue
			}
			fmt.Fprintf(w, "\n%s, %s: %d claims\n", axis.ID, side.what, side.n)
			for _, f := range side.list {
				fmt.Fprintf(w, "  %s: truth %s, %s %s %.2f, %s %s %.2f\n", f.ID, f.Truth, r.A, f.A, f.ConfidenceA, r.B, f.B, f.ConfidenceB)
			}
		}
	}
	return nil
}
