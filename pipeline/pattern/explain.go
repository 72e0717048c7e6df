package pattern

import (
	"fmt"
	"math"
	"slices"
)

// Finding is a group that an excess is put down to, or is not.
type Finding struct {
	Group    Key
	Observed int
	Expected float64
	// Ratio is the group's own, given the groups found before it.
	Ratio float64
	// Gain is how much the group raises the logarithm of the likelihood, given those before it.
	Gain float64
	// Cause is set when the group is needed to explain the excess.
	Cause bool
	// Same are other candidates that hold exactly the same units: they cannot be told apart.
	Same []Key
	// Reason says it in plain words.
	Reason string
}

// MaxCandidates is how many groups [Explain] compares at once.
const MaxCandidates = 24

// Explain compares overlapping groups as explanations of an excess of one label in a period.
// Units are divided by which candidates they belong to; a log-linear Poisson model gives each
// cause a factor. Causes are added one by one: always the one that raises the likelihood most,
// as long as the gain is worth more than ln(candidates) + 3 (a factor costs half of ln n in BIC;
// the rest pays for the choice). Findings come with causes first, then the others by what each
// would still gain. An [ErrInput] says that there are no candidates or too many.
func Explain(cohorts []Cohort, claims []Claim, b *Baseline, label string, p Period, candidates []Key) ([]Finding, error) {
	if len(candidates) == 0 || len(candidates) > MaxCandidates {
		return nil, fmt.Errorf("%w: %d groups to compare; 1 to %d can be", ErrInput, len(candidates), MaxCandidates)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	r := b.Labels[label]
	if r == nil {
		return nil, fmt.Errorf("%w: the baseline has no label %q", ErrInput, label)
	}
	x := &explanation{keys: candidates, cells: map[uint32]*cell{}, masks: make([]uint32, len(cohorts))}
	type list struct { // cohorts often share theirs
		first *Key
		n     int
	}
	seen := map[list]uint32{}
	for i, c := range cohorts {
		if len(c.Groups) == 0 {
			continue
		}
		at := list{&c.Groups[0], len(c.Groups)}
		mask, ok := seen[at]
		if !ok {
			for bit, k := range candidates {
				if slices.Contains(c.Groups, k) {
					mask |= 1 << bit
				}
			}
			seen[at] = mask
		}
		x.masks[i] = mask
	}
	x.expect(cohorts, b.ramp(r, p, p.calendar()), p)
	x.count(cohorts, claims, b, label, p)
	return x.findings(), nil
}

// cell is units that belong to the same candidates.
type cell struct {
	mask     uint32
	observed int
	expected float64
}

type explanation struct {
	keys   []Key
	cells  map[uint32]*cell
	order  []*cell
	masks  []uint32 // by cohort
	factor []float64
	causes []int
}

func (x *explanation) expect(cohorts []Cohort, r *ramp, p Period) {
	for i, c := range cohorts {
		mask := x.masks[i]
		if mask == 0 {
			continue
		}
		at := x.cells[mask]
		if at == nil {
			at = &cell{mask: mask}
			x.cells[mask] = at
			x.order = append(x.order, at)
		}
		at.expected += r.between(c, p.From, p.To)
	}
}

func (x *explanation) count(cohorts []Cohort, claims []Claim, b *Baseline, label string, p Period) {
	for _, c := range claims {
		if c.Label != label || c.Reported < p.From || c.Reported >= p.To || usable(c, cohorts, p) != nil || int(c.Reported-cohorts[c.Cohort].Since) >= b.Warranty {
			continue
		}
		if at := x.cells[x.masks[c.Cohort]]; at != nil {
			at.observed++
		}
	}
}

// gain is what a factor of its own for group i adds to the log-likelihood, given the factors so
// far, and that factor; only more than expected counts.
func (x *explanation) gain(i int) (gain, ratio float64) {
	n, mu := 0.0, 0.0
	for _, c := range x.order {
		if c.mask&(1<<i) != 0 {
			n += float64(c.observed)
			mu += c.expected * x.of(c.mask)
		}
	}
	if mu <= 0 || n <= mu {
		return 0, 1
	}
	return n*math.Log(n/mu) - (n - mu), n / mu
}

func (x *explanation) of(mask uint32) float64 {
	f := 1.0
	for _, i := range x.causes { // the others' factors are 1
		if mask&(1<<i) != 0 {
			f *= x.factor[i]
		}
	}
	return f
}

// settled is the relative change of factors below which they fit each other.
const settled = 1e-12

// refit makes the causes' factors fit each other (iterative proportional fitting).
func (x *explanation) refit() {
	for range 50 {
		moved := 0.0
		for _, i := range x.causes {
			n, mu := 0.0, 0.0
			for _, c := range x.order {
				if c.mask&(1<<i) != 0 {
					n += float64(c.observed)
					mu += c.expected * x.of(c.mask) / x.factor[i]
				}
			}
			if mu > 0 {
				was := x.factor[i]
				x.factor[i] = max(n/mu, 1e-6)
				moved = max(moved, math.Abs(x.factor[i]/was-1))
			}
		}
		if moved < settled {
			return
		}
	}
}

func (x *explanation) findings() []Finding {
	x.factor = make([]float64, len(x.keys))
	for i := range x.factor {
		x.factor[i] = 1
	}
	same := x.twins()
	worth := math.Log(float64(len(x.keys))) + 3
	gains := map[int]float64{}
	for {
		best, most := -1, worth
		for i := range x.keys {
			if g, _ := x.gain(i); same[i] == i && !slices.Contains(x.causes, i) && g > most {
				best, most = i, g
			}
		}
		if best < 0 {
			break
		}
		gains[best] = most
		x.causes = append(x.causes, best)
		x.refit()
	}
	return x.report(same, gains)
}

// twins gives for each candidate the first one that holds the same units.
func (x *explanation) twins() []int {
	out := make([]int, len(x.keys))
	for i := range x.keys {
		out[i] = i
		for j := range i {
			if x.equal(i, j) {
				out[i] = j
				break
			}
		}
	}
	return out
}

func (x *explanation) equal(i, j int) bool {
	for _, c := range x.order {
		if c.mask>>i&1 != c.mask>>j&1 {
			return false
		}
	}
	return true
}
