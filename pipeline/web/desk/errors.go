package desk

import (
	"errors"
	"net/http"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// errRole is a page that needs another role.
var errRole = claim.Problem{Code: review.CodeRole, Message: "This page is for admins."}

// explain says what the errors of package review are to a reader.
func explain(err error) (site.Failure, bool) {
	var p claim.Problem
	if !errors.As(err, &p) {
		if errors.Is(err, store.ErrConflict) {
			return site.Failure{Status: http.StatusConflict, Title: "The name is taken", Text: "Somebody has this name already. Choose another one."}, true
		}
		return site.Failure{}, false
	}
	f := site.Failure{Title: "That did not work", Text: p.Message}
	switch p.Code {
	case review.CodeStale, review.CodeNotYours:
		f.Status, f.Title = http.StatusConflict, "Somebody else has this claim"
	case review.CodeUndoLate, review.CodeUndoBuiltOn:
		f.Status, f.Title = http.StatusConflict, "Too late to take it back"
	case review.CodeRole:
		f.Status, f.Title = http.StatusForbidden, "Not for your role"
	case review.CodeSignIn:
		f.Status, f.Title, f.Text = http.StatusUnauthorized, "You are signed out", "Sign in again in another tab, then send this once more (reload, or go back): what you entered is still there."
	case review.CodeSignInWait:
		f.Status, f.Title = http.StatusTooManyRequests, "Too many tries"
	case review.CodeQueueEmpty:
		f.Status, f.Title = http.StatusNotFound, "Nothing waits for you"
	case review.CodeLabels, review.CodeLabelsOld, review.CodeWhyMissing, review.CodeWhyTooLong, review.CodeTook, review.CodePasswordShort, review.CodePasswordLong, review.CodeReviewer:
		f.Status = http.StatusUnprocessableEntity
	default:
		return site.Failure{}, false
	}
	return f, true
}

// hasCode says whether an error is a problem of that code.
func hasCode(err error, code claim.Code) bool {
	var p claim.Problem
	return errors.As(err, &p) && p.Code == code
}
