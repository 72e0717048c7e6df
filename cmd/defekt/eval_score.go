package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/exchange"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/eval/slice"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
)

type evalScoreCmd struct {
	dataFlags   `embed:""`
	scoreFlags  `embed:""`
	runsFlags   `embed:""`
	Split       string `default:"test" help:"Split to score; empty for all claims."`
	Model       string `placeholder:"DIR" help:"Model to score. Default: the built-in one."`
	Predictions string `placeholder:"FILE" help:"Score anyone's predictions instead of a model: CSV (id,axis,label[,probability,abstained] or one column an axis), JSON Lines as 'defekt classify --out' writes them, Label Studio or FiftyOne JSON."`
	AllowLeaks  bool   `help:"Score although claims of this split were in the model's training data; the report says so."`

	JSON     string `placeholder:"FILE" help:"Also write the result as JSON ('-' for standard output instead of the table)."`
	HTML     string `name:"html" placeholder:"FILE" help:"Also write a report to look at: plots, slices, worst mistakes with their claims."`
	Markdown string `placeholder:"FILE" help:"Also write a summary for a pull request."`
	Mistakes int    `default:"8" help:"Worst mistakes shown in reports, of each axis."`

	Gate     string `placeholder:"FILE" help:"Gates that must hold (YAML, see below); exit code 3 when one is missed."`
	JUnit    string `name:"junit" placeholder:"FILE" help:"Write the gates' outcomes as JUnit XML."`
	Baseline string `placeholder:"RUN|FILE" help:"Compare with a kept run (a name, an id, 'latest') claim by claim, or with the figures of a JSON result."`
	Keep     string `placeholder:"NAME" help:"Keep this run under a name, for compare, show, leaderboard and later baselines."`
}

// scoreFlags are the choices that figures depend on.
type scoreFlags struct {
	Draws int      `default:"1000" help:"Bootstrap draws for intervals; 0 for none."`
	Seed  uint64   `default:"1" help:"Seed of all draws."`
	Risk  float64  `default:"0.05" help:"Share of wrong answers that coverage at risk allows."`
	Watch []string `default:"critical" help:"Labels whose recall is reported however rare they are."`
	Costs string   `placeholder:"FILE" help:"Cost matrices by axis (YAML): {severity: {wrong: 10, review: 2, matrix: {critical: {minor: 500}}}}."`
}

// Help is shown by `defekt eval --help`.
func (evalScoreCmd) Help() string {
	return `Scores predictions against labels: accuracy, F1, calibration, what abstention buys, rare classes, slices; every
headline figure with its 95 % interval. Claims without a label on an axis do not count on that axis. A model that was
trained on some of these claims is refused, with the reason.

A gates file:
  gates:
    - severity.accuracy >= 0.85
    - axes.*.ece <= 0.05
    - axes.*.accuracy >= baseline - 0.01
    - {name: critical claims are found, expect: severity.per_label.critical.recall >= 0.9, bound: lower}
    - {expect: severity.shrunk >= 0.7, slice: {field: language, value: de}}

Examples:
  defekt eval --data claims.jsonl --model model --html report.html --keep first
  defekt eval --data claims.jsonl --model candidate --baseline first --gate gates.yaml --junit gates.xml
  defekt eval --data claims.jsonl --predictions rival.csv --keep rival
  defekt eval compare first rival`
}

// scored is one evaluation with all that belongs to it.
type scored struct {
	set      *datasets.Set
	digest   string
	model    string // what people call what answered
	answered string // its digest; "" for a table
	result   *eval.Result
	sample   *sample.Sample
	slices   *slice.Report
	leaks    *datasets.LeakReport
	unknown  bool // whether the claims were in the training is not known
	baseline baseline
	compared *compare.Result
	gates    *gate.Report
	predict  func(ctx context.Context, ids map[string]bool, each func(pipeline.Classified) error) error
}

