package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/defekt/defekt/pipeline/pattern/detection"
	"github.com/defekt/defekt/pipeline/pattern/watch"
)

// benchDetectionCmd replays complaint streams with known recalls.
type benchDetectionCmd struct {
	Data  string `required:"" placeholder:"DIR" help:"Folder with cases.jsonl, complaints.jsonl and recalls.jsonl (or .gz)."`
	Split string `default:"test" help:"Split of the cases to replay; 'all' for all of them."`
	JSON  string `placeholder:"FILE" help:"Also write the result as JSON ('-' for standard output instead of the table)."`
}

// Help is shown by `defekt bench detection --help`.
func (benchDetectionCmd) Help() string {
	return `Replays complaint streams day by day and asks on each day with news whether a recall looms, from the complaints
filed and the recalls announced by then. Counts the recalls that were flagged before they were announced, the days
between, and the streams without a recall that were ever flagged. Streams marked ambiguous count nowhere. Beside it:
three rules on 90-day counts. Points in JSON are one per threshold, from high to low.

Example:
  defekt bench detection --data ../shared/data/text/detection --split test --json detection.json`
}

// allSplits asks for every case.
const allSplits = "all"

// detectionReport is the result in JSON.
type detectionReport struct {
	Points []detection.Point `json:"points"`
	Rules  []rulePoint       `json:"rules"`
	Split  string            `json:"split"`
	About  string            `json:"model"`
	Code   string            `json:"code"`
	marks  map[string]float64
}

// rulePoint is what a count rule flags.
type rulePoint struct {
	Rule string `json:"rule"`
	detection.Point
}

// Run replays.
func (c *benchDetectionCmd) Run(a *app) error {
	data, err := detection.Open(c.Data)
	if err != nil {
		return usageError(err)
	}
	split := c.Split
	if split == allSplits {
		split = ""
	}
	cases := data.Of(split)
	if len(cases) == 0 {
		return withHint(usageError(errors.New("no case is in split "+c.Split)), "--split %s, or %s", strings.Join(data.Splits(), ", "), allSplits)
	}
	model, err := watch.Fitted()
	if err != nil {
		return err
	}
	r := detectionReport{Split: c.Split, About: model.About, Code: codeVersion(), marks: model.Marks}
	r.Points = detection.Replay(model, data.History(), cases, detection.Thresholds())
	for _, rule := range detection.CountRules() {
		name := fmt.Sprintf("%d in 90 days, %g x the year before", rule.Least, rule.Ratio)
		r.Rules = append(r.Rules, rulePoint{name, detection.Measure(cases, rule.Flag)})
	}
	return writeReport(a, c.JSON, r, r.table)
}

// table prints the points that flag at most some share of streams, the thresholds that were
// chosen in training, and the rules.
func (r detectionReport) table(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\tthreshold\trecalls flagged before\t95 % interval\tmedian lead\tothers flagged")
	for _, share := range []float64{0.05, 0.1, 0.2, 0.3, 0.5} {
		if p, ok := detection.AtMost(r.Points, share); ok {
			detectionRow(tw, fmt.Sprintf("best with <= %.0f %% of others", 100*share), fmt.Sprintf("%.2f", p.Threshold), p)
		}
	}
	for _, mark := range []string{"0.10", "0.30"} {
		if p, ok := detection.At(r.Points, r.marks[mark]); ok {
			detectionRow(tw, "set for "+mark+" of others in training", fmt.Sprintf("%.2f", p.Threshold), p)
		}
	}
	for _, p := range r.Rules {
		detectionRow(tw, "rule: "+p.Rule, "", p.Point)
	}
	return tw.Flush()
}

func detectionRow(w io.Writer, name, threshold string, p detection.Point) {
	low, high := detection.Interval(p.FlaggedBefore, p.Recalls)
	fmt.Fprintf(w, "%s\t%s\t%d of %d\t%.2f to %.2f\t%.0f days\t%d of %d\n",
		name, threshold, p.FlaggedBefore, p.Recalls, low, high, p.MedianLeadDays, p.NegativesFlagged, p.Negatives)
}
