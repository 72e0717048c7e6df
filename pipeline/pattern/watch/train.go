package watch

import (
	"cmp"
	"fmt"
	"math"
)

// Example is a stream of the training data.
type Example struct {
	Stream Stream
	// Recalled is set when a recall followed Until.
	Recalled bool
	// Until is the last day to look at: the day before the recall, or the end of the data.
	Until Day
	// Weight is how much the example counts; several campaigns on one stream share one.
	Weight float64
	// Components is the component feature as it is known without this example's own stream.
	Components ComponentTable
}

// ComponentTable is the component feature by component, and for those not in it.
type ComponentTable struct {
	By    map[string]float64
	Other float64
}

func (t ComponentTable) of(component string) float64 {
	if v, ok := t.By[component]; ok {
		return v
	}
	return t.Other
}

// Fitting says how weights are fitted.
type Fitting struct {
	// Ridge pulls all weights to 0; default 0.2.
	Ridge float64
	// MakerRidge multiplies the ridge on the maker's feature, which few makers teach; default 4.
	MakerRidge float64
	// Soft is the temperature at which a stream's scores are summed up: near 0 it is their
	// maximum; default 0.3.
	Soft float64
	// Steps is the number of descent steps; default 3,000.
	Steps int
}

func (f Fitting) withDefaults() Fitting {
	f.Ridge = cmp.Or(f.Ridge, 0.2)
	f.MakerRidge = cmp.Or(f.MakerRidge, 4)
	f.Soft = cmp.Or(f.Soft, 0.3)
	f.Steps = cmp.Or(f.Steps, 3000)
	return f
}

// signs says which way a feature may count: what must raise the score never lowers it.
func signs() Features { return Features{1, 1, -1, 1, 1, 1} }

const makerFeature = 4

// Train fits weights so that recalled streams reach higher scores than the others: the
// logistic loss of all pairs of one recalled and one other stream, each summed up by a soft
// maximum over its days (RankNet: Burges et al. 2005, on maxima). Weights keep their sign.
// The component table is table; marks are left to the caller.
func Train(examples []Example, h *History, table ComponentTable, cfg Fitting) (*Model, error) {
	cfg = cfg.withDefaults()
	p := &problem{cfg: cfg}
	for _, e := range examples {
		p.add(e, h)
	}
	if len(p.pos) == 0 || len(p.neg) == 0 {
		return nil, fmt.Errorf("%w: %d recalled and %d other streams of %d reports or more; both are needed", ErrModel, len(p.pos), len(p.neg), LeastReports)
	}
	m := &Model{Components: table.By, Other: table.Other, Marks: map[string]float64{}}
	m.Mean, m.SD = p.standardise()
	m.Weights = p.descend()
	return m, nil
}

// problem is the training data as standardised rows.
type problem struct {
	cfg      Fitting
	rows     [][]Features // by example
	weight   []float64
	pos, neg []int
}

func (p *problem) add(e Example, h *History) {
	var rows []Features
	for _, day := range filingDays(e.Stream, e.Until) {
		rows = append(rows, measure(e.Stream, h, e.Components.of(e.Stream.Component), day))
	}
	if len(rows) == 0 {
		return
	}
	if e.Recalled {
		p.pos = append(p.pos, len(p.rows))
	} else {
		p.neg = append(p.neg, len(p.rows))
	}
	p.rows, p.weight = append(p.rows, rows), append(p.weight, e.Weight)
}

// standardise makes every feature of mean 0 and deviation 1 over all rows.
func (p *problem) standardise() (mean, sd Features) {
	n := 0.0
	for _, rows := range p.rows {
		for _, r := range rows {
			n++
			for i, x := range r {
				mean[i] += x
				sd[i] += x * x
			}
		}
	}
	for i := range mean {
		mean[i] /= n
		sd[i] = math.Sqrt(max(0, sd[i]/n-mean[i]*mean[i])) + 1e-9
	}
	for _, rows := range p.rows {
		for k := range rows {
			for i := range rows[k] {
				rows[k][i] = (rows[k][i] - mean[i]) / sd[i]
			}
		}
	}
	return mean, sd
}