// Run scores.
func (c *evalScoreCmd) Run(a *app) error {
	if c.Model != "" && c.Predictions != "" {
		return usageError(errors.New("--model and --predictions exclude each other"))
	}
	if c.JUnit != "" && c.Gate == "" {
		return usageError(errors.New("--junit writes the outcomes of --gate"))
	}
	gates, err := readGates(c.Gate)
	if err != nil {
		return err
	}
	p := newParts(a)
	defer p.Close() //nolint:errcheck // nothing is written through it
	s, err := c.score(a, p)
	if err != nil {
		return err
	}
	if err := c.judge(a, s, gates); err != nil {
		return err
	}
	if err := c.write(a, p, s); err != nil {
		return err
	}
	if s.gates != nil && s.gates.Missed > 0 {
		return exitError{exitGate, fmt.Errorf("%d of %d gates missed", s.gates.Missed, s.gates.Missed+s.gates.Passed)}
	}
	return nil
}

// score makes the sample and its figures.
func (c *evalScoreCmd) score(a *app, p *parts) (*scored, error) {
	options, err := c.options()
	if err != nil {
		return nil, err
	}
	set, err := c.open(c.Split)
	if err != nil {
		return nil, err
	}
	s := &scored{set: set}
	if s.digest, err = set.Digest(a.ctx); err != nil {
		return nil, err
	}
	if err := c.careful(a, s); err != nil {
		return nil, err
	}
	var problems map[string]int
	if c.Predictions != "" {
		problems, err = c.fromTable(a, s)
	} else {
		problems, err = c.fromModel(a, p, s)
	}
	if err != nil {
		return nil, err
	}
	if s.result, err = eval.Score(a.ctx, s.sample, options); err != nil {
		return nil, err
	}
	s.result.Model, s.result.Problems = s.answered, problems
	s.result.Taxonomy, s.result.Code = set.Taxonomy().Ref(), codeVersion()
	s.result.Data = eval.Data{Name: set.Name, Split: c.Split, Digest: s.digest}
	s.slices, err = bySlice(a.ctx, s.sample)
	return s, err
}

// bySlice scores the slices of some rows.
func bySlice(ctx context.Context, rows *sample.Sample) (*slice.Report, error) {
	return slice.Score(ctx, slice.Prepare(rows, slice.DefaultLimits()), slice.DefaultOptions())
}

// careful refuses claims that the model was trained on.
func (c *evalScoreCmd) careful(a *app, s *scored) (err error) {
	if c.Predictions != "" {
		s.unknown = true
		return nil
	}
	if s.leaks, err = seen(a, c.Model, s.set); err != nil {
		return err
	}
	s.unknown = s.leaks == nil && c.Model != ""
	if s.leaks == nil || s.leaks.Refusal() == "" {
		return nil
	}
	if !c.AllowLeaks {
		return withHint(errors.New(s.leaks.Refusal()), "score another --split, or say --allow-leaks to see figures that are too good")
	}
	fmt.Fprintf(a.stderr, "warning: %s\n", s.leaks.Refusal())
	return nil
}

// fromModel classifies the claims.
func (c *evalScoreCmd) fromModel(a *app, p *parts, s *scored) (map[string]int, error) {
	m, err := p.model(c.Model)
	if err != nil {
		return nil, err
	}
	engine, err := p.engine()
	if err != nil {
		return nil, err
	}
	collector := eval.NewCollector(s.set.Taxonomy(), m.Classes())
	bar := newProgress(a.stderr, "classifying", 0)
	err = engine.Classify(a.ctx, m, pipeline.ClassifyOptions{}, s.set.Claims(a.ctx), func(out pipeline.Classified) error {
		collector.AddRow(row(out.Claim, out.Prediction))
		bar.Add(1)
		return nil
	})
	bar.Done()
	if err != nil {
		return nil, err
	}
	s.model, s.answered, s.sample = m.Manifest.Name, m.Digest, collector.Sample()
	s.predict = func(ctx context.Context, ids map[string]bool, each func(pipeline.Classified) error) error {
		return engine.Classify(ctx, m, pipeline.ClassifyOptions{Evidence: true}, only(s.set.Claims(ctx), ids), each)
	}
	return collector.Problems(), s.sample.Validate()
}

