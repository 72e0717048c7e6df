package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/pipeline/look"
)

// scored is one model's figure in one column.
type scored struct {
	model string
	value float64
	i     *metric.Interval
}

// rows fills the table; models are ordered by their mean rank in the first figure.
func (v *boardView) rows(r ranking) {
	places := map[string]map[string]*meanRank{} // by model and figure
	cells := map[string][]boardCell{}
	for _, m := range r.models {
		places[m] = map[string]*meanRank{}
		for _, f := range v.Figures {
			places[m][f.ID] = &meanRank{}
		}
		cells[m] = make([]boardCell, len(r.columns))
	}
	for i, c := range r.columns {
		newest := r.digest(c)
		for _, m := range r.models {
			if run, ok := r.latest[m][c]; ok && run.Result.Data.Digest != newest {
				cells[m][i].Other, v.OtherData = true, true
			}
		}
		for _, f := range v.Figures {
			for place, s := range r.order(c, f) {
				places[s.model][f.ID].add(place.place)
				cells[s.model][i].Values = append(cells[s.model][i].Values, place.value(f, s))
			}
		}
	}
	models := slices.Clone(r.models)
	first := v.Figures[0].ID
	slices.SortStableFunc(models, func(x, y string) int {
		a, b := places[x][first], places[y][first] // a rank over fewer questions says less
		return cmp.Or(cmp.Compare(truth(a.n < len(r.columns)), truth(b.n < len(r.columns))), cmp.Compare(a.mean(), b.mean()), cmp.Compare(x, y))
	})
	for _, m := range models {
		row := boardRow{Model: look.Clean(m), Digest: short(r.newest(m).Digest), Cells: cells[m]}
		for _, f := range v.Figures {
			row.Rank = append(row.Rank, places[m][f.ID].cell(f.ID, len(r.columns)))
		}
		v.Rows = append(v.Rows, row)
	}
}

// meanRank is the mean of a model's places.
type meanRank struct {
	sum float64
	n   int
}

func (m *meanRank) add(place float64) { m.sum, m.n = m.sum+place, m.n+1 }

// mean is the mean place; a model without one stands last.
func (m *meanRank) mean() float64 {
	if m.n == 0 {
		return 1e9
	}
	return m.sum / float64(m.n)
}

func (m *meanRank) cell(figure string, of int) rankCell {
	if m.n == 0 {
		return rankCell{Figure: figure, Value: "–"}
	}
	c := rankCell{Figure: figure, Value: strconv.FormatFloat(m.mean(), 'f', 1, 64), Sort: strconv.FormatFloat(-m.mean(), 'f', 4, 64)}
	if m.n < of {
		c.Of = fmt.Sprintf("on %d of %d", m.n, of)
	}
	return c
}

// standing is where a value stands in its column.
type standing struct {
	place      float64 // 1 is best; equal values share the mean of their places
	best, near bool
}

func (s standing) value(f boardFigure, one scored) boardValue {
	sort := one.value
	if f.Lower {
		sort = -sort
	}
	return boardValue{Figure: f.ID, Value: bare(one.value), Interval: span(one.i), Sort: strconv.FormatFloat(sort, 'f', 6, 64), Best: s.best, Near: s.near}
}

// order gives the models that have the figure in the column, with where they stand. Near are
// those whose value lies within the interval of the best.
func (r ranking) order(c column, f boardFigure) func(yield func(standing, scored) bool) {
	var all []scored
	for _, m := range r.models {
		run, ok := r.latest[m][c]
		if !ok {
			continue
		}
		if value, i, ok := f.of(axisOf(run.Result, c.axis)); ok {
			all = append(all, scored{m, value, i})
		}
	}
	better := func(x, y float64) bool { return f.Lower && x < y || !f.Lower && x > y }
	return func(yield func(standing, scored) bool) {
		for _, one := range all {
			ahead, equal := 0, 0
			best := one
			for _, other := range all {
				switch {
				case better(other.value, one.value):
					ahead++
				case other.value == one.value:
					equal++
				}
				if better(other.value, best.value) {
					best = other
				}
			}
			s := standing{place: float64(ahead) + (float64(equal)+1)/2, best: ahead == 0}
			s.near = !s.best && best.i != nil && one.value >= best.i.Low && one.value <= best.i.High
			if !yield(s, one) {
				return
			}
		}
	}
}

// digest is that of the data of the newest run of a column.
func (r ranking) digest(c column) string {
	var newest Run
	for _, m := range r.models {
		if run, ok := r.latest[m][c]; ok && (newest.Result == nil || run.Time.After(newest.Time)) {
			newest = run
		}
	}
	if newest.Result == nil {
		return ""
	}
	return newest.Result.Data.Digest
}

// newest is the newest run of a model.
func (r ranking) newest(model string) Run {
	var out Run
	for _, run := range r.latest[model] {
		if out.Result == nil || run.Time.After(out.Time) || run.Time.Equal(out.Time) && run.ID > out.ID {
			out = run
		}
	}
	return out
}
