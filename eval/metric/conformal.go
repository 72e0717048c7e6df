package metric

import (
	"math"
	"slices"
)

// ConformalThresholds calibrates class-conditional (Mondrian) conformal sets: a class is in
// the set of a row when its probability is at least the class's threshold, and each class's
// truths are missed by their sets with probability miss at most (the score is 1 minus the
// probability of the truth: Sadinle, Lei, Wasserman: Least Ambiguous Set-Valued Classifiers
// with Bounded Error Levels, JASA 2019; by class: Vovk: Conditional Validity of Inductive
// Conformal Predictors, ACML 2012). The guarantee holds for rows drawn like those given, on
// average over such calibrations.
//
// truths are, by class, the probabilities that rows of that class were given for it; they
// are sorted in place. A class with too few rows to ever be left out gets 0.
func ConformalThresholds[F float32 | float64](truths [][]F, miss float64) []F {
	out := make([]F, len(truths))
	for k, p := range truths {
		slices.Sort(p)
		// The (n+1)(1-miss)-th smallest score is the floor((n+1) miss)-th smallest probability.
		if at := int(math.Floor(float64(len(p)+1)*miss + 1e-9)); at >= 1 {
			out[k] = p[min(at, len(p))-1]
		}
	}
	return out
}

// InSet says whether class k belongs to the set of a row.
func InSet[F float32 | float64](distribution, thresholds []F, k int) bool {
	return distribution[k] >= thresholds[k]
}
