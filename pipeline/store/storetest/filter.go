package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func filterCases() []testCase {
	return []testCase{
		{"one by one", filterEach},
		{"all pairs and all together", filterPairs},
		{"from is in, until is out", filterTimes},
		{"labels", filterLabels},
		{"abstained", filterAbstained},
		{"text", filterText},
		{"facts given as numbers", filterNumbers},
	}
}

// lot is one thing that filters tell apart: a claim with it passes the filter, one without
// does not.
type lot struct {
	name   string
	set    func(n *store.New)
	filter func(f *store.Filter)
}

func fact(n *store.New, name string, value any) {
	if n.Claim.Context == nil {
		n.Claim.Context = map[string]any{}
	}
	n.Claim.Context[name] = value
}

func answer(n *store.New, axis string, p claim.AxisPrediction) {
	if n.Outcome == nil {
		n.Outcome = &store.Outcome{Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{}}}
	}
	n.Outcome.Prediction.Axes[axis] = p
}

func lots() []lot {
	return []lot{
		{"owner", func(n *store.New) { n.Owner = "o1" }, func(f *store.Filter) { f.Owner = "o1" }},
		{"state", func(n *store.New) { answer(n, "other", claim.AxisPrediction{Label: "x"}) }, func(f *store.Filter) { f.State = store.Done }},
		{"product", func(n *store.New) { n.Claim.Product = "Kettle" }, func(f *store.Filter) { f.Product = "Kettle" }},
		{"sku", func(n *store.New) { n.Claim.SKU = "K-1" }, func(f *store.Filter) { f.SKU = "K-1" }},
		{"serial", func(n *store.New) { n.Claim.Serial = "SN1" }, func(f *store.Filter) { f.Serial = "SN1" }},
		{"batch", func(n *store.New) { fact(n, "batch", "B1") }, func(f *store.Filter) { f.Batch = "B1" }},
		{"supplier", func(n *store.New) { fact(n, "supplier", "S1") }, func(f *store.Filter) { f.Supplier = "S1" }},
		{"lang", func(n *store.New) { n.Claim.Lang = "de" }, func(f *store.Filter) { f.Lang = "de" }},
		{"reference", func(n *store.New) { n.Claim.ID = "RMA-1" }, func(f *store.Filter) { f.Reference = "RMA-1" }},
		{"label", func(n *store.New) { answer(n, "severity", claim.AxisPrediction{Label: "major"}) },
			func(f *store.Filter) { f.Labels = append(f.Labels, store.Label{Axis: "severity", Label: "major"}) }},
		{"abstained", func(n *store.New) { answer(n, "symptom", claim.AxisPrediction{Label: "leak", Abstained: true}) },
			func(f *store.Filter) { f.Abstained = true }},
		{"text", func(n *store.New) { n.Claim.Text += " Leaks badly" }, func(f *store.Filter) { f.Text = "lEAKS b" }},
	}
}

func (b *bench) keeps(what string, f store.Filter, want []string) {
	b.Helper()
	got := b.ids(f, 3)
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	b.same(what, got, want)
	if n := b.count(f); n != len(want) {
		b.Errorf("%s: count %d, want %d", what, n, len(want))
	}
}

func filterEach(b *bench) {
	ids := map[string][]string{}
	for _, l := range lots() {
		n := text("plain")
		l.set(&n)
		ids[l.name] = append(ids[l.name], b.accept(n).ID)
	}
	for _, name := range []string{"label", "abstained"} {
		ids["state"] = append(ids["state"], ids[name]...) // these are Done too
	}
	for _, l := range lots() {
		var f store.Filter
		l.filter(&f)
		b.keeps(l.name, f, ids[l.name])
	}
	b.keeps("queued", store.Filter{State: store.Queued}, without(b.ids(store.Filter{}, 50), ids["state"]))
	b.keeps("failed", store.Filter{State: store.Failed}, nil)
}

func without(all, gone []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(gone, id) })
}

func filterPairs(b *bench) {
	all := lots()
	var every store.New
	every.Claim.Text = "plain"
	for _, l := range all {
		l.set(&every)
	}
	whole := []string{b.accept(every).ID}
	// And for each fact a claim that has all others. None can be without State: labels need it.
	for i := range all {
		n := text("plain")
		for j, l := range all {
			if i != j {
				l.set(&n)
			}
		}
		if id := b.accept(n).ID; all[i].name == "state" {
			whole = append(whole, id)
		}
	}
	var f store.Filter
	for _, l := range all {
		l.filter(&f)
	}
	b.keeps("all together", f, whole)
	for i := range all {
		for j := range i {
			var f store.Filter
			all[i].filter(&f)
			all[j].filter(&f)
			want := len(all) + 1 - 2
			if all[i].name == "state" || all[j].name == "state" {
				want++
			}
			if n := b.count(f); n != want {
				b.Errorf("%s and %s: %d claims, want %d", all[i].name, all[j].name, n, want)
			}
		}
	}
}

