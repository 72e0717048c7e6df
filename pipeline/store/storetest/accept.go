package storetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func acceptCases() []testCase {
	return []testCase{
		{"keeps everything", acceptKeeps},
		{"enqueues one job", acceptJob},
		{"with outcome is done at once", acceptOutcome},
		{"unknown claim", func(b *bench) {
			for _, id := range []string{"", "x", uuid.NewString(), "'; drop table claim; --"} {
				_, err := b.store.Claim(b.ctx, id)
				b.wantErr(err, store.ErrNotFound)
			}
		}},
		{"idempotency key", acceptKey},
		{"idempotency keys belong to their owner", acceptKeyOwner},
		{"idempotency key with an outcome", acceptKeyOutcome},
		{"one key posted by 20 at once", acceptKeyRace},
		{"a refused job leaves nothing", acceptRefused},
		{"a cancelled context leaves nothing", acceptCancelled},
	}
}

// full is a claim that uses every field.
func full() claim.Claim {
	return claim.Claim{
		ID: "RMA-1", Text: "Der Henkel ist gebrochen — handle broke 😡", Photos: []string{blob(2), blob(1)},
		Product: "Kettle", SKU: "K-1", Serial: "SN0001",
		ReceivedAt: time.Date(2026, 2, 28, 23, 59, 59, 999999999, time.FixedZone("", -5*60*60)),
		Lang:       "de",
		Context: map[string]any{"batch": "B7", "supplier": "ACME", "customer": "c-9", "days_since_delivery": 3.5,
			"opened": true, "large": 1e15, "third": 1.0 / 3},
		Problems: []claim.Problem{{Code: claim.CodeTextTooLong, Where: "text", Message: "cut"}},
	}
}

func acceptKeeps(b *bench) {
	at := b.clock.stop()
	in := full()
	c := b.accept(store.New{Claim: in, Owner: "key-1"})
	id, err := uuid.Parse(c.ID)
	if err != nil || id.Version() != 7 || c.ID != id.String() {
		b.Errorf("id %q is no UUID of version 7 in its usual form", c.ID)
	}
	in.ReceivedAt = stored(in.ReceivedAt)
	want := store.Claim{ID: c.ID, Claim: in, Owner: "key-1", Customer: "c-9", State: store.Queued, CreatedAt: stored(at)}
	b.same("returned by Accept", c, want)
	b.same("read", b.read(c.ID), want)
}

func acceptJob(b *bench) {
	var want []string
	for i := range 5 {
		want = append(want, b.accept(text(fmt.Sprint(i))).ID)
	}
	b.same("jobs", b.jobs(store.Classify), want)
	if !slices.IsSorted(want) {
		b.Errorf("ids do not sort by arrival: %v", want)
	}
}

func acceptOutcome(b *bench) {
	at := b.clock.stop()
	o := predicted("severity=major", "symptom?leak")
	o.Vectors = []store.Vector{{Space: "s", Values: unit(4, 0.5, 1)}}
	n := text("quick")
	c := b.done(n, o)
	want := store.Claim{ID: c.ID, Claim: n.Claim, State: store.Done, CreatedAt: stored(at), FinishedAt: stored(at), Prediction: &o.Prediction}
	b.same("returned by Accept", c, want)
	b.same("read", b.read(c.ID), want)
	b.same("jobs", b.db.Jobs(b.T), []store.Job{})
	b.wantErr(b.store.Finish(b.ctx, c.ID, o), store.ErrFinished)
}

