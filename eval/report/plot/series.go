package plot

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"time"
)

// Series draws values over time.
type Series struct {
	Title string
	// Name is what the vertical axis counts; empty where the title says it.
	Name  string
	Lines []Line
	// Scale is the vertical one.
	Scale Scale
	// Small is a size for many beside each other.
	Small bool
}

// Line is one line of a series.
type Line struct {
	Name string
	// Style is Dot, Diamond, Ring or Faint.
	Style string
	// Loose leaves the dots unconnected; Steps joins them by steps.
	Loose, Steps bool
	Points       []Moment
}

// Moment is a value at a time. Title is for the tooltip.
type Moment struct {
	At    time.Time
	Value Range
	Title string
}

type seriesView struct {
	frame
	Lines []lineView
	Small bool
}

type lineView struct {
	Name, Style string
	Path        string
	Points      []point
}

// Series draws a series. Moments must be ascending in each line.
func (p *Plotter) Series(s Series) (template.HTML, error) {
	first, last := s.span()
	size := struct{ w, h float64 }{frameWidth, 240}
	if s.Small {
		size.w, size.h = 250, 150
	}
	x := Scale{Min: float64(first.Unix()), Max: float64(last.Unix()), Step: float64(last.Unix()-first.Unix()) + 1, Format: func(float64) string { return "" }}
	v := seriesView{frame: newFrame(p.next(), s.Title, s.words(), size.h, x, s.Scale, "", s.Name), Small: s.Small}
	v.resize(size.w)
	v.X = v.timeTicks(first, last, s.Small)
	for _, l := range s.Lines {
		v.Lines = append(v.Lines, v.line(l))
	}
	return p.draw("series", v)
}

// span gives the first and the last moment, apart by a day at least.
func (s Series) span() (first, last time.Time) {
	for _, l := range s.Lines {
		for _, m := range l.Points {
			if first.IsZero() || m.At.Before(first) {
				first = m.At
			}
			if last.IsZero() || m.At.After(last) {
				last = m.At
			}
		}
	}
	if last.Sub(first) < 24*time.Hour {
		first, last = first.Add(-12*time.Hour), last.Add(12*time.Hour)
	}
	return first, last
}

// words says the first and the last value of each line.
func (s Series) words() string {
	var out []string
	for _, l := range s.Lines {
		if n := len(l.Points); n > 0 && l.Style != Faint {
			a, b := l.Points[0], l.Points[n-1]
			out = append(out, fmt.Sprintf("%s: %s on %s, %s on %s", l.Name, Words(a.Value, s.Scale.Format), a.At.Format(time.DateOnly),
				Words(b.Value, s.Scale.Format), b.At.Format(time.DateOnly)))
		}
	}
	return strings.Join(out, "; ") + "."
}

// resize changes the width before anything is placed; there are no names below.
func (f *frame) resize(width float64) {
	f.W, f.Right = width, width-frameRight
	f.Bottom = f.H - 24
	for i, t := range f.y.ticks() {
		f.Y[i].At = f.Bottom - t.At*(f.Bottom-f.Top)
	}
}

// timeTicks gives two to five dates: the starts of months where the span is long, else days.
func (f frame) timeTicks(first, last time.Time, small bool) []tick {
	most := 5
	if small {
		most = 3
	}
	days := int(last.Sub(first).Hours()/24) + 1
	if days < 62 {
		return f.dayTicks(first, last, small)
	}
	step := (days/30 + most - 1) / most
	if step > 3 {
		step = (step + 2) / 3 * 3 // quarters
	}
	var out []tick
	start := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC)
	if first.Sub(start) > 24*time.Hour {
		start = start.AddDate(0, 1, 0)
	}
	for at := start; !at.After(last); at = at.AddDate(0, step, 0) {
		out = append(out, tick{At: f.px(float64(at.Unix())), Text: at.Format("Jan 2006"), Anchor: "middle"})
	}
	return out
}

// dayTicks names the first and the last day, and one between where there is room.
func (f frame) dayTicks(first, last time.Time, small bool) []tick {
	n := 2
	if small {
		n = 1
	}
	var out []tick
	for i := range n + 1 {
		at := first.Add(time.Duration(float64(last.Sub(first)) * float64(i) / float64(n)))
		t := tick{At: f.px(float64(at.Unix())), Text: at.Format("2 Jan 2006"), Anchor: "middle"}
		switch i {
		case 0:
			t.Anchor = "start"
		case n:
			t.Anchor = "end"
		}
		out = append(out, t)
	}
	return out
}

func (f frame) line(l Line) lineView {
	var points []point
	for _, m := range l.Points {
		if m.Value.finite() {
			points = append(points, f.point(float64(m.At.Unix()), m.Value, dotRadius, m.Title))
		}
	}
	return f.joined(l, points)
}

// dotRadius is the size of the dots of lines.
const dotRadius = 3.5

// joined connects a line's points as the line asks for.
func (f frame) joined(l Line, points []point) lineView {
	out := lineView{Name: l.Name, Style: l.Style}
	var path strings.Builder
	last := math.NaN()
	for _, pt := range points {
		if l.Steps && !math.IsNaN(last) {
			fmt.Fprintf(&path, "%s,%s ", number(pt.X), number(last))
		}
		fmt.Fprintf(&path, "%s,%s ", number(pt.X), number(pt.Y))
		last = pt.Y
		if !l.Steps {
			out.Points = append(out.Points, pt)
		}
	}
	if l.Steps && !math.IsNaN(last) {
		fmt.Fprintf(&path, "%s,%s", number(f.Right), number(last))
	}
	if !l.Loose {
		out.Path = path.String()
	}
	return out
}