// fromTable reads somebody's predictions.
func (c *evalScoreCmd) fromTable(a *app, s *scored) (map[string]int, error) {
	table, err := exchange.ReadFile(c.Predictions, exchange.Options{Taxonomy: s.set.Taxonomy()})
	if err != nil {
		return nil, err
	}
	collector, err := collect(a.ctx, s.set, table)
	if err != nil {
		return nil, err
	}
	if n := table.Unused(); n > 0 {
		fmt.Fprintf(a.stderr, "defekt: %d predicted ids are not among the claims\n", n)
	}
	s.model, s.sample = table.Model, collector.Sample()
	if s.model == "" {
		s.model = c.Predictions
	}
	s.predict = func(ctx context.Context, ids map[string]bool, each func(pipeline.Classified) error) error {
		for one, err := range only(s.set.Claims(ctx), ids) {
			if err == nil {
				err = each(pipeline.Classified{Claim: one, Prediction: table.For(one.ID)})
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return collector.Problems(), s.sample.Validate()
}

// collect pairs the claims with what a table predicts for them.
func collect(ctx context.Context, set *datasets.Set, table *exchange.Predictions) (*eval.Collector, error) {
	collector := eval.NewCollector(set.Taxonomy(), table.Classes())
	for one, err := range set.Claims(ctx) {
		if err != nil {
			return nil, err
		}
		collector.AddRow(row(one, table.For(one.ID)))
	}
	return collector, nil
}

// judge compares with the baseline and holds the gates against the result.
func (c *evalScoreCmd) judge(a *app, s *scored, gates []gate.Gate) (err error) {
	if c.Baseline != "" {
		if s.baseline, err = c.readBaseline(a, c.Baseline); err != nil {
			return err
		}
		if s.baseline.rows != nil {
			o := compare.DefaultOptions()
			o.NameA, o.NameB, o.Seed = s.baseline.name, s.model, c.Seed
			if s.compared, err = compare.Run(a.ctx, s.baseline.rows, s.sample, o); err != nil {
				return err
			}
		}
	}
	if gates == nil {
		return nil
	}
	in := gate.Input{Result: s.result, Slices: s.slices}
	if s.baseline.result != nil {
		in.Baseline = s.baseline.result
	}
	if s.baseline.rows != nil {
		if in.BaselineSlices, err = bySlice(a.ctx, s.baseline.rows); err != nil {
			return err
		}
	}
	if s.compared != nil {
		in.Comparison = s.compared
	}
	if s.gates, err = gate.Judge(gates, in); err != nil {
		return err
	}
	s.gates.File = c.Gate
	return nil
}

func readGates(path string) ([]gate.Gate, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	gates, err := gate.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return gates, nil
}

// row makes a claim and its answer a row, with the fields that slices are cut by.
func row(c claim.Claim, p claim.Prediction) eval.Row {
	return eval.Row{ID: c.ID, Labels: c.Labels, Prediction: p, Fields: fields(c), Received: c.ReceivedAt}
}

// fields are what slices are cut by: what stands in the claim, and how it was reported.
func fields(c claim.Claim) map[string]string {
	out := map[string]string{"photos": "none", "text": textLength(c.Text)}
	switch n := len(c.Photos); {
	case n == 1:
		out["photos"] = "one"
	case n > 1:
		out["photos"] = "several"
	}
	for name, value := range map[string]string{"language": c.Lang, "product": c.Product, "sku": c.SKU} {
		if value != "" {
			out[name] = value
		}
	}
	for name, value := range c.Context {
		out[name] = plain(value)
	}
	return out
}

// plain writes a fact of the context as a field's value; lists and objects are none.
func plain(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case bool, float64, int, json.Number:
		return strings.TrimSpace(fmt.Sprint(x))
	default:
		return ""
	}
}

// textLength sorts texts by their number of words.
func textLength(text string) string {
	switch n := len(strings.Fields(text)); {
	case n == 0:
		return "0 none"
	case n < 10:
		return "1 below 10 words"
	case n < 40:
		return "2 10 to 39 words"
	default:
		return "3 40 words and more"
	}
}
