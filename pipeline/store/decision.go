package store

import "time"

// ReviewDecision is a person's answer. It is never changed: who takes one back adds another
// one that withdraws it.
type ReviewDecision struct {
	ID, Item, Claim string
	Reviewer        string
	At              time.Time
	// Labels is the answer by axis; an empty label says that it cannot be told.
	Labels map[string]string
	// Role says as what it was given.
	Role DecisionRole
	// Withdraws is the decision that this one takes back; Labels is empty then.
	Withdraws string
	// Version is the item's when it was decided.
	Version int64
	Why     string
	// Took is the time from hand-out to answer, in whole milliseconds.
	Took time.Duration
	// Model is the digest of the model whose suggestion was there, Shown whether the reviewer
	// saw it before answering.
	Model string
	Shown bool
}

// DecisionRole is the part that a decision plays.
type DecisionRole string

// The roles of decisions.
const (
	RoleLook         DecisionRole = "look"         // the first, or the blind second
	RoleAdjudication DecisionRole = "adjudication" // the third's, which counts
	RoleKnown        DecisionRole = "known"        // a measure of the reviewer, no label
	RoleWithdrawal   DecisionRole = "withdrawal"
)

// SettledReview is an item with the decision that counts; Decision is the zero value where
// there is none.
type SettledReview struct {
	Review   Review
	Decision ReviewDecision
}

// DecisionFilter narrows decisions; zero fields do not. Withdrawals, and what they take back,
// are there too.
type DecisionFilter struct {
	Item, Claim, Reviewer string
	// With keeps all decisions on items that this reviewer decided.
	With string
	// From is inclusive, Until exclusive.
	From, Until time.Time
	// Limit is the most that come, 1..MaxDecisions; After the decision to go on behind.
	Limit int
	After string
}

// MaxDecisions is the largest limit of a list of decisions.
const MaxDecisions = 10_000
