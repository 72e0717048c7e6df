package compare

// side is one model's counts by class, and what one more claim would change.
type side struct {
	hits, answered []float64
	// distance is the sum of squared steps between truth and answer.
	distance float64
	// values are accuracy, macro-F1, balanced accuracy and quadratic kappa.
	values [4]float64

	f1Hit, f1Miss, recall, perTruth []float64
	kappa                           kappaInfluence
}

func newSide(classes int) *side {
	column := func() []float64 { return make([]float64, classes) }
	return &side{hits: column(), answered: column(), f1Hit: column(), f1Miss: column(), recall: column(), perTruth: column()}
}

func (s *side) reset() {
	clear(s.hits)
	clear(s.answered)
	s.distance = 0
}

func (s *side) add(truth, answer int32, v float64) {
	s.answered[answer] += v
	if truth == answer {
		s.hits[truth] += v
		return
	}
	d := float64(truth - answer)
	s.distance += v * d * d
}

// finish computes figures and influences. Definitions are those of package metric: macro-F1
// is over labels that occur in truth or answers, balanced accuracy over those in truth.
func (s *side) finish(support []float64, n float64, ordinal bool) {
	hits, f1, recall, labels, truths := 0.0, 0.0, 0.0, 0.0, 0.0
	for k, h := range s.hits {
		both := support[k] + s.answered[k]
		if both == 0 {
			continue
		}
		hits += h
		f1 += 2 * h / both
		labels++
		if support[k] > 0 {
			recall += h / support[k]
			truths++
		}
	}
	s.values = [4]float64{hits / n, f1 / labels, recall / truths}
	for k, h := range s.hits {
		both := support[k] + s.answered[k]
		if both == 0 {
			continue
		}
		s.f1Miss[k] = -2 * h / both / both * n / labels
		s.f1Hit[k] = 2/both*n/labels + 2*s.f1Miss[k]
		s.recall[k], s.perTruth[k] = 0, 0
		if support[k] > 0 {
			s.recall[k] = h / support[k]
			s.perTruth[k] = n / truths / support[k]
		}
	}
	if ordinal {
		s.kappa = newKappaInfluence(support, s.answered, s.distance, n)
		s.values[3] = s.kappa.value
	}
}

// influence is how much one more claim with this truth and answer moves each figure, times n.
func (s *side) influence(truth, answer int32, ordinal bool) (out [4]float64) {
	if truth == answer {
		out[0], out[1], out[2] = 1, s.f1Hit[truth], s.perTruth[truth]*(1-s.recall[truth])
	} else {
		out[1], out[2] = s.f1Miss[truth]+s.f1Miss[answer], -s.perTruth[truth]*s.recall[truth]
	}
	if ordinal {
		out[3] = s.kappa.of(truth, answer)
	}
	return out
}

// kappaInfluence is quadratic kappa, 1 - n distance/chance, and its derivative.
type kappaInfluence struct {
	n, distance, chance          float64
	truth1, truth2, said1, said2 float64 // sums of positions and of their squares
	value                        float64
}

func newKappaInfluence(support, answered []float64, distance, n float64) kappaInfluence {
	k := kappaInfluence{n: n, distance: distance, value: 1}
	for i := range support {
		at := float64(i)
		k.truth1 += at * support[i]
		k.truth2 += at * at * support[i]
		k.said1 += at * answered[i]
		k.said2 += at * at * answered[i]
	}
	// The sum of (i-j)^2 over all pairs of a truth and an answer.
	k.chance = n*k.truth2 + n*k.said2 - 2*k.truth1*k.said1
	if k.chance > 0 {
		k.value = 1 - n*distance/k.chance
	}
	return k
}

func (k *kappaInfluence) of(truth, answer int32) float64 {
	if k.chance <= 0 {
		return 0
	}
	t, a := float64(truth), float64(answer)
	more := t*t*k.n - 2*t*k.said1 + k.said2 + a*a*k.n - 2*a*k.truth1 + k.truth2
	return k.n * (-(k.distance+k.n*(t-a)*(t-a))/k.chance + k.n*k.distance/k.chance/k.chance*more)
}
