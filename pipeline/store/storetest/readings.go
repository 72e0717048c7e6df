package storetest

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func readingCases() []testCase {
	return []testCase{
		{"are asked for with the outcome", readingJobs},
		{"give a claim its serial", readingAdopted},
		{"leave a serial that is there", readingConflict},
		{"are kept whole", readingWhole},
		{"go with their claim", readingErased},
		{"by 20 at once", readingRace},
	}
}

// wantsReading is an outcome that asks for its photos to be read.
func wantsReading() store.Outcome {
	o := placed("s", unit(4, 1, 1))
	o.ReadCodes = true
	return o
}

func readingJobs(b *bench) {
	queued, plain := b.accept(text("x")), b.accept(text("y"))
	b.check(b.store.Finish(b.ctx, queued.ID, wantsReading()))
	b.check(b.store.Finish(b.ctx, plain.ID, predicted("a=b")))
	atOnce := b.done(text("z"), wantsReading())
	b.done(text("w"), predicted("a=b"))
	b.same("jobs", b.jobs(store.ReadCodes), []string{queued.ID, atOnce.ID})
	b.wantErr(b.store.Finish(b.ctx, queued.ID, wantsReading()), store.ErrFinished)
	again := wantsReading()
	again.Prediction.Model = "another"
	b.check(b.store.Rescore(b.ctx, queued.ID, again))
	b.same("still", b.jobs(store.ReadCodes), []string{queued.ID, atOnce.ID})
}

func readingAdopted(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("w", "")))
	n := store.New{Claim: claim.Claim{ID: "ref", Text: "x <&> \u2028", SKU: "K1", Context: map[string]any{"batch": 4711.0, "n": 1e21}}, Owner: "shop"}
	c := b.done(n, wantsReading())
	other := b.done(text("y"), wantsReading())
	before := len(b.deliveries(""))
	_, err := b.store.ReadingsOf(b.ctx, c.ID)
	b.wantErr(err, store.ErrNotFound)

	r := store.PhotoReadings{Claim: c.ID, At: b.clock.Now(), Serial: "SN ä\x00 1"}
	adopted, err := b.store.PutReadings(b.ctx, r)
	b.check(err)
	want := c
	want.Claim.Serial = "SN ä\uFFFD 1"
	b.same("adopted", adopted, true)
	b.same("claim", b.read(c.ID), want)
	b.same("by its serial", b.ids(store.Filter{Serial: "SN ä\x00 1", Owner: "shop", SKU: "K1", Batch: "4711"}, 10), []string{c.ID})
	near := store.Near{Space: "s", Vector: unit(4, 1, 1), K: 5, Filter: store.Filter{Serial: "SN ä\x00 1"}}
	b.same("near", hitIDs(b.nearest(b.store, near)), []string{c.ID})
	b.same("deliveries", len(b.deliveries(""))-before, 1)
	b.same("type", b.deliveries("")[0].Type, store.ClaimRead)
	trail, err := b.store.Trail(b.ctx, c.ID)
	b.check(err)
	b.same("trail", trail, []store.Entry{{At: stored(r.At), By: "system", What: store.SerialRead, On: c.ID, Detail: "the photos show the serial SN ä\uFFFD 1"}})

	// A second reading finds the serial there; a new prediction keeps it.
	r.Serial = "another"
	adopted, err = b.store.PutReadings(b.ctx, r)
	b.check(err)
	b.same("twice", adopted, false)
	b.check(b.store.Rescore(b.ctx, c.ID, by("m2", predicted("a=b"))))
	b.same("serial", b.read(c.ID).Claim.Serial, "SN ä\uFFFD 1")
	got, err := b.store.ReadingsOf(b.ctx, c.ID)
	b.check(err)
	b.same("taken from a photo still", got.Adopted, true)
	b.same("still found", b.ids(store.Filter{Serial: "SN ä\x00 1"}, 10), []string{c.ID})
	b.same("the other", b.read(other.ID).Claim.Serial, "")
}

