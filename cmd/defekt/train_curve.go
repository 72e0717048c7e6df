package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/pipeline/training"
)

// curve prints what so many labels reach.
func (c *trainCmd) curve(a *app, p *parts, set *datasets.Set) error {
	frozen, err := c.frozen(a, p, set.Claims(a.ctx))
	if err != nil {
		return err
	}
	engine, err := p.engine()
	if err != nil {
		return err
	}
	bars := newStages(a.stderr)
	curves, skipped, err := training.Curves(a.ctx, engine, set.Taxonomy(), set.Claims(a.ctx), frozen, c.config(set.Name), head.CurveSizes[:], bars.at)
	bars.done()
	if err != nil {
		return err
	}
	if _, err := a.writeJSON(c.CurveJSON, curves); err != nil {
		return err
	}
	for _, axis := range sortedKeys(skipped) {
		fmt.Fprintf(a.stdout, "axis %s has no curve: %v\n", axis, skipped[axis])
	}
	return printCurves(a.stdout, curves)
}

// barWidth is the width of a macro-F1 of 1 in characters.
const barWidth = 40

// printCurves prints one line a point, with a bar for the eye.
func printCurves(w io.Writer, curves []training.AxisCurve) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "axis\tlabels a class\trows\taccuracy\tmacro-F1\t±\t")
	for _, curve := range curves {
		for _, p := range curve.Points {
			size := fmt.Sprint("up to ", p.PerLabel)
			if p.PerLabel == 0 {
				size = "all"
			}
			bar := strings.Repeat("█", int(math.Round(p.MacroF1*barWidth)))
			fmt.Fprintf(t, "%s\t%s\t%.0f\t%.3f\t%.3f\t%.3f\t%s\n", curve.Axis, size, p.Rows, p.Accuracy, p.MacroF1, p.Spread, bar)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, curve := range curves {
		if s := gain(curve.Points); s != "" {
			fmt.Fprintf(w, "%s: %s\n", curve.Axis, s)
		}
	}
	fmt.Fprintln(w, "Every point is scored on the same held-out claims (three parts in turn); ± is the standard deviation over the parts.")
	return nil
}

// gain says in words what the last step of the curve bought, as the best guess of what the
// next one will.
func gain(points []head.CurvePoint) string {
	if len(points) < 2 {
		return "too few labels for a curve; label at least 20 claims of each class"
	}
	last, before := points[len(points)-1], points[len(points)-2]
	return fmt.Sprintf("going from %.0f to %.0f labelled claims moved macro-F1 by %+.3f (± %.3f)", before.Rows, last.Rows,
		last.MacroF1-before.MacroF1, math.Hypot(last.Spread, before.Spread)/math.Sqrt(3))
}
