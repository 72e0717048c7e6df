package pattern_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/defekt/defekt/pipeline/pattern"
)

func TestMonitorRefuses(t *testing.T) {
	cohorts, _, b, p := overlapping()
	m, err := pattern.NewMonitor(cohorts, b, p, pattern.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Add(pattern.Claim{Label: "crack", Reported: p.From + 10}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]pattern.Claim{
		"cohort":       {Cohort: 99, Label: "crack", Reported: p.From + 20},
		"label":        {Label: "rust", Reported: p.From + 20},
		"out of order": {Label: "crack", Reported: p.From + 9},
		"past the end": {Label: "crack", Reported: p.To},
	} {
		if _, err := m.Add(c); !errors.Is(err, pattern.ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, cfg := range map[string]pattern.Config{"false alarms": {FalseAlarms: -1}, "tolerance": {Tolerance: -1}, "least": {Least: -1}} {
		if _, err := pattern.NewMonitor(cohorts, b, p, cfg); !errors.Is(err, pattern.ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAlarm gives one group ten times its claims from day 50 on.
func TestAlarm(t *testing.T) {
	cohorts, _, b, p := overlapping()
	m, err := pattern.NewMonitor(cohorts, b, p, pattern.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var alarms []pattern.Alarm
	for day := p.From; day < p.To; day++ {
		n := 0
		if (day-p.From)%10 == 5 {
			n = 1
		}
		if day >= p.From+50 {
			n = 1
		}
		for i := range n {
			a, err := m.Add(pattern.Claim{ID: fmt.Sprint(day, i), Cohort: 0, Label: "crack", Reported: day})
			if err != nil {
				t.Fatal(err)
			}
			alarms = append(alarms, a...)
		}
	}
	seen := map[pattern.Key]pattern.Alarm{}
	for _, a := range alarms {
		if _, again := seen[a.Group]; again {
			t.Errorf("%s raised two alarms without being closed", a.Group)
		}
		seen[a.Group] = a
	}
	a, ok := seen[lot]
	if !ok {
		t.Fatalf("alarms are %+v, none of the lot", alarms)
	}
	if a.Onset < p.From+40 || a.Onset > p.From+52 || a.Raised < a.Onset || a.Low > a.Ratio || a.High < a.Ratio || a.Evidence < a.Threshold {
		t.Errorf("the alarm is %+v", a)
	}
	m.Close(lot, "crack")
	if c := m.Counts(); len(c) == 0 {
		t.Error("no counts")
	}
}

// TestConfusionLeak: claims of crack, a fifth of which are called leak, must not make leak alarm.
func TestConfusionLeak(t *testing.T) {
	cohorts, _, b, p := overlapping()
	b.Labels["leak"] = b.Labels["crack"]
	confusion, err := pattern.NewConfusion([]string{"crack", "leak"}, [][]int{{80, 20}, {0, 100}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"without": true, "with": false} {
		cfg := pattern.Config{}
		if name == "with" {
			cfg.Confusion = confusion
		}
		if got := leaks(t, cohorts, b, p, cfg); got != want {
			t.Errorf("%s the confusion, leak raises an alarm: %t, want %t", name, got, want)
		}
	}
}

// leaks reports ten crack claims a day, two of them called leak, and says whether leak alarms.
func leaks(t *testing.T, cohorts []pattern.Cohort, b *pattern.Baseline, p pattern.Period, cfg pattern.Config) bool {
	t.Helper()
	m, err := pattern.NewMonitor(cohorts, b, p, cfg)
	if err != nil {
		t.Fatal(err)
	}
	for day := p.From; day < p.From+60; day++ {
		for i := range 10 {
			label := "crack"
			if i%5 == 4 {
				label = "leak"
			}
			alarms, err := m.Add(pattern.Claim{Label: label, Reported: day})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range alarms {
				if a.Label == "leak" {
					return true
				}
			}
		}
	}
	return false
}

// TestBaseline recovers the rates that a world was drawn with.
func TestBaseline(t *testing.T) {
	w := newWorld(7, 5, 400)
	b, err := pattern.FitBaseline(w.cohorts, w.claims, w.period, pattern.Fit{})
	if err != nil {
		t.Fatal(err)
	}
	noise, leak := b.Labels["noise"], b.Labels["leak"]
	near(t, "early noise", noise.Hazard[0]/noise.Hazard[10], rate(1, 15, 0)/rate(1, 315, 0), 0.6)
	near(t, "April's leak over October's", leak.Season[3]/leak.Season[9], seasonOf(2, 3)/seasonOf(2, 9), 0.5)
	for s, f := range b.Labels["crack"].Factor {
		near(t, "factor of "+s, f, 1, 0.15)
	}
	again, err := pattern.FitBaseline(w.cohorts, w.claims, w.period, pattern.Fit{})
	if err != nil || !reflect.DeepEqual(b, again) {
		t.Errorf("the same claims give another baseline (%v)", err)
	}
	if _, err := pattern.FitBaseline(w.cohorts, []pattern.Claim{{Cohort: -1}}, w.period, pattern.Fit{}); !errors.Is(err, pattern.ErrInput) {
		t.Errorf("an unknown cohort: %v", err)
	}
}
