package head

import (
	"math"

	"github.com/defekt/defekt/models/feature"
)

// Data is what a head is fitted on: rows that have a label on the axis.
type Data struct {
	Axis string
	// Classes are the label ids, worst first on an ordinal axis.
	Classes []string
	Ordinal bool
	Layout  feature.Layout
	// Examples, Labels (indices into Classes) and Groups (may be empty strings) have one
	// entry a row.
	Examples []feature.Example
	Labels   []int
	Groups   []string
}

// setting is one candidate of the cross-validation.
type setting struct {
	strength, balance, smoothing float64
}

// classWeights are (n / (K n_k))^balance, scaled so that the mean row weighs 1.
func classWeights(labels []int, classes int, balance float64) []float64 {
	count := make([]float64, classes)
	for _, l := range labels {
		count[l]++
	}
	w, total := make([]float64, classes), 0.0
	for k, n := range count {
		if n > 0 {
			w[k] = math.Pow(float64(len(labels))/(float64(classes)*n), balance)
			total += w[k] * n
		}
	}
	for k := range w {
		w[k] *= float64(len(labels)) / total
	}
	return w
}

// target is the distribution that a row of label l is fitted to.
func target(l, classes int, smoothing float64) []float64 {
	t := make([]float64, classes)
	t[l] = 1
	if smoothing == 0 || classes < 2 {
		return t
	}
	t[l] = 1 - smoothing
	switch l {
	case 0:
		t[1] += smoothing
	case classes - 1:
		t[l-1] += smoothing
	default:
		t[l-1] += smoothing / 2
		t[l+1] += smoothing / 2
	}
	return t
}

// samples weighs the rows for a fit and adds the copies with one source dropped.
func (d *Data) samples(t *transform, s setting, dropWeight float64) []sample {
	weights := classWeights(d.Labels, len(d.Classes), s.balance)
	var out []sample
	for i, e := range d.Examples {
		l := d.Labels[i]
		goal := target(l, len(d.Classes), s.smoothing)
		out = append(out, sample{t.apply(e, ""), goal, weights[l]})
		if has := sources(d.Layout, e); len(has) > 1 && dropWeight > 0 {
			for _, source := range has {
				out = append(out, sample{t.apply(e, source), goal, weights[l] * dropWeight / float64(len(has))})
			}
		}
	}
	return out
}

// subset gives the rows for which keep is true.
func (d *Data) subset(keep func(i int) bool) *Data {
	out := *d
	out.Examples, out.Labels, out.Groups = nil, nil, nil
	for i := range d.Examples {
		if keep(i) {
			out.Examples = append(out.Examples, d.Examples[i])
			out.Labels = append(out.Labels, d.Labels[i])
			out.Groups = append(out.Groups, d.Groups[i])
		}
	}
	return &out
}

// logPriors are the logs of the classes' shares, with one row added to each.
func (d *Data) logPriors() []float64 {
	p := make([]float64, len(d.Classes))
	for k := range p {
		p[k] = 1
	}
	for _, l := range d.Labels {
		p[l]++
	}
	for k := range p {
		p[k] = math.Log(p[k] / float64(len(d.Labels)+len(p)))
	}
	return p
}
