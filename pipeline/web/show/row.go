package show

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// excerpt is how many characters of a text a list shows; thumbs how many photos.
const (
	excerpt = 260
	thumbs  = 2
)

// Row is a claim in a list.
type Row struct {
	ID, Href, Title, Ref string
	Facts                []string
	State                store.State
	Failure              string
	At                   site.Moment
	Text, Lang           string
	Photos               []Picture
	MorePhotos           int
	Chips                []Chip
	// Near are nearest claims, when the list shows them.
	Near *Near
}

// Chip is the answer of one axis, short.
type Chip struct {
	Axis, Label string
	Percent     int
	Abstained   bool
	Reason      string
	Worst       bool
}

// Row shows a claim in a list.
func (w Words) Row(c store.Claim) Row {
	out := Row{
		ID: c.ID, Href: w.Href(c.ID), Title: Title(c), Ref: look.Clean(c.Claim.ID), Facts: facts(c), State: c.State,
		Failure: look.Clean(c.Failure), At: site.NewMoment(c.CreatedAt),
		Text: Cut(c.Claim.Text, excerpt), Lang: look.Language(c.Claim.Lang), Photos: w.Pictures(c),
	}
	if n := len(out.Photos) - thumbs; n > 0 {
		out.Photos, out.MorePhotos = out.Photos[:thumbs], n
	}
	if c.Prediction != nil {
		out.Chips = w.Chips(*c.Prediction)
	}
	return out
}

// Chips shows the answer of every axis.
func (w Words) Chips(p claim.Prediction) []Chip {
	var out []Chip
	for _, axis := range look.AxisOrder(p.Axes) {
		a := p.Axes[axis]
		out = append(out, Chip{
			Axis: w.Axis(axis), Label: w.Label(axis, a.Label), Percent: look.Percent(a.Probability),
			Abstained: a.Abstained, Reason: look.Clean(a.Reason), Worst: w.Worst(axis, a.Label),
		})
	}
	return out
}

// Title names a claim by its product.
func Title(c store.Claim) string {
	if p := look.Clean(strings.TrimSpace(c.Claim.Product)); p != "" {
		return p
	}
	return "Product not named"
}

// facts are the short facts of a list, in the order that a reader asks for them.
func facts(c store.Claim) []string {
	var out []string
	add := func(what, v string) {
		if v = look.Clean(v); v != "" {
			out = append(out, strings.TrimSpace(what+" "+v))
		}
	}
	add("SKU", c.Claim.SKU)
	add("serial", c.Claim.Serial)
	add("batch", Text(c.Claim.Context["batch"]))
	add("supplier", Text(c.Claim.Context["supplier"]))
	add("", look.Days(c.Claim.Context))
	return out
}

// Text gives a value of the context as it is read by people.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return fmt.Sprintf("%.0f", v)
		}
		return fmt.Sprintf("%g", v)
	}
	return look.Clean(fmt.Sprint(v))
}

// Cut shortens a text to at most limit characters, at a word's end.
func Cut(s string, limit int) string {
	runes := []rune(strings.Join(strings.Fields(look.Clean(s)), " "))
	if len(runes) <= limit {
		return string(runes)
	}
	short := string(runes[:limit])
	if i := strings.LastIndexByte(short, ' '); i > len(short)/2 {
		short = short[:i]
	}
	return short + " …"
}

var digest = regexp.MustCompile(`^(sha256:)?[0-9a-f]{64}$`)

// Picture is a photo of a claim, or the reason why there is none to see.
type Picture struct {
	// Small, Large and Full are addresses; empty when there is nothing to show.
	Small, Large, Full string
	// Width and Height are those of the large copy; zero when unknown.
	Width, Height int
	Alt           string
	Missing       string
	Drawn         bool
}

// Pictures gives one entry for each photo of the claim, shown or not.
func (w Words) Pictures(c store.Claim) []Picture {
	out := make([]Picture, len(c.Claim.Photos))
	subject := look.Clean(c.Claim.Product)
	if subject == "" {
		subject = "the product"
	}
	for i, ref := range c.Claim.Photos {
		out[i] = w.Picture(ref)
		out[i].Alt = fmt.Sprintf("Photo %d of %d of %s", i+1, len(out), subject)
		out[i].Drawn = c.Claim.Context["drawn"] == true
		if c.Prediction == nil || i >= len(c.Prediction.Photos) {
			continue
		}
		r := c.Prediction.Photos[i]
		out[i].Width, out[i].Height = fit(r.Width, r.Height, LargeSide)
		if !r.Used && r.Problem != nil && r.Format == "" { // could not be decoded
			out[i].Missing, out[i].Small, out[i].Large = ForCustomer(r.Problem.Code), "", ""
		}
	}
	return out
}

// Picture is a photo by its reference: there is none to see unless that is a digest.
func (w Words) Picture(ref string) Picture {
	if !digest.MatchString(ref) {
		return Picture{Missing: "This photo is not kept here."}
	}
	full := w.Photos + ref
	return Picture{Small: full + "/small", Large: full + "/large", Full: full}
}
