package api

import (
	"context"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/store"
)

// Limits of figures.
const (
	// DefaultFigures is the time that figures cover when none is asked for; MaxFigures the
	// longest.
	DefaultFigures = 30 * 24 * time.Hour
	MaxFigures     = 366 * 24 * time.Hour
	// ownFigures is the least time over which a reviewer hears how others agreed with him,
	// and ownCases the fewest cases.
	ownFigures = 7 * 24 * time.Hour
	ownCases   = 10
	// pace is the time whose pace a forecast goes by.
	pace = 7 * 24 * time.Hour
)

type reviewCountsOut struct{ Body wire.ReviewCounts }

// reviewCounts is GET /v1/review/counts.
func (s *Server) reviewCounts(ctx context.Context, in *reviewerOnly) (*reviewCountsOut, error) {
	v, err := s.overseeing(ctx, in.Reviewer)
	if err != nil {
		return nil, err
	}
	list, err := v.q.Store.ReviewCounts(ctx)
	if err != nil {
		return nil, err
	}
	forecast, err := review.Predict(ctx, v.q.Store, v.now, pace)
	if err != nil {
		return nil, err
	}
	out := wire.ReviewCounts{
		Open: wire.Waiting{ByReason: map[string]int{}}, Disputed: wire.Waiting{ByReason: map[string]int{}},
		Forecast: wire.ReviewForecast{Days: pace.Hours() / 24, Decided: forecast.Decided, PerDay: forecast.PerDay, Empty: forecast.Empty},
	}
	for _, c := range list {
		w := &out.Open
		if c.State == store.ReviewDisputed {
			w = &out.Disputed
		}
		if c.Reason != "" {
			w.ByReason[string(c.Reason)] = c.N
			continue
		}
		w.N, w.Oldest, w.Due = c.N, c.Oldest, c.Due
	}
	return &reviewCountsOut{out}, nil
}

type reviewerOnly struct{ ReviewerQuery }

// overseeing gives the view of one who may see the queue as a whole.
func (s *Server) overseeing(ctx context.Context, name string) (*view, error) {
	v, err := s.viewing(ctx, name)
	if err == nil {
		err = v.overall()
	}
	return v, err
}

// overseeingIn is overseeing over a time.
func (s *Server) overseeingIn(ctx context.Context, name string, p Period) (v *view, from, until time.Time, err error) {
	if v, err = s.overseeing(ctx, name); err != nil {
		return nil, from, until, err
	}
	from, until, err = p.read(v.now)
	return v, from, until, err
}

type figuresIn struct {
	ReviewerQuery
	Period
}

// Period is a time that figures cover. Exported since huma passes over embedded types that
// are not.
type Period struct {
	From  string `query:"from" doc:"Inclusive, RFC 3339 or a date. Default: 30 days before until."`
	Until string `query:"until" doc:"Exclusive, RFC 3339 or a date. Default: now."`
}

// read gives both ends.
func (p Period) read(now time.Time) (from, until time.Time, err error) {
	if from, err = moment("query.from", p.From); err != nil {
		return
	}
	if until, err = moment("query.until", p.Until); err != nil {
		return
	}
	if until.IsZero() {
		until = now.UTC()
	}
	if from.IsZero() {
		from = until.Add(-DefaultFigures)
	}
	if !from.Before(until) || until.Sub(from) > MaxFigures {
		err = fault(codeParameter, "query.from", "a period ends after it begins, and lasts a year at most")
	}
	return
}

type figuresOut struct{ Body wire.ReviewerFigures }

// reviewFigures is GET /v1/review/figures.
func (s *Server) reviewFigures(ctx context.Context, in *figuresIn) (*figuresOut, error) {
	q, who, err := s.acting(ctx, in.Reviewer)
	if err != nil {
		return nil, err
	}
	from, until, err := in.read(s.cfg.Now())
	if err != nil {
		return nil, err
	}
	newest, err := q.now(ctx)
	if err != nil {
		return nil, err
	}
	f, err := review.OwnFigures(ctx, newest, who.ID, from, until)
	if err != nil {
		return nil, err
	}
	out := figuresShown(who.Name, f, from, until)
	out.Agreement, err = ownAgreement(ctx, q, who, s.cfg.Now(), from, until)
	return &figuresOut{out}, err
}