func readingConflict(b *bench) {
	b.check(b.store.AddWebhook(b.ctx, hook("w", "")))
	n := text("x")
	n.Claim.Serial = "typed"
	c := b.done(n, wantsReading())
	before := len(b.deliveries(""))
	r := store.PhotoReadings{Claim: c.ID, At: b.clock.Now(), Serial: "shown", Conflict: "the form gives typed, photo 1 shows shown"}
	for range 2 {
		adopted, err := b.store.PutReadings(b.ctx, r)
		b.check(err)
		b.same("adopted", adopted, false)
	}
	b.same("claim", b.read(c.ID), c)
	b.same("told once", len(b.deliveries(""))-before, 1)
	got, err := b.store.ReadingsOf(b.ctx, c.ID)
	b.check(err)
	r.At = stored(r.At)
	b.same("readings", got, r)
}

func readingWhole(b *bench) {
	c := b.done(text("x"), predicted("a=b"))
	r := store.PhotoReadings{Claim: c.ID, At: b.clock.Now(), Failed: []int{2}, Codes: []store.Reading{
		{Photo: 0, Symbology: "qr", Text: "01\x1d21", Serial: "S", GTIN: "04006381333931", Lot: "L", Made: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC), Form: "gs1"},
		{Photo: 1, Symbology: "code128", Text: "?", Doubt: "read once"},
	}}
	_, err := b.store.PutReadings(b.ctx, r)
	b.check(err)
	got, err := b.store.ReadingsOf(b.ctx, c.ID)
	b.check(err)
	r.At = stored(r.At)
	b.same("readings", got, r)
	b.same("serial", b.read(c.ID).Claim.Serial, "")

	for name, bad := range map[string]store.PhotoReadings{
		"codes": {Codes: make([]store.Reading, store.MaxReadings+1)}, "serial": {Serial: strings.Repeat("x", store.MaxUnitText+1)},
		"text": {Codes: []store.Reading{{Text: strings.Repeat("x", store.MaxReadingText+1)}}}, "conflict": {Conflict: strings.Repeat("x", store.MaxReadingText+1)},
	} {
		bad.Claim = c.ID
		if _, err := b.store.PutReadings(b.ctx, bad); err == nil {
			b.Errorf("too much %s is kept", name)
		}
	}
	_, err = b.store.PutReadings(b.ctx, store.PhotoReadings{Claim: uuid.NewString(), Serial: "S"})
	b.wantErr(err, store.ErrNotFound)
}

func readingErased(b *bench) {
	c := b.done(text("x"), predicted("a=b"))
	_, err := b.store.PutReadings(b.ctx, store.PhotoReadings{Claim: c.ID, At: b.clock.Now(), Codes: []store.Reading{{Symbology: "qr", Text: "secret"}}})
	b.check(err)
	_, err = b.store.Erase(b.ctx, c.ID, "me")
	b.check(err)
	_, err = b.store.ReadingsOf(b.ctx, c.ID)
	b.wantErr(err, store.ErrNotFound)
	_, err = b.store.PutReadings(b.ctx, store.PhotoReadings{Claim: c.ID, Serial: "S"})
	b.wantErr(err, store.ErrNotFound)
}

func readingRace(b *bench) {
	c := b.done(text("x"), predicted("a=b"))
	var took [20]bool
	for _, err := range together(20, func(i int) (err error) {
		took[i], err = b.store.PutReadings(b.ctx, store.PhotoReadings{Claim: c.ID, Serial: "S" + string(rune('A'+i))})
		return err
	}) {
		b.check(err)
	}
	n, at := 0, 0
	for i, ok := range took {
		if ok {
			n, at = n+1, i
		}
	}
	if n != 1 || b.read(c.ID).Claim.Serial != "S"+string(rune('A'+at)) {
		b.Errorf("%d took their serial; the claim has %q", n, b.read(c.ID).Claim.Serial)
	}
}
