package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

//go:embed patterns.html
var patternsPage string

// bar is one column of a chart, in units of its height 100: claims, and the line of what is
// expected.
type bar struct {
	X, Height, Expected float64
	Title               string
}

// page writes the report as one file that needs nothing else; no name, no file.
func (r scanReport) page(name string) (err error) {
	if name == "" {
		return nil
	}
	t, err := template.New("patterns").Funcs(template.FuncMap{
		"width": func(list []bar) int { return columnWidth * len(list) }, "title": alarmTitle, "why": alarmWhy, "label": labelWords, "months": monthBars, "ages": ageBars,
		"day":   func(t time.Time) string { return t.Format(time.DateOnly) },
		"one":   func(x float64) string { return fmt.Sprintf("%.1f", x) },
		"group": func(kind, name string) string { return store.Group{Kind: store.GroupKind(kind), Name: name}.String() },
	}).Parse(patternsPage)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := t.Execute(&b, r); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}

// monthBars draws claims over time.
func monthBars(f store.AlarmFacts) []bar {
	top := 1.0
	for _, m := range f.Months {
		top = max(top, float64(m.Observed), m.Expected)
	}
	out := make([]bar, len(f.Months))
	for i, m := range f.Months {
		out[i] = bar{float64(i * columnWidth), 100 * float64(m.Observed) / top, 100 * m.Expected / top,
			fmt.Sprintf("%s: %d claims, %.1f expected", m.Month, m.Observed, m.Expected)}
	}
	return out
}

// ageBars draws claims per 1,000 units by months in service.
func ageBars(f store.AlarmFacts) []bar {
	top := 0.001
	for _, a := range f.Ages {
		top = max(top, a.Per1000, a.Usual)
	}
	out := make([]bar, len(f.Ages))
	for i, a := range f.Ages {
		out[i] = bar{float64(i * columnWidth), 100 * a.Per1000 / top, 100 * a.Usual / top,
			fmt.Sprintf("month %d: %.2f per 1,000 (%.2f to %.2f), usually %.2f; %d claims, %d units", a.Month, a.Per1000, a.Low, a.High, a.Usual, a.Claims, a.Units)}
	}
	return out
}

const columnWidth = 14
