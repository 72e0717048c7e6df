package api

import (
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// example is what an operation is asked and what it answers; nil for no body.
type example struct{ in, out any }

// Things that the examples tell of.
const (
	exampleItem     = "0198f0a2-6c11-7cd2-8a34-3b1f5d0e9a10"
	exampleClaim    = "0198f0a2-6b40-7f0e-9c55-0d8b7a6c5e4f"
	exampleDecision = "0198f0a3-1f22-7b61-b0aa-9e8d7c6b5a41"
	exampleVersion  = "q3Jf0bX9aUE"
	exampleModel    = "sha256:9f2c"
)

func exampleTime() time.Time { return time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC) }

// reviewExamples are the examples of the document, by operation.
func reviewExamples() map[string]example {
	at := exampleTime()
	anna := wire.Acting{Reviewer: "anna"}
	holding := wire.Holding{Acting: anna, Version: exampleVersion}
	labels := map[string]string{"severity": "major", "component": ""}
	reasons := texts([]store.ReviewReason{store.ReasonAbstained})
	task := exampleTask()
	decision := wire.Decision{ID: exampleDecision, Item: exampleItem, Claim: exampleClaim, Reviewer: "anna", At: at.Add(40 * time.Second), Labels: labels, TookMS: 2100, Model: exampleModel, Shown: true}
	look := wire.Look{ID: exampleItem, State: "waiting", Axes: []string{"severity"}, Reasons: texts([]store.ReviewReason{store.ReasonRequested}), Deadline: at.Add(24 * time.Hour), CreatedAt: at}
	item := wire.ReviewItem{ID: exampleItem, Claim: exampleClaim, State: "waiting", Axes: []string{"severity"}, Reasons: reasons, Lang: "en", Product: "Cabinet"}
	detailed := item
	detailed.State, detailed.Detail = "open", &wire.ReviewDetail{CreatedAt: at, Uncertainty: 0.4, Cost: 5, Looks: 2, Decided: 1, Suggested: map[string]wire.ReviewSuggestion{"severity": {Label: "minor", Probability: 0.6, Abstained: true}}, Model: exampleModel}
	reviewer := wire.Reviewer{ID: "0198f09f-0000-7000-8000-000000000001", Name: "anna", Roles: []string{"reviewer"}, Langs: []string{"en", "de"}, Password: true, CreatedAt: at}
	out := map[string]example{
		"request-review":     {wire.LookRequest{Axes: []string{"severity"}, Deadline: at.Add(24 * time.Hour), Why: "The customer says that a hinge broke while a child held the door."}, look},
		"list-claim-reviews": {nil, wire.LookList{Looks: []wire.Look{look}}},
		"get-claim-labels":   {nil, wire.ClaimLabels{Claim: exampleClaim, Taxonomy: "house@2", Labels: map[string]wire.PersonLabel{"severity": {Label: "major", At: at}}}},

		"next-review":           {anna, task},
		"held-reviews":          {nil, wire.ReviewTaskList{Tasks: []wire.ReviewTask{task}}},
		"list-reviews":          {nil, wire.ReviewItemList{Items: []wire.ReviewItem{detailed}}},
		"get-review":            {nil, item},
		"get-review-history":    {nil, wire.ReviewHistory{Events: []wire.ReviewEvent{{At: at, Who: "anna", What: store.ReviewHanded}, {At: at.Add(40 * time.Second), Who: "anna", What: store.ReviewDecided, From: map[string]string{"severity": "minor"}, To: labels, TookMS: 2100}}, Decisions: []wire.Decision{decision}}},
		"get-review-photo":      {},
		"get-review-suggestion": {nil, wire.Hint{Prediction: task.Claim.Prediction}},
		"hold-review":           {holding, wire.Held{HeldUntil: at.Add(5 * time.Minute)}},
		"release-review":        {holding, nil},
		"skip-review":           {wire.SkipRequest{Holding: holding, Why: "The photos show another product.", TookMS: 9000}, nil},
		"decide-review":         {wire.DecisionRequest{Holding: holding, Labels: labels, TookMS: 2100, Shown: true}, decision},
		"mark-known":            {wire.KnownRequest{Acting: wire.Acting{Reviewer: "lead"}, Why: "A clear case."}, wire.KnownClaim{Item: exampleItem, Claim: exampleClaim, Labels: map[string]string{"severity": "major"}}},
		"drop-review":           {wire.DropRequest{Acting: wire.Acting{Reviewer: "lead"}, Why: "A test claim."}, nil},
		"undo-decision":         {anna, task},

		"review-counts": {nil, wire.ReviewCounts{
			Open:     wire.Waiting{N: 412, Oldest: at.Add(-50 * time.Hour), Due: at.Add(3 * time.Hour), ByReason: map[string]int{"abstained": 390, "random": 31}},
			Disputed: wire.Waiting{N: 3, Oldest: at.Add(-20 * time.Hour), ByReason: map[string]int{"abstained": 3}},
			Forecast: wire.ReviewForecast{Days: 7, Decided: 1400, PerDay: 200, Empty: at.Add(50 * time.Hour)},
		}},
		"review-figures": {nil, exampleFigures()},
		"review-team": {nil, wire.TeamFigures{From: at.Add(-DefaultFigures), Until: at, Reviewers: []wire.ReviewerFigures{exampleFigures()},
			Axes: []wire.TeamAgreement{{Axis: "severity", Claims: 1180, Doubled: 116, Observed: &wire.Figure{Value: 0.87, Low: 0.81, High: 0.92}, Alpha: &wire.Figure{Value: 0.79, Low: 0.70, High: 0.87}}}}},
		"review-accuracy": {nil, wire.SliceAccuracy{Axis: "severity", Hits: 171, N: 190, Missing: 2, Undecided: 1, Behind: 7, Value: 0.9, Low: 0.84, High: 0.94}},
		"export-reviews":  {nil, claim.Claim{ID: exampleClaim, Text: "The left hinge broke off.", Photos: []string{"sha256:1b2c"}, Lang: "en", Labels: map[string]string{"severity": "major"}, Context: map[string]any{"reviewed_at": "2026-03-01T10:00:40Z"}}},
		"import-reviews": {[]map[string]any{{
			"data":        map[string]any{"claim_id": taskID(exampleItem, exampleVersion), "text": "The left hinge broke off."},
			"annotations": []any{map[string]any{"completed_by": 1, "lead_time": 4.2, "was_cancelled": false, "result": []any{map[string]any{"from_name": "severity", "to_name": "text", "type": "choices", "value": map[string]any{"choices": []string{"major"}}}}}},
		}}, wire.ImportResult{Decided: 1, Items: []wire.ImportItem{{Item: exampleItem, Status: http.StatusCreated, Decision: exampleDecision}}}},

		"list-reviewers":  {nil, wire.ReviewerList{Reviewers: []wire.Reviewer{reviewer}}},
		"add-reviewer":    {wire.NewReviewer{Name: "anna", Roles: []string{"reviewer"}, Langs: []string{"en", "de"}, Password: "a sentence that nobody else knows"}, reviewer},
		"change-reviewer": {wire.ReviewerChange{Roles: &[]string{"reviewer", "adjudicator"}}, wire.Reviewer{ID: reviewer.ID, Name: "anna", Roles: []string{"reviewer", "adjudicator"}, Password: true, CreatedAt: at}},
	}
	addLeadExamples(out)
	return out
}

