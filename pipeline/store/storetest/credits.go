package storetest

import (
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// charge is a credit with a time finer than what is kept.
func charge(name, reference string) store.Credit {
	at := time.Date(2026, 3, 1, 10, 0, 0, 1999, time.FixedZone("", 3600))
	return store.Credit{ID: groupID(name), Version: 1, State: store.CreditDraft, Reference: reference, Supplier: "ACME", Lot: "L-1", CAPA: groupID("capa"),
		Digest: blob(7), Currency: "EUR", Claimed: 1 << 40, Claims: 2, Units: 2, CreatedAt: at, ChangedAt: at}
}

func keptCredit(c store.Credit) store.Credit {
	c.CreatedAt, c.ChangedAt = stored(c.CreatedAt), stored(c.ChangedAt)
	return c
}

func (b *bench) credits(f store.CreditFilter) []string {
	b.Helper()
	if f.Limit == 0 {
		f.Limit = 10
	}
	list, err := b.store.Credits(b.ctx, f)
	b.check(err)
	var refs []string
	for _, c := range list {
		refs = append(refs, c.Reference)
	}
	return refs
}

func creditsKept(b *bench) {
	one, two := charge("1", "CB-1"), charge("2", "cb-1")
	two.Supplier, two.CreatedAt = "acme", one.CreatedAt.AddDate(0, 0, 1)
	first, second := one.Reference, two.Reference
	if one.ID > two.ID {
		first, second = second, first
	}
	b.check(b.store.AddCredit(b.ctx, one, nil, []store.QualityEvent{{At: one.CreatedAt, Who: "anna", What: store.CreditDrafted}}, nil))
	b.check(b.store.AddCredit(b.ctx, two, nil, nil, nil))
	b.wantErr(b.store.AddCredit(b.ctx, charge("3", "CB-1"), nil, nil, nil), store.ErrConflict)
	got, err := b.store.Credit(b.ctx, one.ID)
	b.check(err)
	b.same("credit", got, keptCredit(one))

	one.State, one.Accepted, one.Recovered, one.Note, one.ChangedAt = store.CreditRecovered, 1<<39, -5, "half", one.ChangedAt.AddDate(0, 1, 0)
	other := one
	other.Claimed, other.Supplier = 1, "other" // do not change
	b.check(b.store.ChangeCredit(b.ctx, other, []store.QualityEvent{{At: one.ChangedAt, Who: "bert", What: store.CreditChanged}}, nil))
	b.wantErr(b.store.ChangeCredit(b.ctx, other, nil, nil), store.ErrConflict)
	one.Version = 2
	got, err = b.store.Credit(b.ctx, one.ID)
	b.check(err)
	b.same("changed", got, keptCredit(one))
	other.ID = groupID("nobody")
	b.wantErr(b.store.ChangeCredit(b.ctx, other, nil, nil), store.ErrNotFound)
	_, err = b.store.Credit(b.ctx, other.ID)
	b.wantErr(err, store.ErrNotFound)
	log, err := b.store.QualityLog(b.ctx, one.ID)
	b.check(err)
	if len(log) != 2 || log[1].Version != 2 || log[1].Who != "bert" {
		b.Errorf("log %+v", log)
	}

	b.same("oldest first", b.credits(store.CreditFilter{}), []string{first, second})
	b.same("one", b.credits(store.CreditFilter{Limit: 1}), []string{first})
	b.same("the next", b.credits(store.CreditFilter{After: min(one.ID, two.ID)}), []string{second})
	b.same("supplier, in bytes", b.credits(store.CreditFilter{Supplier: "acme"}), []string{"cb-1"})
	b.same("state", b.credits(store.CreditFilter{State: store.CreditRecovered}), []string{"CB-1"})
	b.same("action", len(b.credits(store.CreditFilter{CAPA: groupID("other")})), 0)
	b.same("until", b.credits(store.CreditFilter{Until: stored(two.CreatedAt)}), []string{"CB-1"})
}

func creditsOnce(b *bench) {
	c1, c2 := b.accept(text("one")), b.accept(text("two"))
	one := charge("1", "CB-1")
	b.check(b.store.AddCredit(b.ctx, one, []string{c1.ID}, nil, nil))
	b.wantErr(b.store.AddCredit(b.ctx, charge("2", "CB-2"), []string{c2.ID, c1.ID}, nil, nil), store.ErrConflict)
	b.wantErr(b.store.AddCredit(b.ctx, charge("2", "CB-2"), []string{groupID("nobody")}, nil, nil), store.ErrNotFound)
	b.wantErr(b.store.AddCredit(b.ctx, charge("2", "CB-2"), []string{"no id"}, nil, nil), store.ErrNotFound)
	b.same("nothing half", b.credits(store.CreditFilter{}), []string{"CB-1"})
	of := func(want map[string]string) {
		b.Helper()
		got, err := b.store.CreditOf(b.ctx, []string{c2.ID, c1.ID, "no id"})
		b.check(err)
		b.same("charged", got, want)
	}
	of(map[string]string{c1.ID: one.ID})
	one.State = store.CreditVoid
	b.check(b.store.ChangeCredit(b.ctx, one, nil, nil))
	of(nil)
	b.check(b.store.AddCredit(b.ctx, charge("2", "CB-2"), []string{c2.ID, c1.ID}, nil, nil))
	of(map[string]string{c1.ID: groupID("2"), c2.ID: groupID("2")})
}

func creditsErased(b *bench) {
	c := b.accept(text("one"))
	one := charge("1", "CB-1")
	b.check(b.store.AddCredit(b.ctx, one, []string{c.ID}, nil, nil))
	_, err := b.store.Erase(b.ctx, c.ID, "me")
	b.check(err)
	got, err := b.store.Credit(b.ctx, one.ID)
	b.check(err)
	b.same("credit", got, keptCredit(one))
	charged, err := b.store.CreditOf(b.ctx, []string{c.ID})
	b.check(err)
	b.same("charged", len(charged), 0)
}
