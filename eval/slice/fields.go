package slice

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/defekt/defekt/eval/sample"
)

// Rest is the value that Cap gives to all but the most frequent ones.
const Rest = "(others)"

// Month is the field that Prepare makes of the times.
const Month = "month"

// Cap keeps the k most frequent values of a column, ties alphabetically, and calls all
// others [Rest]; "" stays "". A column with at most k values comes back as it is.
func Cap(column []string, k int) []string {
	counts := map[string]int{}
	for _, v := range column {
		if v != "" {
			counts[v]++
		}
	}
	if len(counts) <= k {
		return column
	}
	values := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	kept := map[string]bool{"": true}
	for _, v := range values[:max(0, k)] {
		kept[v] = true
	}
	out := make([]string, len(column))
	for i, v := range column {
		if out[i] = v; !kept[v] {
			out[i] = Rest
		}
	}
	return out
}

// Buckets cuts numbers into at most k groups of nearly equal size and names each by the
// numbers that are in it, "3..17", with a leading "1: ", "2: ", so that names sort in order.
// Equal numbers stay together. NaN and infinities give "".
func Buckets(values []float64, k int) []string {
	finite := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	slices.Sort(finite)
	out := make([]string, len(values))
	if len(finite) == 0 || k < 1 {
		return out
	}
	tops := cuts(finite, k)
	names := make([]string, len(tops))
	width := len(strconv.Itoa(len(tops)))
	from := 0
	for i, top := range tops {
		to, _ := slices.BinarySearchFunc(finite, top, func(v, top float64) int {
			if v <= top {
				return -1
			}
			return 1
		})
		names[i] = pad(i+1, width) + ": " + span(finite[from], top)
		from = to
	}
	for i, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			at, _ := slices.BinarySearch(tops, v)
			out[i] = names[at]
		}
	}
	return out
}

// cuts gives the largest number of each group, rising.
func cuts(sorted []float64, k int) []float64 {
	var tops []float64
	for b := 1; b <= k; b++ {
		top := sorted[max(0, b*len(sorted)/k-1)]
		if len(tops) == 0 || top > tops[len(tops)-1] {
			tops = append(tops, top)
		}
	}
	return tops
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}

func span(low, high float64) string {
	from, to := strconv.FormatFloat(low, 'g', 6, 64), strconv.FormatFloat(high, 'g', 6, 64)
	if from == to {
		return from
	}
	return from + ".." + to
}

// Months names the month of each time, "2026-03" in UTC; "" for the zero time.
func Months(times []time.Time) []string {
	out := make([]string, len(times))
	for i, t := range times {
		if !t.IsZero() {
			out[i] = t.UTC().Format("2006-01")
		}
	}
	return out
}

// Limits say how Prepare makes fields fit to be cut by.
type Limits struct {
	// Values is the number of values that a field may have, at least 1; of more, the most
	// frequent are kept.
	Values int
	// Buckets is the number of groups that a field of numbers is cut into, at least 1.
	Buckets int
}

// DefaultLimits keep 12 values a field and cut numbers into 4 groups.
func DefaultLimits() Limits { return Limits{Values: 12, Buckets: 4} }

// Prepare gives s with fields that can be cut by: numbers with more values than the limit
// become [Buckets], other fields are cut to their most frequent values, fields in which
// nearly every claim has its own value (ids, serials) are left out, and the time becomes the
// field [Month] unless s has one. Axes and ids are shared with s.
func Prepare(s *sample.Sample, l Limits) *sample.Sample {
	out := *s
	out.Fields = make(map[string][]string, len(s.Fields)+1)
	for name, column := range s.Fields {
		if made := fit(column, l); made != nil {
			out.Fields[name] = made
		}
	}
	if _, has := out.Fields[Month]; !has && s.Times != nil {
		out.Fields[Month] = Months(s.Times)
	}
	return &out
}

func fit(column []string, l Limits) []string {
	distinct, known := map[string]bool{}, 0
	for _, v := range column {
		if v != "" {
			known++
			distinct[v] = true
		}
	}
	if len(distinct) <= l.Values {
		return column
	}
	if numbers, ok := parse(column); ok {
		return Buckets(numbers, l.Buckets)
	}
	if 2*len(distinct) > known { // names of claims rather than of groups
		return nil
	}
	return Cap(column, l.Values)
}

// parse reads a column of numbers, NaN for ""; ok says whether all others are numbers.
func parse(column []string) (numbers []float64, ok bool) {
	numbers = make([]float64, len(column))
	for i, v := range column {
		if v == "" {
			numbers[i] = math.NaN()
			continue
		}
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(n) {
			return nil, false
		}
		numbers[i] = n
	}
	return numbers, true
}

// Validate says what is out of range.
func (l Limits) Validate() error {
	if l.Values < 1 || l.Buckets < 1 {
		return fmt.Errorf("%d values and %d buckets a field: at least 1", l.Values, l.Buckets)
	}
	return nil
}
