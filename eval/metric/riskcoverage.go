package metric

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// RiskPoint is one point of a risk-coverage curve: answering the surest Coverage of all
// claims, those with at least Confidence, the share Risk of the answers is wrong.
type RiskPoint struct {
	Coverage   float64 `json:"coverage"`
	Risk       float64 `json:"risk"`
	Confidence float64 `json:"confidence"`
}

// RiskCoverage is the curve, at most n points from the surest rows to all; rows of the same
// confidence come together.
func (r *Ranked) RiskCoverage(n int) []RiskPoint {
	var out []RiskPoint
	step, next := float64(r.N())/float64(max(1, n)), 0.0
	r.groups(func(from, to, _, wrong int, confidence float64) {
		// The end of the last group is always there; others once a step is full.
		if float64(to) < next+step && to < r.N() {
			return
		}
		out = append(out, RiskPoint{Coverage: float64(to) / float64(r.N()), Risk: float64(wrong) / float64(to), Confidence: confidence})
		next = math.Floor(float64(to)/step+1e-9) * step
	})
	return out
}

// groups visits the rows of equal confidence, surest first: rows from..to (as counts of rows
// so far), with the wrong ones before and up to their end.
func (r *Ranked) groups(visit func(from, to, before, wrong int, confidence float64)) {
	n, wrong := r.N(), 0
	for from := 0; from < n; {
		to, before, confidence := from, wrong, r.confidence[n-1-from]
		for ; to < n && r.confidence[n-1-to] == confidence; to++ {
			if !r.correct[n-1-to] {
				wrong++
			}
		}
		visit(from, to, before, wrong, confidence)
		from = to
	}
}

// AURC is the area under the risk-coverage curve: the mean, over answering the surest 1, 2,
// ... all rows, of the share of wrong answers (Geifman, Uziel, El-Yaniv: Bias-Reduced
// Uncertainty Estimation for Deep Neural Classifiers, ICLR 2019). Rows of the same
// confidence stand in all orders at once. 0 without rows.
func (r *Ranked) AURC() float64 {
	sum := 0.0
	r.groups(func(from, to, before, wrong int, _ float64) {
		per := float64(wrong-before) / float64(to-from)
		for i := from + 1; i <= to; i++ {
			sum += (float64(before) + per*float64(i-from)) / float64(i)
		}
	})
	return ratio(sum, float64(r.N()))
}

// BestAURC is the AURC of the same answers in a perfect order, all wrong ones last. AURC
// minus it is the excess, E-AURC (of the same source).
func (r *Ranked) BestAURC() float64 {
	right := 0
	for _, ok := range r.correct {
		if ok {
			right++
		}
	}
	sum := 0.0
	for i := right + 1; i <= r.N(); i++ {
		sum += float64(i-right) / float64(i)
	}
	return ratio(sum, float64(r.N()))
}

// AUGRC is the area under the generalised risk-coverage curve, whose risk is the share of
// all claims that go out with a wrong answer (Traub, Bungert, Lueth, Baumgartner, Maier-Hein,
// Maier-Hein, Jaeger: Overcoming Common Flaws in the Evaluation of Selective Classification
// Systems, NeurIPS 2024). With w the share of wrong answers it equals
// (1 - AUROC of right against wrong) w (1-w) + w^2/2; 0..0.5, 0 without rows.
func (r *Ranked) AUGRC() float64 {
	sum := 0.0
	r.groups(func(from, to, before, wrong int, _ float64) {
		sum += float64(to-from) * float64(before+wrong) / 2
	})
	n := float64(r.N())
	return ratio(sum, n*n)
}

// CoverageAtRisk is how much can be answered when at most the share Risk of the answers may
// be wrong.
type CoverageAtRisk struct {
	Risk float64 `json:"risk"`
	// Coverage is the most that kept to the risk on these rows, from Confidence on; 0 when
	// nothing did.
	Coverage   float64 `json:"coverage"`
	Confidence float64 `json:"confidence"`
	// Safe and SafeConfidence are the same for the risk on further claims, kept with the
	// probability of the interval level.
	Safe           float64 `json:"safe"`
	SafeConfidence float64 `json:"safe_confidence"`
}