func acceptKey(b *bench) {
	n := text("one")
	n.Owner, n.IdempotencyKey, n.Digest = "o", "k", "d1"
	_, err := b.store.Known(b.ctx, "o", "k", "d1")
	b.wantErr(err, store.ErrNotFound)
	first := b.accept(n)
	known, err := b.store.Known(b.ctx, "o", "k", "d1")
	b.check(err)
	b.same("known", known, first)
	_, err = b.store.Known(b.ctx, "o", "k", "d2")
	b.wantErr(err, store.ErrConflict)
	_, err = b.store.Known(b.ctx, "O", "k", "d1")
	b.wantErr(err, store.ErrNotFound)
	again, created, err := b.store.Accept(b.ctx, n)
	b.check(err)
	if created {
		b.Error("a repetition was created")
	}
	b.same("repetition", again, first)
	n.Digest = "d2"
	_, created, err = b.store.Accept(b.ctx, n)
	b.wantErr(err, store.ErrConflict)
	if created {
		b.Error("a conflict was created")
	}
	b.same("claims", b.ids(store.Filter{}, 10), []string{first.ID})
	b.same("jobs", b.jobs(store.Classify), []string{first.ID})

	b.check(b.store.Finish(b.ctx, first.ID, predicted("severity=minor")))
	n.Digest = "d1"
	again, _, err = b.store.Accept(b.ctx, n)
	b.check(err)
	if again.State != store.Done || again.Prediction == nil {
		b.Errorf("a repetition after the outcome gives state %s, prediction %v", again.State, again.Prediction)
	}
}

func acceptKeyOwner(b *bench) {
	n := text("one")
	n.IdempotencyKey, n.Digest = "k", "d"
	ids := map[string]bool{}
	for _, owner := range []string{"", "o", "O", "o "} {
		n.Owner = owner
		ids[b.accept(n).ID] = true
	}
	n.Owner = "o"
	for _, key := range []string{"K", "k ", "ḱ"} {
		n.IdempotencyKey = key
		ids[b.accept(n).ID] = true
	}
	n.IdempotencyKey = ""
	ids[b.accept(n).ID], ids[b.accept(n).ID] = true, true
	if len(ids) != 9 {
		b.Errorf("%d claims, want 9", len(ids))
	}
}

func acceptKeyOutcome(b *bench) {
	n := text("one")
	n.IdempotencyKey, n.Digest = "k", "d"
	first := b.done(n, predicted("severity=minor"))
	o := predicted("severity=critical")
	n.Outcome = &o
	again, created, err := b.store.Accept(b.ctx, n)
	b.check(err)
	if created {
		b.Error("a repetition was created")
	}
	b.same("repetition", again, first)
}

func acceptKeyRace(b *bench) {
	ids := make([]string, 20)
	made := make([]bool, 20)
	for _, err := range together(20, func(i int) (err error) {
		n := text("one")
		n.IdempotencyKey, n.Digest = "k", "d"
		var c store.Claim
		c, made[i], err = b.store.Accept(b.ctx, n)
		ids[i] = c.ID
		return err
	}) {
		b.check(err)
	}
	created := 0
	for i := range made {
		if made[i] {
			created++
		}
		if ids[i] != ids[0] {
			b.Errorf("two claims for one key: %s, %s", ids[i], ids[0])
		}
	}
	if created != 1 {
		b.Errorf("created %d times, want once", created)
	}
	b.same("jobs", b.jobs(store.Classify), ids[:1])
}

var errFull = errors.New("the queue is full")

func acceptRefused(b *bench) {
	b.refuse = func([]store.Job) error { return errFull }
	n := text("one")
	n.IdempotencyKey, n.Digest = "k", "d1"
	_, created, err := b.store.Accept(b.ctx, n)
	b.wantErr(err, errFull)
	if created {
		b.Error("created in spite of the error")
	}
	if n := b.count(store.Filter{}); n != 0 {
		b.Errorf("%d claims stayed", n)
	}
	b.same("jobs", b.db.Jobs(b.T), []store.Job{})
	b.refuse = func([]store.Job) error { return nil }
	n.Digest = "d2" // the key must be free again
	b.accept(n)
}

func acceptCancelled(b *bench) {
	ctx, stop := cancelled(b.ctx)
	defer stop()
	if _, created, err := b.store.Accept(ctx, text("one")); err == nil || created {
		b.Errorf("a cancelled Accept: created %v, error %v", created, err)
	}
	if n := b.count(store.Filter{}); n != 0 {
		b.Errorf("%d claims stayed", n)
	}
}
