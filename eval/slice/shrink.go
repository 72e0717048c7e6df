package slice

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Count is a number of claims and of right ones among them.
type Count struct{ Right, N int }

// Shrunk is a share drawn to the mean.
type Shrunk struct {
	// Mean is the share, Low and High its interval, all 0..1.
	Mean, Low, High float64
	// Weight is the part that the slice's own claims have in Mean, 0..1.
	Weight float64
}

// How many means and strengths of the prior are averaged over.
const (
	meanSteps     = 31
	strengthSteps = 40
)

// Shrink estimates the accuracy of the slices of one field together: each is a draw from a
// beta distribution around their mean, and its claims are draws from it (beta-binomial;
// Morris: Parametric Empirical Bayes Inference, JASA 1983). How alike the slices are, and
// around which mean, is not known either: instead of the one best prior, which few slices
// cannot give, all are averaged by how well they explain the counts, under a flat prior for
// the mean and the uniform-shrinkage prior for the strength (Christiansen and Morris:
// Hierarchical Poisson Regression Modeling, JASA 1997). So many equal slices collapse to the
// mean and a few apart do not; in simulation 95 % intervals hold 92 % (two to four slices) to
// 97 % (many alike) of the true accuracies, as the tests show. Intervals at 1 - alpha are those of
// the beta distribution with the average's mean and variance. whole is the sample that was
// cut, at least one claim; counts may leave out some of it.
func Shrink(counts []Count, whole Count, alpha float64) []Shrunk {
	if len(counts) == 0 {
		return nil
	}
	priors := weigh(grid(counts, whole), counts)
	out := make([]Shrunk, len(counts))
	for i, c := range counts {
		out[i] = average(c, priors, alpha)
	}
	return out
}

// prior is a beta distribution of slices' accuracies: its mean, its strength in claims, and
// how likely it is.
type prior struct{ mean, strength, weight float64 }

// grid spans the priors that the counts could come from.
func grid(counts []Count, whole Count) []prior {
	sizes := make([]int, len(counts))
	centre := (float64(whole.Right) + 0.5) / (float64(whole.N) + 1)
	spread := 0.0
	for i, c := range counts {
		sizes[i] = c.N
		spread += math.Pow((float64(c.Right)+0.5)/(float64(c.N)+1)-centre, 2)
	}
	slices.Sort(sizes)
	middle := math.Max(1, float64(sizes[len(sizes)/2]))
	k := float64(len(counts))
	half := 6 * math.Sqrt((spread/k+centre*(1-centre)/middle)/k)
	low, high := max(centre-half, centre/100), min(centre+half, 1-(1-centre)/100)
	out := make([]prior, 0, meanSteps*strengthSteps)
	for i := range meanSteps {
		mean := low + (high-low)*(float64(i)+0.5)/meanSteps
		for j := range strengthSteps {
			toMean := (float64(j) + 0.5) / strengthSteps // how far a slice of middle size is drawn
			out = append(out, prior{mean: mean, strength: middle * toMean / (1 - toMean)})
		}
	}
	return out
}

// negligible is the weight below which a prior is left out.
const negligible = 1e-7

// weigh gives the priors that explain the counts, with weights that sum to 1.
func weigh(priors []prior, counts []Count) []prior {
	most := math.Inf(-1)
	for i := range priors {
		p := &priors[i]
		a, b := p.mean*p.strength, (1-p.mean)*p.strength
		for _, c := range counts {
			p.weight += mathext.Lbeta(a+float64(c.Right), b+float64(c.N-c.Right))
		}
		p.weight -= float64(len(counts)) * mathext.Lbeta(a, b)
		most = max(most, p.weight)
	}
	sum := 0.0
	for i := range priors {
		priors[i].weight = math.Exp(priors[i].weight - most)
		sum += priors[i].weight
	}
	kept := priors[:0]
	for _, p := range priors {
		if p.weight /= sum; p.weight > negligible {
			kept = append(kept, p)
		}
	}
	return kept
}

func average(c Count, priors []prior, alpha float64) Shrunk {
	right, n := float64(c.Right), float64(c.N)
	mean, second, own := 0.0, 0.0, 0.0
	for _, q := range priors {
		p := (q.mean*q.strength + right) / (q.strength + n)
		mean += q.weight * p
		second += q.weight * (p*p + p*(1-p)/(q.strength+n+1))
		own += q.weight * n / (q.strength + n)
	}
	strength := mean*(1-mean)/(second-mean*mean) - 1
	posterior := distuv.Beta{Alpha: mean * strength, Beta: (1 - mean) * strength}
	return Shrunk{Mean: mean, Low: posterior.Quantile(alpha / 2), High: posterior.Quantile(1 - alpha/2), Weight: own}
}