// CoverageAtRisk gives the largest coverage at a risk, above 0 and below 1, as measured and
// as guaranteed with the probability of level. The guarantee is by testing in a fixed
// sequence (Angelopoulos, Bates, Candes, Jordan, Lei: Learn then Test, Annals of Applied
// Statistics 2025): twentieths of the rows, from the fewest that could pass on, each by an
// exact binomial test, until one fails.
func (r *Ranked) CoverageAtRisk(risk, level float64) CoverageAtRisk {
	out, n := CoverageAtRisk{Risk: risk}, float64(r.N())
	next, failed := max(0.05*n, 2*math.Log(1-level)/math.Log(1-risk)), false
	r.groups(func(_, to, _, wrong int, confidence float64) {
		if float64(wrong) <= risk*float64(to) {
			out.Coverage, out.Confidence = float64(to)/n, confidence
		}
		if failed || float64(to) < next && to < r.N() {
			return
		}
		if failed = atMost(wrong, to, risk) > 1-level; !failed {
			out.Safe, out.SafeConfidence = float64(to)/n, confidence
			next = float64(to) + 0.05*n
		}
	})
	return out
}

// atMost is the probability of at most hits out of n at probability p each.
func atMost(hits, n int, p float64) float64 {
	return distuv.Binomial{N: float64(n), P: p}.CDF(float64(hits))
}

// maxGroups is how many groups of rows a draw weighs at most.
const maxGroups = 1000

// ResampleSelective gives intervals of AURC, E-AURC and AUGRC by the Bayesian bootstrap over
// the rows, in at most 1,000 groups of neighbours by confidence, with one wrong and one right
// row spread over all of them (see [Resample]); false without rows or draws.
func (r *Ranked) ResampleSelective(draws int, seed uint64, level float64) ([3]Interval, bool) {
	n := r.N()
	if n == 0 || draws < 2 {
		return [3]Interval{}, false
	}
	groups := min(n, maxGroups)
	right, wrong := make([]float64, groups), make([]float64, groups)
	for g := range groups { // surest first
		for i := g * n / groups; i < (g+1)*n/groups; i++ {
			if r.correct[n-1-i] {
				right[g]++
			} else {
				wrong[g]++
			}
		}
	}
	exact := [3]float64{r.AURC(), 0, r.AUGRC()}
	exact[1] = exact[0] - r.BestAURC()
	grouped := areas(right, wrong)
	source := rand.New(rand.NewPCG(seed, 0xa06c))
	a, b := make([]float64, groups), make([]float64, groups)
	found, _ := percentiles(draws, 3, level, func(values []float64) {
		for g := range groups {
			a[g] = gamma(right[g]+1/float64(groups), source)
			b[g] = gamma(wrong[g]+1/float64(groups), source)
		}
		v := areas(a, b)
		copy(values, v[:])
	})
	var out [3]Interval
	for i, f := range found {
		shift := exact[i] - grouped[i] // what grouping does to the figure itself
		out[i] = Interval{Low: min(1, max(0, f.Low+shift)), High: min(1, max(0, f.High+shift)), Method: MethodBootstrap}
	}
	return out, true
}

// areas are AURC, E-AURC and AUGRC of groups, surest first, the rows of a group in all orders
// at once.
func areas(right, wrong []float64) (out [3]float64) {
	n, bad, allWrong := 0.0, 0.0, 0.0
	for g := range right {
		weight := right[g] + wrong[g]
		if weight > 0 {
			out[0] += weight * (bad + wrong[g]/2) / (n + weight/2)
			out[2] += weight * (bad + wrong[g]/2)
		}
		n += weight
		bad += wrong[g]
		allWrong += wrong[g]
	}
	share := ratio(allWrong, n)
	best := share // the integral of (c - right) / c over the coverages c from right to 1
	if share < 1 {
		best += (1 - share) * math.Log(1-share)
	}
	out[0] = ratio(out[0], n)
	out[1] = out[0] - best
	out[2] = ratio(out[2], n*n)
	return out
}
