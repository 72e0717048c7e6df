package storetest

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

func webhookCases() []testCase {
	return []testCase{
		{"kept, listed and deleted", hooksKept},
		{"finish makes deliveries for those that match", hooksMatch},
		{"an outcome at once is announced too", hooksAtOnce},
		{"a failure is announced", hooksFailed},
		{"attempts and replay", hooksReplay},
		{"a refused replay changes nothing", hooksRefused},
		{"deliveries are listed newest first", hooksList},
		{"of what is not there", hooksUnknown},
	}
}

// hookID makes a webhook's id of a short name.
func hookID(name string) string { return groupID("hook" + name) }

func hook(name, owner string) store.Webhook {
	return store.Webhook{ID: hookID(name), URL: "https://example.com/" + name + "?a=b", Secret: "whsec_x", Owner: owner,
		CreatedAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}
}

func (b *bench) deliveries(id string) []store.Delivery {
	b.Helper()
	got, err := b.store.Deliveries(b.ctx, id, 100)
	b.check(err)
	return got
}

func hooksKept(b *bench) {
	one, two := hook("1", ""), hook("2", "o")
	two.CreatedAt = time.Date(2026, 3, 1, 10, 0, 1, 1999, time.FixedZone("", -3600))
	b.check(b.store.AddWebhook(b.ctx, one))
	b.check(b.store.AddWebhook(b.ctx, two))
	b.wantErr(b.store.AddWebhook(b.ctx, one), store.ErrConflict)
	two.CreatedAt = stored(two.CreatedAt)
	got, err := b.store.Webhooks(b.ctx)
	b.check(err)
	b.same("webhooks", got, []store.Webhook{one, two})
	w, err := b.store.Webhook(b.ctx, two.ID)
	b.check(err)
	b.same("webhook", w, two)

	c := b.accept(store.New{Claim: full(), Owner: "o"})
	b.check(b.store.Finish(b.ctx, c.ID, predicted("a=b")))
	b.check(b.store.DeleteWebhook(b.ctx, one.ID))
	got, err = b.store.Webhooks(b.ctx)
	b.check(err)
	b.same("webhooks", got, []store.Webhook{two})
	left := b.deliveries("")
	if len(left) != 1 || left[0].Webhook != two.ID {
		b.Errorf("deliveries left: %v", left)
	}
	b.wantErr(b.store.DeleteWebhook(b.ctx, one.ID), store.ErrNotFound)
}

func hooksMatch(b *bench) {
	for name, owner := range map[string]string{"all": "", "o": "o", "O": "O", "p": "p"} {
		b.check(b.store.AddWebhook(b.ctx, hook(name, owner)))
	}
	n := text("one")
	n.Owner = "o"
	c := b.accept(n)
	b.same("deliveries before", b.deliveries(""), []store.Delivery{})
	at := b.clock.stop()
	b.check(b.store.Finish(b.ctx, c.ID, predicted("a=b")))
	var hooks, ids []string
	for _, d := range b.deliveries("") {
		hooks, ids = append(hooks, d.Webhook), append(ids, d.ID)
		b.same("delivery", d, store.Delivery{ID: d.ID, Webhook: d.Webhook, Claim: c.ID, Type: store.ClaimDone, CreatedAt: stored(at)})
		one, err := b.store.Delivery(b.ctx, d.ID)
		b.check(err)
		b.same("delivery by id", one, d)
	}
	slices.Sort(hooks)
	b.same("webhooks", hooks, slices.Sorted(slices.Values([]string{hookID("all"), hookID("o")})))
	slices.Sort(ids)
	b.same("jobs", slices.Sorted(slices.Values(b.jobs(store.Deliver))), ids)
	// A claim without an owner is heard of by those that hear of all.
	b.check(b.store.Finish(b.ctx, b.accept(text("two")).ID, predicted("a=b")))
	if got := b.deliveries(""); len(got) != 3 {
		b.Errorf("%d deliveries, want 3", len(got))
	}
}

// Who waits for an answer hears of a claim that will get none, and again when it got one.
func hooksFailed(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("1", "")))
	c := b.accept(text("one"))
	at := b.clock.stop()
	b.check(b.store.Fail(b.ctx, c.ID, "no"))
	got := b.deliveries("")
	if len(got) != 1 {
		b.Fatalf("%d deliveries after a failure, want 1", len(got))
	}
	b.same("delivery", got[0], store.Delivery{ID: got[0].ID, Webhook: hookID("1"), Claim: c.ID, Type: store.ClaimFailed, CreatedAt: stored(at)})
	b.same("jobs", b.jobs(store.Deliver), []string{got[0].ID})
	b.check(b.store.Requeue(b.ctx, c.ID))
	b.check(b.store.Finish(b.ctx, c.ID, predicted("a=b")))
	if got := b.deliveries(""); len(got) != 2 || got[0].Type == got[1].Type {
		b.Errorf("deliveries after another try: %v", got)
	}
	refused := b.accept(text("two"))
	b.refuse = func([]store.Job) error { return errFull }
	b.wantErr(b.store.Fail(b.ctx, refused.ID, "no"), errFull)
	if got := b.read(refused.ID); got.State != store.Queued {
		b.Errorf("the claim is %s without a job that says so", got.State)
	}
}

