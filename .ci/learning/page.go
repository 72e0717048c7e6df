package main

import (
	"errors"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strconv"

	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
)

// page is the file with all curves.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Learning curves: chosen and random order</title><style>{{.Style}}</style>
<main><h1>What choosing claims for people is worth</h1>
{{range .Sets}}<section><h2>{{.Name}}</h2><p>{{.Words}}</p>{{.Figure}}</section>
{{end}}</main></html>
`))

type section struct {
	Name, Words string
	Figure      template.HTML
}

// draw writes the page.
func (j job) draw(results []result) error {
	css, err := plot.Style()
	if err != nil {
		return err
	}
	p, err := plot.New()
	if err != nil {
		return err
	}
	view := struct {
		Style template.CSS
		Sets  []section
	}{Style: template.CSS(look.Style() + css)} // our own files
	for _, r := range results {
		figure, err := p.Growth(r.figure())
		if err != nil {
			return err
		}
		words := fmt.Sprintf("%d labels; %.1f %% right with all of them. Within %.0f points of that, for good, from %.0f %% of the labels on; in random order from %.0f %%.",
			r.all, 100*r.full, 100*slack, 100*r.share(r.chosen), 100*r.share(r.random))
		view.Sets = append(view.Sets, section{r.name, words, figure})
	}
	if err := os.MkdirAll(j.out, 0o755); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(j.out, "curves.html"))
	if err != nil {
		return err
	}
	return errors.Join(page.Execute(f, view), f.Close())
}

// figure draws both curves, with their spread, and the accuracy to reach.
func (r result) figure() plot.Growth {
	g := plot.Growth{Title: "Accuracy by labels: " + r.name, XName: "labels", YName: "right answers on the test split"}
	values := []float64{r.full, r.goal()}
	for _, c := range []struct {
		name, style string
		of          curve
	}{{"random order", plot.Diamond, r.random}, {"chosen order", plot.Dot, r.chosen}} {
		t := plot.Track{Name: c.name, Style: c.style}
		for i, m := range c.of.mean {
			v := plot.Range{Value: m, Low: m - c.of.spread[i], High: m + c.of.spread[i]}
			t.Steps = append(t.Steps, plot.Step{X: float64(c.of.labels[i]), Value: v, Title: fmt.Sprintf("%d labels: %s", c.of.labels[i], plot.Percent(m))})
			values = append(values, v.Low, v.High)
		}
		g.Lines = append(g.Lines, t)
	}
	goal := plot.Exactly(r.goal())
	g.Lines = append([]plot.Track{{Name: "to reach", Style: plot.Faint, Steps: []plot.Step{{Value: goal}, {X: float64(r.all), Value: goal}}}}, g.Lines...)
	g.X = plot.Fit(func(v float64) string { return strconv.Itoa(int(v)) }, 0, float64(r.all))
	g.Y = plot.Fit(plot.Percent, values...)
	return g
}
