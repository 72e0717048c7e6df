package page

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
)

// maxText is how many characters of a text the page shows.
const maxText = 4000

// card is what the template shows of one claim.
type card struct {
	Number   int
	ID       string
	Lang     string
	Drawn    bool
	Facts    []string
	Text     []look.Span
	Cut      bool
	Marked   bool
	Photos   []picture
	Axes     []answer
	Problems []claim.Problem
}

// picture is one photo, or the reason why it is not shown.
type picture struct {
	Source  template.URL
	Alt     string
	Missing string
}

// answer is one axis.
type answer struct {
	Axis         string
	Label        string
	Percent      int
	Abstained    bool
	Critical     bool
	Reason       string
	Alternatives []alternative
	For, Against []reason
	Person       string
	Agrees       bool
}

// reason is one piece of evidence; what stands in the claim's text is quoted.
type reason struct {
	What   string
	Quoted bool
}

type alternative struct {
	Label   string
	Percent int
}

func newCard(item Item, number int) card {
	c, p := item.Claim, item.Prediction
	out := card{
		Number: number, ID: look.Clean(c.ID), Lang: look.Language(c.Lang), Drawn: c.Context["drawn"] == true,
		Facts: facts(c), Photos: pictures(item), Problems: cleanProblems(p, c),
	}
	text := []rune(look.Clean(c.Text))
	if len(text) > maxText {
		text, out.Cut = text[:maxText], true
	}
	out.Text = look.Mark(string(text), p, look.PlainWhy)
	out.Marked = slices.ContainsFunc(out.Text, func(s look.Span) bool { return s.Kind != "" })
	for _, axis := range look.AxisOrder(p.Axes) {
		out.Axes = append(out.Axes, newAnswer(axis, p.Axes[axis], c.Labels[axis]))
	}
	return out
}

func newAnswer(axis string, a claim.AxisPrediction, person string) answer {
	out := answer{
		Axis: look.Sentence(axis), Label: look.Words(a.Label), Percent: look.Percent(a.Probability),
		Abstained: a.Abstained, Reason: look.Clean(a.Reason), Critical: axis == "severity" && a.Label == "critical",
		Person: look.Words(person), Agrees: person == a.Label,
	}
	for _, alt := range a.Alternatives {
		out.Alternatives = append(out.Alternatives, alternative{look.Words(alt.Label), look.Percent(alt.Probability)})
	}
	for _, e := range a.Evidence {
		r := reason{look.Clean(e.What), true}
		if e.Source != "text" {
			r = reason{look.Words(e.What), false}
		}
		switch {
		case r.What == "":
		case e.Weight > 0:
			out.For = append(out.For, r)
		case e.Weight < 0:
			out.Against = append(out.Against, r)
		}
	}
	return out
}

// facts gives what is known about the unit, in the order that a reader asks for it.
func facts(c claim.Claim) []string {
	var out []string
	add := func(s string) {
		if s = look.Clean(s); s != "" {
			out = append(out, s)
		}
	}
	add(c.Product)
	if c.SKU != "" {
		add("SKU " + c.SKU)
	}
	if c.Serial != "" {
		add("serial " + c.Serial)
	}
	add(look.Days(c.Context))
	if !c.ReceivedAt.IsZero() {
		add("received " + c.ReceivedAt.Format(time.DateOnly))
	}
	if lang := look.Language(c.Lang); lang != "" {
		add("language " + lang)
	}
	return out
}

// pictures gives one entry for each photo of the claim, shown or not.
func pictures(item Item) []picture {
	n := max(len(item.Photos), len(item.Prediction.Photos))
	out := make([]picture, n)
	subject := look.Clean(item.Claim.Product)
	if subject == "" {
		subject = "the product"
	}
	kind := "Photo"
	if item.Claim.Context["drawn"] == true {
		kind = "Drawing"
	}
	for i := range out {
		out[i].Alt = fmt.Sprintf("%s %d of %d of %s, claim %s", kind, i+1, n, subject, look.Clean(item.Claim.ID))
		if i < len(item.Photos) && bytes.HasPrefix(item.Photos[i], []byte{0xFF, 0xD8, 0xFF}) {
			// base64 cannot leave the attribute, and the type is a picture's
			out[i].Source = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(item.Photos[i]))
			continue
		}
		out[i].Missing = "not shown"
		if i < len(item.Prediction.Photos) && item.Prediction.Photos[i].Problem != nil {
			out[i].Missing = look.Clean(item.Prediction.Photos[i].Problem.Message)
		}
	}
	return out
}

// cleanProblems gives the prediction's problems, or the claim's where the prediction has
// none of its own.
func cleanProblems(p claim.Prediction, c claim.Claim) []claim.Problem {
	from := p.Problems
	if len(from) == 0 {
		from = c.Problems
	}
	out := make([]claim.Problem, len(from))
	for i, one := range from {
		out[i] = claim.Problem{Code: claim.Code(look.Clean(string(one.Code))), Where: look.Clean(one.Where), Message: look.Clean(one.Message)}
	}
	return out
}
