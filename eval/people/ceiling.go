package people

import "math"

// NewCeiling says what accuracy a model can reach at most against labels with this much
// disagreement in them: agreement of double labels, label errors, or both; either may be nil.
//
// From double labels: let a claim be given label l by a share p_l of people. Two people agree
// on it with probability sum p_l^2, and a model that always gives the most usual label is
// right against one person with probability max p_l. Since sum p_l^2 <= max p_l, the mean
// agreement bounds the ceiling from below; and max p_l is largest, for k labels and a given
// sum, where the rest is spread evenly: (1 + sqrt((k-1)(k*agreement-1)))/k, a concave
// function, so that the bound holds for the mean, too (Jensen). Beating it means having
// learnt the labellers, not the claims.
func NewCeiling(a *Agreement, errors *LabelErrors) Ceiling {
	var c Ceiling
	if a != nil && a.Observed != nil {
		o := *a.Observed
		k := len(a.Labels)
		c.Axis, c.Doubled, c.Agree, c.AtLeast = a.Axis, a.Doubled, &o, &o
		c.AtMost = &Figure{mostUsual(o.Value, k), mostUsual(o.Low, k), mostUsual(o.High, k)}
		c.Assumptions = append(c.Assumptions,
			"From double labels: the people who labelled twice are like those whose labels the model is scored against, and they labelled independently of each other.",
			"The bound at most is reached where all claims are equally hard, the one at least where claims are either clear or open.")
	}
	if errors != nil {
		w := errors.Wrong
		c.Axis = errors.Axis
		c.FromLabelErrors = &Figure{1 - w.Value, 1 - w.High, 1 - w.Low}
		c.Assumptions = append(c.Assumptions,
			"From label errors: a model that is always right is scored wrong on the wrong labels and nowhere else; the share of wrong labels is too low, far too low where they are wrong in a systematic way, so this is too high.")
	}
	return c
}

// mostUsual is the largest share that the most usual of k labels can have when two people
// agree with that probability.
func mostUsual(agree float64, k int) float64 {
	if k < 2 {
		return 1
	}
	n := float64(k)
	return min(1, (1+math.Sqrt((n-1)*math.Max(0, n*agree-1)))/n)
}