// figuresShown leaves agreement out.
func figuresShown(name string, f review.Figures, from, until time.Time) wire.ReviewerFigures {
	out := wire.ReviewerFigures{Reviewer: name, From: from, Until: until, Decisions: f.Decisions, Undone: f.Undone, MedianTookMS: f.MedianTook.Milliseconds(), Days: []wire.ReviewDay{}}
	for _, d := range f.Days {
		out.Days = append(out.Days, wire.ReviewDay{Day: d.Day.Format(time.DateOnly), Decisions: d.Decisions, MedianTookMS: d.MedianTook.Milliseconds()})
	}
	return out
}

// ownAgreement is what a reviewer may know of how others agreed with him: over whole days that
// are past, enough of them, and in shares of many cases. How he did on known items is no one's
// but the lead's: each of them counts there at once.
func ownAgreement(ctx context.Context, q *Review, who store.Reviewer, now, from, until time.Time) (*wire.ReviewAgreement, error) {
	const day = 24 * time.Hour
	today := now.UTC().Truncate(day)
	until = until.UTC().Truncate(day)
	if until.After(today) {
		until = today
	}
	from = from.UTC().Truncate(day)
	if until.Sub(from) < ownFigures {
		from = until.Add(-ownFigures)
	}
	newest, err := q.now(ctx)
	if err != nil {
		return nil, err
	}
	f, err := review.OwnFigures(ctx, newest, who.ID, from, until)
	if err != nil {
		return nil, err
	}
	return &wire.ReviewAgreement{From: from, Until: until, Peers: share(f.Peers, ownCases), Adjudicated: share(f.Adjudicated, ownCases)}, nil
}

// share leaves shares of fewer cases out.
func share(s people.Share, least int) *wire.Share {
	if s.Of < least {
		return nil
	}
	return &wire.Share{Count: s.Count, Of: s.Of, Value: s.Value, Low: s.Low, High: s.High}
}

type teamOut struct{ Body wire.TeamFigures }

// teamFigures is GET /v1/review/team.
func (s *Server) teamFigures(ctx context.Context, in *figuresIn) (*teamOut, error) {
	v, from, until, err := s.overseeingIn(ctx, in.Reviewer, in.Period)
	if err != nil {
		return nil, err
	}
	out := &teamOut{wire.TeamFigures{From: from, Until: until, Reviewers: []wire.ReviewerFigures{}, Axes: []wire.TeamAgreement{}}}
	newest, err := v.q.now(ctx)
	if err != nil {
		return nil, err
	}
	all, err := insight.Team(ctx, newest, v.q.People, from, until)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		shown := figuresShown(m.Name, m.Figures, from, until)
		shown.Agreement = &wire.ReviewAgreement{From: from, Until: until, Peers: share(m.Peers, 1), Adjudicated: share(m.Adjudicated, 1), Known: share(m.Known, 1)}
		out.Body.Reviewers = append(out.Body.Reviewers, shown)
	}
	agreed, err := v.q.Insight.Agree(ctx, from, until)
	out.Body.Axes = agreementShown(agreed)
	return out, err
}

func figure(f *people.Figure) *wire.Figure {
	if f == nil {
		return nil
	}
	return &wire.Figure{Value: f.Value, Low: f.Low, High: f.High}
}

type accuracyIn struct {
	ReviewerQuery
	Period
	Axis    string `query:"axis" required:"true" maxLength:"200"`
	Covered bool   `query:"covered" doc:"Only claims that the model did not abstain on."`
}

type accuracyOut struct{ Body wire.SliceAccuracy }

// sliceAccuracy is GET /v1/review/accuracy.
func (s *Server) sliceAccuracy(ctx context.Context, in *accuracyIn) (*accuracyOut, error) {
	v, err := s.overseeing(ctx, in.Reviewer)
	if err != nil {
		return nil, err
	}
	h, t, err := v.q.versions(ctx)
	if err != nil {
		return nil, err
	}
	if t.Axis(in.Axis) == nil {
		return nil, fault(codeParameter, "query.axis", "the taxonomy has no axis "+clip(in.Axis))
	}
	from, until, err := in.read(v.now)
	if err != nil {
		return nil, err
	}
	slice, err := h.Translated(v.q.Store).Slice(ctx, from, until)
	if err != nil {
		return nil, err
	}
	a := review.Estimate(slice, review.EstimateConfig{Axis: in.Axis, Covered: in.Covered})
	return &accuracyOut{wire.SliceAccuracy{
		Axis: in.Axis, Covered: in.Covered, Hits: a.Hits, N: a.N, Missing: a.Missing, Undecided: a.Undecided, Behind: a.Behind, Value: a.Value, Low: a.Low, High: a.High,
	}}, nil
}
