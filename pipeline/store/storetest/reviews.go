package storetest

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func reviewCases() []testCase {
	return []testCase{
		{"an item is kept as it was asked for", reviewKept},
		{"finish and accept leave items in their transaction", reviewFinish},
		{"what waits takes on further reasons", reviewJoins},
		{"what is held or decided is not changed under anyone", reviewJoinsHeld},
		{"asked for by 20 at once", reviewAddRace},
		{"bad items are refused", reviewBad},
		{"order and ties", reviewOrder},
		{"new ranks", reviewRanks},
		{"new ranks while items are handed out", reviewRanksHanded},
		{"filters", reviewFilters},
		{"a reviewer who takes little of a long queue", reviewRare},
		{"the slice by arrival", reviewSliceOrder},
		{"counts", reviewCounts},
		{"erased with the claim", reviewErased},
	}
}

// look is the plainest item for a claim.
func look(id string, rank float64, reasons ...store.ReviewReason) store.NewReview {
	if len(reasons) == 0 {
		reasons = []store.ReviewReason{store.ReasonAbstained}
	}
	return store.NewReview{Claim: id, Reasons: reasons, Uncertainty: 0.5, Cost: 1, Rank: rank, Looks: 1, By: "system"}
}

// addReviews adds items and gives their ids.
func (b *bench) addReviews(n ...store.NewReview) []string {
	b.Helper()
	ids, err := b.store.AddReviews(b.ctx, n)
	b.check(err)
	if len(ids) != len(n) {
		b.Fatalf("%d ids for %d items", len(ids), len(n))
	}
	return ids
}

// queued adds one item of each rank, each for a claim of its own.
func (b *bench) queued(ranks ...float64) []string {
	b.Helper()
	var n []store.NewReview
	for _, r := range ranks {
		n = append(n, look(b.accept(text("x")).ID, r))
	}
	return b.addReviews(n...)
}

func (b *bench) item(id string) store.Review {
	b.Helper()
	r, err := b.store.Review(b.ctx, id)
	b.check(err)
	return r
}

// waits lists what waits by id.
func (b *bench) waits(f store.ReviewFilter, limit int) []string {
	b.Helper()
	if f.States == nil {
		f.States = []store.ReviewState{store.ReviewOpen}
	}
	list, err := b.store.OpenReviews(b.ctx, f, limit)
	b.check(err)
	var out []string
	for _, r := range list {
		out = append(out, r.ID)
	}
	return out
}

func reviewKept(b *bench) {
	c := b.accept(text("x"))
	n := store.NewReview{
		Claim: c.ID, Axes: []string{"symptom", "a b|c", "symptom"}, Reasons: []store.ReviewReason{store.ReasonRandom, store.ReasonAbstained},
		Uncertainty: 0.1 + 0.2, Cost: 1e6, Rank: -1.0 / 3, Deadline: time.Date(2026, 3, 2, 0, 0, 0, 1999, time.FixedZone("", 3600)), Looks: 2,
		Lang: "de", Product: "Brök\"er\x00", Label: "leak", Cluster: "c",
		Suggested: map[string]store.Suggestion{"symptom": {Label: "leak", Probability: 0.3, Abstained: true}, "ä": {Label: "'"}},
		Model:     "sha256:m", By: "key-7", Why: "look: the hinge",
	}
	at := b.clock.stop()
	id := b.addReviews(n)[0]
	want := store.Review{ID: id, NewReview: n, State: store.ReviewOpen, Version: 1, CreatedAt: stored(at)}
	want.Axes, want.Why = []string{"a b|c", "symptom"}, "" // that is the log's
	want.Reasons = []store.ReviewReason{store.ReasonAbstained, store.ReasonRandom}
	want.Product, want.Deadline = "Brök\"er\uFFFD", stored(n.Deadline)
	b.same("item", b.item(id), want)
	of, err := b.store.ReviewsOf(b.ctx, c.ID)
	b.check(err)
	b.same("of the claim", of, []store.Review{want})
	log, err := b.store.ReviewLog(b.ctx, id)
	b.check(err)
	b.same("log", log, []store.ReviewEvent{{At: stored(at), Who: "key-7", What: store.ReviewAdded, Item: id, Claim: c.ID, Why: "random, abstained: look: the hinge"}})

	_, err = b.store.Review(b.ctx, uuid.NewString())
	b.wantErr(err, store.ErrNotFound)
	_, err = b.store.Review(b.ctx, "x")
	b.wantErr(err, store.ErrNotFound)
}