func filterTimes(b *bench) {
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var ids []string
	for i := range 4 {
		b.clock.set(start.Add(time.Duration(i)*time.Microsecond), 0)
		ids = append(ids, b.accept(text(fmt.Sprint(i))).ID)
	}
	at := func(i int) time.Time {
		return start.Add(time.Duration(i) * time.Microsecond).In(time.FixedZone("", 9*60*60))
	}
	b.keeps("from 1", store.Filter{From: at(1)}, ids[1:])
	b.keeps("until 3", store.Filter{Until: at(3)}, ids[:3])
	b.keeps("1 to 3", store.Filter{From: at(1), Until: at(3)}, ids[1:3])
	b.keeps("2 to 2", store.Filter{From: at(2), Until: at(2)}, nil)
	b.keeps("far away", store.Filter{From: start.AddDate(-900, 0, 0), Until: start.AddDate(900, 0, 0)}, ids)
}

func filterLabels(b *bench) {
	one := b.done(text("1"), predicted("severity=major", "symptom=leak")).ID
	two := b.done(text("2"), predicted("severity=major", "symptom?leak")).ID
	b.done(text("3"), predicted("severity=minor", "symptom=major"))
	b.accept(text("4"))
	for _, tc := range []struct {
		name string
		want []string
		with []store.Label
	}{
		{"one axis", []string{one, two}, []store.Label{{Axis: "severity", Label: "major"}}},
		{"an abstention is no answer", []string{one}, []store.Label{{Axis: "symptom", Label: "leak"}}},
		{"both", []string{one}, []store.Label{{Axis: "symptom", Label: "leak"}, {Axis: "severity", Label: "major"}}},
		{"twice the same", []string{one, two}, []store.Label{{Axis: "severity", Label: "major"}, {Axis: "severity", Label: "major"}}},
		{"two of one axis", nil, []store.Label{{Axis: "severity", Label: "major"}, {Axis: "severity", Label: "minor"}}},
		{"case counts", nil, []store.Label{{Axis: "severity", Label: "Major"}}},
		{"no such axis", nil, []store.Label{{Axis: "x", Label: "major"}}},
	} {
		b.keeps(tc.name, store.Filter{Labels: tc.with}, tc.want)
	}
}

func filterAbstained(b *bench) {
	both := b.done(text("1"), predicted("a?x", "b?y")).ID
	one := b.done(text("2"), predicted("a=x", "b?y")).ID
	b.done(text("3"), predicted("a=x"))
	b.accept(text("4"))
	b.keeps("abstained", store.Filter{Abstained: true}, []string{both, one})
	b.keeps("abstained and labelled", store.Filter{Abstained: true, Labels: []store.Label{{Axis: "a", Label: "x"}}}, []string{one})
}

func filterText(b *bench) {
	ids := map[string]string{}
	for _, s := range []string{"100% broken_handle", "1000 broken handles", "ÄRGER über alles", "ärger ÜBER ALLES", `back\slash`, "Ünï 😡 end"} {
		ids[s] = b.accept(text(s)).ID
	}
	for _, tc := range []struct {
		text string
		want []string
	}{
		{"BROKEN", []string{ids["100% broken_handle"], ids["1000 broken handles"]}},
		{"0% b", []string{ids["100% broken_handle"]}},
		{"n_h", []string{ids["100% broken_handle"]}},
		{"%", []string{ids["100% broken_handle"]}},
		{"Ä", []string{ids["ÄRGER über alles"]}},
		{"ä", []string{ids["ärger ÜBER ALLES"]}},
		{"RGER", []string{ids["ÄRGER über alles"], ids["ärger ÜBER ALLES"]}},
		{`K\s`, []string{ids[`back\slash`]}},
		{"😡 END", []string{ids["Ünï 😡 end"]}},
		{"'", nil},
	} {
		b.keeps(tc.text, store.Filter{Text: tc.text}, tc.want)
	}
}

func filterNumbers(b *bench) {
	n := text("1")
	fact(&n, "batch", 4711.0)
	fact(&n, "supplier", 0.5)
	fact(&n, "customer", 12345678901.0)
	c := b.accept(n)
	n = text("2")
	fact(&n, "batch", true)
	b.accept(n)
	b.same("customer", c.Customer, "12345678901")
	b.keeps("batch", store.Filter{Batch: "4711"}, []string{c.ID})
	b.keeps("supplier", store.Filter{Supplier: "0.5"}, []string{c.ID})
	b.keeps("a truth is no batch", store.Filter{Batch: "true"}, nil)
}
