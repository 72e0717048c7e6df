package head

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
)

// assignFolds deals groups to folds so that no group is in two of them and each fold gets
// its share of every class: groups go, rarest class and largest first, to the fold that
// lacks most of their classes (Sechidis et al. 2011, greedily, whole groups). A row with
// an empty group is a group of its own. The seed breaks ties.
func assignFolds(classes []int, groups []string, classCount, folds int, seed uint64) []int {
	rows := groupRows(groups)
	total := make([]float64, classCount)
	for _, c := range classes {
		total[c]++
	}
	order := make([]string, 0, len(rows))
	for g := range rows {
		order = append(order, g)
	}
	rarest := make(map[string]float64, len(rows))
	for g, list := range rows {
		rarest[g] = float64(len(classes))
		for _, i := range list {
			rarest[g] = min(rarest[g], total[classes[i]])
		}
	}
	slices.SortFunc(order, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(rarest[a], rarest[b]),
			cmp.Compare(len(rows[b]), len(rows[a])),
			cmp.Compare(shuffle(a, seed), shuffle(b, seed)),
			cmp.Compare(a, b))
	})
	return deal(order, rows, classes, total, folds)
}

func deal(order []string, rows map[string][]int, classes []int, total []float64, folds int) []int {
	out := make([]int, len(classes))
	have := make([][]float64, folds) // rows per fold and class
	size := make([]int, folds)
	for f := range have {
		have[f] = make([]float64, len(total))
	}
	for _, g := range order {
		best, bestNeed := 0, 0.0
		for f := range folds {
			need := 0.0
			for _, i := range rows[g] {
				c := classes[i]
				need += (total[c]/float64(folds) - have[f][c]) / total[c]
			}
			if f == 0 || need > bestNeed+1e-12 || (need > bestNeed-1e-12 && size[f] < size[best]) {
				best, bestNeed = f, need
			}
		}
		for _, i := range rows[g] {
			out[i] = best
			have[best][classes[i]]++
		}
		size[best] += len(rows[g])
	}
	return out
}

// groupRows lists the rows of each group.
func groupRows(groups []string) map[string][]int {
	rows := make(map[string][]int, len(groups))
	for i, g := range groups {
		if g == "" {
			g = "\x00row " + strconv.Itoa(i)
		}
		rows[g] = append(rows[g], i)
	}
	return rows
}

func shuffle(s string, seed uint64) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.FormatUint(seed, 10) + "\x00" + s))
	return h.Sum64()
}
