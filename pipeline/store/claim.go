package store

import (
	"context"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// State is where a stored claim stands.
type State string

// The states of a claim. Queued becomes Done or Failed, once; Failed may be queued again.
const (
	Queued State = "queued"
	Done   State = "done"
	Failed State = "failed"
)

// Claim is a claim as it is remembered.
type Claim struct {
	// ID is given by the store: a UUID of version 7, so that ids sort by time of arrival.
	ID string
	// Claim is what came in. Its ID is the sender's own reference, which need not be unique;
	// its Photos are blob digests; labels, split and group are empty.
	Claim claim.Claim
	// Owner is the id of the key that sent it, empty without keys.
	Owner string
	// Customer ties claims of one sender's customer, as Context["customer"] gives it.
	Customer string
	State    State
	// CreatedAt is when the store accepted it, FinishedAt when its outcome was stored.
	CreatedAt  time.Time
	FinishedAt time.Time // zero while queued
	// Prediction is nil until Done.
	Prediction *claim.Prediction
	// Failure says why a claim is Failed.
	Failure string
}

// Received is when the claim was reported, in UTC: as its sender says, else when it came in.
func (c Claim) Received() time.Time {
	if c.Claim.ReceivedAt.IsZero() {
		return c.CreatedAt
	}
	return c.Claim.ReceivedAt.UTC()
}

// New is a claim to accept.
type New struct {
	Claim claim.Claim
	Owner string
	// IdempotencyKey, if not empty, makes a second Accept by the same owner find the first
	// one's claim. Digest is that of the body, to tell a repetition from a mistake.
	IdempotencyKey string
	Digest         string
	// Outcome, if not nil, is stored at once: the claim is Done when accepted and there is no
	// job to classify it, only those that announce it.
	Outcome *Outcome
}

// Outcome is what classification adds to a claim.
type Outcome struct {
	Prediction claim.Prediction
	Vectors    []Vector
	Photos     []PhotoHash
	// Reviews are the looks that the claim should get, stored with the rest; their Claim is
	// empty.
	Reviews []NewReview
	// ReadCodes leaves a job behind that reads the codes on the claim's photos.
	ReadCodes bool
}

// Vector is one vector of a claim.
type Vector struct {
	// Space names what made it, so that only like is compared with like: an encoder's kind
	// and digest. All vectors of a space have one dimension and unit length.
	Space  string
	Values []float32
}

// PhotoHash is a photo's perceptual hash, by blob digest.
type PhotoHash struct {
	Blob string
	Hash uint64
}

// Label is one axis's answer in a filter.
type Label struct{ Axis, Label string }

// Filter narrows claims; zero fields do not. All given ones must hold.
type Filter struct {
	Owner    string
	State    State
	Product  string // as given, compared by bytes
	SKU      string
	Serial   string
	Batch    string // Context["batch"]
	Supplier string // Context["supplier"]
	Lang     string
	// Reference is the sender's own id.
	Reference string
	// From is inclusive, Until exclusive; they compare CreatedAt.
	From, Until time.Time
	// Labels are predicted ones that the model did not abstain on.
	Labels []Label
	// Abstained, if true, keeps claims with at least one abstention.
	Abstained bool
	// Text keeps claims whose text has this in it, without regard to ASCII case.
	Text string
	// Cluster keeps a cluster's members.
	Cluster string
}

// Page is one step through a list, newest claim first.
type Page struct {
	// Limit is the number of claims wanted, 1..MaxPage.
	Limit int
	// After is the cursor that the page before gave, empty for the first.
	After string
}

// MaxPage is the largest page.
const MaxPage = 500

// Claims keeps claims. All methods must be safe for concurrent use, also by several
// processes on one database.
type Claims interface {
	// Accept must store claim, idempotency key and the job that classifies it in one
	// transaction: after an error none of them is there, after success all are. created is
	// false when the key was seen before with the same digest; the earlier claim is returned
	// then. With another digest the error must be ErrConflict.
	Accept(ctx context.Context, n New) (c Claim, created bool, err error)
	// Known must give the claim that an owner's idempotency key made, so that a repetition can
	// be answered before anything is done for it; ErrNotFound when there is none, ErrConflict
	// when it came with another digest.
	Known(ctx context.Context, owner, key, digest string) (Claim, error)
	// Claim must return ErrNotFound for an unknown or erased id.
	Claim(ctx context.Context, id string) (Claim, error)
	// List must order by CreatedAt, then id, both descending, and give an empty cursor with
	// the last page. A claim that is there throughout must come exactly once, however many
	// are added or erased between two pages.
	List(ctx context.Context, f Filter, p Page) (claims []Claim, next string, err error)
	// Count is the number of claims that the filter keeps.
	Count(ctx context.Context, f Filter) (int, error)
	// Waiting is the number of Queued claims and when the oldest of them was accepted; zeros
	// when there is none.
	Waiting(ctx context.Context) (n int, oldest time.Time, err error)
	// Blobs must give every blob that a claim or a registered model refers to.
	Blobs(ctx context.Context) (map[string]bool, error)
	// HasBlob tells whether a claim or a registered model refers to the blob.
	HasBlob(ctx context.Context, blob string) (bool, error)
	// Finish must store the whole outcome and the jobs that announce it, or that it asks for,
	// in one transaction, and only if the claim is Queued; else ErrFinished, or ErrNotFound.
	Finish(ctx context.Context, id string, o Outcome) error
	// Fail must mark a Queued claim Failed and store the jobs that announce it, in one
	// transaction; else ErrFinished, or ErrNotFound.
	Fail(ctx context.Context, id, reason string) error
	// Requeue must make a Failed claim Queued again with a new job, in one transaction; else
	// ErrConflict, or ErrNotFound.
	Requeue(ctx context.Context, id string) error
	// Erase must take away the claim with its prediction, vectors, hashes, cluster
	// membership, pending jobs' payloads and idempotency key, write a stub (id, time, by)
	// to the audit trail, and return the blobs that no other claim refers to. ErrNotFound
	// when there is none.
	Erase(ctx context.Context, id, by string) (orphans []string, err error)
	// Twins gives the photos of other customers' claims that look like this claim's: hashes
	// that differ in at most distance bits. Ordered by distance, then claim id.
	Twins(ctx context.Context, id string, distance int) ([]Twin, error)
}

// Twin is a photo that looks like one of another claim.
type Twin struct {
	// Photo is the blob of the claim asked about, Other that of claim Claim.
	Photo, Other, Claim string
	Distance            int
}
