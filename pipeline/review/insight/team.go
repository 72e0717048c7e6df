package insight

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// Member is what one reviewer did.
type Member struct {
	store.Reviewer
	review.Figures
}

// Team gives what everybody with a decision from (inclusive) until (exclusive) did, by name.
func Team(ctx context.Context, reviews store.Reviews, reviewers Reviewers, from, until time.Time) ([]Member, error) {
	all, err := reviewers.Reviewers(ctx)
	if err != nil {
		return nil, err
	}
	var out []Member
	for _, who := range all {
		f, err := review.OwnFigures(ctx, reviews, who.ID, from, until)
		if err != nil {
			return nil, err
		}
		if f.Decisions > 0 {
			out = append(out, Member{who, f})
		}
	}
	return out, nil
}

// Difference is how often two reviewers answered differently.
type Difference struct {
	Axis string `json:"axis"`
	// A and B are ids of reviewers.
	A string `json:"a"`
	B string `json:"b"`
	// Differ is the share of the claims that both looked at.
	Differ people.Share `json:"differ"`
}

// Agreement is how far the team agrees as time goes by.
type Agreement struct {
	Spans []Span `json:"spans"`
	// Whole is the agreement of the whole time by axis, Pairs are those who differ, surest first.
	Whole []people.Agreement `json:"whole"`
	Pairs []Difference       `json:"pairs"`
}

// Agreement measures the time from (inclusive) until (exclusive) in spans of a step; see
// [Course].
func (r *Reader) Agreement(ctx context.Context, from, until time.Time, step time.Duration) (Agreement, error) {
	ratings, o, err := r.rated(ctx, from, until)
	if err != nil {
		return Agreement{}, err
	}
	out := Agreement{}
	if out.Spans, err = Course(ctx, ratings, from, until, step, o); err != nil {
		return Agreement{}, err
	}
	if out.Whole, err = people.Agree(ctx, ratings, o); err != nil {
		return Agreement{}, err
	}
	out.Pairs = Differences(out.Whole)
	return out, nil
}

// Agree measures the time from (inclusive) until (exclusive) as a whole.
func (r *Reader) Agree(ctx context.Context, from, until time.Time) ([]people.Agreement, error) {
	ratings, o, err := r.rated(ctx, from, until)
	if err != nil {
		return nil, err
	}
	return people.Agree(ctx, ratings, o)
}

func (r *Reader) rated(ctx context.Context, from, until time.Time) ([]people.Rating, people.Options, error) {
	h, t, err := r.History(ctx)
	if err != nil {
		return nil, people.Options{}, err
	}
	ratings, err := r.ratings(ctx, h, t, from, until)
	return ratings, r.options(t), err
}

// Alpha is Krippendorff's, with the distances of an order where the axis has one; nil where it
// does not exist.
func Alpha(a people.Agreement) *people.Figure {
	if a.Ordinal && a.AlphaOrdinal != nil {
		return a.AlphaOrdinal
	}
	return a.Alpha
}

// Differences gives the pairs that differ, by axis, the surest first: by the careful end of the
// interval.
func Differences(axes []people.Agreement) []Difference {
	var out []Difference
	for _, a := range axes {
		for _, p := range a.Pairs {
			if n := p.Agree.Of - p.Agree.Count; n > 0 {
				out = append(out, Difference{a.Axis, p.A, p.B, people.NewShare(n, p.Agree.Of, level)})
			}
		}
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(b.Differ.Low, a.Differ.Low), cmp.Compare(a.Axis, b.Axis), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return out
}

// Month is the random slice's accuracy among the claims that came in a month.
type Month struct {
	// From is its first moment in UTC, or of the time asked for.
	From time.Time
	review.Accuracy
}

// AxisAccuracy is the model's accuracy on an axis by the random slice.
type AxisAccuracy struct {
	Axis string
	// Whole is that of the whole time, Covered of what the model answered by itself.
	Whole, Covered review.Accuracy
	Months         []Month
}

// Accuracy reads the random slice of the claims that came from (inclusive) until (exclusive), by
// axis in the order of the taxonomy. Axes that no claim of the slice has an answer on are left
// out. See [review.Estimate].
func (r *Reader) Accuracy(ctx context.Context, from, until time.Time) ([]AxisAccuracy, error) {
	h, t, err := r.History(ctx)
	if err != nil {
		return nil, err
	}
	slice, err := h.Translated(r.cfg.Reviews).Slice(ctx, from, until)
	if err != nil {
		return nil, err
	}
	var out []AxisAccuracy
	for _, axis := range t.AxisIDs() {
		a := AxisAccuracy{Axis: axis, Whole: review.Estimate(slice, review.EstimateConfig{Axis: axis}), Covered: review.Estimate(slice, review.EstimateConfig{Axis: axis, Covered: true})}
		if a.Whole.N+a.Whole.Missing+a.Whole.Undecided+a.Whole.Behind == 0 {
			continue
		}
		for _, part := range byMonth(slice) {
			at := part[0].Review.CreatedAt.UTC()
			m := Month{From: later(time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC), from), Accuracy: review.Estimate(part, review.EstimateConfig{Axis: axis})}
			if m.N+m.Missing > 0 {
				a.Months = append(a.Months, m)
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// byMonth cuts a slice, which is in the order of arrival, into months in UTC.
func byMonth(slice []store.SettledReview) (out [][]store.SettledReview) {
	last := ""
	for _, s := range slice {
		month := s.Review.CreatedAt.UTC().Format("2006-01")
		if month != last {
			out, last = append(out, nil), month
		}
		out[len(out)-1] = append(out[len(out)-1], s)
	}
	return out
}
