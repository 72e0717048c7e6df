package people

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// words says what stands out.
func (a *Agreement) words() []string {
	var out []string
	if a.Alpha != nil {
		out = append(out, fmt.Sprintf("Over %d claims with two or more ratings people agree with an alpha of %.2f (%.2f to %.2f): %s.",
			a.Doubled, a.Alpha.Value, a.Alpha.Low, a.Alpha.High, verdict(a.best().Value)))
	}
	return append(out, a.modelBesidePeople()...)
}

// best is the alpha that suits the axis.
func (a *Agreement) best() *Figure {
	if a.AlphaOrdinal != nil {
		return a.AlphaOrdinal
	}
	return a.Alpha
}

// verdict gives Krippendorff's own reading of alpha (Content Analysis, 2004, p. 241).
func verdict(alpha float64) string {
	switch {
	case alpha >= 0.8:
		return "labels that can be relied on"
	case alpha >= 0.667:
		return "good enough for tentative conclusions"
	}
	return "too little to rely on; the labels' definitions need work before any model does"
}

// modelBesidePeople names the person whose agreement with the standard is nearest to the
// model's, else the one that the model agrees with most.
func (a *Agreement) modelBesidePeople() []string {
	if m := slices.IndexFunc(a.Attribute.Standard, func(p Appraiser) bool { return p.Model }); m >= 0 {
		return a.besideStandard(a.Attribute.Standard[m])
	}
	var out []string
	for _, r := range a.Raters {
		if !r.Model {
			continue
		}
		var with, among []Pair
		for _, p := range a.Pairs {
			if p.A == r.Name || p.B == r.Name {
				with = append(with, p)
			} else {
				among = append(among, p)
			}
		}
		if len(with) > 0 && len(among) > 0 {
			out = append(out, fmt.Sprintf("The model agrees with people in %.0f %% of claims, people with each other in %.0f %%.",
				100*meanAgree(with), 100*meanAgree(among)))
		}
	}
	return out
}

func meanAgree(pairs []Pair) float64 {
	same, n := 0, 0
	for _, p := range pairs {
		same, n = same+p.Agree.Count, n+p.Agree.Of
	}
	return float64(same) / float64(n)
}

func (a *Agreement) besideStandard(model Appraiser) []string {
	people := slices.DeleteFunc(slices.Clone(a.Attribute.Standard), func(p Appraiser) bool { return p.Model })
	if len(people) == 0 {
		return nil
	}
	slices.SortStableFunc(people, func(x, y Appraiser) int {
		return cmp.Compare(math.Abs(x.Match.Value-model.Match.Value), math.Abs(y.Match.Value-model.Match.Value))
	})
	near, how := people[0], "as often as"
	// Another share than what the interval of the model's allows is another ability.
	switch {
	case near.Match.Value > model.Match.High:
		how = "less often than"
	case near.Match.Value < model.Match.Low:
		how = "more often than"
	}
	out := []string{fmt.Sprintf("The model agrees with the standard %s %s: %.0f %% of %d claims (%.0f to %.0f %%) beside %.0f %% of %d.",
		how, near.Rater, 100*model.Match.Value, model.Match.Of, 100*model.Match.Low, 100*model.Match.High, 100*near.Match.Value, near.Match.Of)}
	better := 0
	for _, p := range people {
		if p.Match.Value > model.Match.Value {
			better++
		}
	}
	return append(out, fmt.Sprintf("Of %d people, %d agree with the standard more often than the model.", len(people), better))
}
