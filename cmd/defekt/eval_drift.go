package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/defekt/defekt/eval/drift"
	"github.com/defekt/defekt/eval/report"
	"github.com/defekt/defekt/eval/sample"
)

type evalDriftCmd struct {
	runsFlags `embed:""`
	Before    string    `arg:"" help:"The earlier run; with --at, the run that is cut in two."`
	After     string    `arg:"" optional:"" help:"The later run."`
	At        time.Time `format:"2006-01-02" placeholder:"DATE" help:"Cut one run in two at this day instead."`
	Seed      uint64    `default:"1" help:"Seed of all draws."`
	JSON      string    `placeholder:"FILE" help:"Also write everything as JSON ('-' for standard output instead)."`
	HTML      string    `name:"html" placeholder:"FILE" help:"Also write a page."`
}

// Help is shown by `defekt eval drift --help`.
func (evalDriftCmd) Help() string {
	return `Says what changed between two kept runs, or two periods of one: labels, confidence, abstentions, accuracy and calibration
over time, with the false-alarm rate held at 5 % over all tests. Counts of labels are corrected for what the model is known
to confuse (by the earlier run's labelled claims), so that a new model does not look like a new defect.

Examples:
  defekt eval drift january february
  defekt eval drift latest --at 2026-03-01 --html drift.html`
}

// Run compares.
func (c *evalDriftCmd) Run(a *app) error {
	before, after, result, err := c.sides(a)
	if err != nil {
		return err
	}
	o := drift.DefaultOptions()
	o.Seed = c.Seed
	r, err := drift.Compare(a.ctx, before, after, o)
	if err != nil {
		return err
	}
	corrected, err := c.corrected(a, before.Sample, after.Sample)
	if err != nil {
		return err
	}
	if c.HTML != "" {
		page := &report.Report{Title: "Drift from " + before.Name + " to " + after.Name, Made: time.Now(), Command: a.commandLine(), Result: result.result, Drift: r, Prevalence: corrected}
		if err := toFile(c.HTML, page.WriteHTML); err != nil {
			return err
		}
	}
	all := struct {
		*drift.Result
		Corrected []drift.Prevalence `json:"corrected,omitempty"`
	}{r, corrected}
	if only, err := a.writeJSON(c.JSON, all); only || err != nil {
		return err
	}
	return writeDrift(a.stdout, r, corrected)
}

func (c *evalDriftCmd) sides(a *app) (before, after drift.Side, shown baseline, err error) {
	if c.At.IsZero() == (c.After == "") {
		return before, after, shown, usageError(errors.New("give two runs, or one run and --at DATE"))
	}
	first, err := c.load(a, c.Before)
	if err != nil {
		return before, after, shown, err
	}
	if !c.At.IsZero() {
		if first.rows.Times == nil {
			return before, after, shown, fmt.Errorf("%s does not know when its claims were received", first.name)
		}
		before, after = drift.SplitAt(first.rows, nil, c.At)
		return before, after, first, nil
	}
	second, err := c.load(a, c.After)
	if err != nil {
		return before, after, shown, err
	}
	return drift.Side{Name: first.name, Sample: first.rows}, drift.Side{Name: second.name, Sample: second.rows}, second, nil
}

// corrected estimates the true counts of the later side from the earlier side's confusion.
func (c *evalDriftCmd) corrected(a *app, before, after *sample.Sample) ([]drift.Prevalence, error) {
	var out []drift.Prevalence
	for i := range before.Axes {
		known, asked := &before.Axes[i], after.Axis(before.Axes[i].ID)
		if asked == nil || !slices.Equal(asked.Labels, known.Labels) {
			continue
		}
		confusion := drift.ConfusionOf(known)
		if labelled(confusion) == 0 {
			continue
		}
		p, err := drift.Correct(a.ctx, confusion, drift.AnswersOf(asked), 0.95, c.Seed)
		if err != nil {
			return nil, fmt.Errorf("axis %s: %w", known.ID, err)
		}
		p.Axis = known.ID
		out = append(out, *p)
	}
	return out, nil
}

func labelled(c drift.Confusion) int {
	n := 0
	for _, row := range c.Counts {
		for _, v := range row {
			n += v
		}
	}
	return n
}

func writeDrift(w io.Writer, r *drift.Result, corrected []drift.Prevalence) error {
	fmt.Fprintf(w, "%s: %d claims; %s: %d claims; %d tests at a joint level of %.0f %%\n", r.Before.Name, r.Before.Claims, r.After.Name, r.After.Claims, r.Tests, 100*r.Level)
	if len(r.Alarms) == 0 {
		fmt.Fprintln(w, "no difference that chance would not explain")
	}
	for _, alarm := range r.Alarms {
		fmt.Fprintf(w, "  %s\n", alarm.Words)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\naxis\tlabel\tanswered\tcorrected\t95 % interval")
	for _, p := range corrected {
		for _, l := range p.Labels {
			fmt.Fprintf(t, "%s\t%s\t%d\t%.1f\t%.1f to %.1f\n", p.Axis, l.Label, l.Counted, l.Corrected.Value, l.Corrected.Low, l.Corrected.High)
		}
	}
	return t.Flush()
}
