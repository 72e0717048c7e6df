package report

import (
	"fmt"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/pipeline/look"
)

func (m *markdown) gates(r *gate.Report) {
	if r == nil {
		return
	}
	var missed, passed [][]string
	for _, g := range newGates(r).Rows {
		row := []string{md(g.Name), md(g.Value), md(g.Limit), md(g.Message)}
		if g.Passed {
			passed = append(passed, append([]string{"✅"}, row...))
		} else {
			missed = append(missed, append([]string{"❌"}, row...))
		}
	}
	head := []string{"", "gate", "figure:", "wanted:", "found"}
	if len(missed) > 0 {
		m.table(head, missed)
	}
	if len(passed) > 0 {
		m.fold(count(len(passed), "gate")+" passed", tableOf(head, passed))
	}
}

func (m *markdown) warnings(ws []Warning) {
	for _, w := range ws {
		m.line("> **%s** %s", md(w.Title), md(w.Text))
	}
}

// labels folds the labels of each axis, the weakest first.
func (m *markdown) labels(r *eval.Result) {
	if r == nil {
		return
	}
	for _, id := range look.AxisOrder(r.Axes) {
		a := r.Axes[id]
		if a == nil || a.N == 0 {
			continue
		}
		ids := weakest(a)
		var rows [][]string
		for _, l := range ids[:min(30, len(ids))] {
			row := labelRow(l, a.PerLabel[l])
			recall := row.Cells[1]
			if i := a.PerLabel[l].RecallInterval; i != nil {
				recall += " (" + span(i) + ")"
			}
			rows = append(rows, []string{md(row.Name), row.Note, row.Cells[0], recall, row.Cells[2]})
		}
		m.fold("Labels of "+md(look.Words(id))+", weakest first", tableOf([]string{"label", "claims:", "F1, %:", "recall, %:", "precision, %:"}, rows))
	}
}

// slices folds the slices that are worse than the rest.
func (m *markdown) slices(r *Report) {
	if r.Slices == nil || r.Slices.Worse == 0 {
		return
	}
	var rows [][]string
	for _, a := range r.Slices.Axes {
		for _, s := range a.Slices {
			if s.Worse {
				rows = append(rows, []string{md(look.Words(a.ID)), md(look.Words(s.Field) + ": " + cut(look.Clean(s.Value), 60)), whole(s.N), bare(s.Shrunk), bare(s.Rest), md(pValue(s.Q))})
			}
		}
	}
	m.fold(is(r.Slices.Worse, "slice")+" worse than the rest", tableOf([]string{"axis", "slice", "claims:", "accuracy, shrunken, %:", "the rest, %:", "q:"}, rows))
}

// maxRows is how many mistakes a comment shows.
const maxRows = 10

func (m *markdown) mistakes(all []Mistake) {
	if len(all) == 0 {
		return
	}
	var rows [][]string
	for _, one := range all[:min(maxRows, len(all))] {
		v := newMistake(one)
		answer := v.Answer
		if v.Percent > 0 {
			answer += fmt.Sprintf(" %d %%", v.Percent)
		}
		rows = append(rows, []string{md(v.ID), md(v.Axis), md(v.Truth), md(answer), md(cut(look.Clean(one.Claim.Text), 140))})
	}
	m.fold("Worst mistakes", tableOf([]string{"claim", "axis", "truth", "answer", "text"}, rows))
}

func (m *markdown) provenance(r *Report) {
	var rows [][]string
	for _, f := range provenance(r) {
		rows = append(rows, []string{md(f.Name), md(f.Value)})
	}
	if len(rows) > 0 {
		m.fold("Provenance", tableOf([]string{"", ""}, rows))
	}
}
