package compare

import "github.com/defekt/defekt/eval/sample"

// rowPair is one claim's row in both samples.
type rowPair struct{ a, b int32 }

// match finds the claims that are in both samples, in A's order.
func match(a, b *sample.Sample) []rowPair {
	at := make(map[string]int32, len(b.IDs))
	for i, id := range b.IDs {
		at[id] = int32(i)
	}
	pairs := make([]rowPair, 0, min(len(a.IDs), len(b.IDs)))
	for i, id := range a.IDs {
		if j, both := at[id]; both {
			pairs = append(pairs, rowPair{int32(i), j})
		}
	}
	return pairs
}

// axisPairs are the claims of one axis that count, column by column, in one label space.
type axisPairs struct {
	a, b   *sample.Axis
	labels *labels
	// classes is len(labels.ids), and one more when an answer may be missing: that answer is
	// the last class.
	classes int
	// at are the rows in both samples; truth, answerA and answerB the labels.
	at                      []rowPair
	truth, answerA, answerB []int32
	// pairOf gives for each pair of the samples its place here, -1 when it does not count.
	pairOf []int32

	unansweredA, unansweredB, unansweredBoth, conflicts, coarsened int
}

// collect takes the pairs that count on an axis. With unansweredIsWrong a claim with a
// decided truth that one or both do not answer counts too.
func collect(a, b *sample.Axis, pairs []rowPair, unansweredIsWrong bool) (*axisPairs, error) {
	l, err := merge(a, b)
	if err != nil {
		return nil, err
	}
	p := &axisPairs{a: a, b: b, labels: l, classes: len(l.ids), pairOf: make([]int32, len(pairs))}
	missing := int32(-1)
	if unansweredIsWrong {
		missing = int32(p.classes)
		p.classes++
	}
	for i, at := range pairs {
		p.pairOf[i] = -1
		truth, answerA, answerB, ok := p.read(at)
		if !ok {
			continue
		}
		if answerA < 0 || answerB < 0 {
			p.countMissing(answerA, answerB)
			if !unansweredIsWrong {
				continue
			}
			answerA, answerB = orElse(answerA, missing), orElse(answerB, missing)
		}
		p.pairOf[i] = int32(len(p.at))
		p.at = append(p.at, at)
		p.truth, p.answerA, p.answerB = append(p.truth, truth), append(p.answerA, answerA), append(p.answerB, answerB)
	}
	return p, nil
}

// read gives truth and answers of one claim; ok is false when no truth is decided and agreed.
func (p *axisPairs) read(at rowPair) (truth, answerA, answerB int32, ok bool) {
	truth, other := p.a.Truth[at.a], p.b.Truth[at.b]
	if truth < 0 || other < 0 {
		// A truth in one sample only is a conflict; none in both is an unlabelled claim.
		if truth >= 0 || other >= 0 {
			p.conflicts++
		}
		return 0, 0, 0, false
	}
	truth, other = p.labels.fromA[truth], p.labels.fromB[other]
	answerA, answerB = place(p.labels.fromA, p.a.Chosen[at.a]), place(p.labels.fromB, p.b.Chosen[at.b])
	if truth == other {
		return truth, answerA, answerB, true
	}
	switch {
	case p.labels.isAbove(truth, other):
	case p.labels.isAbove(other, truth):
		truth = other
	default:
		p.conflicts++
		return 0, 0, 0, false
	}
	p.coarsened++
	return truth, p.labels.lift(answerA, truth), p.labels.lift(answerB, truth), true
}

func (p *axisPairs) countMissing(answerA, answerB int32) {
	switch {
	case answerA < 0 && answerB < 0:
		p.unansweredBoth++
	case answerA < 0:
		p.unansweredA++
	default:
		p.unansweredB++
	}
}

func place(from []int32, label int32) int32 {
	if label < 0 {
		return -1
	}
	return from[label]
}

func orElse(v, missing int32) int32 {
	if v < 0 {
		return missing
	}
	return v
}

// label names a class; "" for a missing answer.
func (p *axisPairs) label(k int32) string {
	if int(k) >= len(p.labels.ids) {
		return ""
	}
	return p.labels.ids[k]
}
