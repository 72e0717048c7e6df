package main

import (
	"time"

	"github.com/defekt/defekt/pipeline/learning"
)

type learnCmd struct {
	placeFlags `embed:""`
	Work       string    `default:"defekt-learning" placeholder:"DIR" help:"Folder for the data set and the candidate."`
	Before     time.Time `format:"2006-01-02T15:04:05Z07:00" placeholder:"TIME" help:"Learn from the labels that counted at this time (RFC 3339). Default: now, less the time in which an answer may be taken back."`
	Again      bool      `help:"Fit a candidate although there is one of the same labels already."`

	With      []string `placeholder:"CLAIMS" sep:"none" help:"Further labelled claims to fit on (their split 'train'), such as the brand's own set. May be given several times."`
	Test      []string `placeholder:"CLAIMS" sep:"none" help:"Old test sets (their split 'test') that the candidate must hold its ground on. May be given several times."`
	Gate      string   `placeholder:"FILE" help:"Gates that must hold on each set (see 'defekt eval --help'). Default: accuracy and macro-F1 of no axis are shown to be worse than the live model's."`
	MayLose   []string `placeholder:"AXIS,..." help:"Axes that the candidate need not answer, though the live model does."`
	headFlags `embed:""`

	Auto      bool `help:"Promote the candidate when it passes and stays within the limits below; else it waits for a person."`
	autoFlags `embed:"" prefix:"auto-"`
}

// autoFlags are the limits of what is promoted without a person.
type autoFlags struct {
	Margin          float64       `default:"0.02" help:"Loss of accuracy that the paired 95 % interval must rule out, on every axis of every set, 0..1."`
	MinAudit        int           `default:"200" help:"Labelled claims of the random slice that every judged axis must have."`
	MaxDrift        float64       `default:"0.2" help:"Share of answers that may change sides on an axis (total variation), 0..1."`
	MaxCoverageLoss float64       `default:"0.1" help:"How much smaller the share answered without a person may become on an axis, 0..1."`
	Every           time.Duration `default:"24h" help:"Least time between two promotions that no person made."`
}

func (f autoFlags) limits() learning.Limits {
	return learning.Limits{Margin: f.Margin, MinAudit: f.MinAudit, MaxDrift: f.MaxDrift, MaxCoverageLoss: f.MaxCoverageLoss, Every: f.Every}
}

// Help is printed below the flags.
func (learnCmd) Help() string {
	return `The whole loop: exports what people decided, fits a candidate on it, judges it against the model that answers now (on the
random slice, which no model is ever fitted on, and on --test sets), and registers it. A person then promotes it, or --auto
does within limits. Run it every night; without new labels it does nothing.

An axis on which nobody gave labels yet cannot be learnt. Give labels of it --with a set of your own, or say that the
candidate --may-lose it.

Exit code 3: the candidate was registered, and a gate was missed.

Examples:
  defekt learn
  defekt learn --with our-claims.jsonl --test our-claims.jsonl --auto
  defekt models candidates && defekt models promote 3f9a --why "finds broken hinges"`
}

// Run goes once around.
func (c *learnCmd) Run(a *app) error {
	limits := c.limits()
	if err := limits.Validate(); err != nil {
		return usageError(err)
	}
	gates, err := readGates(c.Gate)
	if err != nil {
		return err
	}
	pl, err := c.place(a)
	if err != nil {
		return err
	}
	defer pl.close() //nolint:errcheck // all is kept by then
	loop := &learnLoop{cmd: c, a: a, place: pl, gates: gates, bars: newStages(a.stderr)}
	defer loop.bars.done()
	if done, err := loop.candidate(); err != nil || done {
		return err
	}
	m, err := loop.judge()
	if err != nil {
		return err
	}
	loop.bars.done()
	if err := printVerdict(a.stdout, m, loop.verdict); err != nil {
		return err
	}
	return loop.conclude(m, limits)
}
