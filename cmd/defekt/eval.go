package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/pipeline"
)

type evalCmd struct {
	dataFlags   `embed:""`
	Split       string `default:"test" help:"Split to score; empty for all claims."`
	Model       string `placeholder:"DIR" help:"Model to score. Default: the built-in one."`
	Predictions string `placeholder:"FILE.csv" help:"Score this table instead of a model: columns id, axis, label and, if known, probability and abstained."`
	JSON        string `placeholder:"FILE" help:"Also write the result as JSON ('-' for standard output instead of the table)."`
}

// Help is shown by `defekt eval --help`.
func (evalCmd) Help() string {
	return `Scores predictions against labels: accuracy, macro-F1, balanced accuracy, per-label figures, confusion,
calibration (ECE) and what abstention buys. Claims without a label on an axis do not count on that axis.

Examples:
  defekt eval --data claims.jsonl --model model
  defekt eval --data parcel-damage --root ../photos --model model --json result.json
  defekt eval --data claims.jsonl --predictions rival.csv`
}

// Run evaluates.
func (c *evalCmd) Run(a *app) error {
	if c.Model != "" && c.Predictions != "" {
		return usageError(errors.New("--model and --predictions exclude each other"))
	}
	set, err := c.open(c.Split)
	if err != nil {
		return err
	}
	collect := c.scoreModel
	if c.Predictions != "" {
		collect = c.scoreTable
	}
	r, err := collect(a, set)
	if err != nil {
		return err
	}
	digest, err := set.Digest(a.ctx)
	if err != nil {
		return err
	}
	r.Data = eval.Data{Name: set.Name, Split: c.Split, Digest: digest}
	r.Code = codeVersion()
	return c.write(a, r)
}

// scoreModel classifies the claims and scores the answers.
func (c *evalCmd) scoreModel(a *app, set *datasets.Set) (*eval.Result, error) {
	p := newParts(a)
	defer p.Close() //nolint:errcheck // nothing is written through it
	m, err := p.model(c.Model)
	if err != nil {
		return nil, err
	}
	engine, err := p.engine()
	if err != nil {
		return nil, err
	}
	collector := eval.NewCollector(set.Taxonomy(), m.Classes())
	bar := newProgress(a.stderr, "classifying", 0)
	err = engine.Classify(a.ctx, m, pipeline.ClassifyOptions{}, set.Claims(a.ctx), func(out pipeline.Classified) error {
		collector.Add(out.Claim.Labels, out.Prediction)
		bar.Add(1)
		return nil
	})
	bar.Done()
	if err != nil {
		return nil, err
	}
	r, err := collector.Result()
	if err != nil {
		return nil, err
	}
	r.Model = m.Digest
	return r, nil
}

// scoreTable reads somebody's predictions and scores them.
func (c *evalCmd) scoreTable(a *app, set *datasets.Set) (*eval.Result, error) {
	f, err := os.Open(c.Predictions)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read from
	table, err := eval.ReadPredictions(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Predictions, err)
	}
	collector := eval.NewCollector(set.Taxonomy(), nil)
	for row, err := range set.Claims(a.ctx) {
		if err != nil {
			return nil, err
		}
		collector.Add(row.Labels, table.For(row.ID))
	}
	if n := table.Unused(); n > 0 {
		fmt.Fprintf(a.stderr, "defekt: %d predicted ids are not among the claims\n", n)
	}
	return collector.Result()
}

func (c *evalCmd) write(a *app, r *eval.Result) error {
	if c.JSON == "-" {
		return r.WriteJSON(a.stdout)
	}
	if c.JSON != "" {
		f, err := os.Create(c.JSON)
		if err != nil {
			return err
		}
		if err := errors.Join(r.WriteJSON(f), f.Close()); err != nil {
			return err
		}
	}
	return r.WriteTable(a.stdout)
}

// model opens a model's folder, or the built-in one for an empty dir.
func (p *parts) model(dir string) (*models.Model, error) {
	if dir == "" {
		return p.loader("").Load(p.a.ctx, builtin.FS())
	}
	m, err := p.loader(dir).Load(p.a.ctx, os.DirFS(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("%s: %w", dir, err), "defekt train --data CLAIMS --out %s makes a model there", dir)
	}
	return m, err
}
