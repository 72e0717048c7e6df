package scorecard

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/paper"
	"github.com/defekt/defekt/pipeline/quality/sheet"
	"github.com/defekt/defekt/pipeline/store"
)

//go:embed template
var files embed.FS

// Columns are those of the CSV; programs may rely on them. Amounts are one cell with every
// currency.
func Columns() []string {
	return []string{"rank", "supplier", "name", "units", "claims", "shared", "ppm", "ppm_low", "ppm_high", "expected", "ratio", "ratio_low", "ratio_high",
		"ebgm", "eb05", "per_1000_3_months", "per_1000_6_months", "per_1000_12_months", "per_1000_24_months", "cost", "cost_per_unit", "claimed", "accepted",
		"recovered", "recovery", "trend_per_year", "trend_low", "trend_high"}
}

// CSV writes the scorecards as a table.
func (s Sheet) CSV(w io.Writer) error {
	out, err := sheet.New(w, Columns()...)
	if err != nil {
		return err
	}
	for _, c := range s.Cards {
		if err := out.Row(c.cells()...); err != nil {
			return err
		}
	}
	return out.Close()
}

func (c Card) cells() []string {
	row := []string{strconv.Itoa(c.Rank), c.Supplier, c.Name, strconv.Itoa(c.Units), strconv.Itoa(c.Claims), strconv.Itoa(c.Shared)}
	for _, v := range []float64{c.PPM, c.PPMLow, c.PPMHigh} {
		row = append(row, strconv.FormatFloat(v, 'f', 1, 64))
	}
	for _, v := range []float64{c.Expected, c.Ratio, c.Low, c.High, c.EBGM, c.EB05} {
		row = append(row, strconv.FormatFloat(v, 'f', 3, 64))
	}
	for _, m := range []int{3, 6, 12, 24} {
		row = append(row, c.upTo(m))
	}
	row = append(row, decimals(c.Cost), decimals(c.CostPerUnit), decimals(c.Claimed), decimals(c.Accepted), decimals(c.Recovered), c.recovery())
	if c.Trend == nil {
		return append(row, "", "", "")
	}
	for _, v := range []float64{c.Trend.PerYear, c.Trend.Low, c.Trend.High} {
		row = append(row, strconv.FormatFloat(v, 'f', 3, 64))
	}
	return row
}

// upTo is claims per 1,000 units up to an age; empty where no unit is so old.
func (c Card) upTo(months int) string {
	for _, m := range c.Months {
		if m.Months == months {
			return strconv.FormatFloat(m.Per1000, 'f', 2, 64)
		}
	}
	return ""
}

func (c Card) recovery() string {
	var parts []string
	for _, r := range c.Recovery {
		parts = append(parts, fmt.Sprintf("%d %% %s", look.Percent(r.Share), r.Currency))
	}
	return strings.Join(parts, " + ")
}

func decimals(list []store.Money) string {
	var parts []string
	for _, m := range list {
		parts = append(parts, money.Decimal(m)+" "+m.Currency)
	}
	return strings.Join(parts, " + ")
}

// TrendWords says a trend for people.
func (c Card) TrendWords() string {
	if c.Trend == nil {
		return "too little to tell"
	}
	t := c.Trend
	word := "no clear change"
	switch {
	case t.Low > 0:
		word = "rising"
	case t.High < 0:
		word = "falling"
	}
	return fmt.Sprintf("%s: %+.0f %% a year (%+.0f to %+.0f)", word, 100*t.PerYear, 100*t.Low, 100*t.High)
}

// HTML writes a page to read and print.
func (s Sheet) HTML(w io.Writer) error {
	t, err := paper.Page(files, "template/scorecard.html", template.FuncMap{
		"clean":  look.Clean,
		"day":    func(t time.Time) string { return t.UTC().Format(time.DateOnly) },
		"last":   func(t time.Time) string { return t.UTC().Add(-time.Nanosecond).Format(time.DateOnly) },
		"amount": money.All,
		"upto":   Card.upTo,
		"back":   Card.recovery,
		"n0":     func(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) },
		"n2":     func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) },
	})
	if err != nil {
		return fmt.Errorf("scorecard: %w", err)
	}
	if err := t.Execute(w, s); err != nil {
		return fmt.Errorf("scorecard: %w", err)
	}
	return nil
}
