package wire

import (
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// LookRequest asks people to look at a claim.
type LookRequest struct {
	Axes     []string  `json:"axes,omitempty" nullable:"false" maxItems:"20" doc:"The axes to answer; none means the whole claim."`
	Deadline time.Time `json:"deadline,omitzero" doc:"When the answer is needed; it must lie ahead."`
	Why      string    `json:"why,omitempty" maxLength:"2000" doc:"What the reviewer should know. Reviewers read it."`
}

// Look is a look that a claim got or waits for, as the claim's owner sees it.
type Look struct {
	ID        string            `json:"id" format:"uuid"`
	State     string            `json:"state" enum:"waiting,settled,dropped"`
	Axes      []string          `json:"axes,omitempty" nullable:"false" doc:"The axes asked; absent for the whole claim."`
	Reasons   []string          `json:"reasons" nullable:"false" doc:"Why it came to people: abstained, gate, neighbours, history, label_error, random, requested."`
	Deadline  time.Time         `json:"deadline,omitzero"`
	CreatedAt time.Time         `json:"created_at"`
	SettledAt time.Time         `json:"settled_at,omitzero"`
	Labels    map[string]string `json:"labels,omitempty" doc:"What was decided, by axis, once settled, in the newest version of the taxonomy; an empty label says that it cannot be told."`
	Undecided []string          `json:"undecided,omitempty" nullable:"false" doc:"Axes whose label newer versions of the taxonomy split or removed."`
}

// LookList lists a claim's looks, oldest first.
type LookList struct {
	Looks []Look `json:"looks" nullable:"false"`
}

// ClaimLabels are the labels that people gave a claim and that count now.
type ClaimLabels struct {
	Claim     string                 `json:"claim" format:"uuid"`
	Taxonomy  string                 `json:"taxonomy" doc:"The version that the labels are of, the newest, as name@version."`
	Labels    map[string]PersonLabel `json:"labels" doc:"By axis; axes without a person's label are left out."`
	Undecided []string               `json:"undecided,omitempty" nullable:"false" doc:"Axes whose label newer versions of the taxonomy split or removed: people have to decide anew."`
}

// PersonLabel is a person's label.
type PersonLabel struct {
	Label string    `json:"label"`
	At    time.Time `json:"at"`
	By    string    `json:"by,omitempty" doc:"The reviewer's name; for admin keys."`
}

// Acting says who acts. Keys of the scope review:NAME may leave it out.
type Acting struct {
	Reviewer string `json:"reviewer,omitempty" maxLength:"200" doc:"The name of the reviewer who acts."`
}

// Holding names an item that a reviewer has in hand.
type Holding struct {
	Acting
	Version string `json:"version" maxLength:"64" doc:"The version that came with the task, as it is."`
}

// Held says until when an item is a reviewer's.
type Held struct {
	HeldUntil time.Time `json:"held_until"`
}

// SkipRequest gives an item back because it cannot be decided.
type SkipRequest struct {
	Holding
	Why    string `json:"why" maxLength:"2000" doc:"Why it cannot be decided."`
	TookMS int64  `json:"took_ms,omitempty" minimum:"0" doc:"Milliseconds on the screen."`
}

// DropRequest takes an item out of the queue.
type DropRequest struct {
	Acting
	Why string `json:"why" maxLength:"2000"`
}

// KnownRequest marks a settled claim as known; the reviewer must be an adjudicator or an admin.
type KnownRequest struct {
	Acting
	Why string `json:"why,omitempty" maxLength:"2000"`
}

// KnownClaim is a claim whose labels are known. It is mixed into what reviewers get, and how
// they answer counts in the lead's figures alone.
type KnownClaim struct {
	Item   string            `json:"item" format:"uuid"`
	Claim  string            `json:"claim" format:"uuid"`
	Labels map[string]string `json:"labels" doc:"The right answer by axis: what people settled on."`
}

// DecisionRequest answers an item.
type DecisionRequest struct {
	Holding
	Labels   map[string]string `json:"labels" doc:"By axis; an empty label says that it cannot be told, an absent axis stays unlabelled."`
	Taxonomy string            `json:"taxonomy,omitempty" maxLength:"200" doc:"The version that the labels are of, as the task named it. Labels of an older one are kept as the newest has them; where it leaves one undecided, the answer is refused with review_labels_old. Absent: the newest version that has the label."`
	Why      string            `json:"why,omitempty" maxLength:"2000" doc:"A note."`
	TookMS   int64             `json:"took_ms,omitempty" minimum:"0" doc:"Milliseconds on the screen."`
	Shown    bool              `json:"shown,omitempty" doc:"The model's suggestion was to be seen before."`
}

// ReviewTask is an item in a reviewer's hands. Nothing in it tells a second look or an item
// whose answer is known from another one.
type ReviewTask struct {
	Item      string     `json:"item" format:"uuid"`
	Version   string     `json:"version" doc:"Opaque; send it back with whatever is done to the item."`
	HeldUntil time.Time  `json:"held_until" doc:"When it may go to another; hold prolongs that."`
	Taxonomy  string     `json:"taxonomy,omitempty" doc:"The version to answer in, as name@version; send it back with the decision."`
	Axes      []string   `json:"axes,omitempty" nullable:"false" doc:"The axes to answer; absent for all of the taxonomy."`
	Reasons   []string   `json:"reasons" nullable:"false"`
	Deadline  time.Time  `json:"deadline,omitzero"`
	Notes     []string   `json:"notes,omitempty" nullable:"false" doc:"The words of those who asked for the look."`
	Claim     Claim      `json:"claim" doc:"Its photos are served under the item. Without a prediction while suggestions are hidden."`
	Disputed  bool       `json:"disputed,omitempty" doc:"It is adjudicated."`
	Others    []Decision `json:"others,omitempty" nullable:"false" doc:"The decisions that disagree, without names; for adjudicators."`
}

// ReviewTaskList lists what a reviewer has in hand, the longest held first.
type ReviewTaskList struct {
	Tasks []ReviewTask `json:"tasks" nullable:"false"`
}

// Hint is the model's suggestion, for one who has chosen already.
type Hint struct {
	Prediction *claim.Prediction `json:"prediction,omitempty" doc:"Absent when the model had none."`
}

// Decision is a person's answer. It is never changed: who takes one back adds another one
// that withdraws it.
type Decision struct {
	ID        string            `json:"id" format:"uuid"`
	Item      string            `json:"item" format:"uuid"`
	Claim     string            `json:"claim,omitempty"`
	Reviewer  string            `json:"reviewer,omitempty" doc:"The reviewer's name."`
	At        time.Time         `json:"at"`
	Labels    map[string]string `json:"labels"`
	Role      string            `json:"role,omitempty" enum:"look,adjudication,known,withdrawal" doc:"As what it was given; not shown to reviewers."`
	Withdraws string            `json:"withdraws,omitempty" doc:"The decision that this one takes back."`
	Why       string            `json:"why,omitempty"`
	TookMS    int64             `json:"took_ms,omitempty"`
	Model     string            `json:"model,omitempty" doc:"The digest of the model whose suggestion was there."`
	Shown     bool              `json:"shown,omitempty" doc:"The suggestion was to be seen before."`
}

// ReviewItem is an item of the queue. What a reviewer must not know is left out for him.
type ReviewItem struct {
	ID       string    `json:"id" format:"uuid"`
	Claim    string    `json:"claim" format:"uuid"`
	State    string    `json:"state" enum:"open,disputed,known,settled,dropped,waiting,mine,done,closed" doc:"For a reviewer one of the last four: waiting, mine (in his hands), done (he decided or skipped it), closed."`
	Axes     []string  `json:"axes,omitempty" nullable:"false"`
	Reasons  []string  `json:"reasons" nullable:"false"`
	Deadline time.Time `json:"deadline,omitzero"`
	Lang     string    `json:"lang,omitempty"`
	Product  string    `json:"product,omitempty"`
	Notes    []string  `json:"notes,omitempty" nullable:"false" doc:"The words of those who asked for the look; with a single item only."`
	// Detail is there for adjudicators, admins and front ends.
	Detail *ReviewDetail `json:"detail,omitempty" doc:"Not for reviewers."`
}

// ReviewDetail is what those who keep the queue see of an item beside the rest.
type ReviewDetail struct {
	CreatedAt   time.Time                   `json:"created_at"`
	SettledAt   time.Time                   `json:"settled_at,omitzero"`
	Uncertainty float64                     `json:"uncertainty" minimum:"0" maximum:"1"`
	Cost        float64                     `json:"cost" doc:"The cost of the error, in the units of the configuration."`
	Looks       int                         `json:"looks" doc:"How many people decide independently."`
	Decided     int                         `json:"decided" doc:"How many decisions stand."`
	Skips       int                         `json:"skips" doc:"How many could not decide."`
	Holder      string                      `json:"holder,omitempty" doc:"The name of the reviewer who has it."`
	HeldUntil   time.Time                   `json:"held_until,omitzero"`
	Suggested   map[string]ReviewSuggestion `json:"suggested,omitempty" doc:"The model's answer by axis."`
	Model       string                      `json:"model,omitempty"`
	Known       map[string]string           `json:"known,omitempty" doc:"The labels of an item that measures reviewers."`
	Final       string                      `json:"final,omitempty" doc:"The decision that counts."`
}

// ReviewSuggestion is a model's answer on one axis.
type ReviewSuggestion struct {
	Label       string  `json:"label"`
	Probability float64 `json:"probability" minimum:"0" maximum:"1"`
	Abstained   bool    `json:"abstained,omitempty"`
}

// ReviewItemList lists items: those that wait most valuable first, claims' oldest first.
type ReviewItemList struct {
	Items     []ReviewItem `json:"items" nullable:"false"`
	Truncated bool         `json:"truncated" doc:"More exist than were asked for."`
}

// ReviewHistory is all that happened to an item, oldest first; for a reviewer only what he did.
type ReviewHistory struct {
	Events    []ReviewEvent `json:"events" nullable:"false"`
	Decisions []Decision    `json:"decisions" nullable:"false"`
}

// ReviewEvent is one line of the log, which only grows.
type ReviewEvent struct {
	At     time.Time         `json:"at"`
	Who    string            `json:"who" doc:"A reviewer's name, a key's id, or system."`
	What   string            `json:"what" doc:"review.added, review.handed, review.released, review.skipped, review.decided, review.undone or review.dropped."`
	From   map[string]string `json:"from,omitempty"`
	To     map[string]string `json:"to,omitempty"`
	Why    string            `json:"why,omitempty"`
	TookMS int64             `json:"took_ms,omitempty"`
	Model  string            `json:"model,omitempty"`
}
