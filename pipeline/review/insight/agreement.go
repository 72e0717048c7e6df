package insight

import (
	"context"
	"time"

	"github.com/defekt/defekt/eval/people"
)

// Span is the team's agreement within a time, by axis.
type Span struct {
	From  time.Time          `json:"from"`
	Until time.Time          `json:"until"`
	Axes  []people.Agreement `json:"axes,omitempty"`
}

// MaxSpans bounds the figures of one call, each of which costs a bootstrap.
const MaxSpans = 60

// Course cuts the time from (inclusive) until (exclusive) into spans and gives the agreement
// within each, Krippendorff's alpha first of all; ratings need not be ordered. The last span
// ends at until, earlier ones as far back as from, at most [MaxSpans]; step must be positive.
func Course(ctx context.Context, ratings []people.Rating, from, until time.Time, step time.Duration, o people.Options) ([]Span, error) {
	var spans []Span
	for end := until; end.After(from) && len(spans) < MaxSpans; end = end.Add(-step) {
		s := Span{From: later(end.Add(-step), from), Until: end}
		var err error
		if s.Axes, err = people.Agree(ctx, within(ratings, s.From, s.Until), o); err != nil {
			return nil, err
		}
		spans = append([]Span{s}, spans...)
	}
	return spans, nil
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func within(ratings []people.Rating, from, until time.Time) (out []people.Rating) {
	for _, r := range ratings {
		if !r.At.Before(from) && r.At.Before(until) {
			out = append(out, r)
		}
	}
	return out
}
