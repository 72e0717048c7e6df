package report

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
)

// Pick is a row of a sample to look at.
type Pick struct {
	Axis, ID string
	// Row is its row in the sample.
	Row           int
	Truth, Chosen string
	Confidence    float64
}

// Worst picks the most confident wrong answers of each axis, n of each at most, surest
// first and ties by id. An axis without probabilities gives its first wrong rows.
func Worst(s *sample.Sample, n int) []Pick {
	var out []Pick
	for i := range s.Axes {
		a := &s.Axes[i]
		var picks []Pick
		for row := range s.IDs {
			if a.Scored(row) && a.Truth[row] != a.Chosen[row] {
				picks = append(picks, Pick{a.ID, s.IDs[row], row, a.Labels[a.Truth[row]], a.Labels[a.Chosen[row]], float64(a.Confidence[row])})
			}
		}
		slices.SortStableFunc(picks, func(x, y Pick) int {
			return cmp.Or(cmp.Compare(y.Confidence, x.Confidence), cmp.Compare(x.ID, y.ID))
		})
		out = append(out, picks[:min(max(n, 0), len(picks))]...)
	}
	return out
}

// maxText and maxNear are how many characters of a text, and of a neighbour's, are shown.
const (
	maxText = 1200
	maxNear = 160
)

// mistakeView is one wrong answer.
type mistakeView struct {
	ID, Axis      string
	Truth, Answer string
	Percent       int
	Held          bool
	Alternatives  string
	Facts         []string
	Lang          string
	Text          []look.Span
	Cut           bool
	Long          bool // so long that it scrolls
	Photos        []picture
	Reasons       []string
	Neighbours    []neighbourView
	NearTruth     string
}

type picture struct {
	Source template.URL
	Alt    string
}

type neighbourView struct {
	ID, Text, Label string
	Percent         int
	Truth, Answer   bool // has the label of the truth, of the answer
	Photo           picture
}

func newMistake(m Mistake) mistakeView {
	p := m.Prediction.Axes[m.Axis]
	v := mistakeView{
		ID: look.Clean(m.Claim.ID), Axis: look.Sentence(m.Axis), Truth: look.Words(m.Truth), Answer: look.Words(p.Label),
		Percent: look.Percent(p.Probability), Held: p.Abstained, Lang: look.Language(m.Claim.Lang), Facts: facts(m),
	}
	for i, a := range p.Alternatives {
		if i > 0 {
			v.Alternatives += ", "
		}
		v.Alternatives += fmt.Sprintf("%s %d\u00a0%%", look.Words(a.Label), look.Percent(a.Probability))
	}
	text := []rune(look.Clean(m.Claim.Text))
	if len(text) > maxText {
		text, v.Cut = text[:maxText], true
	}
	v.Long = len(text) > 300
	// Only the words that moved this axis are marked.
	only := m.Prediction
	only.Axes = nil
	if _, ok := m.Prediction.Axes[m.Axis]; ok {
		only.Axes = map[string]claim.AxisPrediction{m.Axis: p}
	}
	v.Text = look.Mark(string(text), only, look.PlainWhy)
	for _, e := range p.Evidence {
		if e.Source != "text" && e.What != "" && e.Weight > 0 {
			v.Reasons = append(v.Reasons, look.Words(e.What))
		}
	}
	for i, photo := range m.Photos {
		if src := source(photo); src != "" {
			v.Photos = append(v.Photos, picture{src, fmt.Sprintf("Photo %d of %d of claim %s", i+1, len(m.Photos), v.ID)})
		}
	}
	near(&v, m, p.Label)
	return v
}

func near(v *mistakeView, m Mistake, answer string) {
	truth := 0
	for _, n := range m.Neighbours {
		one := neighbourView{ID: look.Clean(n.ID), Text: cut(look.Clean(n.Text), maxNear), Label: look.Words(n.Label), Percent: look.Percent(n.Similarity),
			Truth: n.Label == m.Truth, Answer: n.Label == answer}
		if one.Truth {
			truth++
		}
		if src := source(n.Photo); src != "" {
			one.Photo = picture{src, "Photo of claim " + one.ID}
		}
		v.Neighbours = append(v.Neighbours, one)
	}
	if n := len(m.Neighbours); n > 0 {
		v.NearTruth = fmt.Sprintf("%d of the %d nearest labelled claims are %s.", truth, n, v.Truth)
	}
}

// facts gives what is known of the claim beside its text.
func facts(m Mistake) []string {
	var out []string
	for _, s := range []string{look.Clean(m.Claim.Product), look.Days(m.Claim.Context), look.Language(m.Claim.Lang)} {
		if s != "" {
			out = append(out, s)
		}
	}
	if !m.Claim.ReceivedAt.IsZero() {
		out = append(out, "received "+m.Claim.ReceivedAt.Format(time.DateOnly))
	}
	return out
}

// source gives a picture as a data URI, nothing for bytes that are no JPEG, PNG or WebP: base64
// cannot leave the attribute, and these types cannot carry scripts.
func source(photo []byte) template.URL {
	kind := ""
	switch {
	case bytes.HasPrefix(photo, []byte{0xFF, 0xD8, 0xFF}):
		kind = "jpeg"
	case bytes.HasPrefix(photo, []byte("\x89PNG\r\n\x1a\n")):
		kind = "png"
	case len(photo) > 12 && bytes.HasPrefix(photo, []byte("RIFF")) && bytes.Equal(photo[8:12], []byte("WEBP")):
		kind = "webp"
	default:
		return ""
	}
	return template.URL("data:image/" + kind + ";base64," + base64.StdEncoding.EncodeToString(photo))
}
