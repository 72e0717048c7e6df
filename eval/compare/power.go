package compare

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// power is the probability with which a minimal effect would be shown.
const power = 0.8

// exactFlips is the number of flips up to which the power is summed exactly; beyond, the
// normal approximation is as good.
const exactFlips = 150

// minimalAccuracyEffect is the smallest true difference of accuracy that n paired claims show
// with probability 0.8, when as many claims flip as did here (the mid-p test of McNemar at
// alpha; for many flips by Connor: Sample Size for Testing Differences in Proportions for the
// Paired-Sample Design, Biometrics 1987). Where flips were too few to show anything, it is the
// difference at which all flips going one way would be. At most 1.
func minimalAccuracyEffect(n, flips int, alpha float64) float64 {
	rate := float64(flips) / float64(n)
	least := rejections{alpha: alpha}
	low, high := 0.0, 1.0
	for high-low > 1e-6 {
		effect := (low + high) / 2
		if least.power(n, max(rate, effect), effect) < power {
			low = effect
		} else {
			high = effect
		}
	}
	return high
}

// rejections remembers, for each number of flips, how many of the rarer kind the mid-p test
// at alpha still rejects.
type rejections struct {
	alpha  float64
	byFlip []int
}

// power is the probability that the test shows a difference of effect when the share rate of
// n claims flips; effect is at most rate.
func (j *rejections) power(n int, rate, effect float64) float64 {
	mean := rate * float64(n)
	if mean > exactFlips {
		z := distuv.UnitNormal.Quantile(1 - j.alpha/2)
		return distuv.UnitNormal.CDF((effect*math.Sqrt(float64(n)) - z*math.Sqrt(rate)) / math.Sqrt(max(rate-effect*effect, 1e-12)))
	}
	flips := distuv.Binomial{N: float64(n), P: min(rate, 1)}
	toB := (rate + effect) / (2 * rate)
	sum := 0.0
	spread := 5*math.Sqrt(mean) + 5
	for m := max(1, int(mean-spread)); m <= min(n, int(mean+spread)); m++ {
		if least := j.upTo(m); least >= 0 {
			up := distuv.Binomial{N: float64(m), P: toB}
			sum += flips.Prob(float64(m)) * (up.CDF(float64(least)) + 1 - up.CDF(float64(m-least-1)))
		}
	}
	return sum
}

// upTo is the largest number of flips of the rarer kind among m that is still rejected, -1
// for none. It hardly changes from one m to the next.
func (j *rejections) upTo(m int) int {
	for len(j.byFlip) <= m {
		k := -1
		if len(j.byFlip) > 0 {
			k = j.byFlip[len(j.byFlip)-1]
		}
		for next := len(j.byFlip); k+1 <= next/2; k++ {
			if _, mid := flipTest(k+1, next-k-1); mid > j.alpha {
				break
			}
		}
		j.byFlip = append(j.byFlip, k)
	}
	return j.byFlip[m]
}

// minimalEffect is that of a figure whose difference has this standard error.
func minimalEffect(standardError, alpha float64) float64 {
	return standardError * (distuv.UnitNormal.Quantile(1-alpha/2) + distuv.UnitNormal.Quantile(power))
}
