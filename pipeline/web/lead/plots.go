package lead

import (
	"fmt"
	"html/template"
	"time"

	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/web/site"
)

// bars is a row of small columns, one a day.
type bars struct {
	ID, Title   string
	Width       int
	Columns     []column
	First, Last string
}

// column is one of them, in units of 10 by 40.
type column struct {
	X, Y, Height int
	Title        string
}

const barHeight = 40

// daily draws a reviewer's decisions a day, to the scale of the most that anybody did.
func daily(id string, days []review.Day, from time.Time, n, most int) bars {
	on := map[time.Time]int{}
	best := review.Day{}
	for _, d := range days {
		on[d.Day] = d.Decisions
		if d.Decisions > best.Decisions {
			best = d
		}
	}
	out := bars{ID: id, Width: 10 * n, First: from.Format("2 Jan"), Last: from.Add(time.Duration(n-1) * day).Format("2 Jan"),
		Title: fmt.Sprintf("Decisions a day: on %s, the most %d on %s", site.Counted(len(days), "day"), best.Decisions, best.Day.Format("2 Jan"))}
	for i := range n {
		at := from.Add(time.Duration(i) * day)
		c := on[at]
		if c == 0 {
			continue
		}
		h := max(barHeight*c/max(most, 1), 2)
		out.Columns = append(out.Columns, column{10 * i, barHeight - h, h, fmt.Sprintf("%s: %d", at.Format("2 Jan"), c)})
	}
	return out
}

// sparse is the fewest points that are worth a drawing.
const sparse = 2

// overTime draws a value over time; empty where there are too few points.
func overTime(p *plot.Plotter, title string, scale plot.Scale, points []plot.Moment) (template.HTML, error) {
	if len(points) < sparse {
		return "", nil
	}
	return p.Series(plot.Series{Title: title, Lines: []plot.Line{{Name: title, Style: plot.Dot, Points: points}}, Scale: scale, Small: true})
}
