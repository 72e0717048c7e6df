//go:build !race && unix

package pattern_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
)

// large is a house of 2 million units in 5,000 batches with 100,000 claims in ten labels.
func large() *world {
	rng := rand.New(rand.NewPCG(5, 5))
	from := pattern.Day(18000)
	w := &world{period: pattern.Period{From: from, To: from + worldDays}}
	key := func(kind string, n int) pattern.Key {
		return pattern.Key{Kind: kind, Name: fmt.Sprint(rng.IntN(n))}
	}
	for b := range 5000 {
		made := from + pattern.Day(rng.IntN(worldDays-200))
		fixed := []pattern.Key{{Kind: "batch", Name: fmt.Sprint(b)}, {Kind: "sku", Name: fmt.Sprint(b % 200)}, key("lot", 3000), key("supplier", 40), key("plant", 5)}
		for month := range 4 {
			w.cohorts = append(w.cohorts, pattern.Cohort{Units: 100, Since: made + pattern.Day(30*month), Stratum: fmt.Sprint(b % 200),
				Groups: append(slices.Clone(fixed), key("warehouse", 10), key("carrier", 6), key("channel", 4))})
		}
	}
	for i := range 100_000 {
		c := rng.IntN(len(w.cohorts))
		since := w.cohorts[c].Since
		day := since + pattern.Day(rng.IntN(int(w.period.To-since)))
		w.claims = append(w.claims, pattern.Claim{ID: fmt.Sprint(i), Cohort: c, Label: fmt.Sprint("label", rng.IntN(10)), Reported: day})
	}
	slices.SortStableFunc(w.claims, func(a, b pattern.Claim) int { return int(a.Reported - b.Reported) })
	return w
}

// BenchmarkScan fits the baseline and replays 100,000 claims over all groups and labels.
func BenchmarkScan(b *testing.B) {
	w := large()
	for b.Loop() {
		scan(b, w)
	}
}

// BenchmarkAdd is one new claim of a monitor that has seen the others.
func BenchmarkAdd(b *testing.B) {
	w := large()
	m, _ := scan(b, w)
	last := w.claims[len(w.claims)-1]
	last.Reported = w.period.To - 1
	for b.Loop() {
		if _, err := m.Add(last); err != nil {
			b.Fatal(err)
		}
	}
}

// The limits of the product's requirements, with room for slow machines.
const (
	scanLimit = 20 * time.Second
	addLimit  = 5 * time.Millisecond
)

// processor is the processor time of this process so far, which other work on the machine does
// not add to.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestSpeed is not built under the race detector, where times mean nothing.
func TestSpeed(t *testing.T) {
	w := large()
	start := processor(t)
	m, _ := scan(t, w)
	took := processor(t) - start
	start = processor(t)
	const adds = 1000
	for range adds {
		c := w.claims[len(w.claims)-1]
		c.Reported = w.period.To - 1
		if _, err := m.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	each := (processor(t) - start) / adds
	t.Logf("scan of %d claims %s, one more claim %s", len(w.claims), took, each)
	if took > scanLimit || each > addLimit {
		t.Errorf("scan took %s (limit %s), a claim %s (limit %s)", took, scanLimit, each, addLimit)
	}
}