func exampleTask() wire.ReviewTask {
	at := exampleTime()
	return wire.ReviewTask{
		Item: exampleItem, Version: exampleVersion, HeldUntil: at.Add(5 * time.Minute), Axes: []string{"severity"}, Reasons: texts([]store.ReviewReason{store.ReasonAbstained}),
		Claim: wire.Claim{
			ID: exampleClaim, State: string(store.Done), Text: "The left hinge broke off.", Lang: "en", CreatedAt: at.Add(-time.Hour), FinishedAt: at.Add(-time.Hour),
			Photos: []wire.PhotoLink{{Href: itemPhoto(exampleItem, 0), Digest: "sha256:1b2c"}},
			Prediction: &claim.Prediction{ID: exampleClaim, Model: exampleModel, Taxonomy: "starter@1",
				Axes: map[string]claim.AxisPrediction{"severity": {Label: "minor", Probability: 0.6, Abstained: true, Alternatives: []claim.Alternative{{Label: "major", Probability: 0.35}}}}},
		},
	}
}

func exampleFigures() wire.ReviewerFigures {
	at := exampleTime()
	return wire.ReviewerFigures{
		Reviewer: "anna", From: at.Add(-DefaultFigures), Until: at, Decisions: 640, Undone: 4, MedianTookMS: 2400,
		Days: []wire.ReviewDay{{Day: "2026-02-28", Decisions: 31, MedianTookMS: 2200}},
		Agreement: &wire.ReviewAgreement{From: at.Add(-DefaultFigures).Truncate(24 * time.Hour), Until: at.Truncate(24 * time.Hour),
			Peers: &wire.Share{Count: 55, Of: 61, Value: 0.9, Low: 0.8, High: 0.96}},
	}
}

// finishReviewDocument adds what the types do not say: other formats, and the examples.
func (s *Server) finishReviewDocument(doc *huma.OpenAPI) {
	request := doc.Paths["/v1/claims/{id}/review"].Post
	created := request.Responses["201"]
	created.Description = "The look waits"
	request.Responses["200"] = &huma.Response{Description: "The look that the same request made before", Headers: created.Headers, Content: created.Content}
	doc.Paths["/v1/review/items/{id}/photos/{n}"].Get.Responses["200"].Content = imageContent()
	doc.Paths["/v1/review/export"].Get.Responses["200"] = &huma.Response{
		Description: "One claim a line (dataset), a list of tasks (label-studio), or XML (label-studio-config). " + HeaderBefore + " says what time a data set is of.",
		Content: map[string]*huma.MediaType{
			typeNDJSON: {Schema: s.schema(reflect.TypeFor[claim.Claim]())}, typeJSON: {Schema: s.schema(reflect.TypeFor[[]map[string]any]())}, "application/xml": {},
		},
	}
	examples := reviewExamples()
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Delete} {
			if op != nil {
				exemplify(op, examples[op.OperationID])
			}
		}
	}
}

func imageContent() map[string]*huma.MediaType {
	return map[string]*huma.MediaType{"image/*": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
}

// exemplify puts an operation's example into the document.
func exemplify(op *huma.Operation, e example) {
	if e.in != nil {
		op.RequestBody.Content[typeJSON].Example = e.in
	}
	if e.out == nil {
		return
	}
	for _, code := range []string{"200", "201"} {
		for _, kind := range []string{typeNDJSON, typeJSON} {
			if r := op.Responses[code]; r != nil && r.Content[kind] != nil {
				r.Content[kind].Example = e.out
				break
			}
		}
	}
}
