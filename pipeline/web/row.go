package web

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
)

// excerpt is how many characters of a text a list shows; thumbs how many photos.
const (
	excerpt = 260
	thumbs  = 2
)

// moment is a time, for machines and for people.
type moment struct{ ISO, Text string }

func newMoment(t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	t = t.UTC()
	return moment{t.Format(time.RFC3339), t.Format("2 Jan 2006, 15:04 UTC")}
}

// row is a claim in a list.
type row struct {
	ID, Href, Title, Ref string
	Facts                []string
	State                store.State
	Failure              string
	At                   moment
	Text, Lang           string
	Photos               []picture
	MorePhotos           int
	Chips                []chip
	// Near are nearest claims, when the list shows them.
	Near *nearView
}

// chip is the answer of one axis, short.
type chip struct {
	Axis, Label string
	Percent     int
	Abstained   bool
	Reason      string
	Worst       bool
}

func (s *Server) row(c store.Claim) row {
	out := row{
		ID: c.ID, Href: "/claims/" + c.ID, Title: title(c), Ref: look.Clean(c.Claim.ID), Facts: facts(c), State: c.State,
		Failure: look.Clean(c.Failure), At: newMoment(c.CreatedAt),
		Text: cut(c.Claim.Text, excerpt), Lang: look.Language(c.Claim.Lang), Photos: pictures(c),
	}
	if n := len(out.Photos) - thumbs; n > 0 {
		out.Photos, out.MorePhotos = out.Photos[:thumbs], n
	}
	if c.Prediction != nil {
		out.Chips = s.chips(*c.Prediction)
	}
	return out
}

func (s *Server) chips(p claim.Prediction) []chip {
	var out []chip
	for _, axis := range look.AxisOrder(p.Axes) {
		a := p.Axes[axis]
		out = append(out, chip{
			Axis: s.names.axis(axis), Label: s.names.label(axis, a.Label), Percent: look.Percent(a.Probability),
			Abstained: a.Abstained, Reason: look.Clean(a.Reason), Worst: s.names.worst(axis, a.Label),
		})
	}
	return out
}

// title names a claim by its product.
func title(c store.Claim) string {
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
	add("batch", text(c.Claim.Context["batch"]))
	add("supplier", text(c.Claim.Context["supplier"]))
	add("", look.Days(c.Claim.Context))
	return out
}

// text gives a value of the context as it is read by people.
func text(v any) string {
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

// cut shortens a text at a word's end.
func cut(s string, limit int) string {
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

// picture is a photo of a claim, or the reason why there is none to see.
type picture struct {
	// Small, Large and Full are addresses; empty when there is nothing to show.
	Small, Large, Full string
	// Width and Height are those of the large copy; zero when unknown.
	Width, Height int
	Alt           string
	Missing       string
	Drawn         bool
}

// pictures gives one entry for each photo of the claim, shown or not.
func pictures(c store.Claim) []picture {
	out := make([]picture, len(c.Claim.Photos))
	subject := look.Clean(c.Claim.Product)
	if subject == "" {
		subject = "the product"
	}
	for i, ref := range c.Claim.Photos {
		out[i] = newPicture(ref)
		out[i].Alt = fmt.Sprintf("Photo %d of %d of %s", i+1, len(out), subject)
		out[i].Drawn = c.Claim.Context["drawn"] == true
		if c.Prediction == nil || i >= len(c.Prediction.Photos) {
			continue
		}
		r := c.Prediction.Photos[i]
		out[i].Width, out[i].Height = fit(r.Width, r.Height, LargeSide)
		if !r.Used && r.Problem != nil && r.Format == "" { // could not be decoded
			out[i].Missing, out[i].Small, out[i].Large = forCustomer(r.Problem.Code), "", ""
		}
	}
	return out
}

func newPicture(ref string) picture {
	if !digest.MatchString(ref) {
		return picture{Missing: "This photo is not kept here."}
	}
	full := "/photos/" + ref
	return picture{Small: full + "/small", Large: full + "/large", Full: full}
}
