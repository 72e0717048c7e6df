package strictyaml

import "strings"

// DidYouMean gives "; did you mean "label"?" when one of known is close to word, else
// what is known when that is a short list.
func DidYouMean(word string, known []string) string {
	best, bestDistance := "", 3
	if len(word) <= 4 {
		bestDistance = 2
	}
	for _, k := range known {
		if d := distance(strings.ToLower(word), k, bestDistance); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	if best != "" {
		return `; did you mean "` + best + `"?`
	}
	if len(known) > 0 && len(known) <= 24 {
		return "; known: " + strings.Join(known, ", ")
	}
	return ""
}

// distance is the number of edits (insert, delete, replace, swap of neighbours) between a
// and b: Damerau's optimal string alignment. Words whose lengths differ by limit or more
// are not compared.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > 200 {
		return limit
	}
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}
