package store

import (
	"context"
	"time"
)

// ReviewReason is why a claim comes to people.
type ReviewReason string

// The reasons.
const (
	// ReasonAbstained: the model was not sure enough of an axis.
	ReasonAbstained ReviewReason = "abstained"
	// ReasonGate: the answer is one that a person must confirm, such as a critical severity.
	ReasonGate ReviewReason = "gate"
	// ReasonNeighbours: the nearest claims have other labels. ReasonHistory: earlier claims of
	// the same unit have.
	ReasonNeighbours ReviewReason = "neighbours"
	ReasonHistory    ReviewReason = "history"
	// ReasonLabelError: a person's label is probably wrong.
	ReasonLabelError ReviewReason = "label_error"
	// ReasonRandom: drawn at random, for a figure of accuracy without bias.
	ReasonRandom ReviewReason = "random"
	// ReasonRequested: the claims system asked for a look.
	ReasonRequested ReviewReason = "requested"
	// ReasonKnown: the labels are known, and the answer measures the reviewer.
	ReasonKnown ReviewReason = "known"
)

// ReviewState is where an item stands.
type ReviewState string

// The states of an item. Open becomes Settled, or Disputed and then Settled; undoing leads
// back. Known items stay so: every reviewer may answer them once.
const (
	ReviewOpen     ReviewState = "open"
	ReviewDisputed ReviewState = "disputed" // two disagree, or several could not decide: an adjudicator's
	ReviewKnown    ReviewState = "known"
	ReviewSettled  ReviewState = "settled"
	ReviewDropped  ReviewState = "dropped" // taken from the queue without a decision
)

// Suggestion is what the model answered on one axis when the item was made.
type Suggestion struct {
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
	Abstained   bool    `json:"abstained,omitempty"`
}

// NewReview is a look that a claim should get.
type NewReview struct {
	// Claim is the claim's id; within an [Outcome] it is left empty.
	Claim string
	// Axes are those to answer, in any order; none means the whole claim.
	Axes    []string
	Reasons []ReviewReason // at least one
	// Uncertainty is 0..1, Cost the cost of the error in the units of the configuration.
	Uncertainty, Cost float64
	// Rank orders the queue, largest first; it must be finite. Package review computes it of
	// uncertainty, cost and deadline.
	Rank     float64
	Deadline time.Time // zero without one
	// Looks is how many people decide independently, 1 or 2; 0 counts as 1.
	Looks int
	// Lang, Product, Label (the suggested one) and Cluster are for filters and for variety.
	Lang, Product, Label, Cluster string
	// Suggested is the model's answer by axis, Model its digest.
	Suggested map[string]Suggestion
	Model     string
	// Known are the right labels of a ReasonKnown item, empty otherwise.
	Known map[string]string
	// By is who asked for it, "system" when empty, and Why what he says of it; both go to the
	// log, Why behind the reasons and a colon.
	By, Why string
}

// Review is an item of the queue.
type Review struct {
	// ID is a UUID of version 7.
	ID string
	NewReview
	State ReviewState
	// Version goes up by one with every hand-out and change.
	Version int64
	// Holder is the reviewer who has it, until HeldUntil; empty when nobody has.
	Holder    string
	HeldUntil time.Time
	// Touched are the reviewers that it is not handed to again: they decided or skipped.
	Touched []string
	// Skips counts those that could not decide, Decided the decisions that stand.
	Skips, Decided int
	// Final is the decision that counts, once Settled.
	Final     string
	CreatedAt time.Time
	SettledAt time.Time // zero unless Settled
}

// ReviewFilter says which items to look among; zero fields do not narrow.
type ReviewFilter struct {
	States []ReviewState // at least one
	// By leaves out what this reviewer touched.
	By string
	// Free leaves out what is held at this time; zero does not.
	Free time.Time
	// Langs, Products and Axes are what the reviewer takes. An item of no axes asks for the
	// whole claim, so that it is left out when Axes are given; else all its axes must be
	// among them.
	Langs, Products, Axes []string
	// Slice keeps ReasonRandom items only and orders them by time of arrival.
	Slice bool
	// Unlike leaves out items of this cluster, if not empty, and those of this product whose
	// label is the same.
	Unlike *Likeness
}

// Likeness is what makes two items alike to a reviewer.
type Likeness struct{ Cluster, Label, Product string }

// Lease is a hand-out of one item to one reviewer.
type Lease struct {
	// IDs are the items in the order of preference.
	IDs []string
	// States are those in which it may be handed out: another one may have changed it since
	// it was listed. None means Open, Disputed and Known.
	States []ReviewState
	Holder string
	At     time.Time
	Until  time.Time
}

// ReviewEvent is one line of the queue's log, which only grows.
type ReviewEvent struct {
	At   time.Time
	Who  string
	What string // one of the Review... names in event.go
	Item string
	// Claim is the item's.
	Claim string
	// From and To are labels by axis, where the event changed any.
	From, To map[string]string
	Why      string
	Took     time.Duration // whole milliseconds
	Model    string
}

