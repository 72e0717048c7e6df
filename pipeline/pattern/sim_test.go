package pattern_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/defekt/defekt/pipeline/pattern"
)

const (
	nullWorlds    = 7 // of three years each
	plantedWorlds = 16
	skus, batches = 20, 150
)

// TestFalseAlarmsAndDelay looks at each claim of 7 simulated three-year worlds without a defect
// and of 16 with one, the baseline fitted to each world itself, over all groups and labels. The
// rivals get the thresholds at which they raise no fewer false alarms than the monitor did.
func TestFalseAlarmsAndDelay(t *testing.T) {
	rivals := map[string]rival{"2 x average": twice, "CUSUM": cusum}
	alarms, years := 0, 0.0
	highest := map[string][]float64{}
	for seed := range uint64(nullWorlds) {
		w := newWorld(seed, skus, batches)
		_, raised := scan(t, w)
		alarms += len(raised)
		years += float64(w.period.To-w.period.From) / 365.25
		x := newWeeks(w)
		for name, r := range rivals {
			highest[name] = append(highest[name], x.highest(r)...)
		}
	}
	t.Logf("%d false alarms in %.0f years of daily looks; at most one a year is promised", alarms, years)
	if float64(alarms) > years {
		t.Errorf("%d false alarms in %.0f years, promised at most one a year", alarms, years)
	}
	delays := map[string][]float64{}
	thresholds := map[string]float64{}
	for name, h := range highest {
		slices.Sort(h)
		thresholds[name] = h[len(h)-1-alarms]
	}
	named := 0
	for i := range plantedWorlds {
		p := planted(i)
		w := newWorld(uint64(1000+i), skus, batches, p)
		start := w.first(p.key)
		_, raised := scan(t, w)
		day, ok := found(raised, p.key)
		delays["monitor"] = append(delays["monitor"], delay(day, ok, start, w))
		if ok && first(t, w, raised) == p.key {
			named++
		}
		x := newWeeks(w)
		for name, rv := range rivals {
			week, ok := x.first(rv, groupLabel{p.key, "crack"}, thresholds[name])
			delays[name] = append(delays[name], delay(w.period.From+pattern.Day(7*week+6), ok, start, w))
		}
	}
	for name, d := range delays {
		slices.Sort(d)
		t.Logf("%-12s found %d of %d, median delay %.0f days", name, foundOf(d), plantedWorlds, d[len(d)/2])
	}
	t.Logf("the planted group is named first in %d of %d", named, foundOf(delays["monitor"]))
	ours := delays["monitor"][plantedWorlds/2]
	for name := range rivals {
		if d := delays[name][plantedWorlds/2]; ours > d {
			t.Errorf("the monitor's median delay is %.0f days, %s has %.0f", ours, name, d)
		}
	}
	if named*10 < foundOf(delays["monitor"])*8 {
		t.Errorf("the planted group is named first in %d of %d patterns found", named, foundOf(delays["monitor"]))
	}
}

// planted rotates over kinds of groups; small ones get the larger defects.
func planted(i int) plant {
	switch i % 4 {
	case 0:
		return plant{pattern.Key{Kind: "batch", Name: fmt.Sprint(i * 5)}, 8}
	case 1:
		return plant{pattern.Key{Kind: "lot", Name: fmt.Sprintf("S%d-%d", i%8, 1+i%5)}, 5}
	case 2:
		return plant{pattern.Key{Kind: "supplier", Name: fmt.Sprint(i % 8)}, 2}
	default:
		return plant{pattern.Key{Kind: "warehouse", Name: []string{"north", "south", "west"}[i%3]}, 1.7}
	}
}

// scan fits the baseline to a world and replays its claims.
func scan(t testing.TB, w *world) (*pattern.Monitor, []pattern.Alarm) {
	t.Helper()
	b, err := pattern.FitBaseline(w.cohorts, w.claims, w.period, pattern.Fit{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := pattern.NewMonitor(w.cohorts, b, w.period, pattern.Config{})
	if err != nil {
		t.Fatal(err)
	}
	ordered := slices.Clone(w.claims)
	slices.SortStableFunc(ordered, func(a, b pattern.Claim) int { return int(a.Reported - b.Reported) })
	var alarms []pattern.Alarm
	for _, c := range ordered {
		a, err := m.Add(c)
		if err != nil {
			t.Fatal(err)
		}
		alarms = append(alarms, a...)
	}
	return m, alarms
}

// first is the start of service of a group.
func (w *world) first(k pattern.Key) pattern.Day {
	day := w.period.To
	for _, c := range w.cohorts {
		if slices.Contains(c.Groups, k) {
			day = min(day, c.Since)
		}
	}
	return day
}

// found is the day of the planted group's own alarm.
func found(alarms []pattern.Alarm, k pattern.Key) (pattern.Day, bool) {
	for _, a := range alarms {
		if a.Group == k && a.Label == "crack" {
			return a.Raised, true
		}
	}
	return 0, false
}

// first is what comes out first when the groups that raised alarms of the planted label are compared.
func first(t *testing.T, w *world, alarms []pattern.Alarm) pattern.Key {
	t.Helper()
	var keys []pattern.Key
	onset := w.period.To
	for _, a := range alarms {
		if a.Label == "crack" && len(keys) < pattern.MaxCandidates {
			keys, onset = append(keys, a.Group), min(onset, a.Onset)
		}
	}
	b, err := pattern.FitBaseline(w.cohorts, w.claims, w.period, pattern.Fit{})
	if err != nil {
		t.Fatal(err)
	}
	findings, err := pattern.Explain(w.cohorts, w.claims, b, "crack", pattern.Period{From: onset, To: w.period.To}, keys)
	if err != nil {
		t.Fatal(err)
	}
	return findings[0].Group
}

const never = worldDays

func delay(day pattern.Day, ok bool, start pattern.Day, w *world) float64 {
	if !ok {
		return never
	}
	return float64(day - start)
}

func foundOf(delays []float64) int {
	n := 0
	for _, d := range delays {
		if d < never {
			n++
		}
	}
	return n
}
