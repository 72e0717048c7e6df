package storetest

import (
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func divergenceCases() []testCase {
	return []testCase{
		{"strings compare by bytes", bytesCompare},
		{"times are cut, not rounded", timesCut},
		{"times before 1970 and after 2262", timesFar},
		{"empty and nil", emptyNil},
		{"NUL and bad UTF-8", badText},
		{"very long strings", longText},
		{"quotes and wildcards", quotes},
	}
}

func bytesCompare(b *bench) {
	// Alike to some collation: letter case, accents, both forms of é, trailing space, width.
	names := []string{"cafe", "Cafe", "café", "cafe\u0301", "cafe ", "ｃａｆｅ", "caﬁ", "cafi", "straße", "strasse", "i", "ı", "İ"}
	ids := map[string]string{}
	for _, name := range names {
		n := text("x")
		n.Claim.Product, n.Claim.Serial, n.Claim.SKU, n.Owner = name, name, name, name
		fact(&n, "batch", name)
		ids[name] = b.accept(n).ID
	}
	for _, name := range names {
		for what, f := range map[string]store.Filter{"product": {Product: name}, "serial": {Serial: name}, "sku": {SKU: name}, "owner": {Owner: name}, "batch": {Batch: name}} {
			b.keeps(what+" "+name, f, []string{ids[name]})
		}
	}
}

func timesCut(b *bench) {
	at := time.Date(2026, 12, 31, 23, 59, 59, 999999999, time.FixedZone("", -9*60*60))
	b.clock.set(at, 0)
	n := text("x")
	n.Claim.ReceivedAt = at
	c := b.accept(n)
	want := time.Date(2027, 1, 1, 8, 59, 59, 999999000, time.UTC)
	got := b.read(c.ID)
	b.same("created", got.CreatedAt, want)
	b.same("received", got.Claim.ReceivedAt, want)
	b.same("returned", c, got)
	// Filters compare with what was kept, which is a little before at.
	b.keeps("from", store.Filter{From: at}, nil)
	b.keeps("from what was kept", store.Filter{From: want}, []string{c.ID})
	b.keeps("until", store.Filter{Until: at}, []string{c.ID})
	b.keeps("until what was kept", store.Filter{Until: want}, nil)
}

func timesFar(b *bench) {
	for _, year := range []int{1, 1066, 1969, 2263, 9999} {
		n := text("x")
		n.Claim.ReceivedAt = time.Date(year, 2, 3, 4, 5, 6, 7000, time.UTC)
		b.same("received", b.read(b.accept(n).ID).Claim.ReceivedAt, n.Claim.ReceivedAt)
	}
	b.same("unknown", b.read(b.accept(text("x")).ID).Claim.ReceivedAt.IsZero(), true)
}

func emptyNil(b *bench) {
	n := text("")
	n.Claim.Photos, n.Claim.Context, n.Claim.Problems = []string{}, map[string]any{}, []claim.Problem{}
	c := b.done(n, store.Outcome{Prediction: claim.Prediction{}, Vectors: []store.Vector{}, Photos: []store.PhotoHash{}})
	got := b.read(c.ID)
	b.same("claim", got.Claim, claim.Claim{ID: "ref"})
	if got.Prediction == nil {
		b.Error("an empty prediction was lost")
	}
	b.keeps("empty fields do not narrow", store.Filter{Labels: []store.Label{}}, []string{c.ID})
	q := b.accept(text("queued"))
	if got := b.read(q.ID); got.Prediction != nil {
		b.Error("a prediction of nothing")
	}
}

func badText(b *bench) {
	badTextElsewhere(b)
	const bad, good = "a\x00b\xffc\xed\xa0\x80d", "a\ufffdb\ufffdc\ufffd\ufffd\ufffdd"
	n := store.New{
		Claim: claim.Claim{ID: bad, Text: bad, Product: bad, SKU: bad, Serial: bad, Lang: bad,
			Context:  map[string]any{"batch": bad, bad: bad, "customer": bad},
			Problems: []claim.Problem{{Code: "x", Message: bad}}},
		Owner: bad, IdempotencyKey: bad, Digest: bad,
	}
	c := b.accept(n)
	o := predicted("severity=" + bad)
	o.Prediction.Problems = []claim.Problem{{Code: "y", Message: bad}}
	o.Vectors = []store.Vector{{Space: bad, Values: unit(4, 0.5, 1)}}
	b.check(b.store.Finish(b.ctx, c.ID, o))
	got := b.read(c.ID)
	b.same("claim", got.Claim, claim.Claim{ID: good, Text: good, Product: good, SKU: good, Serial: good, Lang: good,
		Context: map[string]any{"batch": good, good: good, "customer": good}, Problems: []claim.Problem{{Code: "x", Message: good}}})
	b.same("label", got.Prediction.Axes["severity"].Label, good)
	b.same("message", got.Prediction.Problems[0].Message, good)
	b.same("owner", got.Owner+got.Customer, good+good)
	again, created, err := b.store.Accept(b.ctx, n)
	b.check(err)
	if created || again.ID != c.ID {
		b.Error("an idempotency key with NUL was not found again")
	}
	b.keeps("filter", store.Filter{Product: bad, Owner: bad, Batch: bad, Text: bad, Labels: []store.Label{{Axis: "severity", Label: bad}}}, []string{c.ID})
	b.same("near", b.near(store.Near{Space: bad, Vector: unit(4, 1, 1), K: 1}), []string{c.ID})

	b.check(b.store.Fail(b.ctx, b.accept(text("x")).ID, bad))
	b.check(b.store.Note(b.ctx, store.Entry{At: b.clock.Now(), By: bad, What: bad, On: bad, Detail: bad}))
	trail, err := b.store.Trail(b.ctx, bad)
	b.check(err)
	if len(trail) != 1 || trail[0].Detail != good {
		b.Errorf("trail %v", trail)
	}
	for _, id := range []string{"\x00", "\xff"} {
		_, err := b.store.Claim(b.ctx, id)
		b.wantErr(err, store.ErrNotFound)
		_, err = b.store.KeyByHash(b.ctx, id)
		b.wantErr(err, store.ErrNotFound)
		_, err = b.store.Cluster(b.ctx, id)
		b.wantErr(err, store.ErrNotFound)
	}
}

// longText is longer than a page of any database, and than what its indexes take.
func longText(b *bench) {
	long := strings.Repeat("0123456789abcdéf", 1<<13)
	c := store.New{Claim: full()}
	c.Claim.ID, c.Claim.Text, c.Claim.Product, c.Claim.SKU, c.Claim.Serial = long+"1", long+"2", long+"3", long+"4", long+"5"
	c.Claim.ReceivedAt = time.Time{}
	c.Claim.Context = map[string]any{"batch": long + "6", "supplier": long + "7"}
	c.IdempotencyKey, c.Digest = long+"8", "d"
	a := b.accept(c)
	b.check(b.store.Finish(b.ctx, a.ID, predicted("severity="+long)))
	if got := b.read(a.ID); got.Claim.Text != c.Claim.Text || got.Claim.Product != c.Claim.Product || got.Claim.ID != c.Claim.ID {
		b.Error("a long string was changed")
	}
	c.Claim.Product += "x"
	c.IdempotencyKey += "x"
	b.accept(c)
	b.keeps("product", store.Filter{Product: long + "3"}, []string{a.ID})
	b.keeps("label", store.Filter{Labels: []store.Label{{Axis: "severity", Label: long}}}, []string{a.ID})
	b.keeps("text", store.Filter{Text: "F3", Product: long + "3"}, nil)
	b.keeps("text", store.Filter{Text: "0123456789ABCDéF2", Product: long + "3"}, []string{a.ID})
}

func quotes(b *bench) {
	for _, s := range []string{`'; drop table claim; --`, `"`, `\`, `$1`, `?1`, `%`, `_`, `{"a":1}`, "{}", "[]", "null", " ", "\n"} {
		n := text(s)
		n.Claim.Product, n.Claim.Serial = s, s
		c := b.accept(n)
		b.check(b.store.Finish(b.ctx, c.ID, predicted("severity="+s)))
		b.keeps(s, store.Filter{Product: s, Serial: s, Text: s, Labels: []store.Label{{Axis: "severity", Label: s}}}, []string{c.ID})
	}
}

// badTextElsewhere: what is no claim is kept the same way.
func badTextElsewhere(b *bench) {
	const bad, good = "a\x00b\xffc", "a\ufffdb\ufffdc"
	b.check(b.store.AddKey(b.ctx, store.Key{ID: "k", Name: bad, Hash: "h", Scopes: []string{"read"}, CreatedAt: b.clock.Now()}))
	k, err := b.store.KeyByHash(b.ctx, "h")
	b.check(err)
	b.same("name of a key", k.Name, good)
	b.check(b.store.AddWebhook(b.ctx, store.Webhook{ID: "w", URL: bad, Secret: "s", CreatedAt: b.clock.Now()}))
	w, err := b.store.Webhook(b.ctx, "w")
	b.check(err)
	b.same("address", w.URL, good)
	b.check(b.store.DeleteWebhook(b.ctx, "w"))
}
