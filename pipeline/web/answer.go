package web

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
)

// answer is one axis with everything that the model said about it.
type answer struct {
	chip
	ID, Question, Describe string
	Alternatives           []alternative
	Evidence               []evidence
}

type alternative struct {
	Label   string
	Percent int
}

// evidence is one input that moved an answer. For and Against are the lengths of its bar,
// 0..50, to the right and to the left of the middle.
type evidence struct {
	What, Source string
	Quoted       bool
	Weight       string
	For, Against int
}

func (s *Server) answers(p claim.Prediction) []answer {
	var out []answer
	chips := s.chips(p)
	for i, axis := range look.AxisOrder(p.Axes) {
		a := p.Axes[axis]
		one := answer{
			chip: chips[i], ID: "axis-" + strconv.Itoa(i), Question: s.names.question(axis),
			Describe: s.names.describe(axis, a.Label), Evidence: newEvidence(a.Evidence),
		}
		for _, alt := range a.Alternatives {
			one.Alternatives = append(one.Alternatives, alternative{s.names.label(axis, alt.Label), look.Percent(alt.Probability)})
		}
		out = append(out, one)
	}
	return out
}

// newEvidence scales the bars by the strongest piece.
func newEvidence(from []claim.Evidence) []evidence {
	var out []evidence
	if len(from) == 0 {
		return nil
	}
	strongest := slices.MaxFunc(from, func(a, b claim.Evidence) int {
		return cmp.Compare(math.Abs(a.Weight), math.Abs(b.Weight))
	})
	for _, e := range from {
		one := evidence{What: look.Clean(e.What), Source: look.Words(e.Source), Quoted: e.Source == "text", Weight: signed(e.Weight)}
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
