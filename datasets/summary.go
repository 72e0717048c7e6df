package datasets

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// NoSplit is the name under which rows without a split are counted.
const NoSplit = "-"

// Summary counts what is in a set.
type Summary struct {
	Set      string `json:"set"`
	Source   string `json:"source"`
	Taxonomy string `json:"taxonomy"`
	// Rows counts all claims, Splits those of each split ([NoSplit] for none).
	Rows   int            `json:"rows"`
	Splits map[string]int `json:"splits"`
	// WithText, WithPhotos and Photos count claims, claims and photos.
	WithText   int `json:"with_text"`
	WithPhotos int `json:"with_photos"`
	Photos     int `json:"photos"`
	// Characters are the median and the longest text, in characters.
	Characters struct {
		Median  int `json:"median"`
		Longest int `json:"longest"`
	} `json:"characters"`
	Languages map[string]int `json:"languages,omitempty"`
	Context   map[string]int `json:"context,omitempty"`
	Groups    int            `json:"groups,omitempty"`
	// First and Last are the earliest and the latest received_at.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Axes are in the order of the taxonomy.
	Axes []AxisSummary `json:"axes"`
	// Problems counts the problems of rows by code.
	Problems map[claim.Code]int `json:"problems,omitempty"`
}

// AxisSummary counts the labels of one axis.
type AxisSummary struct {
	Axis    string `json:"axis"`
	Ordinal bool   `json:"ordinal,omitempty"`
	// Labelled counts the rows with a label, by split.
	Labelled map[string]int `json:"labelled"`
	// Labels are in the order of the taxonomy, those without rows left out.
	Labels []LabelSummary `json:"labels"`
}

// LabelSummary counts the rows of one label by split.
type LabelSummary struct {
	Label string         `json:"label"`
	Rows  map[string]int `json:"rows"`
}

// Describe counts what is in the chosen splits of s. It reads the rows, not the photos.
func Describe(ctx context.Context, s *Set) (*Summary, error) {
	t := newTally(s)
	for c, err := range s.Claims(ctx) {
		if err != nil {
			return nil, err
		}
		t.add(c)
	}
	return t.summary(), nil
}

// tally counts claims as they pass.
type tally struct {
	s      *Set
	out    *Summary
	labels map[string]map[string]map[string]int // axis, label, split
	groups map[string]struct{}
	sizes  []int
}

func newTally(s *Set) *tally {
	return &tally{
		s: s, labels: map[string]map[string]map[string]int{}, groups: map[string]struct{}{},
		out: &Summary{Set: s.Name, Source: s.Source, Taxonomy: s.taxonomy.Ref(), Splits: map[string]int{}, Languages: map[string]int{},
			Context: map[string]int{}, Problems: map[claim.Code]int{}},
	}
}

func (t *tally) add(c claim.Claim) {
	split := splitName(c)
	t.out.Rows++
	t.out.Splits[split]++
	t.out.Photos += len(c.Photos)
	if c.Text != "" {
		t.out.WithText++
		t.sizes = append(t.sizes, utf8.RuneCountInString(c.Text))
	}
	if len(c.Photos) > 0 {
		t.out.WithPhotos++
	}
	if c.Lang != "" {
		t.out.Languages[c.Lang]++
	}
	if c.Group != "" {
		t.groups[c.Group] = struct{}{}
	}
	for name := range c.Context {
		t.out.Context[name]++
	}
	for _, p := range c.Problems {
		t.out.Problems[p.Code]++
	}
	t.addTime(c.ReceivedAt)
	for axis, label := range c.Labels {
		if t.labels[axis] == nil {
			t.labels[axis] = map[string]map[string]int{}
		}
		if t.labels[axis][label] == nil {
			t.labels[axis][label] = map[string]int{}
		}
		t.labels[axis][label][split]++
	}
}

func splitName(c claim.Claim) string {
	if c.Split == "" {
		return NoSplit
	}
	return c.Split
}

func (t *tally) addTime(at time.Time) {
	if at.IsZero() {
		return
	}
	if t.out.First.IsZero() || at.Before(t.out.First) {
		t.out.First = at
	}
	if at.After(t.out.Last) {
		t.out.Last = at
	}
}

func (t *tally) summary() *Summary {
	slices.Sort(t.sizes)
	if n := len(t.sizes); n > 0 {
		t.out.Characters.Median, t.out.Characters.Longest = t.sizes[n/2], t.sizes[n-1]
	}
	t.out.Groups = len(t.groups)
	for i := range t.s.taxonomy.Axes {
		a := &t.s.taxonomy.Axes[i]
		found := t.labels[a.ID]
		axis := AxisSummary{Axis: a.ID, Ordinal: a.Ordinal, Labelled: map[string]int{}}
		for _, id := range append(a.IDs(), taxonomy.Undetermined) {
			if len(found[id]) == 0 {
				continue
			}
			axis.Labels = append(axis.Labels, LabelSummary{id, found[id]})
			for split, n := range found[id] {
				axis.Labelled[split] += n
			}
		}
		t.out.Axes = append(t.out.Axes, axis)
	}
	return t.out
}
