package pattern

import (
	"fmt"
	"slices"
)

// Delay is one claim's days from failure to report, and the days from failure to now, beyond
// which its report could not be known.
type Delay struct{ Days, Room int }

// Completeness estimates the share of failures that are reported within 0, 1, 2 ... days, up to
// the longest delay seen. Recent failures show only their quick reports; the estimate allows for
// that by looking at time backwards (right truncation: Lagakos, Barraj and De Gruttola 1988).
// It is relative to the longest delay that could be seen. Dividing the counts of a day of
// failure by its completeness corrects them. An [ErrInput] names a delay that cannot be.
func Completeness(delays []Delay) ([]float64, error) {
	if len(delays) == 0 {
		return nil, fmt.Errorf("%w: no delays", ErrInput)
	}
	longest := 0
	for i, d := range delays {
		if d.Days < 0 || d.Room < d.Days {
			return nil, fmt.Errorf("%w: delay %d is of %d days with room for %d", ErrInput, i, d.Days, d.Room)
		}
		longest = max(longest, d.Days)
	}
	exact, seen := make([]float64, longest+1), make([]float64, longest+2)
	for _, d := range delays {
		exact[d.Days]++
		// Among those with room for x days, the ones reported by x: x from Days to Room.
		seen[d.Days]++
		seen[min(d.Room, longest)+1]--
	}
	for x := 1; x <= longest; x++ {
		seen[x] += seen[x-1]
	}
	out := make([]float64, longest+1)
	share := 1.0
	for x := range slices.Backward(out) {
		out[x] = share
		if seen[x] > 0 {
			share *= 1 - exact[x]/seen[x]
		}
	}
	return out, nil
}
