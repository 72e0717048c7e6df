package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sourcegraph/conc"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxText is how many characters of a text an item shows.
const maxText = 20_000

// card is one item as the page shows it, ready for its template.
type card struct {
	ID, Action, Version string // Version is sealed
	Taxonomy            string // the version that the questions are of
	Claim, Href         string
	Title               string
	Facts               []string
	Reasons, Notes      []string
	Deadline            site.Moment
	Late                bool
	Photos              []show.Picture
	Text                []look.Span
	Marked, Cut         bool
	Lang                string
	Questions           []question
	Problems            []string
	// Hidden says that the model's answer can be asked for; Shown that it is to be seen.
	Hidden, Shown bool
	// NoModel says that there is none.
	NoModel  bool
	Disputed bool
	Others   []other
	Unit     unit
	Near     *show.Near
	Why      string
	// At is when the page was made, in milliseconds, to tell how long it was looked at.
	At int64
	// Message says why the answer was not taken.
	Message string
	Search  string // id of the search box
}

// other is an answer of somebody else, without his name.
type other struct {
	Name    string
	Answers []otherAnswer
	Why     string
	labels  map[string]string
}

type otherAnswer struct {
	Field, Axis, Label, Value string
	Differs                   bool
}

// entered is what a reviewer entered so far.
type entered struct {
	Labels  map[string]string
	Why     string
	Message string
	// Show asks for the model's answer where it is hidden.
	Show bool
}

// hides says whether the model's answer stays away until it is asked for.
func hides(t review.Task, p prefs, e entered) bool {
	return (t.Claim.Prediction == nil || p.Hide) && !e.Show
}

// card makes an item's card. Parts that search are loaded side by side, each in its own time.
func (s *Server) card(ctx context.Context, by store.Reviewer, t review.Task, p prefs, e entered) (card, error) {
	prediction := t.Claim.Prediction
	hidden := hides(t, p, e)
	switch {
	case hidden:
		prediction = nil
	case prediction == nil:
		var err error
		if prediction, err = s.cfg.Queue.Suggestion(ctx, by, t.Item); err != nil {
			return card{}, err
		}
	}
	c := t.Claim
	out := card{
		ID: t.Item, Action: s.site.Href("/items/" + t.Item), Version: review.Seal(by, t.Item, t.Version), Taxonomy: t.Taxonomy, Claim: c.ID, Href: s.words().Href(c.ID),
		Reasons: reasons(t.Reasons), Deadline: site.NewMoment(t.Deadline), Late: !t.Deadline.IsZero() && t.Deadline.Before(s.now()),
		Disputed: t.Disputed, Why: e.Why, Message: e.Message, At: s.now().UnixMilli(), Hidden: hidden, Shown: prediction != nil, NoModel: !hidden && prediction == nil,
	}
	for _, note := range t.Notes {
		out.Notes = append(out.Notes, look.Clean(note))
	}
	seen := c
	seen.Prediction = prediction
	row := s.words().Row(seen)
	out.Title, out.Facts, out.Lang = row.Title, row.Facts, row.Lang
	s.material(&out, c, prediction)
	out.Others = s.others(t)
	out.Questions = s.questions(t.Axes, e.Labels, prediction, out.Others)
	var wg conc.WaitGroup
	wg.Go(func() {
		ctx, cancel := s.part(ctx)
		defer cancel()
		out.Near = s.near(ctx, c.ID, hidden)
	})
	wg.Go(func() {
		ctx, cancel := s.part(ctx)
		defer cancel()
		out.Unit = s.unit(ctx, c, hidden)
	})
	wg.Wait()
	return out, nil
}

// material fills photos and text. Words that moved the model are marked only while its answer
// is shown, since they tell it.
func (s *Server) material(out *card, c store.Claim, prediction *claim.Prediction) {
	out.Photos = s.words().Pictures(c) // of the photos' faults, not of the answer
	runes := []rune(look.Clean(c.Claim.Text))
	if len(runes) > maxText {
		runes, out.Cut = runes[:maxText], true
	}
	var p claim.Prediction
	if prediction != nil {
		p = *prediction
	}
	out.Text = look.Mark(string(runes), p, s.words().Why)
	out.Marked = slices.ContainsFunc(out.Text, func(sp look.Span) bool { return sp.Kind != "" })
}

// reasons says why a claim came, in words.
func reasons(list []store.ReviewReason) []string {
	words := map[store.ReviewReason]string{
		store.ReasonAbstained:  "the model was not sure enough",
		store.ReasonGate:       "an answer that a person must confirm",
		store.ReasonNeighbours: "the nearest claims have other labels",
		store.ReasonHistory:    "earlier claims of this unit have other labels",
		store.ReasonLabelError: "a label may be wrong",
		store.ReasonRandom:     "drawn at random, to measure the accuracy",
		store.ReasonRequested:  "somebody asked for a look",
	}
	var out []string
	for _, r := range list {
		if w := words[r]; w != "" {
			out = append(out, w)
		}
	}
	return out
}

// others are the answers that disagree. Their order is by a hash, so that it tells nothing
// about who was first.
func (s *Server) others(t review.Task) []other {
	list := slices.SortedFunc(slices.Values(t.Others), func(a, b store.ReviewDecision) int {
		return cmp.Compare(fmt.Sprintf("%x", sha256.Sum256([]byte(a.ID))), fmt.Sprintf("%x", sha256.Sum256([]byte(b.ID))))
	})
	var out []other
	for i, d := range list {
		o := other{Name: string(rune('A' + i%26)), Why: look.Clean(strings.TrimSpace(d.Why)), labels: d.Labels}
		for _, axis := range s.ordered(slices.Collect(keysOf(d.Labels))) {
			a := otherAnswer{Field: axisField + axis, Axis: s.words().Axis(axis), Label: s.labelOr(axis, d.Labels[axis]), Value: valueOf(d.Labels[axis])}
			a.Differs = slices.ContainsFunc(list, func(x store.ReviewDecision) bool {
				label, ok := x.Labels[axis]
				return !ok || label != d.Labels[axis]
			})
			o.Answers = append(o.Answers, a)
		}
		out = append(out, o)
	}
	return out
}

func keysOf[V any](m map[string]V) iter.Seq[string] {
	return slices.Values(slices.Sorted(maps.Keys(m)))
}

// tookOf is how long an item was on the screen: what the script measured, else since the page
// was made; never outside what the queue takes.
func tookOf(measured, at string, now time.Time) time.Duration {
	var ms int64
	if n, err := fmt.Sscanf(measured, "%d", &ms); err == nil && n == 1 {
		return clamp(time.Duration(ms) * time.Millisecond)
	}
	if n, err := fmt.Sscanf(at, "%d", &ms); err == nil && n == 1 {
		return clamp(now.Sub(time.UnixMilli(ms)))
	}
	return 0
}

func clamp(d time.Duration) time.Duration { return min(max(d, 0), review.MaxTook) }
