package storetest

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func outcomeCases() []testCase {
	return []testCase{
		{"finish keeps the whole outcome", finishKeeps},
		{"finish by 20 at once", finishRace},
		{"finish of what is not there", func(b *bench) {
			b.wantErr(b.store.Finish(b.ctx, uuid.NewString(), predicted()), store.ErrNotFound)
			b.wantErr(b.store.Fail(b.ctx, uuid.NewString(), "x"), store.ErrNotFound)
			b.wantErr(b.store.Requeue(b.ctx, uuid.NewString()), store.ErrNotFound)
		}},
		{"a refused announcement leaves the claim queued", finishRefused},
		{"a bad vector leaves the claim queued", finishBadVector},
		{"fail and requeue", failRequeue},
		{"fail and finish at once", failRace},
		{"a refused requeue leaves the claim failed", requeueRefused},
	}
}

// cancelled gives a context that is over.
func cancelled(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx, cancel
}

func finishKeeps(b *bench) {
	c := b.accept(store.New{Claim: full()})
	o := store.Outcome{
		Prediction: claim.Prediction{
			ID: "RMA-1", Model: "sha256:m", Taxonomy: "starter@1", Code: "v1",
			Axes: map[string]claim.AxisPrediction{
				"severity": {Label: "major", Probability: 0.1 + 0.2, Alternatives: []claim.Alternative{{Label: "minor", Probability: 0.25}},
					Evidence: []claim.Evidence{{Source: "text", What: "brök\"e", Weight: -1.5}}},
				"symptom": {Label: "leak", Probability: 0.4, Abstained: true, Reason: "too close"},
			},
			Photos:   []claim.PhotoReport{{Ref: blob(2), Format: "jpeg", Width: 3, Height: 4, Used: true}},
			Problems: []claim.Problem{{Code: claim.CodePhotoBlurred, Where: "photos[0]", Message: "blurred"}},
		},
		Vectors: []store.Vector{{Space: "b", Values: unit(4, 0.5, 1)}, {Space: "a", Values: unit(8, 0.25, 2)}, {Space: "b", Values: unit(4, 0, 3)}},
		Photos:  []store.PhotoHash{{Blob: blob(2), Hash: 1 << 63}, {Blob: blob(1), Hash: 7}},
	}
	at := b.clock.stop()
	b.check(b.store.Finish(b.ctx, c.ID, o))
	c.State, c.FinishedAt, c.Prediction = store.Done, stored(at), &o.Prediction
	b.same("claim", b.read(c.ID), c)
	got, err := b.store.VectorsOf(b.ctx, c.ID)
	b.check(err)
	b.sameVectors(got, o.Vectors)
	b.same("jobs", b.db.Jobs(b.T), []store.Job{{Kind: store.Classify, ID: c.ID}})
}

func finishRace(b *bench) {
	c := b.accept(text("one"))
	won := 0
	for _, err := range together(20, func(int) error { return b.store.Finish(b.ctx, c.ID, placed("s", unit(4, 0.5, 1))) }) {
		if err == nil {
			won++
			continue
		}
		b.wantErr(err, store.ErrFinished)
	}
	if won != 1 {
		b.Errorf("finished %d times, want once", won)
	}
	v, err := b.store.VectorsOf(b.ctx, c.ID)
	b.check(err)
	if len(v) != 1 {
		b.Errorf("%d vectors, want one", len(v))
	}
}

func finishRefused(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("w1", "")))
	c := b.accept(text("one"))
	b.refuse = func([]store.Job) error { return errFull }
	b.wantErr(b.store.Finish(b.ctx, c.ID, placed("s", unit(4, 0.5, 1))), errFull)
	b.stillQueued(c)
	d, err := b.store.Deliveries(b.ctx, "", 10)
	b.check(err)
	b.same("deliveries", d, []store.Delivery{})
}

// stillQueued fails if anything of an outcome stuck to a claim.
func (b *bench) stillQueued(c store.Claim) {
	b.Helper()
	b.same("claim", b.read(c.ID), c)
	v, err := b.store.VectorsOf(b.ctx, c.ID)
	b.check(err)
	b.same("vectors", v, []store.Vector{})
	b.same("jobs", b.db.Jobs(b.T), []store.Job{{Kind: store.Classify, ID: c.ID}})
}

func finishBadVector(b *bench) {
	b.done(text("first"), placed("s", unit(4, 0.5, 1)))
	c := b.accept(text("one"))
	nan := unit(4, 0.5, 1)
	nan[2] = float32(nanValue())
	for name, o := range map[string]store.Outcome{
		"no values":         placed("s", nil),
		"no number":         placed("s", nan),
		"another dimension": placed("s", unit(4, 0.5, 1), unit(5, 0.5, 1)),
	} {
		if err := b.store.Finish(b.ctx, c.ID, o); err == nil {
			b.Fatalf("%s: no error", name)
		}
		b.stillQueued(c)
	}
}

func failRequeue(b *bench) {
	c := b.accept(text("one"))
	b.wantErr(b.store.Requeue(b.ctx, c.ID), store.ErrConflict)
	at := b.clock.stop()
	b.check(b.store.Fail(b.ctx, c.ID, "no model"))
	failed := c
	failed.State, failed.Failure, failed.FinishedAt = store.Failed, "no model", stored(at)
	b.same("failed", b.read(c.ID), failed)
	b.wantErr(b.store.Fail(b.ctx, c.ID, "again"), store.ErrFinished)
	b.wantErr(b.store.Finish(b.ctx, c.ID, predicted()), store.ErrFinished)
	b.same("failed", b.read(c.ID), failed)

	b.check(b.store.Requeue(b.ctx, c.ID))
	b.same("queued again", b.read(c.ID), c)
	b.same("jobs", b.jobs(store.Classify), []string{c.ID, c.ID})
	b.wantErr(b.store.Requeue(b.ctx, c.ID), store.ErrConflict)
	b.check(b.store.Finish(b.ctx, c.ID, predicted("severity=major")))
	b.wantErr(b.store.Fail(b.ctx, c.ID, "late"), store.ErrFinished)
	b.wantErr(b.store.Requeue(b.ctx, c.ID), store.ErrConflict)
	if got := b.read(c.ID); got.State != store.Done || got.Failure != "" {
		b.Errorf("state %s, failure %q", got.State, got.Failure)
	}
}

func failRace(b *bench) {
	c := b.accept(text("one"))
	won := 0
	for _, err := range together(20, func(i int) error {
		if i%2 == 0 {
			return b.store.Fail(b.ctx, c.ID, "no")
		}
		return b.store.Finish(b.ctx, c.ID, predicted("severity=major"))
	}) {
		if err == nil {
			won++
		} else if !errors.Is(err, store.ErrFinished) {
			b.Errorf("error %v, want %v", err, store.ErrFinished)
		}
	}
	got := b.read(c.ID)
	if won != 1 || (got.State == store.Done) != (got.Prediction != nil) || (got.State == store.Failed) != (got.Failure != "") {
		b.Errorf("%d won; state %s, prediction %v, failure %q", won, got.State, got.Prediction, got.Failure)
	}
}

func requeueRefused(b *bench) {
	c := b.accept(text("one"))
	b.check(b.store.Fail(b.ctx, c.ID, "no"))
	b.refuse = func([]store.Job) error { return errFull }
	b.wantErr(b.store.Requeue(b.ctx, c.ID), errFull)
	if got := b.read(c.ID); got.State != store.Failed || got.Failure != "no" {
		b.Errorf("state %s, failure %q", got.State, got.Failure)
	}
	b.same("jobs", b.jobs(store.Classify), []string{c.ID})
}
