package plot

import (
	"html/template"
)

// Shapes of marks, each with its own colour, so that neither has to be told apart alone.
const (
	Dot     = "dot"
	Diamond = "diamond"
	Ring    = "ring"
	Good    = "good" // a dot that stands for better
	Bad     = "bad"  // a dot that stands for worse
	Faint   = "faint"
)

// Rows draws estimates below each other on one scale: labels, slices, differences.
type Rows struct {
	// Title is the caption; First is the head of the column of names.
	Title, First string
	// Columns are the heads of the numbers at the side.
	Columns []string
	Scale   Scale
	// Line is a value to compare with (the whole, no difference), nil without one; LineName
	// says what it is.
	Line     *float64
	LineName string
	// Legend explains marks where a row has several.
	Legend []Key
	Rows   []Row
}

// Key is one entry of a legend.
type Key struct{ Shape, Name string }

// Row is one line, or several where there are several marks.
type Row struct {
	Name string
	// Note stands small beside the name, Flag as a label (small, say).
	Note, Flag string
	Marks      []Mark
	// Cells are the numbers, as many as Columns.
	Cells []string
	// Strong is a row to look at first, Head one without marks that begins a group.
	Strong, Head bool
}

// Mark is one estimate.
type Mark struct {
	Shape string
	Range Range
}

type rowsView struct {
	Rows
	ID     string
	Ticks  []tick
	LineAt float64
	Lines  []rowView
	Width  int // columns in all
}

type rowView struct {
	Row
	Height float64
	Lanes  []lane
}

// lane is a mark in percent of the width.
type lane struct {
	Shape       string
	Y           float64
	At          float64
	From, To    float64
	Whisker     bool
	Under, Over bool // beyond the scale
}

const laneHeight = 14.0

// Rows draws a table whose second column shows the marks. The numbers beside them say the
// same in figures, so that the marks are hidden from screen readers.
func (p *Plotter) Rows(r Rows) (template.HTML, error) {
	v := rowsView{Rows: r, ID: p.next(), Ticks: r.Scale.ticks(), Width: 2 + len(r.Columns)}
	if r.Line != nil {
		v.LineAt = 100 * r.Scale.at(*r.Line)
	}
	for i := range v.Ticks {
		v.Ticks[i].At *= 100
	}
	for _, row := range r.Rows {
		line := rowView{Row: row, Height: max(1, float64(len(row.Marks)))*laneHeight + 8}
		for i, m := range row.Marks {
			if m.Range.finite() {
				line.Lanes = append(line.Lanes, r.Scale.lane(m, 4+laneHeight*(float64(i)+0.5)))
			}
		}
		v.Lines = append(v.Lines, line)
	}
	return p.draw("rows", v)
}

func (s Scale) lane(m Mark, y float64) lane {
	beyond := func(v float64) bool { return v < s.Min-1e-9 || v > s.Max+1e-9 }
	return lane{
		Shape: m.Shape, Y: y, At: 100 * s.at(m.Range.Value), From: 100 * s.at(m.Range.Low), To: 100 * s.at(m.Range.High),
		Whisker: m.Range.Known(), Under: beyond(m.Range.Low), Over: beyond(m.Range.High),
	}
}
