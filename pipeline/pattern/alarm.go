package pattern

// Alarm is an excess of a label in a group that chance does not explain.
type Alarm struct {
	Group Key
	Label string
	// Raised is the day of the claim that raised it; Onset is where the excess most likely
	// began: the day of its first claim.
	Raised, Onset Day
	// Claims since the onset, against Expected.
	Claims   int
	Expected float64
	// Ratio is Claims over Expected, with its exact 95 % Poisson interval (Garwood 1936). The
	// onset was chosen to make it large, so small counts overstate it: rank by EB05.
	Ratio, Low, High float64
	// Evidence is the detector's value and Threshold what it had to reach.
	Evidence, Threshold float64
}

func newAlarm(k Key, label string, day Day, best run, expected float64) Alarm {
	a := Alarm{Group: k, Label: label, Raised: day, Onset: best.since, Claims: best.n, Expected: max(expected, 1e-9)}
	a.Ratio = float64(a.Claims) / a.Expected
	low, high := PoissonInterval(a.Claims)
	a.Low, a.High = low/a.Expected, high/a.Expected
	return a
}
