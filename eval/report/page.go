package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
)

// pageView is the whole page.
type pageView struct {
	assets
	Title, About string
	Words        []string // the verdict, most important first
	Alert        bool
	Contents     []link
	Overview     []overviewRow
	OverviewHead []string
	Gates        *gatesView
	Comparison   *comparisonView
	Axes         []axisView
	Mistakes     []mistakeView
	Drift        *driftView
	People       *peopleView
	Warnings     []Warning
	Problems     []problemRow
	Facts        []Fact
}

type link struct{ ID, Name string }

type overviewRow struct {
	ID, Name string
	Cells    []headline // an empty Name where the axis lacks the figure
}

type problemRow struct {
	Code  string
	Count int
}

func (b *builder) page() (*pageView, error) {
	r := b.report
	v := &pageView{Title: title(r), About: about(r), Gates: newGates(r.Gates), Facts: provenance(r)}
	err := b.each(
		func() (err error) { v.assets, err = newAssets(""); return },
		func() (err error) { v.Comparison, err = b.comparison(); return },
		func() (err error) { v.Axes, err = b.axes(); return },
		func() (err error) { v.Drift, err = b.drift(); return },
		func() (err error) { v.People, err = b.people(); return },
	)
	if err != nil {
		return nil, err
	}
	for _, m := range r.Mistakes {
		v.Mistakes = append(v.Mistakes, newMistake(m))
	}
	for _, w := range r.Warnings {
		v.Warnings = append(v.Warnings, Warning{w.Serious, look.Clean(w.Title), look.Clean(w.Text), cleaned(w.Claims)})
		v.Alert = v.Alert || w.Serious
	}
	v.Alert = v.Alert || v.Gates != nil && v.Gates.Missed
	v.Words = verdict(r)
	v.OverviewHead, v.Overview = overview(v.Axes)
	if r.Result != nil {
		for _, code := range slices.Sorted(maps.Keys(r.Result.Problems)) {
			v.Problems = append(v.Problems, problemRow{look.Clean(code), r.Result.Problems[code]})
		}
	}
	v.Contents = contents(v)
	return v, nil
}

