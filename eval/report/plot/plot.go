package plot

import (
	"embed"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

//go:embed template
var files embed.FS

// Style is the style sheet of all figures; it goes after that of pipeline/look.
func Style() (string, error) {
	css, err := files.ReadFile("template/plot.css")
	return string(css), err
}

// Plotter draws the figures of one page; it numbers them, since ids must be unique on it.
// Not safe for concurrent use.
type Plotter struct {
	t      *template.Template
	figure int
}

// New gives a plotter for one page.
func New() (*Plotter, error) {
	t, err := template.New("plot").Funcs(template.FuncMap{"n": number, "mul": func(a, b float64) float64 { return a * b },
		"half": func(a float64) float64 { return a / 2 }, "add": func(a, b float64) float64 { return a + b }}).ParseFS(files, "template/*.html")
	if err != nil {
		return nil, fmt.Errorf("plot: %w", err)
	}
	return &Plotter{t: t}, nil
}

// draw runs a template.
func (p *Plotter) draw(name string, view any) (template.HTML, error) {
	var b strings.Builder
	if err := p.t.ExecuteTemplate(&b, name, view); err != nil {
		return "", fmt.Errorf("plot: %w", err)
	}
	return template.HTML(b.String()), nil // made, and escaped, by html/template
}

// next gives the id of the next figure.
func (p *Plotter) next() string {
	p.figure++
	return "fig" + strconv.Itoa(p.figure)
}

// number writes a coordinate with two decimals at most.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

// Range is an estimate with the interval that its sample leaves open.
type Range struct {
	Value float64
	// Low and High bound the value; both equal to it when no interval is known.
	Low, High float64
}

// Exactly is a value without an interval.
func Exactly(v float64) Range { return Range{v, v, v} }

// Known says whether there is an interval.
func (r Range) Known() bool { return r.Low != r.High }

// finite says that nothing of r is NaN or infinite; what is not finite is not drawn.
func (r Range) finite() bool {
	for _, v := range []float64{r.Value, r.Low, r.High} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