func reviewFinish(b *bench) {
	o := predicted("severity?major")
	o.Reviews = []store.NewReview{look("", 1)}
	c := b.accept(text("x"))
	b.check(b.store.AddWebhook(b.ctx, hook("w", "")))
	b.refuse = func([]store.Job) error { return errors.New("full") }
	if err := b.store.Finish(b.ctx, c.ID, o); err == nil {
		b.Error("a refused announcement finished the claim")
	}
	b.same("after a failure", b.waits(store.ReviewFilter{}, 10), []string{})
	b.refuse = func([]store.Job) error { return nil }
	b.check(b.store.Finish(b.ctx, c.ID, o))
	b.wantErr(b.store.Finish(b.ctx, c.ID, o), store.ErrFinished)
	d := b.done(text("y"), o)
	for _, id := range []string{c.ID, d.ID} {
		of, err := b.store.ReviewsOf(b.ctx, id)
		b.check(err)
		if len(of) != 1 || of[0].Claim != id {
			b.Errorf("items of the claim: %+v", of)
		}
	}
	bad := o
	bad.Reviews = []store.NewReview{look("", 1), {Rank: 1}}
	e := b.accept(text("z"))
	if err := b.store.Finish(b.ctx, e.ID, bad); err == nil {
		b.Error("an item without a reason was taken")
	}
	b.same("state", b.read(e.ID).State, store.Queued)
	b.same("waiting", len(b.waits(store.ReviewFilter{}, 10)), 2)
	// Together with others, whose outcomes are not at fault.
	var claims []store.Claim
	for i := range 12 {
		claims = append(claims, b.accept(text(fmt.Sprint(i))))
	}
	for i, err := range together(len(claims), func(i int) error { return b.store.Finish(b.ctx, claims[i].ID, o) }) {
		if err != nil {
			b.Errorf("%d: %v", i, err)
		}
	}
	b.same("waiting", len(b.waits(store.ReviewFilter{}, 100)), 14)
}

func reviewJoins(b *bench) {
	c := b.accept(text("x"))
	first := look(c.ID, 1)
	first.Axes, first.Deadline = []string{"severity"}, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	id := b.addReviews(first)[0]
	second := look(c.ID, 3, store.ReasonRequested)
	second.Axes, second.Looks, second.Cost, second.Uncertainty, second.Cluster = []string{"symptom"}, 2, 7, 0.25, "c"
	second.Deadline = first.Deadline.Add(-time.Hour)
	third := look(c.ID, 2, store.ReasonGate, store.ReasonAbstained)
	b.same("ids", b.addReviews(second, third), []string{id, id})
	got := b.item(id)
	want := store.NewReview{Claim: c.ID, Reasons: []store.ReviewReason{store.ReasonAbstained, store.ReasonGate, store.ReasonRequested},
		Uncertainty: 0.25, Cost: 7, Rank: 3, Deadline: second.Deadline, Looks: 2, Cluster: "c", By: "system"}
	b.same("joined", got.NewReview, want) // the whole claim now
	if got.Version <= 1 {
		b.Errorf("version %d: a late answer to the smaller question would be taken", got.Version)
	}
	known := look(c.ID, 0, store.ReasonKnown)
	known.Known = map[string]string{"severity": "major"}
	ids := b.addReviews(known)
	if ids[0] == id {
		b.Error("a known item was joined")
	}
	b.same("state", b.item(ids[0]).State, store.ReviewKnown)
	log, err := b.store.ReviewLog(b.ctx, id)
	b.check(err)
	b.same("additions", len(log), 3)
}

