package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func reviewOrder(b *bench) {
	ids := b.queued(1, 3, 2, 3, -1)
	tied := []string{ids[1], ids[3]}
	slices.Sort(tied)
	want := []string{tied[0], tied[1], ids[2], ids[0], ids[4]}
	b.same("order", b.waits(store.ReviewFilter{}, 10), want)
	b.same("limit", b.waits(store.ReviewFilter{}, 3), want[:3])
	b.same("no limit", b.waits(store.ReviewFilter{}, 0), []string{})
	r := b.item(ids[0])
	r.State = store.ReviewDisputed
	b.check(b.store.ChangeReview(b.ctx, r, nil, nil))
	both := []store.ReviewState{store.ReviewDisputed, store.ReviewOpen}
	b.same("two states", b.waits(store.ReviewFilter{States: both}, 10), want)
	b.same("two states, limit", b.waits(store.ReviewFilter{States: both}, 4), want[:4])
	b.same("one state", b.waits(store.ReviewFilter{States: both[:1]}, 10), []string{ids[0]})
}

func reviewFilters(b *bench) {
	items := map[string]store.NewReview{}
	for name, change := range map[string]func(*store.NewReview){
		"plain":   func(*store.NewReview) {},
		"german":  func(n *store.NewReview) { n.Lang = "de" },
		"German":  func(n *store.NewReview) { n.Lang = "DE" },
		"kettle":  func(n *store.NewReview) { n.Product, n.Lang, n.Label = "Kettle", "de", "leak" },
		"cluster": func(n *store.NewReview) { n.Cluster, n.Label = "c", "leak" },
		"one":     func(n *store.NewReview) { n.Axes = []string{"severity"} },
		"two":     func(n *store.NewReview) { n.Axes = []string{"severity", "symptom"} },
		"sever":   func(n *store.NewReview) { n.Axes = []string{"sever"} },
	} {
		n := look(b.accept(text(name)).ID, 1)
		change(&n)
		items[name] = n
	}
	names := map[string]string{}
	for name, n := range items {
		names[b.addReviews(n)[0]] = name
	}
	all := []string{"German", "cluster", "german", "kettle", "one", "plain", "sever", "two"}
	for what, tc := range map[string]struct {
		f    store.ReviewFilter
		want []string
	}{
		"all":          {store.ReviewFilter{}, all},
		"language":     {store.ReviewFilter{Langs: []string{"de", "fr"}}, []string{"german", "kettle"}},
		"product":      {store.ReviewFilter{Products: []string{"Kettle"}, Langs: []string{"de"}}, []string{"kettle"}},
		"neither":      {store.ReviewFilter{Products: []string{"Kettle"}, Langs: []string{"fr"}}, nil},
		"one axis":     {store.ReviewFilter{Axes: []string{"severity"}}, []string{"one"}},
		"two axes":     {store.ReviewFilter{Axes: []string{"symptom", "severity"}}, []string{"one", "two"}},
		"no such axis": {store.ReviewFilter{Axes: []string{"root_cause"}}, nil},
		"cluster":      {store.ReviewFilter{Unlike: &store.Likeness{Cluster: "c", Label: "?", Product: "?"}}, []string{"German", "german", "kettle", "one", "plain", "sever", "two"}},
		"label":        {store.ReviewFilter{Unlike: &store.Likeness{Label: "leak", Product: "Kettle"}}, []string{"German", "cluster", "german", "one", "plain", "sever", "two"}},
	} {
		var got []string
		for _, id := range b.waits(tc.f, 100) {
			got = append(got, names[id])
		}
		slices.Sort(got)
		b.same(what, got, tc.want)
	}
}

// reviewRare: those who take little find it behind everything else, in order.
func reviewRare(b *bench) {
	const many, rare = 2500, 3
	c := b.accept(text("x"))
	var n []store.NewReview
	for i := range many {
		// A known item is never joined, so that one claim may have many.
		k := look(c.ID, float64(many-i), store.ReasonKnown)
		k.Known, k.Lang = map[string]string{"a": "b"}, "en"
		if i >= many-rare {
			k.Lang, k.Axes = "fi", []string{fmt.Sprint("axis", i%2)}
		}
		n = append(n, k)
	}
	ids := b.addReviews(n...)
	f := store.ReviewFilter{States: []store.ReviewState{store.ReviewKnown}, Langs: []string{"fi"}}
	b.same("language", b.waits(f, 10), ids[many-rare:])
	f.Axes = []string{"axis0", "axis1"}
	b.same("language and axes", b.waits(f, 2), ids[many-rare:many-1])
	f.Langs = nil
	b.same("axes", b.waits(f, 10), ids[many-rare:])
	b.same("first", b.waits(store.ReviewFilter{States: f.States}, 1), ids[:1])
}

func reviewSliceOrder(b *bench) {
	var n []store.NewReview
	for i, reasons := range [][]store.ReviewReason{{store.ReasonRandom}, {store.ReasonAbstained}, {store.ReasonRandom, store.ReasonGate}, {store.ReasonRandom}} {
		n = append(n, look(b.accept(text("x")).ID, float64(i), reasons...))
	}
	start := b.clock.stop()
	b.clock.set(start, time.Second)
	var ids []string
	for _, item := range n {
		ids = append(ids, b.addReviews(item)...)
	}
	want := []string{ids[0], ids[2], ids[3]}
	b.same("slice", b.waits(store.ReviewFilter{Slice: true}, 10), want)
	b.same("limit", b.waits(store.ReviewFilter{Slice: true}, 2), want[:2])
	second := b.item(ids[2]).CreatedAt
	for what, tc := range map[string]struct {
		from, until time.Time
		want        []string
	}{
		"all":   {want: want},
		"from":  {from: second, want: want[1:]},
		"until": {until: second, want: want[:1]},
		"none":  {from: second, until: second},
	} {
		list, err := b.store.Slice(b.ctx, tc.from, tc.until)
		b.check(err)
		var got []string
		for _, s := range list {
			got = append(got, s.Review.ID)
			b.same("no decision yet", s.Decision, store.ReviewDecision{})
		}
		b.same(what, got, tc.want)
	}
}

func reviewCounts(b *bench) {
	none, err := b.store.ReviewCounts(b.ctx)
	b.check(err)
	b.same("none", none, []store.ReviewCount{})
	due := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	first := b.addReviews(look(b.accept(text("x")).ID, 1))[0]
	n := look(b.accept(text("y")).ID, 1, store.ReasonAbstained, store.ReasonGate)
	n.Deadline = due
	second := b.addReviews(n)[0]
	r := b.item(b.queued(1)[0])
	r.State = store.ReviewDisputed
	b.check(b.store.ChangeReview(b.ctx, r, nil, nil))
	at, later := b.item(first).CreatedAt, b.item(second).CreatedAt
	got, err := b.store.ReviewCounts(b.ctx)
	b.check(err)
	b.same("counts", got, []store.ReviewCount{
		{State: store.ReviewDisputed, N: 1, Oldest: r.CreatedAt},
		{State: store.ReviewDisputed, Reason: store.ReasonAbstained, N: 1, Oldest: r.CreatedAt},
		{State: store.ReviewOpen, N: 2, Oldest: at, Due: due},
		{State: store.ReviewOpen, Reason: store.ReasonAbstained, N: 2, Oldest: at, Due: due},
		{State: store.ReviewOpen, Reason: store.ReasonGate, N: 1, Oldest: later, Due: due},
	})
}
