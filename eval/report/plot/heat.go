package plot

import (
	"fmt"
	"html/template"
)

// MaxHeatNames is the number of labels up to which a confusion is a table with names and
// counts; a larger one is a field of colours, best read with a list of its worst cells.
const MaxHeatNames = 20

// heatSteps is the number of shades.
const heatSteps = 10

// Heat draws a confusion: Counts[t][p] rows of true label t were given label p.
type Heat struct {
	Title  string
	Labels []string
	Counts [][]int
}

type heatView struct {
	ID, Title, Desc string
	Labels          []string
	Rows            []heatRow
	Dense           bool
	Size            int
}

type heatRow struct {
	Label string
	N     int
	Cells []heatCell
}

type heatCell struct {
	N     int
	X, Y  int
	Hit   bool
	Shade int
	Title string
}

// Heat draws a confusion as a heat map. A cell's shade is its share of the true label's row,
// right answers in one colour and wrong ones in another.
func (p *Plotter) Heat(h Heat) (template.HTML, error) {
	v := heatView{ID: p.next(), Title: h.Title, Labels: h.Labels, Dense: len(h.Labels) > 10, Size: len(h.Labels)}
	right, all := 0, 0
	for t, counts := range h.Counts {
		row := heatRow{Label: h.Labels[t]}
		for _, c := range counts {
			row.N += c
		}
		for given, c := range counts {
			row.Cells = append(row.Cells, heatCell{
				N: c, X: given, Y: t, Hit: t == given, Shade: shade(c, row.N),
				Title: fmt.Sprintf("%s answered as %s: %d of %d (%s)", h.Labels[t], h.Labels[given], c, row.N, Percent(share(c, row.N))),
			})
		}
		right, all = right+counts[t], all+row.N
		v.Rows = append(v.Rows, row)
	}
	v.Desc = fmt.Sprintf("%d of %d answers are on the diagonal, which is right.", right, all)
	if len(h.Labels) > MaxHeatNames {
		return p.draw("field", v)
	}
	return p.draw("heat", v)
}

func share(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

// shade gives 0 for nothing and 1 to heatSteps for a share.
func shade(part, all int) int {
	if part == 0 {
		return 0
	}
	return max(1, int(share(part, all)*heatSteps+0.5))
}
