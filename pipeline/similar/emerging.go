package similar

import (
	"fmt"
	"math"
	"time"
)

// Growth says when a cluster grows fast enough to be called emerging.
//
// Claims of a cluster are taken for a Poisson process. Its last Window is compared with the
// Past before it, by two exact conditional tests that must both reject: against its own rate
// (given the cluster's number of claims, those of the window are binomial by time), and against
// the rate of all claims (hypergeometric, so that a busy week of the whole house is no news).
// The level is divided by the number of clusters looked at (Bonferroni): when nothing grows, a
// look marks any cluster at all with a probability of at most Level. That holds for one look;
// whoever looks daily sees a false mark about every 1/Level windows at worst.
type Growth struct {
	// Window is the time that counts as now; default 7 days.
	Window time.Duration
	// Past is the time before it that it is compared with; default 56 days. Less is used when
	// the first of all claims is younger.
	Past time.Duration
	// Level is the probability of any false mark in one look at all clusters; default 0.05.
	Level float64
	// Least is the number of claims that the window must hold; default 5.
	Least int
}

const day = 24 * time.Hour

func (g Growth) withDefaults() Growth {
	set(&g.Window, 7*day)
	set(&g.Past, 56*day)
	set(&g.Level, 0.05)
	set(&g.Least, 5)
	return g
}

// Validate reports the first setting that cannot be used, as an [ErrConfig].
func (g Growth) Validate() error {
	g = g.withDefaults()
	switch {
	case g.Window <= 0 || g.Past <= 0:
		return fmt.Errorf("%w: window %s and past %s must be above 0", ErrConfig, g.Window, g.Past)
	case !(g.Level > 0 && g.Level < 1):
		return fmt.Errorf("%w: level %g is not between 0 and 1", ErrConfig, g.Level)
	case g.Least < 1:
		return fmt.Errorf("%w: least %d is less than 1", ErrConfig, g.Least)
	}
	return nil
}

// Emerging marks the groups that grow fast at the time now. Each group is the times of its
// claims, in any order; all are the times of all claims, grouped or not. Claims after now and
// before window and past do not count.
func (g Growth) Emerging(now time.Time, groups [][]time.Time, all []time.Time) []bool {
	g = g.withDefaults()
	out := make([]bool, len(groups))
	span := g.spanOf(now, all)
	everyone := g.count(now, all)
	for i, times := range groups {
		c := g.count(now, times)
		out[i] = c.recent >= g.Least && g.chance(c, everyone, span) <= g.Level/float64(len(groups))
	}
	return out
}

// spanOf is how much of the past was watched, at most Past.
func (g Growth) spanOf(now time.Time, all []time.Time) time.Duration {
	span := time.Duration(0)
	for _, t := range all {
		if !t.After(now) {
			span = max(span, now.Sub(t)-g.Window)
		}
	}
	return min(span, g.Past)
}

// counts is how many claims fell in the window and in the past before it.
type counts struct{ recent, past int }

func (g Growth) count(now time.Time, times []time.Time) (c counts) {
	for _, t := range times {
		switch age := now.Sub(t); {
		case age < 0 || age >= g.Window+g.Past:
		case age < g.Window:
			c.recent++
		default:
			c.past++
		}
	}
	return c
}

// chance is the larger of the two tests' probabilities of so many recent claims when nothing
// grows. The cluster's latest claim is left out: it is what made us look, so it is no evidence.
func (g Growth) chance(c, all counts, span time.Duration) float64 {
	c.recent, all.recent = c.recent-1, all.recent-1
	n := c.recent + c.past
	share := float64(g.Window) / float64(g.Window+span)
	return max(binomialTail(c.recent, n, share), hypergeometricTail(c.recent, n, all.recent, all.recent+all.past))
}

// binomialTail is the probability of k or more of n, each with probability p.
func binomialTail(k, n int, p float64) float64 {
	if k <= 0 || p >= 1 {
		return 1
	}
	sum := 0.0
	for i := k; i <= n; i++ {
		sum += math.Exp(choose(n, i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(sum, 1)
}

// hypergeometricTail is the probability that k or more of n drawn without return are among
// the marked ones of all.
func hypergeometricTail(k, n, marked, all int) float64 {
	sum := 0.0
	for i := max(k, n-(all-marked)); i <= min(n, marked); i++ {
		sum += math.Exp(choose(marked, i) + choose(all-marked, n-i) - choose(all, n))
	}
	return min(sum, 1)
}

// choose is the logarithm of n over k.
func choose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
