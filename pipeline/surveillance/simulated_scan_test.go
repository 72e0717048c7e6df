package surveillance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	sim "github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// TestSimulatedWorld: in a small simulated world with six planted defects, the large ones are
// found and put down to the right groups, and nothing else is.
func TestSimulatedWorld(t *testing.T) {
	cfg := sim.Small(1)
	cfg.Defects = 6
	s := simulate(t, cfg, surveillance.DefaultKinds())
	scan(t, watch(t, s, &s.end))
	planted := map[string]sim.Planted{}
	for _, p := range s.truth.Planted {
		planted[p.Label] = p
		t.Logf("planted: %s %s, %s, %d claims of it", p.GroupKind, p.Name, p.Label, p.Claims)
	}
	right, large := 0, 0
	for _, p := range planted {
		if p.Claims >= 50 {
			large++
		}
	}
	for _, a := range s.alarms {
		g := groupOf(a)
		t.Logf("alarm: %s, %s: %d claims, %.1f expected", g, a.Cause.Label, a.Facts.Observed, a.Facts.Expected)
		label := strings.TrimPrefix(a.Cause.Label, sim.Axis+"=")
		p, ok := planted[label]
		if !ok {
			t.Errorf("nothing was planted with the label %q", a.Cause.Label)
			continue
		}
		if p.GroupKind == string(g.Kind) && p.Name == g.Parts()[0] && p.Claims >= 50 {
			right++
		}
	}
	if right < large {
		t.Errorf("%d of the %d large defects are named", right, large)
	}
}

// full is the world of the issue: 2 million units, 5,000 batches, 100,000 claims, 30 defects.
func full() sim.Config { return sim.Config{Seed: 1, Defects: 30} }

// BenchmarkScan measures a full scan but for the store's part of it, by the clock and in
// processor time:
// go test -run '^$' -bench Scan -benchtime 1x ./pipeline/surveillance
func BenchmarkScan(b *testing.B) {
	s := simulate(b, full(), surveillance.DefaultKinds())
	b.ResetTimer()
	began := cpu(b)
	for range b.N {
		done := scan(b, watch(b, s, &s.end))
		b.ReportMetric(float64(done.Claims), "claims")
		b.ReportMetric(float64(done.Units), "units")
		b.ReportMetric(float64(done.Groups), "groups")
	}
	b.ReportMetric((cpu(b)-began).Seconds()/float64(b.N), "cpu-s/op")
}

// BenchmarkTend measures looks at new claims after a scan of the same world, per claim: a hundred
// at a look, and one at a look.
func BenchmarkTend(b *testing.B) {
	s := simulate(b, full(), surveillance.DefaultKinds())
	w := watch(b, s, &s.end)
	scan(b, w)
	old := s.claims
	n := 0
	for _, each := range []int{100, 1} {
		b.Run(fmt.Sprint("claims=", each), func(b *testing.B) {
			began := cpu(b)
			for range b.N {
				s.claims = nil // the others were seen
				for range each {
					c := old[(n*7919)%len(old)]
					n++
					c.ID = fmt.Sprint("new ", n)
					c.CreatedAt = s.end
					c.Claim.ReceivedAt = s.end
					s.claims = append(s.claims, c)
				}
				s.end = s.end.Add(time.Minute)
				if err := w.Tend(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			per := float64(b.N * each)
			b.ReportMetric(b.Elapsed().Seconds()*1000/per, "ms/claim")
			b.ReportMetric((cpu(b)-began).Seconds()*1000/per, "cpu-ms/claim")
		})
	}
	if len(s.alarms) == 0 {
		b.Error("no alarms in a world with defects")
	}
}
