package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// disputes lets anna and ben answer n claims, differently on every second one.
func (d *desk) disputes(n int) {
	d.t.Helper()
	anna, ben := d.person("anna"), d.person("ben")
	for i := range n {
		d.queued("x", func(r *store.NewReview) { r.Looks = 2 })
		d.decided(anna, []string{"major", "minor"}[i%2])
		d.decided(ben, "major")
	}
}

// merging is a proposal that makes major and minor one label.
func merging(t *testing.T) wire.TaxonomyProposal {
	t.Helper()
	draft, err := revision.Merge(taxonomy.Starter(), "severity", "major", "minor")
	if err != nil {
		t.Fatal(err)
	}
	return wire.TaxonomyProposal{Base: "starter@1", Document: draft.Document, Mapping: draft.Mapping, Why: "nobody tells them apart"}
}

func addLeadOperations(ops map[string]deskExercise) {
	ops["review-agreement"] = func(t *testing.T, d *desk) {
		d.disputes(6)
		lead := d.person("lead", store.AdjudicatorRole)
		got := must[wire.AgreementCourse](t)(lead.Agreement(t.Context(), "week", time.Time{}, d.now().Add(time.Minute)))
		if len(got.Spans) != 5 || len(got.Axes) != 1 || got.Axes[0].Doubled != 6 || got.Axes[0].Observed.Value != 0.5 || got.Spans[4].Axes[0].Doubled != 6 {
			t.Errorf("%s", asText(got))
		}
		if p := got.Pairs; len(p) != 1 || p[0].A != "anna" || p[0].B != "ben" || p[0].Differ.Count != 3 || p[0].Differ.Of != 6 {
			t.Errorf("%s", asText(p))
		}
		_, err := d.person("carl").Agreement(t.Context(), "", time.Time{}, time.Time{})
		wantCode(t, err, review.CodeRole)
		if got := d.call(d.secret(ScopeReview), "GET", "/v1/review/agreement?by=year", ""); got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("by year: %d", got.StatusCode)
		}
	}
	ops["review-confusions"] = func(t *testing.T, d *desk) {
		anna := d.person("anna")
		for i := range 4 {
			d.queued("x", func(n *store.NewReview) {
				n.Suggested = map[string]store.Suggestion{"severity": {Label: "minor", Probability: 0.9}}
			})
			d.decided(anna, []string{"minor", "critical", "critical", "major"}[i])
		}
		got := must[wire.ConfusionList](t)(d.front().Confusions(t.Context(), "", time.Time{}, d.now().Add(time.Minute))).Confusions
		if len(got) != 2 || got[0].Decided != "critical" || got[0].Share.Count != 2 || got[0].Share.Of != 4 || got[0].Cost != 2 || len(got[0].Examples) != 2 {
			t.Errorf("%s", asText(got))
		}
		if got := must[wire.ConfusionList](t)(d.front().Confusions(t.Context(), "symptom", time.Time{}, d.now().Add(time.Minute))).Confusions; len(got) != 0 {
			t.Errorf("on another axis: %s", asText(got))
		}
	}
	ops["review-trouble"] = func(t *testing.T, d *desk) {
		d.disputes(30)
		got := must[wire.TroubleList](t)(d.front().Trouble(t.Context(), time.Time{}, d.now().Add(time.Minute)))
		if len(got.Trouble) == 0 || got.Ref != "starter@1" || got.Trouble[0].Kind != "mixed_up" || got.Trouble[0].Label != "major" || got.Trouble[0].Other != "minor" || got.Trouble[0].Share.Count != 15 {
			t.Errorf("%s", asText(got))
		}
	}
	ops["preview-taxonomy"] = func(t *testing.T, d *desk) {
		d.queued("x", nil)
		d.decided(d.person("anna"), "minor")
		d.ahead = time.Hour
		admin, in := d.as(ScopeAdmin), merging(t)
		got := must[wire.TaxonomyPreview](t)(admin.PreviewTaxonomy(t.Context(), in))
		if len(got.Mistakes) != 0 || got.From != "starter@1" || got.To != "starter@2" || len(got.Changes) != 1 || got.Changes[0].Kind != "merged" || got.Changes[0].From != "minor" || got.Changes[0].Decisions != 1 || got.Changes[0].Persons {
			t.Errorf("%s", asText(got))
		}
		in.Mapping = "from: starter@1\nto: starter@2\naxes:\n  severity:\n    removed: [nothing]\n"
		got = must[wire.TaxonomyPreview](t)(admin.PreviewTaxonomy(t.Context(), in))
		if len(got.Mistakes) != 2 || got.Mistakes[0].Code != string(revision.CodeMapping) || got.Mistakes[0].Where != "line 5" {
			t.Errorf("mistakes: %s", asText(got))
		}
		in.Document = strings.Repeat("x", MaxProposal)
		_, err := admin.PreviewTaxonomy(t.Context(), in)
		wantCode(t, err, codeBodyTooLarge)
	}
	ops["publish-taxonomy"] = func(t *testing.T, d *desk) {
		admin, in := d.as(ScopeAdmin), merging(t)
		for want, change := range map[claim.Code]func(p *wire.TaxonomyProposal){
			review.CodeWhyMissing: func(p *wire.TaxonomyProposal) { p.Why = " " },
			review.CodeWhyTooLong: func(p *wire.TaxonomyProposal) { p.Why = strings.Repeat("a", review.MaxWhy+1) },
			revision.CodeMapping:  func(p *wire.TaxonomyProposal) { p.Mapping = "" },
			revision.CodeDocument: func(p *wire.TaxonomyProposal) { p.Document = "" },
			revision.CodeSame:     func(p *wire.TaxonomyProposal) { p.Document = string(taxonomy.Starter().Marshal()) },
			revision.CodeVersion: func(p *wire.TaxonomyProposal) {
				p.Document = strings.Replace(p.Document, "version: 2", "version: 7", 1)
			},
			codeTaken: func(p *wire.TaxonomyProposal) { p.Base = "starter@7" },
		} {
			bad := in
			change(&bad)
			_, err := admin.PublishTaxonomy(t.Context(), bad)
			wantCode(t, err, want)
		}
		_, err := d.as(ScopeReview, ScopeIngest, ScopeRead).PublishTaxonomy(t.Context(), in)
		wantCode(t, err, codeScope)
		got := must[wire.TaxonomyVersion](t)(admin.PublishTaxonomy(t.Context(), in))
		if got.Ref != "starter@2" || got.By != "key-admin" || got.Why != in.Why || got.At.IsZero() {
			t.Errorf("%s", asText(got))
		}
		_, err = admin.PublishTaxonomy(t.Context(), in)
		wantCode(t, err, codeTaken)
		list := must[wire.TaxonomyList](t)(admin.Taxonomies(t.Context()))
		if len(list.Taxonomies) != 2 || list.Taxonomies[1].Ref != "starter@2" || len(list.Versions) != 2 || list.Versions[1].Mapping != in.Mapping {
			t.Errorf("%s", asText(list))
		}
	}
}

