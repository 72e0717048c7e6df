package api

import (
	"net/http"
	"reflect"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// reviewRoutes registers the review queue. See [view] for who sees what.
func (s *Server) reviewRoutes() {
	get, post, patch := http.MethodGet, http.MethodPost, http.MethodPatch
	const tag = "review"

	add(s, route{method: post, path: "/v1/claims/{id}/review", id: "request-review", summary: "Ask people to look at a claim; asking again for the same finds the first look", tag: tag, scope: ScopeIngest, status: http.StatusCreated, body: jsonOf[wire.LookRequest]()}, s.requestLook)
	add(s, route{method: get, path: "/v1/claims/{id}/reviews", id: "list-claim-reviews", summary: "The looks that a claim got or waits for", tag: tag, scope: ScopeRead}, s.listLooks)
	add(s, route{method: get, path: "/v1/claims/{id}/labels", id: "get-claim-labels", summary: "The labels that people gave a claim", tag: tag, scope: ScopeRead}, s.claimLabels)

	add(s, route{method: post, path: "/v1/review/next", id: "next-review", summary: "Hand the reviewer another item, the best for him", tag: tag, scope: ScopeReview, body: jsonOf[wire.Acting]()}, s.nextReview)
	add(s, route{method: get, path: "/v1/review/held", id: "held-reviews", summary: "What the reviewer has in hand", tag: tag, scope: ScopeReview}, s.heldReviews)
	add(s, route{method: get, path: "/v1/review/items", id: "list-reviews", summary: "Items of the queue", tag: tag, scope: ScopeReview}, s.listReviews)
	add(s, route{method: get, path: "/v1/review/items/{id}", id: "get-review", summary: "One item", tag: tag, scope: ScopeReview}, s.getReview)
	add(s, route{method: get, path: "/v1/review/items/{id}/history", id: "get-review-history", summary: "What happened to an item", tag: tag, scope: ScopeReview}, s.reviewHistory)
	add(s, route{method: get, path: "/v1/review/items/{id}/photos/{n}", id: "get-review-photo", summary: "A photo of an item's claim as it came", tag: tag, scope: ScopeReview}, s.reviewPhoto)
	add(s, route{method: get, path: "/v1/review/items/{id}/suggestion", id: "get-review-suggestion", summary: "The model's answer, for one who has the item and has chosen", tag: tag, scope: ScopeReview}, s.reviewSuggestion)
	add(s, route{method: post, path: "/v1/review/items/{id}/hold", id: "hold-review", summary: "Keep an item in hand; send it now and then as a sign of life", tag: tag, scope: ScopeReview, body: jsonOf[wire.Holding]()}, s.holdReview)
	add(s, route{method: post, path: "/v1/review/items/{id}/release", id: "release-review", summary: "Give an item back for anyone", tag: tag, scope: ScopeReview, status: http.StatusNoContent, body: jsonOf[wire.Holding]()}, s.releaseReview)
	add(s, route{method: post, path: "/v1/review/items/{id}/skip", id: "skip-review", summary: "Give an item back for others, since it cannot be decided", tag: tag, scope: ScopeReview, status: http.StatusNoContent, body: jsonOf[wire.SkipRequest]()}, s.skipReview)
	add(s, route{method: post, path: "/v1/review/items/{id}/decision", id: "decide-review", summary: "Answer an item, or adjudicate one that is disputed; the same answer sent again finds the first one's decision", tag: tag, scope: ScopeReview, status: http.StatusCreated, body: jsonOf[wire.DecisionRequest]()}, s.decideReview)
	add(s, route{method: post, path: "/v1/review/items/{id}/drop", id: "drop-review", summary: "Take an item out of the queue; for reviewers with the role admin", tag: tag, scope: ScopeReview, status: http.StatusNoContent, body: jsonOf[wire.DropRequest]()}, s.dropReview)
	add(s, route{method: post, path: "/v1/review/decisions/{id}/undo", id: "undo-decision", summary: "Take one's own decision back and have the item in hand again", tag: tag, scope: ScopeReview, body: jsonOf[wire.Acting]()}, s.undoDecision)

	add(s, route{method: post, path: "/v1/review/claims/{id}/known", id: "mark-known", summary: "Let a settled claim measure reviewers from now on; again gives the same item, and drop-review ends it. For adjudicators and admins", tag: tag, scope: ScopeReview, body: jsonOf[wire.KnownRequest]()}, s.markKnown)

	add(s, route{method: get, path: "/v1/review/counts", id: "review-counts", summary: "What waits, for what reason, and for how long", tag: tag, scope: ScopeReview}, s.reviewCounts)
	add(s, route{method: get, path: "/v1/review/figures", id: "review-figures", summary: "What a reviewer did, and how others agreed", tag: tag, scope: ScopeReview, heavy: true}, s.reviewFigures)
	add(s, route{method: get, path: "/v1/review/team", id: "review-team", summary: "What all reviewers did, and how far they agree", tag: tag, scope: ScopeReview, heavy: true}, s.teamFigures)
	add(s, route{method: get, path: "/v1/review/accuracy", id: "review-accuracy", summary: "The model's accuracy by the random slice, with its interval", tag: tag, scope: ScopeReview, heavy: true}, s.sliceAccuracy)

	add(s, route{method: get, path: "/v1/review/export", id: "export-reviews", summary: "Labels as a data set, or what waits as tasks for Label Studio", tag: tag, scope: ScopeReview, heavy: true}, s.exportReviews)
	add(s, route{method: post, path: "/v1/review/import", id: "import-reviews", summary: "Take Label Studio's annotations as decisions of the reviewer", tag: tag, scope: ScopeReview, heavy: true, body: map[string]reflect.Type{typeJSON: reflect.TypeFor[[]map[string]any]()}}, s.importReviews)

	add(s, route{method: get, path: "/v1/reviewers", id: "list-reviewers", summary: "The reviewers, by name", tag: "reviewers", scope: ScopeAdmin}, s.listReviewers)
	add(s, route{method: post, path: "/v1/reviewers", id: "add-reviewer", summary: "Add a reviewer", tag: "reviewers", scope: ScopeAdmin, heavy: true, status: http.StatusCreated, body: jsonOf[wire.NewReviewer]()}, s.addReviewer)
	add(s, route{method: patch, path: "/v1/reviewers/{id}", id: "change-reviewer", summary: "Change a reviewer, or disable him; his sessions end", tag: "reviewers", scope: ScopeAdmin, heavy: true, body: jsonOf[wire.ReviewerChange]()}, s.changeReviewer)
}

// jsonOf is a body of JSON.
func jsonOf[T any]() map[string]reflect.Type {
	return map[string]reflect.Type{typeJSON: reflect.TypeFor[T]()}
}
