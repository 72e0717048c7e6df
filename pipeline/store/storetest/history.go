package storetest

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// by is an outcome of a model's.
func by(model string, o store.Outcome) store.Outcome {
	o.Prediction.Model = model
	return o
}

func (b *bench) stale(model, before string, limit int) []string {
	b.Helper()
	list, err := b.store.Stale(b.ctx, model, before, limit)
	b.check(err)
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
		if c.Prediction == nil || c.Prediction.Model == model {
			b.Errorf("claim %s is not stale: %+v", c.ID, c.Prediction)
		}
	}
	return ids
}

func historyStale(b *bench) {
	var ids []string
	for i := range 5 {
		ids = append(ids, b.done(text("x"), by([]string{"m1", "m2", "m3"}[i%3], predicted("a=b"))).ID)
	}
	b.accept(text("queued"))
	b.same("under m2", b.stale("m2", "", 10), []string{ids[3], ids[2], ids[0]})
	b.same("a page", b.stale("m2", "", 2), []string{ids[3], ids[2]})
	b.same("behind", b.stale("m2", ids[2], 2), []string{ids[0]})
	b.same("under a new one", b.stale("m9", "", 10), reverse(ids))
	stale, done, err := b.store.CountStale(b.ctx, "m1")
	b.check(err)
	b.same("counts", [2]int{stale, done}, [2]int{3, 5})
	_, err = b.store.Erase(b.ctx, ids[2], "me")
	b.check(err)
	b.same("behind one that is gone", b.stale("m2", ids[2], 10), []string{ids[0]})
	if _, err := b.store.Stale(b.ctx, "m", "", 0); err == nil {
		b.Error("a page of no claims is given")
	}
}

func historyRescored(b *bench) {
	first := by("m1", predicted("severity=minor", "symptom?leak"))
	c := b.done(store.New{Claim: claim.Claim{ID: "ref", Text: "x", Product: "Kettle", SKU: "K1"}, Owner: "shop"}, first)
	b.check(b.store.AddWebhook(b.ctx, hook("1", "")))
	before := len(b.deliveries(""))
	second := by("m2", predicted("severity=major", "symptom=leak"))
	second.Reviews = []store.NewReview{{Axes: []string{"severity"}, Reasons: []store.ReviewReason{store.ReasonAbstained}}}
	at := b.clock.stop()
	b.check(b.store.Rescore(b.ctx, c.ID, second))
	b.check(b.store.Rescore(b.ctx, c.ID, by("m2", predicted("severity=cosmetic")))) // it has one of m2

	got := b.read(c.ID)
	want := c
	want.Prediction = &second.Prediction
	b.same("claim", got, want)
	for label, n := range map[string]int{"minor": 0, "major": 1, "cosmetic": 0} {
		b.same(label, b.count(store.Filter{Labels: []store.Label{{Axis: "severity", Label: label}}}), n)
	}
	b.same("abstained", b.count(store.Filter{Abstained: true}), 0)
	b.same("found by its facts", b.ids(store.Filter{Product: "Kettle", SKU: "K1", Owner: "shop", Reference: "ref"}, 10), []string{c.ID})
	b.same("deliveries", len(b.deliveries("")), before)
	items, err := b.store.ReviewsOf(b.ctx, c.ID)
	b.check(err)
	b.same("looks", len(items), 0)

	b.same("past", b.past(c.ID), []pastAnswer{{"m1", first.Prediction, stored(at)}})
	b.check(b.store.Rescore(b.ctx, c.ID, first)) // back to the first model
	b.check(b.store.Rescore(b.ctx, c.ID, second))
	b.same("each model once", b.past(c.ID), []pastAnswer{{"m1", first.Prediction, stored(at)}, {"m2", second.Prediction, stored(at)}})
	_, err = b.store.Past(b.ctx, uuid.NewString())
	b.wantErr(err, store.ErrNotFound)
}

// pastAnswer is a past prediction as it was.
type pastAnswer struct {
	Model      string
	Prediction claim.Prediction
	At         time.Time
}

func (b *bench) past(id string) (out []pastAnswer) {
	b.Helper()
	list, err := b.store.Past(b.ctx, id)
	b.check(err)
	for _, p := range list {
		a := pastAnswer{Model: p.Model, At: p.ReplacedAt}
		b.check(json.Unmarshal(p.Prediction, &a.Prediction))
		out = append(out, a)
	}
	return out
}

