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

// CheckVector refuses a vector whose length is not about 1: no cosine can be had of it.
func CheckVector(v []float32) error {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0.5 && sum < 2) { // also when it is NaN, infinite, or of no values
		return fmt.Errorf("a vector's length must be 1, not %.3g", math.Sqrt(sum))
	}
	return nil
}