// TestDataSetsAreInTheLatestLabels: what was decided before a version is exported in its labels.
func TestDataSetsAreInTheLatestLabels(t *testing.T) {
	d := newDesk(t, nil)
	c, _ := d.queued("x", nil)
	d.decided(d.person("anna"), "minor")
	d.ahead = time.Hour
	must[wire.TaxonomyVersion](t)(d.as(ScopeAdmin).PublishTaxonomy(t.Context(), merging(t)))
	for row, err := range d.front().Dataset(t.Context(), time.Time{}) {
		if err != nil || row.ID != c.ID || row.Labels["severity"] != "major" {
			t.Errorf("%v %+v", err, row)
		}
	}
}

// TestAnswersOverAPublication: a front end that shows a task goes on with the version that it has.
func TestAnswersOverAPublication(t *testing.T) {
	d := newDesk(t, nil)
	c, _ := d.queued("x", nil)
	anna := d.as(ScopeReview).As(d.person("anna").Name)
	task := must[wire.ReviewTask](t)(anna.Next(t.Context()))
	in := merging(t)
	must[wire.TaxonomyVersion](t)(d.as(ScopeAdmin).PublishTaxonomy(t.Context(), in))
	if task.Taxonomy != "starter@1" {
		t.Errorf("the task is of %q", task.Taxonomy)
	}
	_, err := anna.Decide(t.Context(), task, wire.DecisionRequest{Labels: map[string]string{"severity": "nonsense"}})
	wantCode(t, err, review.CodeLabels)
	got := must[wire.Decision](t)(anna.Decide(t.Context(), task, wire.DecisionRequest{Labels: map[string]string{"severity": "minor"}}))
	if got.Labels["severity"] != "major" {
		t.Errorf("kept as %v", got.Labels)
	}
	labels := must[wire.ClaimLabels](t)(d.as(ScopeRead, ScopeIngest, ScopeAdmin).Labels(t.Context(), c.ID))
	if labels.Taxonomy != "starter@2" || labels.Labels["severity"].Label != "major" || len(labels.Undecided) != 0 {
		t.Errorf("%s", asText(labels))
	}
}

// TestLabelsThatAVersionLeavesUndecided: an older label that is split is said to be undecided.
func TestLabelsThatAVersionLeavesUndecided(t *testing.T) {
	d := newDesk(t, nil)
	c, _ := d.queued("x", nil)
	anna := d.person("anna")
	d.decided(anna, "minor")
	d.ahead = time.Hour
	draft, err := revision.Split(taxonomy.Starter(), "severity", "minor")
	if err != nil {
		t.Fatal(err)
	}
	d.queued("y", nil)
	judge := d.as(ScopeReview).As(anna.Name)
	task := must[wire.ReviewTask](t)(judge.Next(t.Context()))
	admin := d.as(ScopeRead, ScopeIngest, ScopeAdmin)
	must[wire.TaxonomyVersion](t)(admin.PublishTaxonomy(t.Context(), wire.TaxonomyProposal{Document: draft.Document, Mapping: draft.Mapping, Why: "two kinds"}))
	labels := must[wire.ClaimLabels](t)(admin.Labels(t.Context(), c.ID))
	looks := must[wire.LookList](t)(admin.Looks(t.Context(), c.ID)).Looks
	if len(labels.Labels) != 0 || len(labels.Undecided) != 1 || len(looks) != 1 || len(looks[0].Undecided) != 1 || len(looks[0].Labels) != 0 {
		t.Errorf("%s %s", asText(labels), asText(looks))
	}
	_, err = judge.Decide(t.Context(), task, wire.DecisionRequest{Labels: map[string]string{"severity": "minor"}})
	wantCode(t, err, review.CodeLabelsOld)
}
