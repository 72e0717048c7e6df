package page

import (
	"cmp"
	"slices"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
)

// summary counts while cards are written.
type summary struct {
	Claims       int
	photos, used int
	withProblems int
	axes         map[string]*tally
	problems     map[claim.Code]int
	origin       string
}

// tally counts the answers of one axis.
type tally struct{ answered, abstained int }

func newSummary() *summary {
	return &summary{axes: map[string]*tally{}, problems: map[claim.Code]int{}}
}

func (s *summary) add(item Item) {
	s.Claims++
	p := item.Prediction
	for axis, a := range p.Axes {
		t := s.axes[axis]
		if t == nil {
			t = new(tally)
			s.axes[axis] = t
		}
		if a.Abstained {
			t.abstained++
		} else {
			t.answered++
		}
	}
	for _, photo := range p.Photos {
		s.photos++
		if photo.Used {
			s.used++
		}
	}
	problems := cleanProblems(p, item.Claim)
	if len(problems) > 0 {
		s.withProblems++
	}
	for _, one := range problems {
		s.problems[one.Code]++
	}
	if s.origin == "" {
		s.origin = origin(p)
	}
}

// origin says what made a prediction.
func origin(p claim.Prediction) string {
	var out string
	for _, part := range []struct{ name, value string }{{"model", p.Model}, {"taxonomy", p.Taxonomy}, {"program", p.Code}} {
		if part.value == "" {
			continue
		}
		if out != "" {
			out += ", "
		}
		out += part.name + " " + look.Clean(part.value)
	}
	return out
}

// summaryView is what the template shows of a summary.
type summaryView struct {
	Claims, Photos, Used, WithProblems int
	Axes                               []axisRow
	Problems                           []problemRow
	Origin                             string
}

// axisRow counts one axis; Share and Rest are the bar's two lengths, of 100.
type axisRow struct {
	Axis                string
	Answered, Abstained int
	Share, Rest         float64
}

type problemRow struct {
	Code  claim.Code
	Count int
}

func (s *summary) view() summaryView {
	out := summaryView{Claims: s.Claims, Photos: s.photos, Used: s.used, WithProblems: s.withProblems, Origin: s.origin}
	for _, axis := range look.AxisOrder(s.axes) {
		t := s.axes[axis]
		share := 100 * float64(t.answered) / float64(t.answered+t.abstained)
		out.Axes = append(out.Axes, axisRow{look.Sentence(axis), t.answered, t.abstained, share, 100 - share})
	}
	for code, n := range s.problems {
		out.Problems = append(out.Problems, problemRow{code, n})
	}
	slices.SortFunc(out.Problems, func(a, b problemRow) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code))
	})
	return out
}
