package compare

import (
	"cmp"
	"slices"
)

// flips lists the claims that changed sides, the surest wrong or right answer of B first,
// then by id.
func (p *axisPairs) flips(ids []string, most int) Flips {
	var fixed, broken []int
	for i, truth := range p.truth {
		switch a, b := p.answerA[i] == truth, p.answerB[i] == truth; {
		case b && !a:
			fixed = append(fixed, i)
		case a && !b:
			broken = append(broken, i)
		}
	}
	return Flips{FixedTotal: len(fixed), BrokenTotal: len(broken), Fixed: p.surest(ids, fixed, most), Broken: p.surest(ids, broken, most)}
}

func (p *axisPairs) surest(ids []string, rows []int, most int) []Flip {
	slices.SortFunc(rows, func(x, y int) int {
		return cmp.Or(cmp.Compare(p.b.Confidence[p.at[y].b], p.b.Confidence[p.at[x].b]), cmp.Compare(ids[p.at[x].a], ids[p.at[y].a]))
	})
	out := make([]Flip, 0, min(most, len(rows)))
	for _, i := range rows[:min(most, len(rows))] {
		at := p.at[i]
		out = append(out, Flip{
			ID: ids[at.a], Truth: p.label(p.truth[i]), A: p.label(p.answerA[i]), B: p.label(p.answerB[i]),
			ConfidenceA: round(p.a.Confidence[at.a]), ConfidenceB: round(p.b.Confidence[at.b]),
		})
	}
	return out
}

// round keeps what a float32 knows.
func round(v float32) float64 { return float64(int64(float64(v)*1e6+0.5)) / 1e6 }
