package drift

import (
	"context"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/eval/sample"
)

// windows follows an axis over the times of both sides together, oldest first; windows
// without claims are left out.
func windows(ctx context.Context, before, after *sample.Axis, old, young []time.Time, o Options) ([]Window, error) {
	times := slices.Concat(old, young)
	known := slices.DeleteFunc(slices.Clone(times), time.Time.IsZero)
	if len(known) == 0 {
		return nil, nil
	}
	span := o.Span
	if span == Auto {
		span = auto(slices.MinFunc(known, time.Time.Compare), slices.MaxFunc(known, time.Time.Compare))
	}
	in := map[time.Time]*gathered{}
	add := func(a *sample.Axis, times []time.Time) {
		for i, t := range times {
			if t.IsZero() {
				continue
			}
			from := floor(t.UTC(), span)
			if in[from] == nil {
				in[from] = &gathered{}
			}
			in[from].add(a, i)
		}
	}
	add(before, old)
	add(after, young)
	starts := make([]time.Time, 0, len(in))
	for from := range in {
		starts = append(starts, from)
	}
	slices.SortFunc(starts, time.Time.Compare)
	out := make([]Window, 0, len(starts))
	for _, from := range starts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out = append(out, in[from].window(from, next(from, span), o))
	}
	return out, nil
}

func auto(from, to time.Time) Span {
	switch days := to.Sub(from).Hours() / 24; {
	case days >= 75:
		return Month
	case days >= 18:
		return Week
	}
	return Day
}

// floor is the beginning of the month, of the week (Monday) or of the day, in UTC.
func floor(t time.Time, span Span) time.Time {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	switch span {
	case Month:
		return day.AddDate(0, 0, 1-day.Day())
	case Week:
		return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	}
	return day
}

func next(from time.Time, span Span) time.Time {
	switch span {
	case Month:
		return from.AddDate(0, 1, 0)
	case Week:
		return from.AddDate(0, 0, 7)
	}
	return from.AddDate(0, 0, 1)
}

// gathered is the rows of one window.
type gathered struct {
	claims, answered, held, scored, right, stated int
	sum                                           float64   // of the confidences that were stated
	confidence                                    []float64 // those of answers with a truth
	correct                                       []bool
}

func (g *gathered) add(a *sample.Axis, i int) {
	g.claims++
	if a.Chosen[i] < 0 {
		return
	}
	g.answered++
	g.held += one(a.Held(i))
	correct := a.Scored(i) && a.Chosen[i] == a.Truth[i]
	g.scored += one(a.Scored(i))
	g.right += one(correct)
	confidence := float64(a.Confidence[i])
	if confidence == 0 { // none is stated
		return
	}
	g.stated++
	g.sum += confidence
	if a.Scored(i) {
		g.confidence, g.correct = append(g.confidence, confidence), append(g.correct, correct)
	}
}

// leastForECE is the number of claims with a confidence and a truth under which a calibration
// error says nothing.
const leastForECE = 20

func (g *gathered) window(from, to time.Time, o Options) Window {
	w := Window{From: from, To: to, Claims: g.claims, Answered: g.answered, Scored: g.scored}
	if g.answered == 0 {
		w.Abstentions.High = 1
		return w
	}
	w.Confidence = g.sum / float64(max(1, g.stated))
	w.Abstentions = share(g.held, g.answered, o.Level)
	if g.scored > 0 {
		accuracy := share(g.right, g.scored, o.Level)
		w.Accuracy = &accuracy
	}
	if len(g.confidence) < leastForECE {
		return w
	}
	ranked := metric.Rank(g.confidence, g.correct)
	ece, bins := ranked.ECESweep()
	if i, ok := ranked.ECEInterval(bins, o.Level, o.Draws, o.Seed); ok {
		floor := ranked.ECEFloor(bins)
		w.ECE, w.ECEFloor = &Figure{ece, i.Low, i.High}, &floor
	}
	return w
}

func share(count, of int, level float64) Figure {
	i := metric.Wilson(float64(count), float64(of), level)
	return Figure{float64(count) / float64(of), i.Low, i.High}
}
