package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

type modelsCandidatesCmd struct {
	placeFlags `embed:""`
	JSON       bool `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (modelsCandidatesCmd) Help() string {
	return `Lists the models that were registered, the newest first, with what judging them against the live model gave. 'defekt learn'
registers candidates; 'defekt models promote' makes one answer.`
}

// Run lists the registered models.
func (c *modelsCandidatesCmd) Run(a *app) error {
	pl, err := c.place(a)
	if err != nil {
		return err
	}
	defer pl.close() //nolint:errcheck // only read from
	all, err := pl.db.store.Models(a.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeIndented(a.stdout, all)
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(a.stdout, "No model is registered.\nTry: defekt learn")
		return err
	}
	current, err := pl.opener.registry().Current(a.ctx)
	if err != nil {
		return err
	}
	return table(a.stdout, func(row func(...any)) {
		row("", "DIGEST", "NAME", "GATES", "JUDGED ON", "MADE", "BY")
		for _, m := range all {
			mark := ""
			if m.Digest == current {
				mark = "live"
			}
			gates, judged := judgedOn(m)
			row(mark, m.Digest[7:19], m.Name, gates, judged, m.At.Format(time.DateTime), m.By)
		}
	})
}

// judgedOn sums up a verdict for a line.
func judgedOn(m store.Model) (gates, judged string) {
	v, err := learning.ReadVerdict(m.Gate)
	if err != nil || v == nil {
		return "-", "-"
	}
	gates = "passed"
	if !v.Passed {
		gates = "MISSED"
	}
	var parts []string
	for _, s := range v.Sets {
		parts = append(parts, fmt.Sprintf("%s (%d)", s.Name, s.Claims))
	}
	return gates, strings.Join(parts, ", ")
}

// printVerdict prints what judging a candidate gave.
func printVerdict(w io.Writer, m store.Model, v *learning.Verdict) error {
	fmt.Fprintf(w, "candidate %s (%s) against the live model %s\n", m.Digest[:19], m.Name, v.Live[:19])
	for _, s := range v.Sets {
		fmt.Fprintf(w, "\n%s: %d claims", s.Name, s.Claims)
		if s.Seen > 0 {
			fmt.Fprintf(w, ", %d left out since a model has seen them", s.Seen)
		}
		fmt.Fprintln(w)
		err := table(w, func(row func(...any)) {
			row("AXIS", "CLAIMS", "LIVE", "CANDIDATE", "DIFFERENCE", "MACRO-F1", "COVERAGE", "ANSWERS CHANGED")
			for _, x := range s.Axes {
				row(x.Axis, x.N, fmt.Sprintf("%.3f", x.Accuracy.Live), fmt.Sprintf("%.3f", x.Accuracy.Candidate), fmt.Sprintf("%+.3f to %+.3f", x.Accuracy.Low, x.Accuracy.High),
					fmt.Sprintf("%.3f > %.3f", x.MacroF1.Live, x.MacroF1.Candidate), fmt.Sprintf("%.2f > %.2f", x.CoverageLive, x.CoverageCandidate), fmt.Sprintf("%.0f %%", 100*x.Drift))
			}
		})
		if err != nil {
			return err
		}
		fmt.Fprintln(w, s.Comparison)
	}
	fmt.Fprintln(w)
	if v.Passed {
		_, err := fmt.Fprintln(w, "all gates passed")
		return err
	}
	for _, r := range v.Reasons {
		fmt.Fprintln(w, "MISSED", r)
	}
	return nil
}
