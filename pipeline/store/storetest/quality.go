package storetest

import (
	"errors"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func qualityCases() []testCase {
	return []testCase{
		{"actions are kept, changed and listed", capasKept},
		{"one open action for each cause", capasOnce},
		{"a change needs the current version", capasVersion},
		{"the log only grows and goes with the change", capasLog},
		{"a refused notice undoes the change", capasRefused},
		{"credits are kept, changed and listed", creditsKept},
		{"a claim is charged once", creditsOnce},
		{"credits go without the claims that are erased", creditsErased},
		{"notices go to webhooks without owner, once for each key", noticesTold},
	}
}

// action is a corrective action with times finer than what is kept.
func action(name, cause string) store.CAPA {
	at := time.Date(2026, 3, 1, 10, 0, 0, 1999, time.FixedZone("", 3600))
	c := store.CAPA{
		ID: groupID(name), Version: 1, State: store.CAPAOpen, Cause: store.Cause{Kind: "lot", Name: cause, Label: "symptom=crack"},
		Title: "Hinges of " + cause, Owner: "anna", Severity: "major", Supplier: "ACME", SKU: "K-1", OpenedAt: at,
		Firings: []store.Firing{{Key: "a1", Rule: "alarm", At: at, What: "41 claims where 3 are expected"}},
	}
	for _, step := range []string{"D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"} {
		c.Steps = append(c.Steps, store.CAPAStep{Step: step, Due: at.AddDate(0, 0, 7)})
	}
	return c
}

// kept is an action as a store gives it back.
func kept(c store.CAPA) store.CAPA {
	c.OpenedAt, c.ClosedAt, c.FixedAt = stored(c.OpenedAt), stored(c.ClosedAt), stored(c.FixedAt)
	c.Firings, c.Steps, c.Checks = append([]store.Firing{}, c.Firings...), append([]store.CAPAStep{}, c.Steps...), append([]store.CAPACheck{}, c.Checks...)
	for i := range c.Firings {
		c.Firings[i].At = stored(c.Firings[i].At)
	}
	for i := range c.Steps {
		c.Steps[i].Due, c.Steps[i].At = stored(c.Steps[i].Due), stored(c.Steps[i].At)
	}
	for i := range c.Checks {
		c.Checks[i].At, c.Checks[i].FixedAt = stored(c.Checks[i].At), stored(c.Checks[i].FixedAt)
	}
	return c
}

func (b *bench) capas(f store.CAPAFilter) []string {
	b.Helper()
	if f.Limit == 0 {
		f.Limit = 10
	}
	list, err := b.store.CAPAs(b.ctx, f)
	b.check(err)
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

func capasKept(b *bench) {
	one, two := action("1", "L-1"), action("2", "l-1")
	two.Owner, two.Supplier, two.Cause.Label, two.OpenedAt = "Zoë", "", "", one.OpenedAt.AddDate(0, 0, 1)
	b.check(b.store.AddCAPA(b.ctx, one, nil, nil))
	b.check(b.store.AddCAPA(b.ctx, two, nil, nil))
	got, err := b.store.CAPA(b.ctx, one.ID)
	b.check(err)
	b.same("action", got, kept(one))
	_, err = b.store.CAPA(b.ctx, groupID("nobody"))
	b.wantErr(err, store.ErrNotFound)

	one.State, one.ClosedAt, one.FixedAt, one.Owner = store.CAPAClosed, one.OpenedAt.AddDate(0, 1, 0), one.OpenedAt.AddDate(0, 0, 9), "bert"
	one.Checks = []store.CAPACheck{{At: one.ClosedAt, FixedAt: one.FixedAt, Who: "anna", ClaimsBefore: 41, UnitDaysBefore: 12.5, Ratio: 0.125, P: 1e-9, Verdict: "effective"}}
	one.Steps[0].Text, one.Steps[0].Who, one.Steps[0].At, one.Steps[0].Evidence = "a\x00b\xff", "anna", one.OpenedAt, []string{"https://example.com/1"}
	changed := one
	changed.Cause, changed.OpenedAt = store.Cause{Kind: "other"}, one.ClosedAt // do not change
	b.check(b.store.ChangeCAPA(b.ctx, changed, nil, nil))
	one.Version, one.Steps[0].Text = 2, "a\uFFFDb\uFFFD"
	got, err = b.store.CAPA(b.ctx, one.ID)
	b.check(err)
	b.same("changed", got, kept(one))

	b.same("newest first", b.capas(store.CAPAFilter{}), []string{max(one.ID, two.ID), min(one.ID, two.ID)})
	b.same("one", b.capas(store.CAPAFilter{Limit: 1}), []string{max(one.ID, two.ID)})
	b.same("the next", b.capas(store.CAPAFilter{After: max(one.ID, two.ID)}), []string{min(one.ID, two.ID)})
	b.same("open", b.capas(store.CAPAFilter{State: store.CAPAOpen}), []string{two.ID})
	b.same("owner", b.capas(store.CAPAFilter{Owner: "bert"}), []string{one.ID})
	b.same("supplier", b.capas(store.CAPAFilter{Supplier: "ACME"}), []string{one.ID})
	b.same("cause, in bytes", b.capas(store.CAPAFilter{Cause: &two.Cause}), []string{two.ID})
	b.same("until", b.capas(store.CAPAFilter{Until: stored(two.OpenedAt)}), []string{one.ID})
	b.same("from", b.capas(store.CAPAFilter{From: stored(two.OpenedAt)}), []string{two.ID})
	for _, n := range []int{0, store.MaxCAPAs + 1} {
		if _, err := b.store.CAPAs(b.ctx, store.CAPAFilter{Limit: n}); err == nil {
			b.Errorf("a list of %d is no error", n)
		}
	}
}

func capasOnce(b *bench) {
	won := 0
	for _, err := range together(8, func(i int) error { return b.store.AddCAPA(b.ctx, action(string(rune('a'+i)), "L-1"), nil, nil) }) {
		if err == nil {
			won++
			continue
		}
		b.wantErr(err, store.ErrConflict)
	}
	b.same("winners", won, 1)
	c, err := b.store.CAPAs(b.ctx, store.CAPAFilter{Limit: 10})
	b.check(err)
	c[0].State = store.CAPADropped
	b.check(b.store.ChangeCAPA(b.ctx, c[0], nil, nil))
	b.check(b.store.AddCAPA(b.ctx, action("later", "L-1"), nil, nil))
	b.wantErr(b.store.AddCAPA(b.ctx, action("later", "L-2"), nil, nil), store.ErrConflict)
	c[0].Version++
	b.wantErr(b.store.ChangeCAPA(b.ctx, c[0], nil, nil), store.ErrConflict) // it is over
}

func capasVersion(b *bench) {
	c := action("1", "L-1")
	b.check(b.store.AddCAPA(b.ctx, c, nil, nil))
	won := 0
	for _, err := range together(8, func(int) error { return b.store.ChangeCAPA(b.ctx, c, nil, nil) }) {
		if err == nil {
			won++
			continue
		}
		b.wantErr(err, store.ErrConflict)
	}
	b.same("winners", won, 1)
	c.ID = groupID("nobody")
	b.wantErr(b.store.ChangeCAPA(b.ctx, c, nil, nil), store.ErrNotFound)
}

func capasLog(b *bench) {
	c := action("1", "L-1")
	event := store.QualityEvent{At: c.OpenedAt, Who: "anna", What: store.CAPAOpened, Detail: "by hand"}
	b.check(b.store.AddCAPA(b.ctx, c, []store.QualityEvent{event}, nil))
	later := store.QualityEvent{At: c.OpenedAt, Who: "bert", What: store.CAPAStepDone, Detail: "D1"}
	b.check(b.store.ChangeCAPA(b.ctx, c, []store.QualityEvent{later, event}, nil))
	b.wantErr(b.store.ChangeCAPA(b.ctx, c, []store.QualityEvent{later}, nil), store.ErrConflict)
	got, err := b.store.QualityLog(b.ctx, c.ID)
	b.check(err)
	as := func(e store.QualityEvent, version int64) store.QualityEvent {
		e.At, e.On, e.Version = stored(e.At), c.ID, version
		return e
	}
	b.same("log", got, []store.QualityEvent{as(event, 1), as(later, 2), as(event, 2)})
}

func capasRefused(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("1", "")))
	full := errors.New("the queue is full")
	b.refuse = func([]store.Job) error { return full }
	c := action("1", "L-1")
	n := []store.Notice{{Type: store.CAPAOpened, Data: "{}"}}
	b.wantErr(b.store.AddCAPA(b.ctx, c, []store.QualityEvent{{What: store.CAPAOpened}}, n), full)
	b.same("actions", len(b.capas(store.CAPAFilter{})), 0)
	log, err := b.store.QualityLog(b.ctx, c.ID)
	b.check(err)
	b.same("log", len(log), 0)
	b.same("deliveries", len(b.deliveries("")), 0)
	b.refuse = func([]store.Job) error { return nil }
	b.check(b.store.AddCAPA(b.ctx, c, nil, n))
	b.same("jobs", len(b.jobs(store.Deliver)), 1)
}

