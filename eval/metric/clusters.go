package metric

import "math"

// AMI is the adjusted mutual information of two groupings of the same rows (Vinh, Epps,
// Bailey: Information Theoretic Measures for Clusterings Comparison, JMLR 2010), with the
// exact expectation under random groupings of the same sizes, normalised by the arithmetic
// mean of the entropies, as in scikit-learn. 1 = the same groups, 0 = what chance gives;
// below 0 is possible. a and b have equal length; their values are names of groups only.
// The time grows with rows times groups of either.
func AMI[A, B comparable](a []A, b []B) float64 {
	t := contingency(a, b)
	n := float64(len(a))
	if len(t.rows) == len(t.columns) && (len(t.rows) <= 1 || len(t.rows) == len(a)) {
		return 1 // both in one group, or each row alone in both
	}
	information := 0.0
	for _, cell := range t.order { // not by the map, whose order would move the last digits
		c := float64(t.cells[cell])
		information += c / n * math.Log(n*c/(float64(t.rows[cell[0]])*float64(t.columns[cell[1]])))
	}
	expected := expectedInformation(t.rows, t.columns, len(a))
	gap := (entropy(t.rows, n)+entropy(t.columns, n))/2 - expected
	if gap < 0 { // as scikit-learn keeps away from zero
		gap = min(gap, -epsilon)
	} else {
		gap = max(gap, epsilon)
	}
	return (information - expected) / gap
}

const epsilon = 2.220446049250313e-16

// table counts rows by the groups that they are in.
type table struct {
	rows, columns []int
	cells         map[[2]int]int
	order         [][2]int // the cells as they were met
}

func contingency[A, B comparable](a []A, b []B) table {
	t := table{cells: map[[2]int]int{}}
	rows, columns := map[A]int{}, map[B]int{}
	for i := range a {
		r, ok := rows[a[i]]
		if !ok {
			r = len(t.rows)
			rows[a[i]], t.rows = r, append(t.rows, 0)
		}
		c, ok := columns[b[i]]
		if !ok {
			c = len(t.columns)
			columns[b[i]], t.columns = c, append(t.columns, 0)
		}
		t.rows[r]++
		t.columns[c]++
		cell := [2]int{r, c}
		if t.cells[cell] == 0 {
			t.order = append(t.order, cell)
		}
		t.cells[cell]++
	}
	return t
}

// entropy is in nats.
func entropy(sizes []int, n float64) float64 {
	sum := 0.0
	for _, s := range sizes {
		p := float64(s) / n
		sum -= p * math.Log(p)
	}
	return sum
}

// expectedInformation is the mean mutual information, in nats, over all pairs of groupings
// with these sizes: cell counts are hypergeometric.
func expectedInformation(rows, columns []int, n int) float64 {
	factorials := make([]float64, n+1) // logarithms
	for i := 1; i <= n; i++ {
		factorials[i] = factorials[i-1] + math.Log(float64(i))
	}
	// Sizes repeat, so each pair of sizes is worked out once.
	rowSizes, columnSizes := tally(rows), tally(columns)
	sum := 0.0
	for _, r := range rowSizes {
		for _, c := range columnSizes {
			a, b := r.size, c.size
			pair := 0.0
			fixed := factorials[a] + factorials[b] + factorials[n-a] + factorials[n-b] - factorials[n]
			for k := max(1, a+b-n); k <= min(a, b); k++ {
				p := fixed - factorials[k] - factorials[a-k] - factorials[b-k] - factorials[n-a-b+k]
				pair += float64(k) / float64(n) * math.Log(float64(n)*float64(k)/(float64(a)*float64(b))) * math.Exp(p)
			}
			sum += pair * float64(r.times*c.times)
		}
	}
	return sum
}

type sizeCount struct{ size, times int }

// tally counts equal sizes, in the order of their first.
func tally(sizes []int) []sizeCount {
	at := map[int]int{}
	var out []sizeCount
	for _, s := range sizes {
		i, ok := at[s]
		if !ok {
			i = len(out)
			at[s], out = i, append(out, sizeCount{size: s})
		}
		out[i].times++
	}
	return out
}

// PairShares compares two groupings of the same rows by pairs of rows: kept is the share of
// all pairs that are together in both or apart in both (the Rand index); together is, of the
// pairs that are together in either, the share that is so in both (the Jaccard index of
// pairs). Both are 1 when there is nothing to compare.
func PairShares[A, B comparable](a []A, b []B) (kept, together float64) {
	t := contingency(a, b)
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	both, first, second := 0.0, 0.0, 0.0
	for _, n := range t.cells {
		both += pairs(n)
	}
	for _, n := range t.rows {
		first += pairs(n)
	}
	for _, n := range t.columns {
		second += pairs(n)
	}
	kept, together = 1, 1
	if all := pairs(len(a)); all > 0 {
		kept = (all - first - second + 2*both) / all
	}
	if either := first + second - both; either > 0 {
		together = both / either
	}
	return kept, together
}
