package jobs

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/webhook"
)

// MaxAttempts is how often a job is tried before it is dead: for 70 minutes, so that claims
// outlast an outage of the place for photos. A worker that is killed costs an attempt too.
const MaxAttempts = 25

// The queues. Webhooks have their own, so that slow receivers do not hold up claims; so have
// codes, since reading them must never delay an answer.
const (
	queueClaims   = river.QueueDefault
	queueWebhooks = "webhooks"
	queueCodes    = "codes"
	queueTending  = "tending"
)

// classifyArgs is the job that classifies a claim.
type classifyArgs struct {
	Claim string `json:"claim"`
}

// Kind names the job in the database; it must not change.
func (classifyArgs) Kind() string { return "classify_claim" }

// InsertOpts makes a claim's job unique while it is not over.
func (classifyArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueClaims, MaxAttempts: MaxAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished()}}
}

// deliverArgs is the job that sends one message to one webhook.
type deliverArgs struct {
	Delivery string `json:"delivery"`
}

// Kind names the job in the database; it must not change.
func (deliverArgs) Kind() string { return "deliver_webhook" }

// InsertOpts puts deliveries into their own queue.
func (deliverArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueWebhooks, MaxAttempts: webhook.MaxAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished()}}
}

// codesAttempts is how often photos are tried to be read: what fails is a place for photos that
// is away, and nobody waits for it.
const codesAttempts = 8

// readCodesArgs is the job that reads the codes on a claim's photos.
type readCodesArgs struct {
	Claim string `json:"claim"`
}

// Kind names the job in the database; it must not change.
func (readCodesArgs) Kind() string { return "read_codes" }

// InsertOpts gives the job the lowest priority.
func (readCodesArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueCodes, Priority: 4, MaxAttempts: codesAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished()}}
}

// tendArgs is a periodic job: one piece of upkeep.
type tendArgs struct {
	What string `json:"what"`
}

// Kind names the job in the database; it must not change.
func (tendArgs) Kind() string { return "tend" }

// InsertOpts lets one run of each piece wait or work at a time; the next period comes anyway.
func (tendArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueTending, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished()}}
}

func unfinished() []rivertype.JobState {
	return []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
		rivertype.JobStateRetryable, rivertype.JobStateScheduled}
}

// args translates a store's job.
func args(j store.Job) (river.JobArgs, error) {
	switch j.Kind {
	case store.Classify:
		return classifyArgs{j.ID}, nil
	case store.Deliver:
		return deliverArgs{j.ID}, nil
	case store.ReadCodes:
		return readCodesArgs{j.ID}, nil
	default:
		return nil, fmt.Errorf("job %s of unknown kind %q", j.ID, j.Kind)
	}
}

// backoff is the wait before the next attempt: 1, 4, 9, ... seconds, at most 5 minutes.
type backoff struct{ now func() time.Time }

// NextRetry implements river.ClientRetryPolicy.
func (b backoff) NextRetry(job *rivertype.JobRow) time.Time {
	tries := max(len(job.Errors)+1, job.Attempt)
	return b.now().Add(min(time.Duration(tries*tries)*time.Second, 5*time.Minute))
}

// jobOf is the store's view of a job's row; an empty kind for upkeep.
func jobOf(j *rivertype.JobRow) (kind store.JobKind, on string) {
	var a struct{ Claim, Delivery string }
	if err := json.Unmarshal(j.EncodedArgs, &a); err != nil {
		return "", ""
	}
	switch j.Kind {
	case classifyArgs{}.Kind():
		return store.Classify, a.Claim
	case deliverArgs{}.Kind():
		return store.Deliver, a.Delivery
	case readCodesArgs{}.Kind():
		return store.ReadCodes, a.Claim
	default:
		return "", ""
	}
}
