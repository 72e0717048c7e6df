package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/training"
	"github.com/defekt/defekt/taxonomy"
)

type trainCmd struct {
	fitFlags     `embed:""`
	Out          string `placeholder:"DIR" help:"Folder to write the model to. Required, but for --curve."`
	Curve        bool   `help:"Write no model; print accuracy against the number of labels, to see what more labels would buy."`
	CurveJSON    string `placeholder:"FILE" help:"Also write the curve as JSON."`
	Fingerprints bool   `default:"true" negatable:"" help:"Keep hashes of the training claims with the model (88 bytes a claim, 172 a photo), so that 'defekt eval' refuses to score it on them."`
}

// fitFlags say on what and how heads are fitted.
type fitFlags struct {
	dataFlags `embed:""`
	Split     string `default:"train" help:"Split to fit on; empty for all claims."`
	headFlags `embed:""`
}

// headFlags say how heads are fitted.
type headFlags struct {
	Axes      []string  `placeholder:"a,b" help:"Axes to fit. Default: all that have labels."`
	Vision    []string  `placeholder:"BUNDLE" sep:"none" help:"Photo encoder: a name of 'defekt models list', a bundle, an .onnx file or a Hugging Face folder. May be given several times; 'none' for no photos. Default: the built-in one when claims have photos."`
	Views     string    `default:"${views}" enum:"${views_enum}" help:"How a photo is looked at: ${enum}. More views see smaller defects and cost more time."`
	Text      string    `default:"builtin" placeholder:"BUNDLE|URL" help:"Sentence encoder beside the n-grams: 'builtin', a bundle, the URL of an OpenAI-compatible endpoint (its key in DEFEKT_TEXT_API_KEY), or 'none'. Default: the built-in one."`
	NGrams    bool      `name:"ngrams" default:"true" negatable:"" help:"Words and n-grams of the text and the product. --no-ngrams leaves them away, to see what a sentence encoder does alone."`
	TextModel string    `placeholder:"NAME" help:"The model's name at the endpoint."`
	Name      string    `help:"The model's name. Default: the data's."`
	Objective string    `default:"macro_f1" enum:"macro_f1,accuracy,balanced_accuracy,blend" help:"What decisions are chosen for: ${enum}. 'blend' is the mean of accuracy and macro-F1."`
	Abstain   string    `default:"auto" enum:"auto,coverage,risk,never" help:"When to hand a claim to a person: ${enum}. 'auto' answers at least --coverage and more while errors stay within --risk."`
	Coverage  float64   `default:"0.8" help:"Share of claims to answer, 0..1."`
	Risk      float64   `default:"0.05" help:"Tolerated share of errors among the answered, 0..1."`
	Folds     int       `default:"5" help:"Parts of the cross-validation, 2..20."`
	Strengths []float64 `placeholder:"C,..." help:"Inverse strengths of regularisation to choose from; fewer train faster. Default: 0.1 to 100 in seven steps."`
	Balances  []float64 `placeholder:"B,..." help:"Exponents of class weights to choose from, 0 (none) to 1 (all labels alike). Default: 0,0.5,1."`
	MinDocs   int       `default:"1" help:"Claims that must have a word or n-gram for it to count; 2 makes a far smaller model."`
	Seed      uint64    `default:"1" help:"Moves the assignment of claims to folds; same seed, same bytes."`
}

// Help is shown by `defekt train --help`.
func (trainCmd) Help() string {
	return `Fits one head an axis on labelled claims and writes a model that 'defekt classify' and 'defekt eval' take.
Strength of regularisation, class weights and decision rule are chosen by cross-validation that keeps groups
(same unit, near-duplicates) together; probabilities are calibrated on rows that the fit did not see.

Examples:
  defekt train --data claims.jsonl --out model
  defekt train --data car-damage --root ../photos --vision mobilenetv2 --axes severity --objective macro_f1 --out model
  defekt train --data claims.jsonl --axes symptom --strengths 1,10 --curve`
}

// Run trains.
func (c *trainCmd) Run(a *app) error {
	if c.Out == "" && !c.Curve {
		return usageError(errors.New("--out DIR is missing: where should the model go? (--curve needs none)"))
	}
	p := newParts(a)
	defer p.Close() //nolint:errcheck // nothing is written through it
	if !c.Curve {
		if err := models.Replaceable(c.Out); err != nil {
			return err
		}
	}
	set, err := c.open(c.Split)
	if err != nil {
		return err
	}
	if c.Curve {
		return c.curve(a, p, set)
	}
	bars := newStages(a.stderr)
	fitted, err := c.fit(a, p, bars, set.Taxonomy(), c.Split, c.Fingerprints, set)
	bars.done()
	if err != nil {
		return err
	}
	if err := fitted.Model.Save(c.Out); err != nil {
		return err
	}
	return c.report(a.stdout, fitted)
}

