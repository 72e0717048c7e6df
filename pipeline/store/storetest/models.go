package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

func modelCases() []testCase {
	return []testCase{
		{"registered, found and listed", modelsKept},
		{"promoted one after the other", modelsPromoted},
		{"of many promotions at once one holds", modelsRace},
		{"archives are blobs in use", modelsBlobs},
		{"a shadow takes another's place", shadowSet},
		{"shadow runs are counted and shown", shadowRuns},
		{"shadow runs go with their claim", shadowErased},
		{"stale claims, newest first", historyStale},
		{"a new prediction keeps the old one", historyRescored},
		{"vectors stay unless their spaces change", historyVectors},
		{"what cannot be re-scored", historyRefused},
		{"trends under old and new model", historyTrend},
		{"splits are for good", splitsKept},
		{"versions of the data", datasetsKept},
	}
}

// model is a registered model, made up.
func model(n int) store.Model {
	return store.Model{
		Digest: fmt.Sprintf("sha256:%064d", n), Name: fmt.Sprint("model ", n), Archive: "sha256:" + blob(1000+n), Bytes: 1 << 33,
		Data: "sha256:data", Taxonomy: "t@1", Gate: json.RawMessage(`{"passed": true}`), Passed: true, By: "anna",
		At: time.Date(2026, 3, n, 10, 0, 0, 0, time.UTC),
	}
}

func modelsKept(b *bench) {
	one, two := model(1), model(2)
	two.Gate, two.Passed, two.Name = nil, false, "zwölf"
	b.check(b.store.AddModel(b.ctx, one))
	b.check(b.store.AddModel(b.ctx, two))
	changed := one
	changed.Name, changed.Archive, changed.By, changed.Gate, changed.Passed = "other", "other", "other", nil, false
	b.check(b.store.AddModel(b.ctx, changed)) // there already, and not judged again
	list, err := b.store.Models(b.ctx)
	b.check(err)
	b.same("newest first", list, []store.Model{two, one})
	got, err := b.store.Model(b.ctx, one.Digest)
	b.check(err)
	b.same("model", got, one)
	again := changed
	again.Gate = json.RawMessage(`{"passed": false}`)
	b.check(b.store.AddModel(b.ctx, again))
	one.Gate, one.Passed = again.Gate, false
	got, err = b.store.Model(b.ctx, one.Digest)
	b.check(err)
	b.same("judged again", got, one)
	_, err = b.store.Model(b.ctx, "sha256:none")
	b.wantErr(err, store.ErrNotFound)
}

func modelsPromoted(b *bench) {
	one, two := model(1), model(2)
	b.check(b.store.AddModel(b.ctx, one))
	b.check(b.store.AddModel(b.ctx, two))
	_, err := b.store.LiveModel(b.ctx)
	b.wantErr(err, store.ErrNotFound)
	var kept []store.Promotion
	for _, p := range []store.Promotion{
		{Model: one.Digest, By: "anna", Why: "better on hinges"},
		{Model: two.Digest, Before: one.Digest, Auto: true, By: "system"},
		{Model: one.Digest, Before: two.Digest, Back: true, By: "anna"},
		{Model: "", Before: one.Digest, Back: true, By: "anna"},
	} {
		got, err := b.store.Promote(b.ctx, p)
		b.check(err)
		if got.ID == "" || got.At.IsZero() {
			b.Fatalf("promotion %+v without id or time", got)
		}
		p.ID, p.At = got.ID, got.At
		b.same("kept", got, p)
		live, err := b.again().LiveModel(b.ctx)
		b.check(err)
		b.same("live", live, p)
		kept = append([]store.Promotion{p}, kept...)
	}
	_, err = b.store.Promote(b.ctx, store.Promotion{Model: two.Digest, Before: one.Digest})
	b.wantErr(err, store.ErrConflict)
	_, err = b.store.Promote(b.ctx, store.Promotion{Model: "sha256:none"})
	b.wantErr(err, store.ErrNotFound)
	list, err := b.store.Promotions(b.ctx, 3)
	b.check(err)
	b.same("newest first", list, kept[:3])
}

func modelsRace(b *bench) {
	b.check(b.store.AddModel(b.ctx, model(1)))
	stores := []store.Store{b.store, b.again()}
	won := 0
	for _, err := range together(20, func(i int) error {
		_, err := stores[i%2].Promote(b.ctx, store.Promotion{Model: model(1).Digest})
		return err
	}) {
		if err == nil {
			won++
			continue
		}
		b.wantErr(err, store.ErrConflict)
	}
	if won != 1 {
		b.Errorf("%d promotions of one state hold, want one", won)
	}
}

func modelsBlobs(b *bench) {
	b.check(b.store.AddModel(b.ctx, model(1)))
	used, err := b.store.Blobs(b.ctx)
	b.check(err)
	b.same("blobs", used, map[string]bool{model(1).Archive: true})
	for archive, want := range map[string]bool{model(1).Archive: true, model(2).Archive: false} {
		has, err := b.store.HasBlob(b.ctx, archive)
		b.check(err)
		b.same("has "+archive, has, want)
	}
}

