package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/defekt/defekt/eval/exchange"
	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/pipeline/training"
)

type evalErrorsCmd struct {
	fitFlags    `embed:""`
	Predictions string `placeholder:"FILE" help:"Whole distributions for these claims, by a model that has not seen them. Default: cross-validation, with the settings of 'defekt train'."`
	Rule        string `default:"joint" enum:"joint,noise,both" help:"joint finds labels that were mixed up in a systematic way too; noise is more precise where labels were swapped at random, and blind else; both lists what both find: ${enum}."`
	Limit       int    `default:"50" help:"Candidates listed of each axis, likeliest first; 0 for all."`
	List        string `placeholder:"FILE" help:"Write the list as .csv or .jsonl for review. Default: a table."`
}

// Help is shown by `defekt eval label-errors --help`.
func (evalErrorsCmd) Help() string {
	return `Lists labels that are probably wrong, likeliest first, each with the reason: by models that have not seen the claim, its own
label is improbable and another one as probable as it usually is where it is right (confident learning). A list, not a
verdict: how many of them are wrong depends on how often the model is.

Examples:
  defekt eval label-errors --data claims.jsonl
  defekt eval label-errors --data claims.jsonl --list doubtful.csv`
}

// Run lists.
func (c *evalErrorsCmd) Run(a *app) error {
	samples, err := c.samples(a)
	if err != nil {
		return err
	}
	o := people.DefaultErrorOptions()
	o.Rule, o.Limit = people.Rule(c.Rule), c.Limit
	if o.Rule != people.RuleNoise { // the noise model, which ranks by default, sees no systematic errors
		o.Rank = people.RankMargin
	}
	var found []*people.LabelErrors
	for _, s := range samples {
		for i := range s.Axes {
			if len(s.Axes[i].Classes) == 0 || (len(c.Axes) > 0 && !slices.Contains(c.Axes, s.Axes[i].ID)) {
				continue
			}
			one, err := people.FindLabelErrors(a.ctx, s, s.Axes[i].ID, o)
			if err != nil {
				return err
			}
			found = append(found, one)
		}
	}
	if c.List != "" {
		return toFile(c.List, func(w io.Writer) error { return c.review(w, found) })
	}
	return writeErrors(a.stdout, found)
}

// review writes the list for people's tools.
func (c *evalErrorsCmd) review(w io.Writer, found []*people.LabelErrors) error {
	all := &people.LabelErrors{}
	for _, one := range found {
		all.Candidates = append(all.Candidates, one.Candidates...)
	}
	if strings.HasSuffix(c.List, ".csv") {
		return all.WriteCSV(w)
	}
	return all.WriteJSONL(w)
}

// samples gives what was predicted for claims by models that had not seen them.
func (c *evalErrorsCmd) samples(a *app) ([]*sample.Sample, error) {
	set, err := c.open(c.Split)
	if err != nil {
		return nil, err
	}
	if c.Predictions != "" {
		table, err := exchange.ReadFile(c.Predictions, exchange.Options{Taxonomy: set.Taxonomy()})
		if err != nil {
			return nil, err
		}
		if len(table.Classes()) == 0 {
			return nil, errors.New("the predictions have no whole distributions: a column AXIS:LABEL for each label, or \"probabilities\" in JSON Lines")
		}
		collector, err := collect(a.ctx, set, table)
		if err != nil {
			return nil, err
		}
		return []*sample.Sample{collector.Sample()}, nil
	}
	p := newParts(a)
	defer p.Close() //nolint:errcheck // nothing is written through it
	frozen, err := c.frozen(a, p, set.Claims(a.ctx))
	if err != nil {
		return nil, err
	}
	engine, err := p.engine()
	if err != nil {
		return nil, err
	}
	bars := newStages(a.stderr)
	held, skipped, err := training.HeldOut(a.ctx, engine, set.Taxonomy(), set.Claims(a.ctx), frozen, c.config(set.Name), c.Folds, bars.at)
	bars.done()
	if err != nil {
		return nil, err
	}
	for _, axis := range sortedKeys(skipped) {
		fmt.Fprintf(a.stderr, "axis %s is left out: %v\n", axis, skipped[axis])
	}
	out := make([]*sample.Sample, len(held))
	for i, h := range held {
		out[i] = sample.OfDistributions(h.IDs, h.Axis, h.Classes, h.Labels, h.Probabilities)
	}
	return out, nil
}

func writeErrors(w io.Writer, found []*people.LabelErrors) error {
	for _, e := range found {
		fmt.Fprintf(w, "%s: %d labels; about %.1f %% wrong if they were swapped at random, %.1f %% by the model's confident disagreement\n", e.Axis, e.Rows, 100*e.Wrong.Value, 100*e.WrongByJoint)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, one := range e.Candidates {
			fmt.Fprintf(t, "  %s\t%s -> %s?\t%s\n", one.Claim, one.Given, one.Suggested, one.Reason)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}
