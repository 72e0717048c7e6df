package review

import "github.com/defekt/defekt/pipeline/claim"

// Codes of the review queue's answers.
const (
	CodeQueueEmpty    claim.Code = "review_queue_empty"    // nothing waits for this reviewer
	CodeStale         claim.Code = "review_stale"          // somebody else has it, or it was changed
	CodeNotYours      claim.Code = "review_not_yours"      // the item, or the decision, is another's
	CodeRole          claim.Code = "review_role"           // needs another role
	CodeLabels        claim.Code = "review_labels"         // no labels, or axes that were not asked
	CodeLabelsOld     claim.Code = "review_labels_old"     // a label that a newer version of the taxonomy leaves undecided
	CodeUnsettled     claim.Code = "review_unsettled"      // the claim's labels may still change
	CodeWhyMissing    claim.Code = "review_why_missing"    // a skip needs a reason
	CodeWhyTooLong    claim.Code = "review_why_too_long"   // a reason is cut nowhere, so it is limited
	CodeTook          claim.Code = "review_took"           // a time that no answer takes
	CodeUndoLate      claim.Code = "review_undo_late"      // the window is over
	CodeUndoBuiltOn   claim.Code = "review_undo_built_on"  // somebody decided after it, or is about to
	CodeSignIn        claim.Code = "review_sign_in"        // name or password is wrong
	CodeSignInWait    claim.Code = "review_sign_in_wait"   // too many wrong passwords
	CodePasswordShort claim.Code = "review_password_short" // fewer characters than the limit
	CodePasswordLong  claim.Code = "review_password_long"  // more bytes than the limit
	CodeReviewer      claim.Code = "review_reviewer"       // a reviewer without name or with unknown role
)

// fault is a coded error.
func fault(code claim.Code, message string) error { return claim.Problem{Code: code, Message: message} }
