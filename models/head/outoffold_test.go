package head

import (
	"context"
	"math"
	"testing"
)

func TestOutOfFoldDoesNotKnowTheLabel(t *testing.T) {
	d := world(300, 8, both)
	right, err := OutOfFold(context.Background(), d, quick(), 3, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range right {
		sum := 0.0
		for _, p := range row {
			sum += p
		}
		if len(row) != len(d.Classes) || math.Abs(sum-1) > 1e-6 {
			t.Fatalf("row %d: %v", i, row)
		}
	}
	// A label that is changed alone must not raise its own probability much: the row is held out.
	wrong := d
	wrong.Labels = append([]int(nil), d.Labels...)
	wrong.Labels[0] = (d.Labels[0] + 1) % len(d.Classes)
	after, err := OutOfFold(context.Background(), wrong, quick(), 3, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if before, now := right[0][wrong.Labels[0]], after[0][wrong.Labels[0]]; now > before+0.2 {
		t.Errorf("the wrong label's probability went from %.3f to %.3f when it was given", before, now)
	}
}

func TestOutOfFoldNeedsRows(t *testing.T) {
	d := world(3, 8, both)
	if _, err := OutOfFold(context.Background(), d, quick(), 3, 1, 1); err == nil {
		t.Error("three rows were enough")
	}
}
