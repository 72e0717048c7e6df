package pattern

import "gonum.org/v1/gonum/stat/distuv"

// PoissonInterval is the exact 95 % interval of a mean of which n were seen (Garwood 1936).
func PoissonInterval(n int) (low, high float64) {
	if n > 0 {
		low = distuv.ChiSquared{K: 2 * float64(n)}.Quantile(0.025) / 2
	}
	return low, distuv.ChiSquared{K: 2 * float64(n+1)}.Quantile(0.975) / 2
}

// Differ is the two-sided p-value that two groups have the same rate, given their claims and
// expected claims: the conditional binomial test (Przyborowski and Wilenski 1940), doubled.
func Differ(n1 int, mu1 float64, n2 int, mu2 float64) float64 {
	if n1+n2 == 0 || mu1 <= 0 || mu2 <= 0 {
		return 1
	}
	b := distuv.Binomial{N: float64(n1 + n2), P: mu1 / (mu1 + mu2)}
	upper := 1.0
	if n1 > 0 {
		upper = 1 - b.CDF(float64(n1)-1)
	}
	return min(1, 2*min(b.CDF(float64(n1)), upper))
}
