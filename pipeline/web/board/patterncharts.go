package board

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"math"
	"time"

	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// drawPattern draws what the alarm itself holds, and what the watch has in memory beside it.
func (s *Server) drawPattern(ctx context.Context, v *patternView, a store.Alarm) error {
	charts, err := s.charts.get(ctx, a.Cause)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	v.Charts = charts
	p, err := plot.New()
	if err != nil {
		return err
	}
	if v.Months, err = drawMonths(p, a.Facts.Months, a.Facts.Onset); err != nil {
		return err
	}
	if v.Ages, err = drawAges(p, a.Facts.Ages, charts.Value.Hazard); err != nil {
		return err
	}
	v.Nevada = newNevada(charts.Value.Nevada)
	v.Hazard = hazardWords(charts.Value.Hazard)
	return nil
}

// whole writes a count at an axis; fractions of a tick have no name.
func whole(v float64) string {
	if v != math.Trunc(v) {
		return number(v, 1)
	}
	return number(v, 0)
}

// drawMonths draws claims over time beside those that are usual, and where the excess began.
func drawMonths(p *plot.Plotter, months []store.AlarmMonth, onset time.Time) (template.HTML, error) {
	if len(months) == 0 {
		return "", nil
	}
	observed, expected, begin := plot.Line{Name: "claims", Style: plot.Dot}, plot.Line{Name: "usual", Style: plot.Faint}, plot.Line{Name: "here the excess began", Style: plot.Ring, Loose: true}
	top := []float64{0, 1}
	for _, m := range months {
		at, err := time.Parse("2006-01", m.Month)
		if err != nil {
			return "", fmt.Errorf("board: a month: %w", err)
		}
		title := fmt.Sprintf("%s: %d claims, %s usual", m.Month, m.Observed, number(m.Expected, 1))
		observed.Points = append(observed.Points, plot.Moment{At: at, Value: plot.Exactly(float64(m.Observed)), Title: title})
		expected.Points = append(expected.Points, plot.Moment{At: at, Value: plot.Exactly(m.Expected), Title: title})
		if onset.UTC().Format("2006-01") == m.Month {
			begin.Points = append(begin.Points, plot.Moment{At: at, Value: plot.Exactly(float64(m.Observed)), Title: "the excess began on " + onDay(onset)})
		}
		top = append(top, float64(m.Observed), m.Expected)
	}
	lines := []plot.Line{expected, observed}
	if len(begin.Points) > 0 {
		lines = append(lines, begin)
	}
	return p.Series(plot.Series{Title: "Claims by month, beside what is usual", Name: "claims a month", Scale: plot.Fit(whole, top...), Lines: lines})
}

// drawAges draws claims per 1,000 units by months in service.
func drawAges(p *plot.Plotter, ages []store.AlarmAge, h *surveillance.Hazard) (template.HTML, error) {
	if len(ages) == 0 {
		return "", nil
	}
	observed, usual, fit := plot.Track{Name: "this group", Style: plot.Dot}, plot.Track{Name: "usual", Style: plot.Faint}, plot.Track{Name: "Weibull fit", Style: plot.Ring}
	top := []float64{0, 1}
	ages = known(ages)
	most := mostUnits(ages)
	for _, a := range ages {
		title := fmt.Sprintf("month %d: %d claims of %d units, %s per 1,000 (%s), usual %s", a.Month, a.Claims, a.Units, number(a.Per1000, 1), interval(a.Low, a.High, 1), number(a.Usual, 1))
		x := float64(a.Month)
		observed.Steps = append(observed.Steps, plot.Step{X: x, Value: plot.Range{Value: a.Per1000, Low: a.Low, High: a.High}, Title: title})
		usual.Steps = append(usual.Steps, plot.Step{X: x, Value: plot.Exactly(a.Usual), Title: title})
		if h != nil {
			fit.Steps = append(fit.Steps, plot.Step{X: x, Value: plot.Exactly(1000 * (cumulative(*h, x+1) - cumulative(*h, x)))})
		}
		top = append(top, 1.2*a.Per1000, a.Usual)
		if float64(a.Units) >= fairShare*float64(most) { // else the interval is cut off at the top
			top = append(top, a.High)
		}
	}
	lines := []plot.Track{usual, observed}
	if len(fit.Steps) > 0 {
		lines = append(lines, fit)
	}
	return p.Growth(plot.Growth{Title: "Claims by months in service, with intervals", XName: "months in service", YName: "claims per 1,000 units and month",
		X: plot.Fit(whole, 0, max(4, float64(ages[len(ages)-1].Month))), Y: plot.Fit(whole, top...), Lines: lines})
}

// leastShare is the share of the units below which an age says too little to be drawn, fairShare
// that from which on its whole interval is.
const (
	leastShare = 0.05
	fairShare  = 0.25
)

func mostUnits(ages []store.AlarmAge) int {
	most := 0
	for _, a := range ages {
		most = max(most, a.Units)
	}
	return most
}

// known leaves out the ages that only few of the units have lived: their intervals would flatten
// all others.
func known(ages []store.AlarmAge) []store.AlarmAge {
	most, n := mostUnits(ages), len(ages)
	for n > 1 && float64(ages[n-1].Units) < leastShare*float64(most) {
		n--
	}
	return ages[:n]
}

// cumulative is the Weibull cumulative hazard after so many months.
func cumulative(h surveillance.Hazard, months float64) float64 {
	return math.Pow(months/h.Scale, h.Shape)
}

func hazardWords(h *surveillance.Hazard) string {
	if h == nil {
		return ""
	}
	kind := "about 1: it comes by chance, at any age"
	switch {
	case h.Shape < 0.8:
		kind = "below 1: it fails early and then less, as what was made badly does"
	case h.Shape > 1.25:
		kind = "above 1: it wears out, so that more is to come as the units age"
	}
	return fmt.Sprintf("The Weibull shape is %s, %s.", number(h.Shape, 2), kind)
}

// nevada is the table of claims by month of entry and months in service.
type nevada struct {
	Months []int
	Rows   []nevadaRow
}

type nevadaRow struct {
	Month string
	Units string
	Cells []nevadaCell
}

// nevadaCell is one month in service of the units of one month. Shade is 0..10, by claims per
// unit beside the highest; Blank says that it was not lived yet.
type nevadaCell struct {
	N, Shade int
	Blank    bool
	Title    string
}

func newNevada(rows []surveillance.NevadaRow) *nevada {
	out := new(nevada)
	most, wide := 0.0, 0
	for _, r := range rows {
		wide = max(wide, len(r.Claims))
		for _, n := range r.Claims {
			most = max(most, float64(n)/float64(max(r.Units, 1)))
		}
	}
	if wide == 0 {
		return nil
	}
	for m := range wide {
		out.Months = append(out.Months, m)
	}
	for _, r := range rows {
		line := nevadaRow{Month: r.Month, Units: number(float64(r.Units), 0)}
		for m := range wide {
			c := nevadaCell{Blank: m >= len(r.Claims)}
			if !c.Blank {
				c.N = r.Claims[m]
				rate := float64(c.N) / float64(max(r.Units, 1))
				c.Title = fmt.Sprintf("%s, month %d: %d of %d units", r.Month, m, c.N, r.Units)
				if c.N > 0 {
					c.Shade = max(1, int(10*rate/most+0.5))
				}
			}
			line.Cells = append(line.Cells, c)
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}