func (b *builder) axes() ([]axisView, error) {
	if b.report.Result == nil {
		return nil, nil
	}
	var out []axisView
	for _, id := range look.AxisOrder(b.report.Result.Axes) {
		a := b.report.Result.Axes[id]
		if a == nil || a.N == 0 {
			continue
		}
		v, err := b.axis(id, a)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// title is the heading: what was evaluated, on what.
func title(r *Report) string {
	if r.Title != "" {
		return look.Clean(r.Title)
	}
	model := cmp.Or(look.Clean(r.Model), "Predictions")
	if r.Result == nil || r.Result.Data.Name == "" {
		return model
	}
	return model + " on " + look.Clean(r.Result.Data.Name)
}

func about(r *Report) string {
	if r.Result == nil {
		return ""
	}
	s := count(r.Result.N, "claim")
	if split := look.Clean(r.Result.Data.Split); split != "" {
		s += ", split " + split
	}
	if !r.Made.IsZero() {
		s += ", evaluated " + r.Made.Format("2 January 2006")
	}
	if level := r.Result.Settings.Level; level > 0 {
		s += "; intervals at " + plot.Percent(level)
	}
	return s + "."
}

// verdict gives the sentences that a hurried reader needs.
func verdict(r *Report) []string {
	var out []string
	for _, w := range r.Warnings {
		if w.Serious {
			out = append(out, "Doubtful: "+strings.TrimSuffix(look.Clean(w.Title), ".")+".")
		}
	}
	if r.Gates != nil {
		out = append(out, gateWords(r.Gates))
	}
	if r.Comparison != nil && r.Comparison.Verdict != "" {
		out = append(out, look.Clean(r.Comparison.Verdict))
	}
	if r.Slices != nil && r.Slices.Worse > 0 {
		out = append(out, is(r.Slices.Worse, "slice")+" worse than the rest.")
	}
	if r.Drift != nil && len(r.Drift.Alarms) > 0 {
		out = append(out, "The claims drifted: "+strings.TrimSuffix(look.Clean(r.Drift.Alarms[0].Words), ".")+".")
	}
	if len(out) == 0 && r.Result != nil {
		out = append(out, right(r.Result)...)
	}
	return out
}

// right says what share of each axis is right, when there is nothing more urgent to say.
func right(r *eval.Result) []string {
	var parts []string
	for _, id := range look.AxisOrder(r.Axes) {
		if a := r.Axes[id]; a != nil && a.N > 0 {
			parts = append(parts, look.Words(id)+" "+pct(a.Accuracy))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"Right answers: " + strings.Join(parts, ", ") + "."}
}

// overview lays the headlines of all axes side by side; none for a single axis, whose own
// section says the same.
func overview(axes []axisView) ([]string, []overviewRow) {
	if len(axes) < 2 {
		return nil, nil
	}
	heads := []string{"Accuracy", "Macro-F1", "Calibration error", "Coverage at the threshold", "Recall of rare labels"}
	used := slices.DeleteFunc(heads, func(h string) bool {
		return !slices.ContainsFunc(axes, func(a axisView) bool { return slices.ContainsFunc(a.Headlines, named(h)) })
	})
	var rows []overviewRow
	for _, a := range axes {
		row := overviewRow{ID: a.ID, Name: a.Name}
		for _, h := range used {
			var cell headline
			if i := slices.IndexFunc(a.Headlines, named(h)); i >= 0 {
				cell = a.Headlines[i]
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return used, rows
}

func named(name string) func(headline) bool {
	return func(h headline) bool { return h.Name == name }
}

func contents(v *pageView) []link {
	var out []link
	add := func(there bool, id, name string) {
		if there {
			out = append(out, link{id, name})
		}
	}
	add(len(v.Overview) > 0, "overview", "At a glance")
	add(len(v.Warnings)+len(v.Problems) > 0, "data", "The data")
	add(v.Gates != nil, "gates", "Gates")
	add(v.Comparison != nil, "comparison", "Against the baseline")
	for _, a := range v.Axes {
		add(true, a.ID, a.Name)
	}
	add(len(v.Mistakes) > 0, "mistakes", "Worst mistakes")
	add(v.Drift != nil, "drift", "Drift")
	add(v.People != nil, "people", "People's labels")
	add(len(v.Facts) > 0, "provenance", "Provenance")
	return out
}

// provenance lists what is needed to make the evaluation again.
func provenance(r *Report) []Fact {
	var out []Fact
	add := func(name, value string) {
		if value != "" {
			out = append(out, Fact{name, look.Clean(value)})
		}
	}
	if res := r.Result; res != nil {
		add("Data", res.Data.Name)
		add("Split", res.Data.Split)
		add("Data digest", res.Data.Digest)
		add("Model", r.Model)
		add("Model digest", res.Model)
		add("Taxonomy", res.Taxonomy)
		add("Code", res.Code)
		if s := res.Settings; s.Level > 0 {
			add("Seed", fmt.Sprint(s.Seed))
			add("Intervals", fmt.Sprintf("%s, %s", plot.Percent(s.Level), count(s.Draws, "bootstrap draw")))
		}
	}
	if !r.Made.IsZero() {
		add("Made", r.Made.UTC().Format(time.RFC3339))
	}
	if c := r.Comparison; c != nil {
		add("Baseline", c.A)
	}
	add("Command", r.Command)
	for _, f := range r.Facts {
		add(look.Clean(f.Name), f.Value)
	}
	return out
}

// axisOf gives an axis of a result, nil where there is none.
func axisOf(r *eval.Result, id string) *eval.Axis {
	if r == nil {
		return nil
	}
	return r.Axes[id]
}
