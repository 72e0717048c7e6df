package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/pipeline/look"
)

// maxComment is how much Markdown one comment may have; GitHub takes 65,536 characters.
const maxComment = 60_000

// WriteMarkdown writes the report for a pull request, in GitHub Flavored Markdown: the
// verdict, a table with differences, the gates that were missed, and the rest folded. It
// never grows beyond what one comment may have: what does not fit is left out, and said so.
// Texts from outside cannot make markup, links or mentions. It returns the first error of w.
func (r *Report) WriteMarkdown(w io.Writer) error {
	m := &markdown{}
	m.line("### %s", md(title(r)))
	m.verdict(r)
	if r.Comparison != nil {
		m.comparison(r.Comparison)
	} else {
		m.figures(r.Result)
	}
	m.gates(r.Gates)
	m.warnings(r.Warnings)
	m.labels(r.Result)
	m.slices(r)
	m.mistakes(r.Mistakes)
	m.provenance(r)
	out := bufio.NewWriter(w)
	for _, block := range m.fitting() {
		if _, err := out.WriteString(block + "\n"); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// markdown gathers blocks, most important first.
type markdown struct{ blocks []string }

func (m *markdown) line(format string, args ...any) {
	m.blocks = append(m.blocks, fmt.Sprintf(format, args...)+"\n")
}

// table adds a table; rows are ready Markdown. A column whose head ends in ":" is aligned right.
func (m *markdown) table(head []string, rows [][]string) {
	m.blocks = append(m.blocks, tableOf(head, rows))
}

func tableOf(head []string, rows [][]string) string {
	var b strings.Builder
	names, rule := make([]string, len(head)), make([]string, len(head))
	for i, h := range head {
		names[i], rule[i] = strings.TrimSuffix(h, ":"), "---"
		if strings.HasSuffix(h, ":") {
			rule[i] = "--:"
		}
	}
	for _, row := range append([][]string{names, rule}, rows...) {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.String()
}

// fold adds a part that opens on a click.
func (m *markdown) fold(summary, body string) {
	m.blocks = append(m.blocks, "<details><summary>"+summary+"</summary>\n\n"+body+"\n</details>\n")
}

// fitting gives the blocks that one comment may have.
func (m *markdown) fitting() []string {
	size := 0
	for i, b := range m.blocks {
		if size += len(b); size > maxComment {
			return append(slices.Clone(m.blocks[:i]), "_The rest is too long for a comment; the HTML report has it._\n")
		}
	}
	return m.blocks
}

func (m *markdown) verdict(r *Report) {
	words := verdict(r)
	for i, w := range words {
		words[i] = md(w)
	}
	if len(words) > 0 {
		m.line("%s", strings.TrimSpace(fmt.Sprintf("%s **%s** %s", sign(r), words[0], strings.Join(words[1:], " "))))
	}
	if s := about(r); s != "" {
		m.line("%s", md(s))
	}
}

// sign is the first thing that a reader sees.
func sign(r *Report) string {
	serious := slices.ContainsFunc(r.Warnings, func(w Warning) bool { return w.Serious })
	outcome := func(o compare.Outcome) bool {
		return r.Comparison != nil && slices.ContainsFunc(r.Comparison.Axes, func(a compare.Axis) bool { return a.Outcome == o })
	}
	switch {
	case serious || r.Gates != nil && r.Gates.Missed > 0:
		return "❌"
	case outcome(compare.Worse):
		return "⚠️"
	case r.Gates != nil && r.Gates.Passed > 0, outcome(compare.Better):
		return "✅"
	}
	return "ℹ️"
}

func (m *markdown) comparison(c *compare.Result) {
	var rows [][]string
	for _, a := range ordered(c.Axes) {
		for _, d := range a.Differences {
			if (d.Metric != compare.Accuracy && d.Metric != compare.MacroF1 && d.Metric != compare.ECECommon) && d.Outcome == compare.None {
				continue // the others only where something is shown
			}
			rows = append(rows, []string{md(look.Words(a.ID)), md(metricName(d.Metric)), bare(d.A), bare(d.B),
				fmt.Sprintf("%s %s (%s to %s)", arrow(d), signed(d.Difference), signed(d.Low), signed(d.High)), outcomeWords(d)})
		}
	}
	m.table([]string{"axis", "figure", "baseline:", "now:", "difference, points:", "shown?"}, rows)
	for _, a := range ordered(c.Axes) {
		var body [][]string
		for _, f := range a.Flips.Broken[:min(maxFlips, len(a.Flips.Broken))] {
			one := newFlip(f)
			body = append(body, []string{"broken", md(one.ID), md(one.Truth), md(one.A), md(one.B)})
		}
		for _, f := range a.Flips.Fixed[:min(maxFlips, len(a.Flips.Fixed))] {
			one := newFlip(f)
			body = append(body, []string{"fixed", md(one.ID), md(one.Truth), md(one.A), md(one.B)})
		}
		if len(body) > 0 {
			m.fold(fmt.Sprintf("%s: %s fixed, %s broken", md(look.Sentence(a.ID)), whole(a.Flips.FixedTotal), whole(a.Flips.BrokenTotal)),
				tableOf([]string{"", "claim", "truth", "before", "now"}, body))
		}
	}
}

// arrow points to where the figure went; it says nothing of better or worse.
func arrow(d compare.Difference) string {
	switch {
	case d.Difference > 0.0005:
		return "▲"
	case d.Difference < -0.0005:
		return "▼"
	}
	return "="
}

func outcomeWords(d compare.Difference) string {
	switch d.Outcome {
	case compare.Better:
		return "✅ better"
	case compare.Worse:
		return "❌ worse"
	}
	return "no (could show ±" + bare(d.MinimalEffect) + ")"
}

// figures is the table without a baseline.
func (m *markdown) figures(r *eval.Result) {
	if r == nil {
		return
	}
	head := []string{"axis", "claims:"}
	names := []string{}
	byAxis := map[string][]headline{}
	order := look.AxisOrder(r.Axes)
	for _, id := range order {
		if a := r.Axes[id]; a != nil && a.N > 0 {
			byAxis[id] = headlines(a)
			for _, h := range byAxis[id] {
				if !slices.Contains(names, h.Name) {
					names = append(names, h.Name)
				}
			}
		}
	}
	for _, n := range names {
		head = append(head, md(strings.ToLower(n[:1])+n[1:])+":")
	}
	var rows [][]string
	for _, id := range order {
		hs, ok := byAxis[id]
		if !ok {
			continue
		}
		row := []string{md(look.Words(id)), whole(r.Axes[id].N)}
		for _, n := range names {
			cell := "–"
			if i := slices.IndexFunc(hs, named(n)); i >= 0 {
				cell = hs[i].Value
				if hs[i].Interval != "" {
					cell += " (" + hs[i].Interval + ")"
				}
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	m.table(head, rows)
}
