package review

import (
	"maps"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/store"
)

// Voice is what another claim says about this one: a near claim, or an earlier one of the same
// unit.
type Voice struct {
	// Labels are that claim's by axis, a person's where there are any, else the model's that
	// it did not abstain on.
	Labels map[string]string
	// Weight is how much it counts, such as its similarity; not above 0 counts nothing.
	Weight float64
}

// Disagreement gives an item when voices speak against the model: on some axis that it did
// not abstain on, at least the share (0..1, of the weight that has a label there) has another
// label, and at least minVoices voices have a label at all. false when there is no such axis.
// reason is [store.ReasonNeighbours] or [store.ReasonHistory].
func (p *Planner) Disagreement(c store.Claim, reason store.ReviewReason, voices []Voice, share float64, minVoices int) (store.NewReview, bool) {
	if c.Prediction == nil {
		return store.NewReview{}, false
	}
	n := p.item(c.ID, c.Claim, c.Prediction)
	n.Claim, n.Reasons = c.ID, []store.ReviewReason{reason}
	worst := 0.0
	for _, axis := range slices.Sorted(maps.Keys(c.Prediction.Axes)) {
		a := c.Prediction.Axes[axis]
		against, ok := opposed(voices, axis, a.Label, minVoices)
		if a.Abstained || !ok || against < share {
			continue
		}
		n.Axes = append(n.Axes, axis)
		u, cost := p.doubt(axis, a)
		u = max(u, against)
		if v := Value(u, cost); v > worst {
			worst, n.Uncertainty, n.Cost, n.Label = v, u, cost, a.Label
		}
	}
	if len(n.Axes) == 0 {
		return store.NewReview{}, false
	}
	return p.Ranked(n), true
}

// opposed is the share of weight that has another label; false when too few have one.
func opposed(voices []Voice, axis, label string, minVoices int) (float64, bool) {
	var sum, against float64
	n := 0
	for _, v := range voices {
		l := v.Labels[axis]
		if l == "" || !(v.Weight > 0) {
			continue
		}
		n++
		sum += v.Weight
		if l != label {
			against += v.Weight
		}
	}
	return against / max(sum, 1e-12), n >= max(minVoices, 1)
}

// LabelError gives the item for a label that is probably wrong, as [people.FindLabelErrors]
// lists them; its Claim must be the stored claim's id.
func (p *Planner) LabelError(c store.Claim, found people.Candidate) store.NewReview {
	n := p.item(c.ID, c.Claim, c.Prediction)
	n.Claim, n.Axes, n.Reasons = c.ID, []string{found.Axis}, []store.ReviewReason{store.ReasonLabelError}
	n.Uncertainty, n.Cost, n.Label = found.Wrong, p.Cost(found.Axis, found.Suggested), found.Suggested
	return p.Ranked(n)
}

// Request gives the item for a look that the claims system asks for: at these axes, or the
// whole claim, by the deadline, zero for none. by is the key that asks.
func (p *Planner) Request(c store.Claim, axes []string, deadline time.Time, by string) store.NewReview {
	n := p.item(c.ID, c.Claim, c.Prediction)
	n.Claim, n.Axes, n.Reasons, n.Deadline, n.By = c.ID, axes, []store.ReviewReason{store.ReasonRequested}, deadline, by
	n.Uncertainty, n.Cost = 1, p.cfg.Cost
	return p.Ranked(n)
}

// Known gives the item that measures reviewers against labels that are known.
func (p *Planner) Known(c store.Claim, labels map[string]string, by string) store.NewReview {
	n := p.item(c.ID, c.Claim, c.Prediction)
	n.Claim, n.Reasons, n.Known, n.By, n.Looks = c.ID, []store.ReviewReason{store.ReasonKnown}, labels, by, 1
	n.Axes = slices.Sorted(maps.Keys(labels))
	n.Uncertainty, n.Cost = 0.5, p.cfg.Cost
	return p.Ranked(n)
}