// fit trains on the claims of one set or several, whose labels are of one taxonomy.
func (c *headFlags) fit(a *app, p *parts, bars *stages, tax *taxonomy.Taxonomy, split string, prints bool, sets ...*datasets.Set) (*training.Fitted, error) {
	claims := claimsOf(a.ctx, sets)
	frozen, err := c.frozen(a, p, claims)
	if err != nil {
		return nil, err
	}
	engine, err := p.engine()
	if err != nil {
		return nil, err
	}
	name, digest, err := identify(a.ctx, sets)
	if err != nil {
		return nil, err
	}
	fitted, err := training.Fit(a.ctx, engine, tax, claims, frozen, c.config(name), bars.at)
	if err != nil {
		return nil, err
	}
	m := fitted.Model
	m.Manifest.Trained = models.Trained{Data: name, Digest: digest, Split: split, Claims: fitted.Claims, Seed: c.Seed, Code: codeVersion()}
	if prints {
		m.Extra, err = fingerprints(a, name, digest, sets)
	}
	return fitted, err
}

// claimsOf streams the claims of several sets, one after the other.
func claimsOf(ctx context.Context, sets []*datasets.Set) iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		for _, set := range sets {
			for c, err := range set.Claims(ctx) {
				if !yield(c, err) || err != nil {
					return
				}
			}
		}
	}
}

// identify gives name and digest of one set, or of several together.
func identify(ctx context.Context, sets []*datasets.Set) (name, digest string, err error) {
	var names, digests []string
	for _, set := range sets {
		d, err := set.Digest(ctx)
		if err != nil {
			return "", "", err
		}
		names, digests = append(names, set.Name), append(digests, d)
	}
	if len(sets) == 1 {
		return names[0], digests[0], nil
	}
	sum := sha256.Sum256([]byte(strings.Join(digests, "\n")))
	return strings.Join(names, "+"), "sha256:" + hex.EncodeToString(sum[:]), nil
}

// config turns flags into settings.
func (c *headFlags) config(data string) training.Config {
	cfg := training.DefaultConfig()
	cfg.Name, cfg.Axes, cfg.Code = c.Name, c.Axes, codeVersion()
	if cfg.Name == "" {
		cfg.Name = data
	}
	cfg.NoNGrams = !c.NGrams
	cfg.Words.MinDocs, cfg.Chars.MinDocs, cfg.Product.MinDocs = c.MinDocs, c.MinDocs, c.MinDocs
	cfg.Head.Objective, cfg.Head.Folds, cfg.Head.Seed = c.Objective, c.Folds, c.Seed
	if len(c.Strengths) > 0 {
		cfg.Head.Strengths = c.Strengths
	}
	if len(c.Balances) > 0 {
		cfg.Head.Balances = c.Balances
	}
	cfg.Head.Abstain = head.Abstain{Rule: c.Abstain, Coverage: c.Coverage, Risk: c.Risk}
	return cfg
}

// report prints what the cross-validation says.
func (c *trainCmd) report(w io.Writer, f *training.Fitted) error {
	fmt.Fprintf(w, "%s: %d claims, model %s in %s\n\n", f.Model.Manifest.Name, f.Claims, f.Model.Digest[:19], c.Out)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "cross-validated\trows\tlabels\taccuracy\tmacro-F1\tbalanced\tECE\tcoverage\tacc. covered\tC\tbalance\tadjust\t")
	for _, h := range f.Model.Heads {
		r := h.Report
		fmt.Fprintf(t, "%s\t%d\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.2f\t%.3f\t%g\t%g\t%g\t\n",
			h.Axis, r.Rows, len(h.Classes), r.Accuracy, r.MacroF1, r.BalancedAccuracy, r.ECE, r.Coverage, r.AccuracyCovered,
			r.Strength, r.Balance, r.Adjust)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, axis := range sortedKeys(f.Skipped) {
		fmt.Fprintf(w, "axis %s has no head: %v\n", axis, f.Skipped[axis])
	}
	if f.Unread > 0 {
		fmt.Fprintf(w, "%d claims could not be read; defekt datasets check names them\n", f.Unread)
	}
	rare := rareLabels(f)
	if len(rare) > 0 {
		fmt.Fprintf(w, "labels with few claims (under %d), which the model will seldom get right: %v\n", fewClaims, rare)
	}
	return nil
}

// fewClaims is the number of rows under which a label is reported as rare.
const fewClaims = 10

func rareLabels(f *training.Fitted) []string {
	var rare []string
	for _, h := range f.Model.Heads {
		for _, label := range h.Classes {
			if n := h.Report.Classes[label]; n < fewClaims {
				rare = append(rare, fmt.Sprintf("%s=%s (%d)", h.Axis, label, n))
			}
		}
	}
	return slices.Clip(rare)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
