package lead

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxPairs is how many pairs of reviewers are shown.
const maxPairs = 20

// agreementView is the page of how far people agree.
type agreementView struct {
	page
	Period period
	Steps  []choice
	Step   string // in words
	Axes   []axisAgreement
	Pairs  []pair
}

type axisAgreement struct {
	Axis            string
	Doubled         string
	Observed, Alpha figure
	Plot            template.HTML
	Spans           []spanAgreement
}

type spanAgreement struct {
	Span    string
	Doubled string
	Alpha   figure
}

type pair struct {
	A, B, Axis string
	Differ     figure
}

func (s *Server) agreement(r *http.Request, _ store.Reviewer) (site.View, error) {
	ctx := r.Context()
	p, err := s.period(r, 180)
	if err != nil {
		return site.View{}, err
	}
	step, months := 7*day, true
	switch r.URL.Query().Get("by") {
	case "", "month":
		step = 30 * day
	case "week":
		months = false
	default:
		return site.View{}, site.BadRequest("Agreement is shown by week or by month.")
	}
	out := agreementView{page: s.page(r, "Agreement", "/agreement"), Period: p, Steps: []choice{{"month", "30 days", months}, {"week", "7 days", !months}}, Step: fmt.Sprintf("%d days", step/day)}
	found, err := s.cfg.Insight.Agreement(ctx, p.From, p.Until, step)
	if err != nil {
		return site.View{}, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return site.View{}, err
	}
	plotter, err := plot.New()
	if err != nil {
		return site.View{}, err
	}
	slices.SortFunc(found.Whole, func(a, b people.Agreement) int { return look.CompareAxes(a.Axis, b.Axis) })
	for _, whole := range found.Whole {
		if whole.Doubled == 0 {
			continue
		}
		one, err := over(plotter, whole, found.Spans)
		if err != nil {
			return site.View{}, err
		}
		out.Axes = append(out.Axes, one)
	}
	for _, d := range found.Pairs[:min(len(found.Pairs), maxPairs)] {
		out.Pairs = append(out.Pairs, pair{names(d.A), names(d.B), show.Words{}.Axis(d.Axis), shareOf(d.Differ)})
	}
	return site.View{Name: "agreement", Data: out}, nil
}

// over shows an axis, and how it changed.
func over(plotter *plot.Plotter, whole people.Agreement, spans []insight.Span) (axisAgreement, error) {
	out := axisAgreement{Axis: show.Words{}.Axis(whole.Axis), Doubled: site.Thousands(whole.Doubled), Alpha: coefficient(insight.Alpha(whole))}
	if o := whole.Observed; o != nil {
		out.Observed = figure{Value: percent(o.Value), Range: percent(o.Low) + " to " + percent(o.High)}
	}
	low := []float64{0, 1}
	var points []plot.Moment
	for _, span := range spans {
		for _, a := range span.Axes {
			f := insight.Alpha(a)
			if a.Axis != whole.Axis || f == nil {
				continue
			}
			text := dates(span.From, span.Until)
			out.Spans = append(out.Spans, spanAgreement{text, site.Counted(a.Doubled, "claim"), coefficient(f)})
			points = append(points, plot.Moment{At: span.From.Add(span.Until.Sub(span.From) / 2), Value: plot.Range{Value: f.Value, Low: f.Low, High: f.High}, Title: text + ": " + number(f.Value)})
			low = append(low, max(f.Low, -1))
		}
	}
	var err error
	out.Plot, err = overTime(plotter, out.Axis, plot.Fit(number, low...), points)
	return out, err
}

// dates writes the first and the last day of a time.
func dates(from, until time.Time) string {
	return from.Format("2 Jan 2006") + " to " + until.Format("2 Jan 2006")
}
