package learning

import (
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// DayCount is how many claims of a day a model gave a label to, and how many of them it left to
// a person.
type DayCount struct {
	Day          time.Time
	Model, Label string
	N, Abstained int
}

// Days joins what was answered and what was left to people. counts must be in the order in which
// a store gives them.
func Days(counts []store.TrendCount) []DayCount {
	var out []DayCount
	for _, c := range counts {
		last := len(out) - 1
		if last < 0 || !out[last].Day.Equal(c.Day) || out[last].Model != c.Model || out[last].Label != c.Label {
			out = append(out, DayCount{Day: c.Day, Model: c.Model, Label: c.Label})
			last++
		}
		out[last].N += c.N
		if c.Abstained {
			out[last].Abstained += c.N
		}
	}
	return out
}
