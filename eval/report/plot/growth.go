package plot

import (
	"fmt"
	"html/template"
	"strings"
)

// Growth draws values against a number that grows, such as accuracy against labels.
type Growth struct {
	Title string
	// XName and YName are what the axes count.
	XName, YName string
	X, Y         Scale
	Lines        []Track
}

// Track is one line of a Growth.
type Track struct {
	Name string
	// Style is Dot, Diamond, Ring or Faint.
	Style string
	Steps []Step
}

// Step is a value at a number. Title is for the tooltip.
type Step struct {
	X     float64
	Value Range
	Title string
}

// Growth draws a growth. Steps must be ascending in each line.
func (p *Plotter) Growth(g Growth) (template.HTML, error) {
	v := seriesView{frame: newFrame(p.next(), g.Title, g.words(), 300, g.X, g.Y, g.XName, g.YName)}
	for _, t := range g.Lines {
		var points []point
		for _, s := range t.Steps {
			if s.Value.finite() {
				points = append(points, v.point(s.X, s.Value, dotRadius, s.Title))
			}
		}
		v.Lines = append(v.Lines, v.joined(Line{Name: t.Name, Style: t.Style}, points))
	}
	return p.draw("series", v)
}

// words says the first and the last value of each line.
func (g Growth) words() string {
	var out []string
	for _, t := range g.Lines {
		if n := len(t.Steps); n > 0 {
			a, b := t.Steps[0], t.Steps[n-1]
			out = append(out, fmt.Sprintf("%s: %s at %s, %s at %s", t.Name, Words(a.Value, g.Y.Format), g.X.Format(a.X), Words(b.Value, g.Y.Format), g.X.Format(b.X)))
		}
	}
	return strings.Join(out, "; ") + "."
}
