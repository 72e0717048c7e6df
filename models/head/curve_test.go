package head

import (
	"context"
	"testing"
)

func TestCurveRisesAndEndsWithAllRows(t *testing.T) {
	d := world(600, 5, both)
	points, err := Curve(context.Background(), d, quick(), []int{5000, 50, 10}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(points) != 3 || points[0].PerLabel != 10 || points[1].PerLabel != 50 || points[2].PerLabel != 0 {
		t.Fatalf("points %+v, want 10, 50 and all: 5000 a class is more than there is", points)
	}
	if points[0].Rows != 30 || points[1].Rows != 150 || points[2].Rows != 400 {
		t.Errorf("rows %+v, want 30, 150, 400", points)
	}
	if first, last := points[0], points[2]; last.MacroF1 < first.MacroF1+0.02 || last.Accuracy < 0.8 {
		t.Errorf("more labels did not help: %+v", points)
	}
}

func TestCurvePartsShareNoGroupAndNest(t *testing.T) {
	d := world(120, 6, both)
	folds := assignFolds(d.Labels, d.Groups, len(d.Classes), 5, 1)
	small, test := d.part(folds, 1, 3, 1)
	large, again := d.part(folds, 1, 9, 1)
	if len(test.Labels) != len(again.Labels) {
		t.Fatalf("held-out parts differ: %d and %d rows", len(test.Labels), len(again.Labels))
	}
	held := map[string]bool{}
	for _, g := range test.Groups {
		held[g] = true
	}
	for _, g := range large.Groups {
		if held[g] {
			t.Errorf("group %s is fitted on and held out", g)
		}
	}
	in := map[string]int{}
	for _, g := range large.Groups {
		in[g]++
	}
	for _, g := range small.Groups {
		if in[g]--; in[g] < 0 {
			t.Errorf("a row of group %s is in the smaller part only", g)
		}
	}
}
