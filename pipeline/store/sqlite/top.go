package sqlite

import (
	"bytes"
	"slices"

	"github.com/google/uuid"
)

// hit is a claim with the score of one of its vectors.
type hit struct {
	dot   float32
	claim int64
	id    uuid.UUID
}

// score is the cosine, kept within its range in spite of rounding.
func (h hit) score() float64 { return min(max(float64(h.dot), -1), 1) }

// compare orders by score descending, then id ascending.
func (h hit) compare(o hit) int {
	a, b := h.score(), o.score()
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return bytes.Compare(h.id[:], o.id[:])
}

// top keeps the k best claims, each once with its best score, in a heap with the worst on top.
// A claim that had to go comes back if a later vector of it is good enough.
type top struct {
	k    int
	heap []hit
	at   map[int64]int // place in the heap by claim
}

func newTop(k int) *top { return &top{k: k, heap: make([]hit, 0, k), at: make(map[int64]int, k)} }

func (t *top) full() bool { return len(t.heap) == t.k }

// offer takes a hit in if it is good enough.
func (t *top) offer(h hit) {
	if i, ok := t.at[h.claim]; ok {
		if h.compare(t.heap[i]) < 0 {
			t.heap[i] = h
			t.down(i) // it got better, and the worst are on top
		}
		return
	}
	if !t.full() {
		t.heap = append(t.heap, h)
		t.at[h.claim] = len(t.heap) - 1
		t.up(len(t.heap) - 1)
		return
	}
	if h.compare(t.heap[0]) < 0 {
		delete(t.at, t.heap[0].claim)
		t.heap[0] = h
		t.at[h.claim] = 0
		t.down(0)
	}
}

// worse reports whether the hit at i must be above the one at j.
func (t *top) worse(i, j int) bool { return t.heap[i].compare(t.heap[j]) > 0 }

func (t *top) swap(i, j int) {
	t.heap[i], t.heap[j] = t.heap[j], t.heap[i]
	t.at[t.heap[i].claim], t.at[t.heap[j].claim] = i, j
}

func (t *top) up(i int) {
	for parent := (i - 1) / 2; i > 0 && t.worse(i, parent); i, parent = parent, (parent-1)/2 {
		t.swap(i, parent)
	}
}

func (t *top) down(i int) {
	for {
		worst := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.heap); child++ {
			if t.worse(child, worst) {
				worst = child
			}
		}
		if worst == i {
			return
		}
		t.swap(i, worst)
		i = worst
	}
}

// sorted gives the hits, best first.
func (t *top) sorted() []hit {
	return slices.SortedFunc(slices.Values(t.heap), hit.compare)
}
