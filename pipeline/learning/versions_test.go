package learning_test

import (
	"context"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/training"
	"github.com/defekt/defekt/taxonomy"
)

// revised is the starter taxonomy's next version: crack_break is called broken, no_power is
// gone, and scratch_abrasion is two labels.
func revised(t *testing.T) *revision.Proposal {
	t.Helper()
	from := taxonomy.Starter()
	document := strings.NewReplacer("version: 1", "version: 2", "{id: crack_break", "{id: broken", "{id: scratch_abrasion", "{id: scratch}\n      - {id: abrasion").Replace(string(from.Marshal()))
	lines := strings.Split(document, "\n")
	for i, l := range lines {
		if strings.Contains(l, "{id: no_power") {
			lines[i] = ""
		}
	}
	p, err := revision.Read(from, strings.Join(lines, "\n"),
		"from: starter@1\nto: starter@2\naxes:\n  symptom:\n    renamed: {crack_break: broken}\n    split: {scratch_abrasion: [scratch, abrasion]}\n    removed: [no_power]\n")
	check(t, err)
	return p
}

// What was decided under an older version of the taxonomy goes along in the labels of the
// latest; what is left undecided does not, and is counted.
func TestOlderDecisionsAreExportedInTheLatestLabels(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		b, d := folder(t), newDesk(t, s)
		decided := func(symptom, severity string) string {
			t.Helper()
			id := d.claim(claim.Claim{ID: symptom, Text: "symptom " + symptom})
			labels := map[string]string{"symptom": symptom}
			if severity != "" {
				labels["severity"] = severity
			}
			d.decide(id, store.ReasonAbstained, labels)
			return id
		}
		renamed, kept := decided("crack_break", "major"), decided("leak", "minor")
		split, removed, again := decided("scratch_abrasion", "minor"), decided("no_power", ""), decided("scratch_abrasion", "")
		cfg := learning.ExportConfig{Reviews: s, Claims: s, Datasets: s, Blobs: b, Taxonomy: taxonomy.Starter(), Versions: s, Dir: filepath.Join(t.TempDir(), "v"), Before: time.Now().Add(time.Hour), By: "test"}
		v, err := learning.Export(t.Context(), cfg)
		check(t, err)
		if v.Taxonomy != "starter@1" || len(v.Undecided) > 0 || v.Claims != 5 {
			t.Errorf("while nothing was published: %+v", v)
		}

		all, err := s.Decisions(t.Context(), store.DecisionFilter{Limit: 100})
		check(t, err)
		_, err = revision.Publish(t.Context(), s, revised(t), "ann", "clearer", all[len(all)-1].At.Add(time.Microsecond))
		check(t, err)
		d.decide(again, store.ReasonRequested, map[string]string{"symptom": "abrasion"})
		fresh, late := decided("broken", ""), decided("crack_break", "") // on a page that was open before
		v, err = learning.Export(t.Context(), cfg)
		check(t, err)
		if v.Taxonomy != "starter@2" || !cmp.Equal(v.Undecided, map[string]int{"symptom": 2}) {
			t.Errorf("%s, undecided %v", v.Taxonomy, v.Undecided)
		}
		rows := sides(t, cfg.Dir, filepath.Join(cfg.Dir, learning.TaxonomyFile))
		for id, want := range map[string]map[string]string{
			renamed: {"symptom": "broken", "severity": "major"}, kept: {"symptom": "leak", "severity": "minor"}, split: {"severity": "minor"},
			again: {"symptom": "abrasion"}, fresh: {"symptom": "broken"}, late: {"symptom": "broken"},
		} {
			if d := cmp.Diff(want, rows[id].Labels); d != "" {
				t.Errorf("%s: %s", rows[id].Text, d)
			}
		}
		if _, there := rows[removed]; there || len(rows) != 6 {
			t.Errorf("a claim without a label that counts is there: %v", rows)
		}
	})
}

// A live model of an older version is judged by what its answers are called now.
func TestALiveModelOfAnOlderTaxonomyIsJudgedFairly(t *testing.T) {
	e, p := engine(t), revised(t)
	renamed := func(list iter.Seq2[claim.Claim, error]) iter.Seq2[claim.Claim, error] {
		return func(yield func(claim.Claim, error) bool) {
			for c, err := range list {
				c.Labels, _ = p.Mapping.Apply(c.Labels)
				if c.Labels["symptom"] == taxonomy.Undetermined {
					c.Labels["symptom"] = "scratch"
				}
				if !yield(c, err) {
					return
				}
			}
		}
	}
	cfg := training.DefaultConfig()
	cfg.Head.Strengths, cfg.Head.Balances, cfg.Head.Folds = []float64{10}, []float64{0}, 3
	f, err := training.Fit(t.Context(), e, p.To, renamed(claims(80, 0, "symptom")), nil, cfg, func(string, int64, int64) {})
	check(t, err)
	f.Model.Digest = "new"
	set := testSet("symptom")
	old := set.Claims
	set.Taxonomy, set.Claims = p.To, func(ctx context.Context) iter.Seq2[claim.Claim, error] { return renamed(old(ctx)) }

	h := published(t, p)
	judge := learning.JudgeConfig{Engine: e, Live: fit(t, e, "old", 0, "symptom"), Candidate: f.Model, Sets: []learning.TestSet{set}, Row: row, Seed: 1, Translate: h.Prediction}
	v, err := learning.Judge(t.Context(), judge)
	check(t, err)
	// Half of the claims were cracks, which have another name; the other half was split, so that
	// the live model has no answer on it any more and they do not count.
	if a := v.Sets[0].Axes[0]; a.N != 100 || a.Accuracy.Live != 1 || a.Accuracy.Candidate != 1 {
		t.Errorf("in the latest labels: %+v", a)
	}
	judge.Translate = nil
	v, err = learning.Judge(t.Context(), judge)
	check(t, err)
	if a := v.Sets[0].Axes[0].Accuracy; a.Live != 0 {
		t.Errorf("under its own names: %+v", a)
	}
}

// shelf keeps versions in memory.
type shelf []store.TaxonomyVersion

func (s *shelf) AddTaxonomy(_ context.Context, v store.TaxonomyVersion, _ string) error {
	*s = append(*s, v)
	return nil
}

func (s *shelf) Taxonomies(context.Context) ([]store.TaxonomyVersion, error) { return *s, nil }

func published(t *testing.T, p *revision.Proposal) *revision.History {
	t.Helper()
	s := &shelf{}
	_, err := revision.Publish(t.Context(), s, p, "ann", "", time.Now())
	check(t, err)
	h, err := revision.Load(t.Context(), s)
	check(t, err)
	return h
}