func historyVectors(b *bench) {
	old := by("m1", placed("s", unit(4, 1, 1), unit(4, 0.5, 1)))
	c, other := b.done(text("x"), old), b.done(text("y"), by("m1", placed("s", unit(4, 0.1, 1))))
	same := by("m2", placed("s", unit(4, 0.2, 2)))
	same.Prediction.Axes = axes("severity=critical")
	b.check(b.store.Rescore(b.ctx, c.ID, same))
	vectors, err := b.store.VectorsOf(b.ctx, c.ID)
	b.check(err)
	b.same("vectors of the same space stay", len(vectors), 2)
	q := store.Near{Space: "s", Vector: unit(4, 1, 1), K: 10, Filter: store.Filter{Labels: []store.Label{{Axis: "severity", Label: "critical"}}}}
	b.same("found by its new label", hitIDs(b.nearest(b.store, q)), []string{c.ID})
	q.Filter.Labels[0].Label = "major"
	b.same("no longer by its old one", hitIDs(b.nearest(b.store, q)), []string{other.ID})

	b.check(b.store.Rescore(b.ctx, c.ID, by("m3", placed("t", unit(5, 1, 1)))))
	b.same("gone from the old space", hitIDs(b.nearest(b.store, store.Near{Space: "s", Vector: unit(4, 1, 1), K: 10})), []string{other.ID})
	b.same("found in the new one", hitIDs(b.nearest(b.store, store.Near{Space: "t", Vector: unit(5, 1, 1), K: 10})), []string{c.ID})
	b.check(b.store.Rescore(b.ctx, c.ID, by("m4", predicted("severity=minor"))))
	vectors, err = b.store.VectorsOf(b.ctx, c.ID)
	b.check(err)
	b.same("none", len(vectors), 0)
}

func hitIDs(hits []store.Neighbour) (ids []string) {
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	return ids
}

func historyRefused(b *bench) {
	b.wantErr(b.store.Rescore(b.ctx, uuid.NewString(), predicted("a=b")), store.ErrNotFound)
	c := b.accept(text("queued"))
	b.wantErr(b.store.Rescore(b.ctx, c.ID, predicted("a=b")), store.ErrConflict)
	b.check(b.store.Fail(b.ctx, c.ID, "no"))
	b.wantErr(b.store.Rescore(b.ctx, c.ID, predicted("a=b")), store.ErrConflict)
	d := b.done(text("x"), by("m1", predicted("a=b")))
	bad := by("m2", placed("s", []float32{9, 9}))
	if err := b.store.Rescore(b.ctx, d.ID, bad); err == nil {
		b.Error("a vector that has no unit length is taken")
	}
	b.same("all or nothing", b.read(d.ID).Prediction.Model, "m1")
	b.same("past", b.past(d.ID), []pastAnswer(nil))
	_, err := b.store.Erase(b.ctx, d.ID, "me")
	b.check(err)
	b.wantErr(b.store.Rescore(b.ctx, d.ID, predicted("a=b")), store.ErrNotFound)
}

func historyTrend(b *bench) {
	monday := time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC)
	b.clock.set(monday, 0)
	one := b.done(text("x"), by("m1", predicted("severity=minor")))
	two := b.done(text("y"), by("m1", predicted("severity?minor")))
	b.clock.set(monday.Add(time.Hour), 0)
	b.done(text("z"), by("m1", predicted("severity=minor", `odd "axis"=x`)))
	b.accept(text("queued"))
	b.check(b.store.Rescore(b.ctx, one.ID, by("m2", predicted("severity=major"))))
	b.check(b.store.Rescore(b.ctx, two.ID, by("m2", predicted("severity=minor"))))
	b.check(b.store.Rescore(b.ctx, two.ID, by("m1", predicted("severity?minor")))) // and back
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	want := []store.TrendCount{
		{Day: day(2), Model: "m1", Label: "minor", N: 1},
		{Day: day(2), Model: "m1", Label: "minor", Abstained: true, N: 1},
		{Day: day(2), Model: "m2", Label: "major", N: 1},
		{Day: day(2), Model: "m2", Label: "minor", N: 1},
		{Day: day(3), Model: "m1", Label: "minor", N: 1},
	}
	got, err := b.store.Trend(b.ctx, "severity", time.Time{}, time.Time{})
	b.check(err)
	b.same("all days", got, want)
	got, err = b.store.Trend(b.ctx, "severity", monday, day(3))
	b.check(err)
	b.same("monday", got, want[:4])
	got, err = b.store.Trend(b.ctx, `odd "axis"`, day(3), time.Time{})
	b.check(err)
	b.same("an odd axis", got, []store.TrendCount{{Day: day(3), Model: "m1", Label: "x", N: 1}})
}
