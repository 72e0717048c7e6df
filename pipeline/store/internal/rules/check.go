package rules

import (
	"fmt"
	"math"

	"github.com/defekt/defekt/pipeline/store"
)

// CheckPage refuses a limit outside 1..MaxPage.
func CheckPage(p store.Page) error {
	if p.Limit < 1 || p.Limit > store.MaxPage {
		return fmt.Errorf("a page of %d claims: want 1 to %d", p.Limit, store.MaxPage)
	}
	return nil
}

// CheckNear refuses a question for too few or too many neighbours, or with no fit vector.
func CheckNear(q store.Near) error {
	if q.K < 1 || q.K > store.MaxNear {
		return fmt.Errorf("%d neighbours: want 1 to %d", q.K, store.MaxNear)
	}
	return CheckVector(q.Vector)
}

// CheckVector refuses a vector without values, or with one that is no finite number.
func CheckVector(v []float32) error {
	if len(v) == 0 {
		return fmt.Errorf("a vector without values")
	}
	for i, x := range v {
		if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("value %d of a vector is %v", i, x)
		}
	}
	return nil
}
