package people

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/defekt/defekt/eval/sample"
)

// candidates lists the rows that the rule takes, in the order of the rank.
func candidates(s *sample.Sample, axis string, g *given, j *joint, m *noise, o ErrorOptions) []Candidate {
	out := []Candidate{}
	for i, row := range g.rows {
		wrong := m.wrong(i)
		to := other(g, i)
		taken := wrong >= o.MinWrong && m.share > 0
		switch o.Rule {
		case RuleJoint:
			taken = j.contradicts(g, i)
		case RuleBoth:
			taken = taken && j.contradicts(g, i)
		}
		if !taken || to < 0 {
			continue
		}
		l := g.label[i]
		c := Candidate{
			Claim: s.IDs[row], Axis: axis, Row: row, Given: g.labels[l], Suggested: g.labels[to], Wrong: wrong,
			GivenProbability: float64(g.p[i][l]), SuggestedProbability: float64(g.p[i][to]),
		}
		switch o.Rank {
		case RankSelfConfidence:
			c.Score = c.GivenProbability
		case RankMargin:
			c.Score = (1 + c.GivenProbability - c.SuggestedProbability) / 2
		default:
			c.Score = 1 - wrong
		}
		c.Reason = reason(c, j.thresholds[to], j.thresholds[l])
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.Claim, b.Claim))
	})
	if o.Limit > 0 && len(out) > o.Limit {
		out = out[:o.Limit]
	}
	return out
}

// other is the likeliest class that contradicts the given one, -1 where none does.
func other(g *given, i int) int {
	best := -1
	for c, v := range g.p[i] {
		if !g.kin[g.label[i]][c] && (best < 0 || v > g.p[i][best]) {
			best = c
		}
	}
	return best
}

func reason(c Candidate, usual, own float64) string {
	text := fmt.Sprintf("labelled %s; the model gives %s %.2f", c.Given, c.Suggested, c.SuggestedProbability)
	if usual > 0 {
		text += fmt.Sprintf(", and gives %s to claims labelled %s with %.2f on average", c.Suggested, c.Suggested, usual)
	}
	return text + fmt.Sprintf("; %s itself gets %.3f, where claims labelled so get %.2f", c.Given, c.GivenProbability, own)
}

func errorAssumptions() []string {
	return []string{
		"The probabilities are out of sample: no model saw the label of a row that it gives them to.",
		"The noise model takes wrong labels to be any other label, at random; where one label is always given for another, it finds few of them and says that there are few.",
		"The share by the noise model is rather too low, as labels that the model cannot tell apart count as hard claims; the share by the confident joint is rather too high, as the model's own confident mistakes count as wrong labels.",
		"Intervals say what other claims of the same kind would have shown; they know nothing of the two biases before.",
	}
}
