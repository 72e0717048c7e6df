package head

import (
	"slices"

	"github.com/defekt/defekt/models/feature"
)

// Photos unlike any of the training must not decide: a linear head answers them with
// whatever lies in the direction that they happen to stick out in, and sounds sure of it.
const (
	// familiarShare is the share of training photos that count as familiar, and
	// familiarMargin how much farther out than those a photo may lie.
	familiarShare  = 0.99
	familiarMargin = 1.25
	photosSource   = "photos"
)

// distances gives, by dense block, the mean square of the standardised values of a row:
// about 1 for what the training knew. Missing blocks give 0.
func (t *transform) distances(r row) []float64 {
	out := make([]float64, 0, t.denseBlocks())
	at := 0
	for _, s := range t.layout {
		if s.Kind != feature.Dense {
			continue
		}
		sum := 0.0
		for _, x := range r.dense[at : at+s.Dim] {
			sum += x * x
		}
		out = append(out, sum)
		at += s.Dim + 1
	}
	return out
}

// familiarity gives, by dense block, the largest distance that counts as familiar: 0, so
// that none does, for a block that no training row had.
func familiarity(t *transform, samples []sample) []float64 {
	n := t.denseBlocks()
	seen := make([][]float64, n)
	for _, s := range samples {
		if s.share != 1 {
			continue
		}
		for b, d := range t.distances(s.row) {
			if d > 0 {
				seen[b] = append(seen[b], d)
			}
		}
	}
	limits := make([]float64, n)
	for b, d := range seen {
		if len(d) > 0 {
			slices.Sort(d)
			limits[b] = familiarMargin * d[int(familiarShare*float64(len(d)-1))]
		}
	}
	return limits
}

// strange tells whether the row's photos lie outside of what the training knew.
func (h *Head) strange(r row) bool {
	d, b := h.transform.distances(r), 0
	for _, s := range h.Layout {
		if s.Kind != feature.Dense {
			continue
		}
		if s.Source == photosSource && d[b] > h.Familiar[b] {
			return true
		}
		b++
	}
	return false
}

// reasonStrange is the sentence for a claim of which only strange photos are known.
const reasonStrange = "the photo is unlike those that the model learnt from, and there is no text to go by; about 50 labelled photos per label make such photos useful"

// row transforms an example; photos that are strange are left out when the claim has a
// text to go by, and give a reason to abstain when it has not.
func (h *Head) row(e feature.Example) (r row, abstain string) {
	r = h.transform.apply(e, "")
	if !h.strange(r) {
		return r, ""
	}
	for b, s := range h.Layout {
		if s.Source == "text" && e[b].Present {
			return h.transform.apply(e, photosSource), ""
		}
	}
	return r, reasonStrange
}