func reviewJoinsHeld(b *bench) {
	c := b.accept(text("x"))
	n := look(c.ID, 1)
	n.Axes = []string{"severity"}
	id := b.addReviews(n)[0]
	held := b.lease("anna", id)
	more := look(c.ID, 5, store.ReasonRequested)
	more.Axes = []string{"severity"}
	b.same("same axes", b.addReviews(more), []string{id})
	got := b.item(id)
	b.same("version", got.Version, held.Version)
	b.same("rank", got.Rank, 5.0)
	other := look(c.ID, 1)
	other.Axes = []string{"symptom"}
	ids := b.addReviews(other)
	if ids[0] == id {
		b.Error("another axis was added to what someone has before him")
	}
	whole := b.addReviews(look(c.ID, 1))
	b.same("the whole claim joins the one that is free", whole, ids)
	got.Holder, got.HeldUntil, got.State, got.Final = "", time.Time{}, store.ReviewSettled, "d"
	b.check(b.store.ChangeReview(b.ctx, got, nil, nil))
	if again := b.addReviews(more); again[0] == id {
		b.Error("a settled item was joined")
	}
}

func reviewAddRace(b *bench) {
	stores := []store.Store{b.store, b.again()}
	c := b.accept(text("x"))
	ids := make([]string, 20)
	for _, err := range together(len(ids), func(i int) error {
		got, err := stores[i%2].AddReviews(b.ctx, []store.NewReview{look(c.ID, float64(i))})
		if err == nil {
			ids[i] = got[0]
		}
		return err
	}) {
		b.check(err)
	}
	for _, id := range ids {
		b.same("id", id, ids[0])
	}
	b.same("rank", b.item(ids[0]).Rank, 19.0)
}

func reviewBad(b *bench) {
	c := b.accept(text("x"))
	bad := map[string]store.NewReview{}
	for name, change := range map[string]func(*store.NewReview){
		"no reason":      func(n *store.NewReview) { n.Reasons = nil },
		"rank":           func(n *store.NewReview) { n.Rank = math.NaN() },
		"infinite":       func(n *store.NewReview) { n.Rank = math.Inf(1) },
		"uncertainty":    func(n *store.NewReview) { n.Uncertainty = 1.5 },
		"cost":           func(n *store.NewReview) { n.Cost = math.NaN() },
		"looks":          func(n *store.NewReview) { n.Looks = 3 },
		"known":          func(n *store.NewReview) { n.Known = map[string]string{"a": "b"} },
		"known, nothing": func(n *store.NewReview) { n.Reasons = []store.ReviewReason{store.ReasonKnown} },
	} {
		n := look(c.ID, 1)
		change(&n)
		bad[name] = n
	}
	for name, n := range bad {
		if _, err := b.store.AddReviews(b.ctx, []store.NewReview{look(c.ID, 1), n}); err == nil {
			b.Errorf("%s: taken", name)
		}
	}
	for _, id := range []string{uuid.NewString(), "x", ""} {
		_, err := b.store.AddReviews(b.ctx, []store.NewReview{look(c.ID, 1), look(id, 1)})
		b.wantErr(err, store.ErrNotFound)
	}
	b.same("all or nothing", b.waits(store.ReviewFilter{}, 10), []string{})
}

func reviewErased(b *bench) {
	c := store.New{Claim: claim.Claim{ID: "r", Text: "x"}}
	id := b.accept(c).ID
	item := b.addReviews(look(id, 1))[0]
	held := b.lease("anna", item)
	d := store.ReviewDecision{ID: uuid.NewString(), Reviewer: "anna", At: b.clock.Now(), Labels: map[string]string{"a": "b"}, Role: store.RoleLook}
	b.check(b.store.ChangeReview(b.ctx, held, []store.ReviewDecision{d}, []store.ReviewEvent{{At: b.clock.Now(), Who: "anna", What: store.ReviewDecided}}))
	_, err := b.store.Erase(b.ctx, id, "me")
	b.check(err)
	_, err = b.store.Review(b.ctx, item)
	b.wantErr(err, store.ErrNotFound)
	_, err = b.store.Decision(b.ctx, d.ID)
	b.wantErr(err, store.ErrNotFound)
	log, err := b.store.ReviewLog(b.ctx, item)
	b.check(err)
	b.same("log", log, []store.ReviewEvent{})
	b.wantErr(b.store.ChangeReview(b.ctx, held, nil, nil), store.ErrNotFound)
}
