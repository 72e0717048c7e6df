package api

import (
	"github.com/defekt/defekt/pipeline/api/wire"
)

// addLeadExamples adds the examples of what those who lead the review are shown.
func addLeadExamples(to map[string]example) {
	at := exampleTime()
	from := at.Add(-DefaultFigures)
	agreed := []wire.TeamAgreement{{Axis: "symptom", Claims: 1180, Doubled: 116, Observed: &wire.Figure{Value: 0.81, Low: 0.73, High: 0.88}, Alpha: &wire.Figure{Value: 0.72, Low: 0.62, High: 0.81}}}
	proposal := wire.TaxonomyProposal{
		Base: "house@1", Document: "name: house\nversion: 2\naxes:\n  - id: symptom\n    labels: [{id: mark, name: Mark}, {id: broken}]\n",
		Mapping: "from: house@1\nto: house@2\naxes:\n  symptom:\n    merged: {mark: [scratch, dent]}\n", Why: "Nobody tells the two apart.",
	}
	promotion := wire.Promotion{Model: "sha256:3f9a61", Before: exampleModel, By: "0198f09f-0000-7000-8000-000000000009", Why: "finds broken hinges", At: at}
	to["list-candidates"] = example{nil, wire.CandidateList{Candidates: []wire.Candidate{{Digest: promotion.Model, Name: "reviewed", Taxonomy: "house@2", Data: "sha256:77aa01", Judged: true, Passed: true,
		Verdict: map[string]any{"passed": true}, By: "anna", At: from}}}}
	to["promote-model"] = example{wire.PromoteRequest{Model: "3f9a61", Why: promotion.Why}, promotion}
	to["rollback-model"] = example{wire.RollbackRequest{Why: "misses cracks on chairs"}, wire.Promotion{Model: promotion.Before, Before: promotion.Model, Back: true, By: promotion.By, Why: "misses cracks on chairs", At: at}}
	to["review-agreement"] = example{nil, wire.AgreementCourse{From: from, Until: at, Axes: agreed, Spans: []wire.AgreementSpan{{From: from, Until: at, Axes: agreed}},
		Pairs: []wire.ReviewerPair{{Axis: "symptom", A: "anna", B: "ben", Differ: wire.Share{Count: 12, Of: 58, Value: 0.21, Low: 0.11, High: 0.33}}}}}
	to["review-confusions"] = example{nil, wire.ConfusionList{From: from, Until: at, Confusions: []wire.Confusion{
		{Axis: "severity", Suggested: "minor", Decided: "critical", Share: wire.Share{Count: 9, Of: 74, Value: 0.12, Low: 0.06, High: 0.22}, Abstained: 2, Cost: 70, Examples: []string{exampleClaim}}}}}
	to["review-trouble"] = example{nil, wire.TroubleList{From: from, Until: at, Ref: "house@1", Trouble: []wire.Trouble{
		{Kind: "mixed_up", Axis: "symptom", Label: "dent", Other: "scratch", Share: wire.Share{Count: 21, Of: 60, Value: 0.35, Low: 0.23, High: 0.48}, Advice: "two people differ between dent and scratch on 21 of 60 claims of either: merge the two, or write into their descriptions what tells them apart", Examples: []string{exampleClaim}}}}}
	to["preview-taxonomy"] = example{proposal, wire.TaxonomyPreview{From: "house@1", To: "house@2", Mistakes: []wire.TaxonomyMistake{}, Changes: []wire.TaxonomyChange{
		{Kind: "merged", Axis: "symptom", From: "dent", To: "mark", Message: `"dent" was merged into "mark"`, Predictions: 310, Decisions: 44}}}}
	to["publish-taxonomy"] = example{proposal, wire.TaxonomyVersion{Ref: "house@2", By: "0198f09f-0000-7000-8000-000000000009", Why: proposal.Why, At: at, Document: proposal.Document, Mapping: proposal.Mapping}}
}
