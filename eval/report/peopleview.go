package report

import (
	"fmt"
	"html/template"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
)

// peopleView is what is known of the people's labels.
type peopleView struct {
	Ceilings  []ceilingView
	Agreement []agreementView
	Errors    []errorsView
}

type ceilingView struct {
	Name        string
	Lines       []string
	Assumptions []string
}

type agreementView struct {
	Name  string
	Words []string
	Pairs template.HTML
}

type errorsView struct {
	Name, Words string
	Rows        []suspect
	More        string
}

type suspect struct{ Claim, Given, Suggested, Reason string }

// maxSuspects is how many doubtful labels of an axis are listed.
const maxSuspects = 12

func (b *builder) people() (*peopleView, error) {
	r := b.report
	if len(r.Ceilings)+len(r.Agreement)+len(r.LabelErrors) == 0 {
		return nil, nil
	}
	v := &peopleView{}
	for _, c := range r.Ceilings {
		v.Ceilings = append(v.Ceilings, newCeiling(c))
	}
	for _, a := range r.Agreement {
		pairs, err := b.pairs(a)
		if err != nil {
			return nil, err
		}
		v.Agreement = append(v.Agreement, agreementView{look.Sentence(a.Axis), cleaned(a.Words), pairs})
	}
	for _, e := range r.LabelErrors {
		v.Errors = append(v.Errors, newErrors(e))
	}
	return v, nil
}

func newCeiling(c people.Ceiling) ceilingView {
	v := ceilingView{Name: look.Sentence(c.Axis), Assumptions: cleaned(c.Assumptions)}
	add := func(f *people.Figure, say string) {
		if f != nil {
			v.Lines = append(v.Lines, fmt.Sprintf(say, pct(f.Value), bare(f.Low)+" to "+bare(f.High)))
		}
	}
	add(c.AtMost, "No model can be expected to score above %s (%s) against these labels.")
	add(c.AtLeast, "One that always gives what most people say would score at least %s (%s).")
	add(c.FromLabelErrors, "By the labels that look wrong, the ceiling is %s (%s).")
	add(c.Agree, "Two people agree in %s (%s).")
	return v
}

func cleaned(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = look.Clean(s)
	}
	return out
}

// pairs draws how far each two raters agree beyond chance.
func (b *builder) pairs(a people.Agreement) (template.HTML, error) {
	r := plot.Rows{Title: "Agreement of each two, beyond chance (Cohen's kappa)", First: "Who and claims", Columns: []string{"Kappa", "Agree, %"}}
	values := []float64{0, 1}
	for _, p := range a.Pairs {
		row := plot.Row{Name: look.Clean(p.A) + " and " + look.Clean(p.B), Note: whole(p.Claims), Cells: []string{"–", bare(p.Agree.Value)}}
		if k := p.Kappa; k != nil {
			row.Cells[0] = fixed(k.Value)
			row.Marks = []plot.Mark{{Shape: plot.Dot, Range: plot.Range(*k)}}
			values = append(values, k.Low)
		}
		r.Rows = append(r.Rows, row)
	}
	if len(r.Rows) == 0 {
		return "", nil
	}
	r.Scale = plot.Fit(func(v float64) string { return fmt.Sprintf("%.4g", v) }, values...)
	return b.plots.Rows(r)
}

func newErrors(e people.LabelErrors) errorsView {
	v := errorsView{Name: look.Sentence(e.Axis), Words: fmt.Sprintf("An estimated %s (%s to %s) of %s labels are wrong; %s to look at again.",
		pct(e.Wrong.Value), bare(e.Wrong.Low), bare(e.Wrong.High), whole(e.Rows), count(len(e.Candidates), "claim"))}
	shown := e.Candidates[:min(maxSuspects, len(e.Candidates))]
	for _, c := range shown {
		v.Rows = append(v.Rows, suspect{look.Clean(c.Claim), look.Words(c.Given), look.Words(c.Suggested), look.Clean(c.Reason)})
	}
	if more := len(e.Candidates) - len(shown); more > 0 {
		v.More = count(more, "more claim") + " in the review list."
	}
	return v
}
