package revision_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

const (
	first  = "name: house\nversion: 1\naxes:\n  - id: symptom\n    labels: [{id: scratch}, {id: dent}, {id: broken}, {id: odd}]\n"
	second = "name: house\nversion: 2\naxes:\n  - id: symptom\n    labels: [{id: mark}, {id: crack}, {id: snap}, {id: leak}]\n"
	way    = "from: house@1\nto: house@2\naxes:\n  symptom:\n    merged: {mark: [scratch, dent]}\n    split: {broken: [crack, snap]}\n    removed: [odd]\n"
	third  = "name: house\nversion: 3\naxes:\n  - id: symptom\n    labels: [{id: blemish}, {id: crack}, {id: snap}, {id: leak}]\n"
	onward = "from: house@2\nto: house@3\naxes:\n  symptom:\n    renamed: {mark: blemish}\n"
)

func parse(t *testing.T, document string) *taxonomy.Taxonomy {
	t.Helper()
	got, err := taxonomy.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

type counts map[string]int

func (c counts) Count(_ context.Context, f store.Filter) (int, error) {
	return c[f.Labels[0].Label], nil
}

func TestPreview(t *testing.T) {
	p, err := revision.Read(parse(t, first), second, way)
	if err != nil {
		t.Fatal(err)
	}
	decided := revision.Decided([]store.SettledReview{
		{Decision: store.ReviewDecision{Labels: map[string]string{"symptom": "broken"}}},
		{Decision: store.ReviewDecision{Labels: map[string]string{"symptom": "broken"}}},
	})
	got, err := p.Preview(t.Context(), counts{"scratch": 7, "broken": 3}, decided)
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		kind           taxonomy.NoteKind
		from, to       string
		model, persons int
		again          bool
	}
	var lines []line
	for _, c := range got {
		lines = append(lines, line{c.Kind, c.From, c.To, c.Predictions, c.Decisions, c.Persons})
	}
	want := []line{
		{taxonomy.NoteMerged, "scratch", "mark", 7, 0, false}, {taxonomy.NoteMerged, "dent", "mark", 0, 0, false},
		{taxonomy.NoteSplit, "broken", taxonomy.Undetermined, 3, 2, true}, {taxonomy.NoteRemoved, "odd", taxonomy.Undetermined, 0, 0, true},
		{revision.NoteAdded, "", "mark", 0, 0, false}, {revision.NoteAdded, "", "crack", 0, 0, false},
		{revision.NoteAdded, "", "snap", 0, 0, false}, {revision.NoteAdded, "", "leak", 0, 0, false},
	}
	if d := cmp.Diff(want, lines, cmp.AllowUnexported(line{})); d != "" {
		t.Error(d)
	}
}

func TestReadNamesMistakes(t *testing.T) {
	from := parse(t, first)
	for name, tc := range map[string]struct {
		document, mapping string
		code              claim.Code
		says              string
	}{
		"no taxonomy":         {"name: [", "", revision.CodeDocument, ""},
		"the same":            {first, "", revision.CodeSame, "holds now"},
		"a version left out":  {third, "", revision.CodeVersion, "after house@1 comes house@2"},
		"labels without fate": {second, "", revision.CodeMapping, "scratch"},
		"an unknown label":    {second, strings.Replace(way, "odd", "old", 1), revision.CodeMapping, "old"},
	} {
		_, err := revision.Read(from, tc.document, tc.mapping)
		var p claim.Problem
		if !errors.As(err, &p) || p.Code != tc.code || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// shelf keeps versions in memory, as the contract says.
type shelf []store.TaxonomyVersion

func (s *shelf) AddTaxonomy(_ context.Context, v store.TaxonomyVersion, before string) error {
	latest := ""
	if n := len(*s); n > 0 {
		latest = (*s)[n-1].Ref
	}
	if latest != before {
		return store.ErrConflict
	}
	*s = append(*s, v)
	return nil
}

func (s *shelf) Taxonomies(context.Context) ([]store.TaxonomyVersion, error) { return *s, nil }

func TestPublishAndHistory(t *testing.T) {
	s := &shelf{}
	h, err := revision.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	now := h.Latest(parse(t, first))
	for _, next := range [][2]string{{second, way}, {third, onward}} {
		p, err := revision.Read(now, next[0], next[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := revision.Publish(t.Context(), s, p, "ann", "clearer", time.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := revision.Publish(t.Context(), s, p, "bob", "at once", time.Now()); !errors.Is(err, store.ErrConflict) {
			t.Errorf("published twice: %v", err)
		}
		if h, err = revision.Load(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		now = h.Latest(nil)
	}
	if len(h.Versions) != 3 || now.Ref() != "house@3" {
		t.Fatalf("%d versions, the latest is %s", len(h.Versions), now.Ref())
	}
	m := h.Since("house@1")
	for from, to := range map[string]string{"scratch": "blemish", "broken": taxonomy.Undetermined} {
		if got, _ := m.Apply(map[string]string{"symptom": from}); got["symptom"] != to {
			t.Errorf("%s becomes %q, want %q", from, got["symptom"], to)
		}
	}
	for _, ref := range []string{"house@3", "other@1"} {
		if m := h.Since(ref); m != nil {
			t.Errorf("since %s: %v", ref, m)
		}
	}
}