func noticesTold(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("all", "")))
	b.check(b.store.AddWebhook(b.ctx, hook("one", "o")))
	at := b.clock.stop()
	n := store.Notice{Key: "week 9", Type: store.ReportWeekly, Data: `{"a":"ü"}`}
	before, err := b.store.Told(b.ctx, n.Key)
	b.check(err)
	b.same("told before", before, false)
	told, err := b.store.Announce(b.ctx, n)
	b.check(err)
	b.same("told", told, true)
	after, err := b.store.Told(b.ctx, n.Key)
	b.check(err)
	b.same("told after", after, true)
	told, err = b.store.Announce(b.ctx, n)
	b.check(err)
	b.same("told again", told, false)
	list := b.deliveries("")
	if len(list) != 1 {
		b.Fatalf("%d deliveries, want 1", len(list))
	}
	d := list[0]
	b.same("delivery", d, store.Delivery{ID: d.ID, Webhook: hookID("all"), Notice: d.Notice, Type: n.Type, CreatedAt: stored(at)})
	b.same("jobs", b.jobs(store.Deliver), []string{d.ID})
	got, err := b.store.Notice(b.ctx, d.Notice)
	b.check(err)
	n.ID, n.CreatedAt = d.Notice, stored(at)
	b.same("notice", got, n)
	_, err = b.store.Notice(b.ctx, groupID("nobody"))
	b.wantErr(err, store.ErrNotFound)

	b.check(b.store.Delivered(b.ctx, d.ID, "no answer"))
	b.check(b.store.Replay(b.ctx, d.ID))
	again, err := b.store.Delivery(b.ctx, d.ID)
	b.check(err)
	d.Attempts = 1
	b.same("replayed", again, d)
	n.Key = ""
	for range 2 { // without a key each one is sent
		told, err = b.store.Announce(b.ctx, n)
		b.check(err)
		b.same("told without a key", told, true)
	}
	b.check(b.store.DeleteWebhook(b.ctx, hookID("all")))
	b.same("after the webhook", len(b.deliveries("")), 0)
}
