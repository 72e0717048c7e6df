package scorecard

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// A small supplier with two claims by bad luck must not stand before a large one that is bad.
func TestLuckDoesNotRank(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	cards := []Card{{Supplier: "bad", Claims: 120, Expected: 40}, {Supplier: "unlucky", Claims: 2, Expected: 0.2}}
	for range 30 {
		e := 5 + 40*rng.Float64()
		cards = append(cards, Card{Supplier: "usual", Claims: int(distuv.Poisson{Lambda: e, Src: rng}.Rand()), Expected: e})
	}
	if err := rank(cards); err != nil {
		t.Fatal(err)
	}
	if cards[0].Supplier != "bad" || cards[0].Rank != 1 || cards[0].EB05 < 2 || cards[0].EBGM > 3.1 {
		t.Errorf("first is %+v", cards[0])
	}
	for _, c := range cards[1:] {
		if c.Supplier == "unlucky" && c.EBGM > 5 {
			t.Errorf("two claims of luck are believed: %+v", c)
		}
	}
	none := []Card{{Supplier: "b"}, {Supplier: "a"}}
	if err := rank(none); err != nil || none[0].Supplier != "a" || none[1].Rank != 2 {
		t.Errorf("without any expectation: %+v, %v", none, err)
	}
}

func TestTrend(t *testing.T) {
	g := newGrid(date("2025-06-15"), date("2026-01-01"))
	if len(g.slots) != 25 || g.slots[17].until != date("2025-06-15") || !g.slots[18].in || g.slots[17].in {
		t.Fatalf("slots %+v", g.slots)
	}
	rng := rand.New(rand.NewPCG(11, 2))
	in, shown := 0, 0
	const worlds = 200
	for range worlds {
		claims, expected := make([]float64, len(g.slots)), make([]float64, len(g.slots))
		for i, s := range g.slots {
			years := s.from.Add(s.until.Sub(s.from)/2).Sub(g.until).Hours() / 24 / 365.25
			expected[i] = 20
			claims[i] = distuv.Poisson{Lambda: 20 * math.Exp(0.4*years), Src: rng}.Rand()
		}
		trend := g.trend(claims, expected)
		if trend == nil {
			t.Fatal("no trend")
		}
		if trend.Low <= math.Expm1(0.4) && math.Expm1(0.4) <= trend.High {
			in++
		}
		if trend.Low > 0 {
			shown++
		}
	}
	t.Logf("of %d worlds the interval held the truth in %d and showed the rise in %d", worlds, in, shown)
	if in < worlds*92/100 || shown < worlds*90/100 {
		t.Errorf("the interval held the truth in %d of %d worlds and showed the rise in %d", in, worlds, shown)
	}
	few := make([]float64, len(g.slots))
	few[3] = 1
	if g.trend(few, few) != nil {
		t.Error("one claim made a trend")
	}
	gone, expected := make([]float64, len(g.slots)), make([]float64, len(g.slots))
	for i := range gone {
		expected[i] = 5
	}
	gone[0] = 12 // all in the first month: the slope runs off, and must not bring NaN
	if trend := g.trend(gone, expected); trend != nil && (math.IsNaN(trend.PerYear) || math.IsInf(trend.High, 0)) {
		t.Errorf("trend %+v", trend)
	}
}

// Unit-days must add up, whatever the ages and slots.
func TestExposureAddsUp(t *testing.T) {
	g := newGrid(date("2025-03-10"), date("2026-01-01"))
	lot := []store.Group{{Kind: store.GroupLot, Name: "L|hinge|A"}, {Kind: store.GroupLot, Name: "M|hinge|A"}, {Kind: store.GroupLot, Name: "N|heater|"}}
	row := func(s string, units int, started bool) store.ExposureRow {
		return store.ExposureRow{Day: int(date(s).Unix() / 86400), Dated: true, Started: started, Units: units, Stage: store.StageField}
	}
	g.expose(store.Exposure{Groups: [][]store.Group{lot}, Rows: []store.ExposureRow{row("2020-01-01", 2, true), row("2025-12-22", 3, true), row("2026-02-01", 5, true), row("2025-01-01", 7, false)}})
	if len(g.units) != 1 || g.units[part{"hinge", "A"}] != 5 {
		t.Fatalf("units %v", g.units)
	}
	sum := 0.0
	for _, v := range g.days[part{"hinge", "A"}] {
		sum += v
	}
	if want := 2*date("2026-01-01").Sub(g.begin).Hours()/24 + 3*10; math.Abs(sum-want) > 1e-6 {
		t.Errorf("%g unit-days, want %g", sum, want)
	}
	_, days := g.byAge("A")
	if days[0] != 30 || days[bins-1] != 2*date("2026-01-01").Sub(date("2025-03-10")).Hours()/24 {
		t.Errorf("by age %v", days)
	}
}

func TestWhoIsBlamed(t *testing.T) {
	u := &store.Unit{Serial: "1", SKU: "K", Lots: []store.LotRef{{Component: "Lid hinge", Code: "L", Supplier: "A"}, {Component: "heater", Code: "H", Supplier: "B"}, {Component: "box", Code: "X"}}}
	for label, want := range map[string][]part{
		"lid_hinge": {{"Lid hinge", "A"}},
		"heater":    {{"heater", "B"}},
		"box":       {{"Lid hinge", "A"}, {"heater", "B"}}, // nobody delivers it
		"":          {{"Lid hinge", "A"}, {"heater", "B"}},
	} {
		got := blamed(cases.Case{Unit: u, Labels: map[string]cases.Label{"component": {Label: label}}, Claim: store.Claim{Claim: claim.Claim{Serial: "1"}}})
		if len(got) != len(want) || got[0] != want[0] {
			t.Errorf("%q: %v, want %v", label, got, want)
		}
	}
}

func TestMonthsInService(t *testing.T) {
	claims, days := make([]float64, bins), make([]float64, bins)
	for i := range 7 {
		days[i] = 100 * ageBin
		claims[i] = 2
	}
	days[7] = 5 * ageBin
	got := months(claims, days)
	want := []Months{{1, 20}, {3, 60}, {6, 120}}
	if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %v, want %v", got, want)
	}
}
