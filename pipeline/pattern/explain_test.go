package pattern_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/pattern"
)

var (
	batch1 = pattern.Key{Kind: "batch", Name: "B-1"}
	batch2 = pattern.Key{Kind: "batch", Name: "B-2"}
	lot    = pattern.Key{Kind: "lot", Name: "L-17"}
	twin   = pattern.Key{Kind: "supplier", Name: "Acme"} // holds the same units as the lot
	north  = pattern.Key{Kind: "warehouse", Name: "north"}
)

// overlapping is two batches, half of each with the lot, half of each in warehouse north; only
// units with the lot fail more often: 30 instead of 10 in each of its four cells.
func overlapping() ([]pattern.Cohort, []pattern.Claim, *pattern.Baseline, pattern.Period) {
	p := pattern.Period{From: 18000, To: 18100}
	var cohorts []pattern.Cohort
	var claims []pattern.Claim
	for _, b := range []pattern.Key{batch1, batch2} {
		for _, withLot := range []bool{true, false} {
			for _, inNorth := range []bool{true, false} {
				c, n := pattern.Cohort{Units: 100, Since: p.From, Groups: []pattern.Key{b}}, 10
				if withLot {
					c.Groups, n = append(c.Groups, lot, twin), 30
				}
				if inNorth {
					c.Groups = append(c.Groups, north)
				}
				for i := range n {
					claims = append(claims, pattern.Claim{ID: fmt.Sprint(len(claims)), Cohort: len(cohorts), Label: "crack", Reported: p.From + pattern.Day(i*3)})
				}
				cohorts = append(cohorts, c)
			}
		}
	}
	r := &pattern.Rates{}
	for a := range r.Hazard {
		r.Hazard[a] = 0.001 // 10 claims of 100 units in 100 days
	}
	for m := range r.Season {
		r.Season[m] = 1
	}
	return cohorts, claims, &pattern.Baseline{Warranty: 1000, Labels: map[string]*pattern.Rates{"crack": r}}, p
}

func TestExplain(t *testing.T) {
	cohorts, claims, b, p := overlapping()
	got, err := pattern.Explain(cohorts, claims, b, "crack", p, []pattern.Key{batch1, north, lot, twin, batch2})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 || got[0].Group != lot || !got[0].Cause || got[1].Cause || len(got[0].Same) != 1 || got[0].Same[0] != twin {
		t.Fatalf("findings are %+v; want the lot as only cause, with its twin", got)
	}
	near(t, "the lot's ratio", got[0].Ratio, 3, 1e-6)
	t.Log(got[0].Reason)
	t.Log(got[1].Reason)
	for _, part := range []string{"lot L-17: 120 claims where 40.0 are expected", "; the rest of", "supplier Acme holds the same units"} {
		if !strings.Contains(got[0].Reason, part) {
			t.Errorf("the reason %q does not say %q", got[0].Reason, part)
		}
	}
	if !strings.Contains(got[1].Reason, "without lot L-17 only 20 where 20.0 are expected") {
		t.Errorf("the reason against another is %q", got[1].Reason)
	}
}

func TestExplainRefuses(t *testing.T) {
	cohorts, claims, b, p := overlapping()
	for name, err := range map[string]error{
		"no candidates":   second(pattern.Explain(cohorts, claims, b, "crack", p, nil)),
		"too many":        second(pattern.Explain(cohorts, claims, b, "crack", p, make([]pattern.Key, pattern.MaxCandidates+1))),
		"unknown label":   second(pattern.Explain(cohorts, claims, b, "rust", p, []pattern.Key{lot})),
		"backward period": second(pattern.Explain(cohorts, claims, b, "crack", pattern.Period{From: 5, To: 5}, []pattern.Key{lot})),
	} {
		if !errors.Is(err, pattern.ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