func hooksAtOnce(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("1", "")))
	c := b.done(text("one"), predicted("a=b"))
	d := b.deliveries(hookID("1"))
	if len(d) != 1 || d[0].Claim != c.ID {
		b.Fatalf("deliveries %v", d)
	}
	b.same("jobs", b.db.Jobs(b.T), []store.Job{{Kind: store.Deliver, ID: d[0].ID}})
}

func hooksReplay(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("1", "")))
	b.done(text("one"), predicted("a=b"))
	want := b.deliveries("")[0]
	check := func(what string) {
		b.Helper()
		got, err := b.store.Delivery(b.ctx, want.ID)
		b.check(err)
		b.same(what, got, want)
	}
	b.check(b.store.Delivered(b.ctx, want.ID, "503 Service Unavailable"))
	want.Attempts, want.Failure = 1, "503 Service Unavailable"
	check("failed")
	at := b.clock.stop()
	b.check(b.store.Delivered(b.ctx, want.ID, ""))
	want.Attempts, want.Failure, want.DeliveredAt = 2, "", stored(at)
	check("delivered")
	b.check(b.store.Replay(b.ctx, want.ID))
	want.DeliveredAt = time.Time{}
	check("replayed")
	b.same("jobs", b.jobs(store.Deliver), []string{want.ID, want.ID})
	b.check(b.store.Delivered(b.ctx, want.ID, "timeout"))
	want.Attempts, want.Failure = 3, "timeout"
	check("failed again")
	for _, err := range together(20, func(int) error { return b.store.Delivered(b.ctx, want.ID, "timeout") }) {
		b.check(err)
	}
	want.Attempts = 23
	check("20 attempts at once")
}

func hooksRefused(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("1", "")))
	b.done(text("one"), predicted("a=b"))
	id := b.deliveries("")[0].ID
	b.check(b.store.Delivered(b.ctx, id, ""))
	want := b.deliveries("")
	b.refuse = func([]store.Job) error { return errFull }
	b.wantErr(b.store.Replay(b.ctx, id), errFull)
	b.same("deliveries", b.deliveries(""), want)
	b.same("jobs", b.jobs(store.Deliver), []string{id})
}

func hooksList(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("1", "")))
	b.check(b.store.AddWebhook(b.ctx, hook("2", "")))
	var want []string
	for range 5 {
		want = append(want, b.done(text("one"), predicted("a=b")).ID)
	}
	claims := func(id string, limit int) []string {
		got, err := b.store.Deliveries(b.ctx, id, limit)
		b.check(err)
		var out []string
		for _, d := range got {
			out = append(out, d.Claim)
		}
		return out
	}
	b.same("of one", claims(hookID("1"), 100), reverse(want))
	b.same("three of one", claims(hookID("2"), 3), reverse(want)[:3])
	b.same("of all", len(claims("", 100)), 10)
	b.same("newest of all", claims("", 1), want[4:])
	b.same("of none", claims(hookID("3"), 100), []string{})
	ofClaim := func(id string, limit int) (out []string) {
		got, err := b.store.DeliveriesOf(b.ctx, id, limit)
		b.check(err)
		for _, d := range got {
			out = append(out, d.Claim+d.Webhook)
		}
		slices.Sort(out)
		return out
	}
	b.same("of a claim", ofClaim(want[2], 100), []string{want[2] + hookID("1"), want[2] + hookID("2")})
	b.same("one of a claim", len(ofClaim(want[2], 1)), 1)
	b.same("of no claim", len(ofClaim(uuid.NewString(), 100))+len(ofClaim("x", 100)), 0)
}

func hooksUnknown(b *bench) {
	for _, id := range []string{"", "x", uuid.NewString()} {
		_, err := b.store.Webhook(b.ctx, id)
		b.wantErr(err, store.ErrNotFound)
		_, err = b.store.Delivery(b.ctx, id)
		b.wantErr(err, store.ErrNotFound)
		b.wantErr(b.store.DeleteWebhook(b.ctx, id), store.ErrNotFound)
		b.wantErr(b.store.Delivered(b.ctx, id, ""), store.ErrNotFound)
		b.wantErr(b.store.Replay(b.ctx, id), store.ErrNotFound)
	}
	b.same("jobs", b.db.Jobs(b.T), []store.Job{})
}
