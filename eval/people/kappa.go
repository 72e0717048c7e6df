package people

// Weights says how far apart two labels count as.
type Weights int

// The weights of Cohen's kappa: all disagreements alike, by the number of steps between the
// labels, or by its square.
const (
	Nominal Weights = iota
	Linear
	Quadratic
)

func (w Weights) distance(a, b int) float64 {
	d := float64(a - b)
	switch {
	case w == Quadratic:
		return d * d
	case w == Linear && d < 0:
		return -d
	case w == Linear:
		return d
	case a != b:
		return 1
	}
	return 0
}

// CohenKappa is the agreement of two raters beyond that by chance (Cohen: A Coefficient of
// Agreement for Nominal Scales, Educational and Psychological Measurement 1960; weighted:
// Cohen, Psychological Bulletin 1968). a and b are labels by number, 0..labels-1, claim by
// claim; -1..1. It does not exist (ok is false) where chance leaves no room for
// disagreement: no claims, or one label throughout.
func CohenKappa(a, b []int, labels int, w Weights) (kappa float64, ok bool) {
	joint, first, second := make([]float64, labels*labels), make([]float64, labels), make([]float64, labels)
	for i := range a {
		joint[a[i]*labels+b[i]]++
		first[a[i]]++
		second[b[i]]++
	}
	seen, chance := 0.0, 0.0
	for i := range labels {
		for j := range labels {
			d := w.distance(i, j)
			seen += d * joint[i*labels+j]
			chance += d * first[i] * second[j]
		}
	}
	if chance == 0 {
		return 0, false
	}
	return 1 - float64(len(a))*seen/chance, true
}

// FleissKappa is the agreement of many raters beyond that by chance (Fleiss: Measuring
// Nominal Scale Agreement among Many Raters, Psychological Bulletin 1971). counts has, claim
// by claim, how many raters gave each label; every claim must have the same number of
// ratings, two or more. It does not exist where only one label was given, or without claims.
func FleissKappa(counts [][]int) (kappa float64, ok bool) {
	if len(counts) == 0 {
		return 0, false
	}
	total := make([]float64, len(counts[0]))
	agree, ratings := 0.0, 0.0
	for _, claim := range counts {
		n, pairs := 0.0, 0.0
		for l, c := range claim {
			n += float64(c)
			pairs += float64(c * (c - 1))
			total[l] += float64(c)
		}
		agree += pairs / (n * (n - 1))
		ratings += n
	}
	chance := 0.0
	for _, t := range total {
		chance += t / ratings * t / ratings
	}
	if chance >= 1 {
		return 0, false
	}
	return (agree/float64(len(counts)) - chance) / (1 - chance), true
}
