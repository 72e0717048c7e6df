package show

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
)

// Answer is one axis with everything that the model said about it.
type Answer struct {
	Chip
	ID, Question, Describe string
	Alternatives           []Alternative
	Evidence               []Evidence
}

// Alternative is a label that was not chosen.
type Alternative struct {
	Label   string
	Percent int
}

// Evidence is one input that moved an answer. For and Against are the lengths of its bar,
// 0..50, to the right and to the left of the middle.
type Evidence struct {
	What, Source string
	Quoted       bool
	Weight       string
	For, Against int
}

// Answers shows everything that a prediction says, by axis.
func (w Words) Answers(p claim.Prediction) []Answer {
	var out []Answer
	chips := w.Chips(p)
	for i, axis := range look.AxisOrder(p.Axes) {
		a := p.Axes[axis]
		one := Answer{
			Chip: chips[i], ID: "axis-" + strconv.Itoa(i), Question: w.Question(axis),
			Describe: w.Describe(axis, a.Label), Evidence: newEvidence(a.Evidence),
		}
		for _, alt := range a.Alternatives {
			one.Alternatives = append(one.Alternatives, Alternative{w.Label(axis, alt.Label), look.Percent(alt.Probability)})
		}
		out = append(out, one)
	}
	return out
}

// newEvidence scales the bars by the strongest piece.
func newEvidence(from []claim.Evidence) []Evidence {
	var out []Evidence
	if len(from) == 0 {
		return nil
	}
	strongest := slices.MaxFunc(from, func(a, b claim.Evidence) int {
		return cmp.Compare(math.Abs(a.Weight), math.Abs(b.Weight))
	})
	for _, e := range from {
		one := Evidence{What: look.Clean(e.What), Source: look.Words(e.Source), Quoted: e.Source == "text", Weight: signed(e.Weight)}
		if !one.Quoted {
			one.What = look.Words(e.What)
		}
		if one.What == "" {
			continue
		}
		if strongest.Weight != 0 {
			n := int(math.Round(50 * math.Abs(e.Weight/strongest.Weight)))
			if e.Weight < 0 {
				one.Against = n
			} else {
				one.For = n
			}
		}
		out = append(out, one)
	}
	return out
}

// signed writes a weight with its sign, also a minus that reads as one.
func signed(w float64) string {
	s := strconv.FormatFloat(math.Abs(w), 'f', 2, 64)
	if w < 0 {
		return "\u2212" + s
	}
	return "+" + s
}
