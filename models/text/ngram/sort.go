package ngram

import "slices"

// digits is the number of bits of one pass; two passes cover every column (maxColumns).
const digits = 11

// shortSort is the length up to which comparing is faster than counting.
const shortSort = 64

// sorter orders columns by two passes of counting, which took half the time of comparing
// for the few hundred columns of a usual text.
type sorter struct {
	count [1 << digits]uint32
	spare []uint32
}

func (s *sorter) sort(cols []uint32) {
	if len(cols) <= shortSort {
		slices.Sort(cols)
		return
	}
	s.spare = slices.Grow(s.spare[:0], len(cols))[:len(cols)]
	s.pass(s.spare, cols, 0)
	s.pass(cols, s.spare, digits)
}

// pass writes src to dst in the order of the digit at shift, equal digits as they came.
func (s *sorter) pass(dst, src []uint32, shift uint) {
	clear(s.count[:])
	for _, c := range src {
		s.count[c>>shift&(1<<digits-1)]++
	}
	sum := uint32(0)
	for i, n := range s.count {
		s.count[i] = sum
		sum += n
	}
	for _, c := range src {
		d := c >> shift & (1<<digits - 1)
		dst[s.count[d]] = c
		s.count[d]++
	}
}