// Reviews keeps the queue. All methods must be safe for concurrent use, also by several
// processes on one database. Items, decisions and log of a claim go with it when it is
// erased.
type Reviews interface {
	// AddReviews must add all in one transaction, or none; ErrNotFound when a claim is
	// unknown. An Open item of the same claim that nobody holds or has decided takes on
	// reasons, axes and the higher rank instead of standing beside a second one; touched or
	// held, or Disputed, it does so only if it asks for these axes already, and keeps its
	// version, so that nobody's answer is lost. Known items are never joined. Ids come in the
	// order of the items. Each addition is logged.
	AddReviews(ctx context.Context, n []NewReview) (ids []string, err error)
	// Review must return ErrNotFound for an unknown id.
	Review(ctx context.Context, id string) (Review, error)
	// ReviewsOf lists a claim's items, oldest first.
	ReviewsOf(ctx context.Context, claim string) ([]Review, error)
	// Held lists what a reviewer holds at a time, the longest held (the earliest HeldUntil)
	// first.
	Held(ctx context.Context, reviewer string, at time.Time) ([]Review, error)
	// OpenReviews lists items to choose from. It must order by rank descending, then id (a slice by
	// CreatedAt, then id) and give at most limit. It must not take time in proportion to the
	// queue unless the filter leaves out nearly all of it.
	OpenReviews(ctx context.Context, f ReviewFilter, limit int) ([]Review, error)
	// Handed lists the items last handed to a reviewer, newest first, at most limit.
	Handed(ctx context.Context, reviewer string, limit int) ([]Review, error)
	// LeaseReview must give the first of the items that is in one of the states and
	// neither held at lease.At by another nor touched by the holder; ErrNotFound when none is left. Of two
	// that want one item at once, one must get it. The hand-out is logged.
	LeaseReview(ctx context.Context, l Lease) (Review, error)
	// HoldReview must move HeldUntil if the version is current and the reviewer holds it,
	// else ErrConflict, or ErrNotFound. The version stays.
	HoldReview(ctx context.Context, id, reviewer string, version int64, until time.Time) error
	// ChangeReview must, in one transaction, set state, holder, touched, skips, decided,
	// final and settled as r has them, raise the version, and add decisions and events; all
	// that only if r.Version is current, else ErrConflict, or ErrNotFound. A decision whose
	// id is there already is ErrConflict.
	ChangeReview(ctx context.Context, r Review, d []ReviewDecision, e []ReviewEvent) error
	// RankReviews must give items their new ranks and say how many it changed. It passes over
	// ids that are unknown, what is not Open, what has another rank by now, and what is just
	// being changed by another, which is why it may be asked again. It must take a few items at
	// a time, so that nobody who is handed one meanwhile goes without. Versions stay, since
	// nothing changes that a reviewer sees, and nothing is logged. A rank that is not finite is
	// an error, and nothing is changed.
	RankReviews(ctx context.Context, ranks []ReviewRank) (changed int, err error)
	// Decision finds one; ErrNotFound.
	Decision(ctx context.Context, id string) (ReviewDecision, error)
	// Decisions lists by time, then id; see [DecisionFilter].
	Decisions(ctx context.Context, f DecisionFilter) ([]ReviewDecision, error)
	// ReviewLog lists the events on an item, oldest first.
	ReviewLog(ctx context.Context, item string) ([]ReviewEvent, error)
	// Settled lists items with the decision that counts, settled before a time, ordered by
	// claim, then SettledAt, then id, at most limit claims' worth. after is the claim to go
	// on behind, empty for the first.
	Settled(ctx context.Context, before time.Time, after string, limit int) ([]SettledReview, error)
	// SettledOf is Settled for one claim, of any time.
	SettledOf(ctx context.Context, claim string) ([]SettledReview, error)
	// Slice lists the random slice by CreatedAt, then id, created from (inclusive) until
	// (exclusive; zero is open), with the decision that counts where there is one.
	Slice(ctx context.Context, from, until time.Time) ([]SettledReview, error)
	// ReviewCounts counts items that wait (Open, Disputed), by state and reason.
	ReviewCounts(ctx context.Context) ([]ReviewCount, error)
}

// ReviewRank is a new place in the queue for an item whose rank was read before; see
// [NewReview].
type ReviewRank struct {
	ID        string
	Was, Rank float64
}

// ReviewCount is how many items wait in a state for a reason; an item with two reasons counts
// with each. An empty reason counts every item of the state once.
type ReviewCount struct {
	State  ReviewState
	Reason ReviewReason
	N      int
	// Oldest is when the first of them was made, Due the earliest deadline, zero without any.
	Oldest, Due time.Time
}
