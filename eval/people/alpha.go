package people

// Alpha is Krippendorff's (Computing Krippendorff's Alpha-Reliability, University of
// Pennsylvania 2011): agreement beyond chance of any number of raters, where some may not
// have rated some claims. counts has, claim by claim, how many ratings gave each label;
// claims with fewer than two ratings do not count. ordinal takes distances by rank, else all
// disagreements are alike. 1 = always, 0 = as by chance; it does not exist (ok is false)
// where all ratings are alike or there is no claim to compare.
func Alpha(counts [][]int, ordinal bool) (alpha float64, ok bool) {
	if len(counts) == 0 {
		return 0, false
	}
	k := len(counts[0])
	joint, total, n := coincidences(counts, k)
	distance := nominalDistance
	if ordinal {
		distance = ordinalDistance(total)
	}
	seen, chance := 0.0, 0.0
	for a := range k {
		for b := range k {
			if total[a] == 0 || total[b] == 0 || a == b {
				continue
			}
			d := distance(a, b)
			seen += d * joint[a*k+b]
			chance += d * total[a] * total[b]
		}
	}
	if chance == 0 {
		return 0, false
	}
	return 1 - (n-1)*seen/chance, true
}

// coincidences counts ordered pairs of ratings within claims, each claim by 1/(ratings-1).
func coincidences(counts [][]int, k int) (joint, total []float64, n float64) {
	joint, total = make([]float64, k*k), make([]float64, k)
	given := make([]int, 0, k)
	for _, claim := range counts {
		m := 0
		given = given[:0]
		for l, c := range claim {
			if c > 0 {
				m += c
				given = append(given, l)
			}
		}
		if m < 2 {
			continue
		}
		n += float64(m)
		for _, a := range given {
			total[a] += float64(claim[a])
			for _, b := range given {
				pairs := claim[a] * claim[b]
				if a == b {
					pairs = claim[a] * (claim[a] - 1)
				}
				joint[a*k+b] += float64(pairs) / float64(m-1)
			}
		}
	}
	return joint, total, n
}

func nominalDistance(int, int) float64 { return 1 }

// ordinalDistance is the squared number of ratings between two labels, half of their own
// included.
func ordinalDistance(total []float64) func(a, b int) float64 {
	below := make([]float64, len(total)+1)
	for i, t := range total {
		below[i+1] = below[i] + t
	}
	return func(a, b int) float64 {
		a, b = min(a, b), max(a, b)
		d := below[b+1] - below[a] - (total[a]+total[b])/2
		return d * d
	}
}
