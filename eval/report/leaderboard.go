package report

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"time"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
)

// Run is one evaluation of many.
type Run struct {
	ID   string
	Time time.Time
	// Model is the name that rows are made by; Digest tells its versions apart.
	Model, Digest string
	// Set and Split name the data; runs of one set, split and axis share a column.
	Set, Split string
	Result     *eval.Result
}

// Leaderboard is many runs on one page. Every field but Runs may be left out.
type Leaderboard struct {
	Title string
	Made  time.Time
	Runs  []Run
}

// WriteHTML writes one self-contained page: a table of models by data sets and axes, of
// which the reader chooses the figure, the same as plots with intervals, and how the best
// figure went over time. Where a model has several runs on the same data the latest counts.
// It returns the first error of w.
func (l *Leaderboard) WriteHTML(w io.Writer) error {
	b, err := newBuilder(&Report{})
	if err != nil {
		return err
	}
	v, err := b.board(l)
	if err != nil {
		return err
	}
	return render(w, "board", v)
}

// boardView is the page.
type boardView struct {
	assets
	Title, About string
	Figures      []boardFigure
	Sets         []boardSet
	Columns      []boardColumn
	Rows         []boardRow
	OtherData    bool
	Panels       []panel
}

type boardSet struct {
	Name string
	Span int
}

type boardColumn struct{ Axis, Claims string }

type boardRow struct {
	Model, Digest string
	Rank          []rankCell
	Cells         []boardCell
}

// rankCell is a model's mean rank by one figure.
type rankCell struct {
	Figure, Value, Of, Sort string
}

type boardCell struct {
	Values []boardValue
	Other  bool // measured on other data than the newest run of the column
}

type boardValue struct {
	Figure, Value, Interval, Sort string
	Best, Near                    bool
}

// panel is one column as plots.
type panel struct {
	Forest, Time template.HTML
	Best         string // who is best so far, since when
}

func (b *builder) board(l *Leaderboard) (*boardView, error) {
	r := rank(l.Runs)
	v := &boardView{Title: look.Clean(cmp.Or(l.Title, "Leaderboard")), Figures: boardFigures()}
	v.About = count(len(r.models), "model") + " on " + count(len(r.columns), "question") + ", from " + count(len(l.Runs), "run") + "."
	if !l.Made.IsZero() {
		v.About += " Made on " + l.Made.Format("2 January 2006") + "."
	}
	var err error
	if v.assets, err = newAssets("board.js"); err != nil {
		return nil, err
	}
	v.head(r)
	v.rows(r)
	for _, c := range r.columns {
		p, err := b.panel(r, c, l.Runs)
		if err != nil {
			return nil, err
		}
		v.Panels = append(v.Panels, p)
	}
	return v, nil
}

// head fills the two lines of column heads.
func (v *boardView) head(r ranking) {
	last := column{}
	for i, c := range r.columns {
		if i == 0 || c.set != last.set || c.split != last.split {
			v.Sets = append(v.Sets, boardSet{Name: c.name(false)})
		}
		v.Sets[len(v.Sets)-1].Span++
		last = c
		n := 0
		for _, m := range r.models {
			if run, ok := r.latest[m][c]; ok {
				n = max(n, axisOf(run.Result, c.axis).N)
			}
		}
		v.Columns = append(v.Columns, boardColumn{look.Sentence(c.axis), whole(n)})
	}
}

// name is the set, with the split unless it is the usual one, and the axis where wanted.
func (c column) name(axis bool) string {
	s := look.Clean(c.set)
	if c.split != "test" && c.split != "" {
		s += " (" + look.Clean(c.split) + ")"
	}
	if axis {
		s += ": " + look.Words(c.axis)
	}
	return s
}

// panel draws one column: models by macro-F1, and the runs over time.
func (b *builder) panel(r ranking, c column, runs []Run) (panel, error) {
	p := panel{}
	rows := plot.Rows{Title: c.name(true), First: "Model", Columns: []string{"Macro-F1", "Accuracy"},
		Legend: []plot.Key{{Shape: plot.Dot, Name: "macro-F1"}, {Shape: plot.Ring, Name: "accuracy"}}}
	var values []float64
	models := slices.DeleteFunc(slices.Clone(r.models), func(m string) bool { _, ok := r.latest[m][c]; return !ok })
	axis := func(m string) *eval.Axis { return axisOf(r.latest[m][c].Result, c.axis) }
	slices.SortStableFunc(models, func(x, y string) int { return cmp.Compare(axis(y).MacroF1, axis(x).MacroF1) })
	for _, m := range models {
		a := axis(m)
		f1, accuracy := ranged(a.MacroF1, interval(a, "macro_f1")), ranged(a.Accuracy, interval(a, "accuracy"))
		rows.Rows = append(rows.Rows, plot.Row{Name: look.Clean(m), Marks: []plot.Mark{{Shape: plot.Dot, Range: f1}, {Shape: plot.Ring, Range: accuracy}},
			Cells: []string{bare(a.MacroF1), bare(a.Accuracy)}})
		values = append(values, f1.Low, f1.High, accuracy.Low, accuracy.High)
	}
	rows.Scale = plot.Fit(plot.Percent, values...)
	err := b.each(
		func() (err error) { p.Forest, err = b.plots.Rows(rows); return },
		func() (err error) { p.Time, p.Best, err = b.trend(c, runs); return },
	)
	return p, err
}

// trend draws every run of a column and the best so far; nothing for a single day.
func (b *builder) trend(c column, runs []Run) (drawn template.HTML, words string, err error) {
	all := plot.Line{Name: "runs", Style: plot.Dot, Loose: true}
	best := plot.Line{Name: "best so far", Style: plot.Faint, Steps: true}
	top := -1.0
	var values []float64
	for _, run := range ascendingRuns(runs) {
		a := axisOf(run.Result, c.axis)
		if a == nil || a.N == 0 || run.Set != c.set || run.Split != c.split {
			continue
		}
		if a.MacroF1 > top {
			top, words = a.MacroF1, fmt.Sprintf("Best so far: %s, %s, since %s.", look.Clean(run.Model), pct(a.MacroF1), run.Time.Format("2 January 2006"))
		}
		all.Points = append(all.Points, plot.Moment{At: run.Time, Value: plot.Exactly(a.MacroF1), Title: look.Clean(run.Model) + ", " + run.Time.Format(time.DateOnly) + ": " + pct(a.MacroF1)})
		best.Points = append(best.Points, plot.Moment{At: run.Time, Value: plot.Exactly(top)})
		values = append(values, a.MacroF1)
	}
	if n := len(all.Points); n < 2 || all.Points[n-1].At.Sub(all.Points[0].At) < 24*time.Hour {
		return "", "", nil
	}
	drawn, err = b.plots.Series(plot.Series{Title: "Macro-F1 over time", Lines: []plot.Line{best, all}, Scale: atLeast(0.1, values), Small: true})
	return drawn, words, err
}

// atLeast is a scale of rates that is no shorter than span, so that noise does not look like
// a leap.
func atLeast(span float64, values []float64) plot.Scale {
	low, high := slices.Min(values), slices.Max(values)
	if gap := span - (high - low); gap > 0 {
		low, high = low-gap/2, high+gap/2
	}
	return plot.Fit(plot.Percent, max(low, 0), min(high, 1))
}
