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
	// Doubt says that the last class is no answer but a mark: people could not decide these
	// rows. It takes probability from the answers and is never chosen. Not on ordinal axes.
	Doubt  bool
	Layout feature.Layout
	// Examples, Labels (indices into Classes) and Groups (may be empty strings) have one
	// entry a row.
	Examples []feature.Example
	Labels   []int
	Groups   []string
	// IDs name the rows' claims; nil when nobody asks.
	IDs []string
}

// answers is the number of classes that may be chosen.
func (d *Data) answers() int {
	if d.Doubt {
		return len(d.Classes) - 1
	}
	return len(d.Classes)
}

// decided lists the rows that people could decide, and their labels.
func (d *Data) decided() (rows, labels []int) {
	for i, l := range d.Labels {
		if l < d.answers() {
			rows, labels = append(rows, i), append(labels, l)
		}
	}
	return rows, labels
}

// sample is one row that is fitted on: an example, whole or with one source taken away.
type sample struct {
	example int // index into Data.Examples
	row     row
	share   float64 // 1 for the whole example
}

// dropped are the sources that are taken away in turn: a claim has text or photos or both,
// while its context comes with either.
var dropped = [...]string{"photos", "text"}

// samples lists the examples as they are, then the copies.
func (d *Data) samples(t *transform, dropWeight float64) []sample {
	out := make([]sample, 0, len(d.Examples))
	for i, e := range d.Examples {
		out = append(out, sample{i, t.apply(e, ""), 1})
	}
	if dropWeight == 0 {
		return out
	}
	for i, e := range d.Examples {
		if !d.has(e, dropped[0]) || !d.has(e, dropped[1]) {
			continue
		}
		for _, source := range dropped {
			out = append(out, sample{i, t.apply(e, source), dropWeight / float64(len(dropped))})
		}
	}
	return out
}

// has tells whether the example has a block of the source.
func (d *Data) has(e feature.Example, source string) bool {
	for b, s := range d.Layout {
		if s.Source == source && e[b].Present {
			return true
		}
	}
	return false
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

// problem poses the fit of some samples.
func (d *Data) problem(k kernel, all []sample, which []int, p path) *problem {
	var labels []int
	for _, s := range which {
		if all[s].share == 1 {
			labels = append(labels, d.Labels[all[s].example])
		}
	}
	weights := classWeights(labels, len(d.Classes), p.balance)
	out := &problem{kernel: k, rows: which, classes: len(d.Classes)}
	for _, s := range which {
		l := d.Labels[all[s].example]
		out.target = append(out.target, target(l, len(d.Classes), p.smoothing))
		out.weight = append(out.weight, all[s].share*weights[l])
		out.total += all[s].share * weights[l]
	}
	return out
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
