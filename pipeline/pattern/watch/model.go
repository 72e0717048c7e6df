package watch

import (
	_ "embed" // the fitted weights
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// LeastReports is the number of reports below which a stream has no score.
const LeastReports = 5

// ErrModel marks a model that cannot be used.
var ErrModel = errors.New("watch: unusable model")

// Model weighs the features.
type Model struct {
	// About says what the weights were fitted on.
	About string `json:"about"`
	// Weights, Mean and SD are in the order of [FeatureNames].
	Weights Features `json:"weights"`
	Mean    Features `json:"mean"`
	SD      Features `json:"sd"`
	// Components is the component feature; one that is not in it gets Other.
	Components map[string]float64 `json:"components"`
	Other      float64            `json:"other"`
	// Marks are thresholds chosen in training, by the share of streams without a recall that
	// were flagged there, such as "0.10".
	Marks map[string]float64 `json:"marks"`
}

//go:embed model.json
var fitted []byte

// Fitted is the model that ships with the program.
func Fitted() (*Model, error) { return Parse(fitted) }

// Parse reads a model from JSON and checks it: an [ErrModel] says what is wrong.
func Parse(data []byte) (*Model, error) {
	m := &Model{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	for i, sd := range m.SD {
		if !(sd > 0) {
			return nil, fmt.Errorf("%w: the deviation of feature %d is %g, not above 0", ErrModel, i, sd)
		}
	}
	return m, nil
}

// Scored is the score of a stream on a day.
type Scored struct {
	Day   Day
	Score float64
}

// Watch scores the stream on each day that a report was filed, up to and including until, from
// the fifth report on: a report is what makes the pace rise. A maker's recall between two reports
// counts from the next one on. Scores come in order of days.
func (m *Model) Watch(s Stream, h *History, until Day) []Scored {
	component := ComponentTable{m.Components, m.Other}.of(s.Component)
	var out []Scored
	for _, day := range filingDays(s, until) {
		out = append(out, Scored{day, m.score(measure(s, h, component, day))})
	}
	return out
}

func (m *Model) score(f Features) float64 {
	sum := 0.0
	for i, x := range f {
		sum += m.Weights[i] * (x - m.Mean[i]) / m.SD[i]
	}
	return sum
}

// filingDays are the days with a report from the fifth report on.
func filingDays(s Stream, until Day) []Day {
	if len(s.Reports) < LeastReports {
		return nil
	}
	var days []Day
	for _, r := range s.Reports[LeastReports-1:] {
		if r.Filed <= until {
			days = append(days, r.Filed)
		}
	}
	return slices.Compact(days)
}

// FirstAbove gives the first day whose score is above threshold; ok is false when there is none.
func FirstAbove(scores []Scored, threshold float64) (day Day, ok bool) {
	for _, s := range scores {
		if s.Score > threshold {
			return s.Day, true
		}
	}
	return 0, false
}
