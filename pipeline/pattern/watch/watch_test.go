package watch

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
)

func date(s string) Day {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return pattern.DayOf(t)
}

func reports(days ...Day) []Report {
	var out []Report
	for _, d := range days {
		out = append(out, Report{Filed: d, Year: 2020})
	}
	return out
}

// TestMeasure checks each feature against a count by hand.
func TestMeasure(t *testing.T) {
	day := date("2020-09-01") // a year of 366 days after the model year's September
	s := Stream{Make: "M", Model: "A", Component: "brakes", Reports: reports(day-120, day-40, day-30, day-10, day, day+50)}
	h := NewHistory([]Recall{
		{Campaign: "1", Announced: day - 730, Component: "brakes", Cars: []Car{{"M", "B", 2018}, {"M", "B", 2019}}},
		{Campaign: "1", Announced: day - 730, Component: "brakes", Cars: []Car{{"M", "B", 2018}}}, // a second row
		{Campaign: "2", Announced: day - 1, Component: "brakes", Cars: []Car{{"M", "A", 2020}}},   // its own
		{Campaign: "3", Announced: day, Component: "brakes", Cars: []Car{{"M", "B", 2020}}},       // not before the day
		{Campaign: "4", Announced: day - 9, Component: "brakes", Cars: []Car{{"N", "C", 2020}}},   // another maker
	}, map[Car]Day{{"M", "A", 2020}: day - 365, {"M", "B", 2020}: day + 1})
	got := measure(s, h, -0.5, day)
	want := Features{
		math.Log(0.5 + math.Exp2(-40.0/120) + math.Exp2(-30.0/120) + math.Exp2(-10.0/120) + 1),
		-math.Log(15 + 5), // gaps 80, 10, 20, 10
		math.Log(366 + 180),
		-0.5,
		math.Log((3 + 1.5) / (1 + 3)),
		1 - math.Exp(-0.5),
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12 {
			t.Errorf("%s: %g, want %g", FeatureNames()[i], got[i], want[i])
		}
	}
}

// TestNoLookAhead: what comes after a day changes no score up to it.
func TestNoLookAhead(t *testing.T) {
	m, err := Fitted()
	if err != nil {
		t.Fatal(err)
	}
	day := date("2021-03-01")
	s := Stream{Make: "M", Model: "A", Component: "electrical", Reports: reports(day-300, day-200, day-150, day-90, day-60, day-30, day-2, day)}
	recalls := []Recall{{Campaign: "1", Announced: day - 100, Component: "electrical", Cars: []Car{{"M", "B", 2019}}}}
	first := map[Car]Day{{"M", "A", 2020}: day - 300}
	before := m.Watch(s, NewHistory(recalls, first), day)
	if len(before) != 4 {
		t.Fatalf("%d scores, want one for each report from the fifth on", len(before))
	}
	s.Reports = append(s.Reports, reports(day+1, day+1, day+2, day+3)...)
	recalls = append(recalls, Recall{Campaign: "2", Announced: day, Component: "electrical", Cars: []Car{{"M", "B", 2020}, {"M", "A", 2020}}})
	first[Car{"M", "C", 2021}] = day + 5
	after := m.Watch(s, NewHistory(recalls, first), day+10)
	for i, b := range before {
		if after[i] != b {
			t.Errorf("the score of day %d was %v and is %v now that more is known", b.Day, b.Score, after[i].Score)
		}
	}
}

func TestTrain(t *testing.T) {
	h := NewHistory(nil, nil)
	start := date("2020-01-01")
	table := ComponentTable{By: map[string]float64{"brakes": -1}, Other: -2}
	var examples []Example
	for i := range 12 {
		gap := Day(60 + i)
		if i%2 == 0 {
			gap = Day(5 + i) // recalled streams come fast
		}
		s := Stream{Component: "brakes"}
		for k := range 10 {
			s.Reports = append(s.Reports, Report{Filed: start + Day(k)*gap, Year: 2020})
		}
		examples = append(examples, Example{Stream: s, Recalled: i%2 == 0, Until: start + 2000, Weight: 1, Components: table})
	}
	m, err := Train(examples, h, table, Fitting{})
	if err != nil {
		t.Fatal(err)
	}
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, e := range examples {
		top := math.Inf(-1)
		for _, s := range m.Watch(e.Stream, h, e.Until) {
			top = max(top, s.Score)
		}
		if e.Recalled {
			lowest = min(lowest, top)
		} else {
			highest = max(highest, top)
		}
	}
	if lowest <= highest {
		t.Errorf("the slowest recalled stream reaches %.2f, the fastest other one %.2f", lowest, highest)
	}
	for i, w := range m.Weights {
		if w*signs()[i] < 0 {
			t.Errorf("weight %d is %g, of the wrong sign", i, w)
		}
	}
	if _, err := Train(examples[:1], h, table, Fitting{}); !errors.Is(err, ErrModel) {
		t.Errorf("one side missing: %v", err)
	}
}

// TestGradient compares the loss's gradient with differences.
func TestGradient(t *testing.T) {
	p := &problem{cfg: Fitting{}.withDefaults(), pos: []int{0}, neg: []int{1, 2}, weight: []float64{1, 0.5, 2},
		rows: [][]Features{{{1, 2, 3, 0, 1, -1}, {0, 1, -1, 2, 0, 1}}, {{-1, 0, 1, 1, 2, 0}}, {{2, -2, 0, 1, 1, 1}, {0.5, 1, 1, 0, 0, 2}}}}
	w := Features{0.3, 0.2, -0.4, 0.1, 0.5, 0.2}
	_, grad := p.loss(w)
	for i := range w {
		up, down := w, w
		up[i] += 1e-6
		down[i] -= 1e-6
		a, _ := p.loss(up)
		b, _ := p.loss(down)
		if d := (a - b) / 2e-6; math.Abs(d-grad[i]) > 1e-6 {
			t.Errorf("slope %d is %g, differences say %g", i, grad[i], d)
		}
	}
}

func TestParse(t *testing.T) {
	for _, bad := range []string{"", "{}", `{"sd":[1,1,1,1,1,0]}`} {
		if _, err := Parse([]byte(bad)); !errors.Is(err, ErrModel) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