func shadowSet(b *bench) {
	one, two := model(1), model(2)
	b.check(b.store.AddModel(b.ctx, one))
	b.check(b.store.AddModel(b.ctx, two))
	_, err := b.store.Shadow(b.ctx)
	b.wantErr(err, store.ErrNotFound)
	for _, m := range []store.Model{one, two} {
		want := store.Shadow{Model: m.Digest, Share: 0.25, By: "anna", Since: m.At}
		b.check(b.store.SetShadow(b.ctx, want))
		got, err := b.store.Shadow(b.ctx)
		b.check(err)
		b.same("shadow", got, want)
	}
	b.wantErr(b.store.SetShadow(b.ctx, store.Shadow{Model: "sha256:none", Share: 1}), store.ErrNotFound)
	for _, share := range []float64{0, -1, 1.01} {
		if err := b.store.SetShadow(b.ctx, store.Shadow{Model: one.Digest, Share: share}); err == nil {
			b.Errorf("a share of %g is taken", share)
		}
	}
	got, err := b.store.Shadow(b.ctx)
	b.check(err)
	b.same("after refusals", got.Model, two.Digest)
	b.check(b.store.SetShadow(b.ctx, store.Shadow{}))
	b.check(b.store.SetShadow(b.ctx, store.Shadow{}))
	_, err = b.store.Shadow(b.ctx)
	b.wantErr(err, store.ErrNotFound)
}

// run is a shadow's run on a claim; differ names axes.
func run(id string, minute int, differ ...string) store.ShadowRun {
	r := store.ShadowRun{Claim: id, Live: "l", Shadow: "s", At: time.Date(2026, 3, 1, 10, minute, 0, 0, time.UTC), Axes: 3}
	for _, axis := range differ {
		r.Differ = append(r.Differ, store.ShadowAnswer{Axis: axis,
			Live: store.Suggestion{Label: "minor", Probability: 0.75}, Shadow: store.Suggestion{Label: "major", Probability: 0.5, Abstained: true}})
	}
	return r
}

func shadowRuns(b *bench) {
	one, two, three := b.accept(text("1")), b.accept(text("2")), b.accept(text("3"))
	alike, both, single := run(one.ID, 1), run(two.ID, 2, "severity", "symptom"), run(three.ID, 3, "symptom")
	other := run(one.ID, 9, "severity")
	other.Live = "l2"
	for _, r := range []store.ShadowRun{alike, both, single, other, run(uuid.NewString(), 5), run(one.ID, 7, "severity")} {
		b.check(b.store.AddShadowRun(b.ctx, r))
	}
	counts, err := b.store.ShadowCounts(b.ctx, "s")
	b.check(err)
	b.same("counts, latest pair first", counts, []store.ShadowCounts{
		{Live: "l2", Shadow: "s", Claims: 1, Differ: 1, Axes: map[string]int{"severity": 1}, From: other.At, Until: other.At},
		{Live: "l", Shadow: "s", Claims: 3, Differ: 2, Axes: map[string]int{"severity": 1, "symptom": 2}, From: alike.At, Until: single.At},
	})
	for axis, want := range map[string][]store.ShadowRun{"": {other, single, both}, "symptom": {single, both}, "none": nil} {
		got, err := b.store.ShadowRuns(b.ctx, "s", axis, 10)
		b.check(err)
		b.same("runs on "+axis, got, want)
	}
	got, err := b.store.ShadowRuns(b.ctx, "s", "", 2)
	b.check(err)
	b.same("at most two", got, []store.ShadowRun{other, single})
}

func shadowErased(b *bench) {
	c := b.accept(text("1"))
	b.check(b.store.AddShadowRun(b.ctx, run(c.ID, 1, "symptom")))
	_, err := b.store.Erase(b.ctx, c.ID, "me")
	b.check(err)
	counts, err := b.store.ShadowCounts(b.ctx, "s")
	b.check(err)
	b.same("counts", counts, []store.ShadowCounts(nil))
}

func splitsKept(b *bench) {
	one, two, three := b.accept(text("1")), b.accept(text("2")), b.accept(text("3"))
	got, err := b.store.AssignSplits(b.ctx, map[string]string{one.ID: "train", two.ID: "audit"})
	b.check(err)
	b.same("assigned", got, map[string]string{one.ID: "train", two.ID: "audit"})
	got, err = b.again().AssignSplits(b.ctx, map[string]string{one.ID: "audit", three.ID: "train", uuid.NewString(): "train", "nonsense": "train"})
	b.check(err)
	b.same("what holds", got, map[string]string{one.ID: "train", three.ID: "train"})
	_, err = b.store.Erase(b.ctx, two.ID, "me")
	b.check(err)
	all, err := b.store.Splits(b.ctx)
	b.check(err)
	b.same("all", all, map[string]string{one.ID: "train", three.ID: "train"})
}

func datasetsKept(b *bench) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	one := store.Dataset{Digest: "sha256:1", Document: json.RawMessage(`{"claims": 3}`), By: "anna", At: at}
	two := store.Dataset{Digest: "sha256:2", Extends: one.Digest, Document: json.RawMessage(`{}`), By: "system", At: at.Add(time.Hour)}
	again := one
	again.By = "bert"
	for _, d := range []store.Dataset{one, two, again} {
		b.check(b.store.AddDataset(b.ctx, d))
	}
	list, err := b.store.Datasets(b.ctx)
	b.check(err)
	b.same("newest first", list, []store.Dataset{two, one})
}
