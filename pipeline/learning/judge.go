package learning

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/eval/slice"
	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// TestSet is labelled claims that neither model was fitted on.
type TestSet struct {
	Name, Split, Digest string
	// Audit marks the random slice of the review queue, on which figures are without bias.
	Audit    bool
	Taxonomy *taxonomy.Taxonomy
	Claims   func(ctx context.Context) iter.Seq2[claim.Claim, error]
	// Seen are claims that are known from the training of one of the models; they are left
	// out for both.
	Seen map[string]bool
}

// JudgeConfig says who is judged on what.
type JudgeConfig struct {
	Engine          *pipeline.Engine
	Live, Candidate *models.Model
	// Sets are scored apart; the candidate must hold its ground on each.
	Sets []TestSet
	// Gates must hold on each set beside. Default: on every axis with labels, accuracy and
	// macro-F1 are not shown to be worse than the live model's, by paired comparison.
	Gates []gate.Gate
	// MayLose are axes that the candidate need not answer though the live model does.
	MayLose []string
	// Row makes a claim and its answer a row with the fields that slices are cut by.
	Row func(c claim.Claim, p claim.Prediction) eval.Row
	// Translate, if set, gives an answer in the labels of the sets' taxonomy, for models of an
	// older version of it: else whoever still has the old names would be wrong on every label
	// that was renamed. Claims on which a translation leaves no answer do not count in the
	// comparison. Package revision has one.
	Translate func(claim.Prediction) claim.Prediction
	// Seed moves all draws. Progress, if set, is told of each claim.
	Seed     uint64
	Progress func(stage string, done, total int64)
}

// ErrNoTest is returned when no set has a claim to judge with.
var ErrNoTest = errors.New("no claim to judge with: the random slice has no label yet, and there is no other test set")

// Judge has both models answer all sets and says whether the candidate may take the live
// model's place.
func Judge(ctx context.Context, cfg JudgeConfig) (*Verdict, error) {
	v := &Verdict{Live: cfg.Live.Digest, Candidate: cfg.Candidate.Digest}
	v.lost(cfg)
	for _, set := range cfg.Sets {
		s, err := cfg.set(ctx, set)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", set.Name, err)
		}
		v.Sets = append(v.Sets, *s)
		v.Reasons = append(v.Reasons, s.missed()...)
	}
	if !slices.ContainsFunc(v.Sets, func(s SetVerdict) bool { return len(s.Axes) > 0 }) {
		return nil, ErrNoTest
	}
	v.Passed = len(v.Reasons) == 0
	return v, nil
}

// lost notes the axes that would go unanswered.
func (v *Verdict) lost(cfg JudgeConfig) {
	has := cfg.Candidate.Classes()
	for _, h := range cfg.Live.Heads {
		if _, ok := has[h.Axis]; ok {
			continue
		}
		v.Lost = append(v.Lost, h.Axis)
		if !slices.Contains(cfg.MayLose, h.Axis) {
			v.Reasons = append(v.Reasons, fmt.Sprintf("the candidate does not answer %s, which the live model does: too few labels", h.Axis))
		}
	}
}

// set judges on one set.
func (cfg JudgeConfig) set(ctx context.Context, set TestSet) (*SetVerdict, error) {
	out := &SetVerdict{Name: set.Name, Split: set.Split, Digest: set.Digest, Audit: set.Audit, Seen: len(set.Seen)}
	live, err := cfg.answers(ctx, cfg.Live, set, "live model on ")
	if err != nil {
		return nil, err
	}
	candidate, err := cfg.answers(ctx, cfg.Candidate, set, "candidate on ")
	if err != nil {
		return nil, err
	}
	if out.Claims = live.rows.N(); out.Claims == 0 {
		return out, nil
	}
	o := compare.DefaultOptions()
	o.NameA, o.NameB, o.Seed = "the live model", "the candidate", cfg.Seed
	compared, err := compare.Run(ctx, live.rows, candidate.rows, o)
	if err != nil {
		return nil, err
	}
	out.Comparison = compared.Verdict
	for _, a := range compared.Axes {
		if a.N > 0 {
			out.Axes = append(out.Axes, axisVerdict(a, live, candidate))
		}
	}
	if len(out.Axes) == 0 {
		return out, nil
	}
	gates := cfg.Gates
	if gates == nil {
		if gates, err = notWorse(out.Axes); err != nil {
			return nil, err
		}
	}
	out.Gates, err = gate.Judge(gates, gate.Input{Result: candidate.result, Baseline: live.result,
		Slices: candidate.slices, BaselineSlices: live.slices, Comparison: compared})
	return out, err
}

// answered is what one model said to a set.
type answered struct {
	rows   *sample.Sample
	result *eval.Result
	slices *slice.Report
}

func (cfg JudgeConfig) answers(ctx context.Context, m *models.Model, set TestSet, stage string) (*answered, error) {
	classes := m.Classes()
	older := cfg.Translate != nil && m.Taxonomy.Ref() != set.Taxonomy.Ref()
	if older {
		classes = nil // whole distributions are over other labels
	}
	collector := eval.NewCollector(set.Taxonomy, classes)
	n := int64(0)
	err := cfg.Engine.Classify(ctx, m, pipeline.ClassifyOptions{}, without(set.Claims(ctx), set.Seen), func(out pipeline.Classified) error {
		if older {
			out.Prediction = cfg.Translate(out.Prediction)
		}
		collector.AddRow(cfg.Row(out.Claim, out.Prediction))
		n++
		if cfg.Progress != nil {
			cfg.Progress(stage+set.Name, n, 0)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a := &answered{rows: collector.Sample()}
	if err := a.rows.Validate(); err != nil {
		return nil, err
	}
	o := eval.DefaultOptions()
	o.Seed = cfg.Seed
	if a.result, err = eval.Score(ctx, a.rows, o); err != nil {
		return nil, err
	}
	a.slices, err = slice.Score(ctx, slice.Prepare(a.rows, slice.DefaultLimits()), slice.DefaultOptions())
	return a, err
}

func without(claims iter.Seq2[claim.Claim, error], seen map[string]bool) iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		for c, err := range claims {
			if (err != nil || !seen[c.ID]) && !yield(c, err) {
				return
			}
		}
	}
}

// notWorse gives the default gates.
func notWorse(axes []AxisVerdict) ([]gate.Gate, error) {
	var out []gate.Gate
	for _, a := range axes {
		for _, figure := range []string{compare.Accuracy, compare.MacroF1} {
			path, err := gate.ParsePath(fmt.Sprintf(`axes["%s"].%s`, a.Axis, figure))
			if err != nil {
				return nil, err
			}
			out = append(out, gate.Gate{Name: a.Axis + "." + figure + " not worse than the live model's", Line: len(out) + 1,
				Expect: gate.Expectation{Path: path, Operator: gate.NotWorse, Relative: true}})
		}
	}
	return out, nil
}
