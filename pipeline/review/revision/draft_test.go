package revision_test

import (
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/taxonomy"
)

const tree = `name: house
version: 4
axes:
  - id: symptom
    labels:
      - id: broken
        name: Broken
        description: In two
        children: [crack, snap]
      - {id: dent, name: Dent, description: Bent}
      - {id: dent_1}
      - id: other
  - id: severity
    ordinal: true
    labels: [bad, good]
`

// Every draft must be a proposal as it stands, with the fate of labels that it is about.
func TestDraftsAreProposals(t *testing.T) {
	from := parse(t, tree)
	must := func(d revision.Draft, err error) revision.Draft {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for name, tc := range map[string]struct {
		draft revision.Draft
		axis  string
		fate  map[string]string
		ids   string
		says  string
	}{
		"the same labels":     {revision.Next(from), "symptom", map[string]string{"dent": "dent"}, "broken crack snap dent dent_1 other", "In two"},
		"merge beside":        {must(revision.Merge(from, "symptom", "dent", "broken")), "symptom", map[string]string{"broken": "dent", "dent": "dent", "crack": "crack"}, "dent crack snap dent_1 other", `description: "Bent; In two"`},
		"merge into parent":   {must(revision.Merge(from, "symptom", "crack", "broken")), "symptom", map[string]string{"crack": "broken", "broken": "broken"}, "broken snap dent dent_1 other", "In two"},
		"merge on an order":   {must(revision.Merge(from, "severity", "bad", "good")), "severity", map[string]string{"good": "bad"}, "bad", "ordinal: true"},
		"split":               {must(revision.Split(from, "symptom", "dent")), "symptom", map[string]string{"dent": taxonomy.Undetermined, "dent_1": "dent_1"}, "broken crack snap dent_2 dent_3 dent_1 other", "Dent, second kind"},
		"split with children": {must(revision.Split(from, "symptom", "broken")), "symptom", map[string]string{"broken": taxonomy.Undetermined, "snap": "snap"}, "broken_1 crack snap broken_2 dent dent_1 other", "Broken, first kind"},
		"remove with parts":   {must(revision.Remove(from, "symptom", "broken")), "symptom", map[string]string{"broken": taxonomy.Undetermined, "snap": "snap"}, "crack snap dent dent_1 other", ""},
		"remove below":        {must(revision.Remove(from, "symptom", "snap")), "symptom", map[string]string{"snap": taxonomy.Undetermined}, "broken crack dent dent_1 other", ""},
		"remove the axis":     {must(revision.RemoveAxis(from, "symptom")), "severity", map[string]string{"bad": "bad"}, "bad good", ""},
	} {
		p, err := revision.Read(from, tc.draft.Document, tc.draft.Mapping)
		if err != nil {
			t.Errorf("%s: %v\n%s\n%s", name, err, tc.draft.Document, tc.draft.Mapping)
			continue
		}
		for label, want := range tc.fate {
			if got, _ := p.Mapping.Apply(map[string]string{tc.axis: label}); got[tc.axis] != want {
				t.Errorf("%s: %s becomes %q, want %q", name, label, got[tc.axis], want)
			}
		}
		if got := strings.Join(p.To.Axis(tc.axis).IDs(), " "); got != tc.ids {
			t.Errorf("%s: labels %s, want %s", name, got, tc.ids)
		}
		if p.To.Version != 5 || !strings.Contains(tc.draft.Document, tc.says) {
			t.Errorf("%s: lacks %q:\n%s", name, tc.says, tc.draft.Document)
		}
	}
	if string(from.Marshal()) != string(parse(t, tree).Marshal()) {
		t.Error("a draft changed what it began with")
	}
}

func TestDraftsThatCannotBe(t *testing.T) {
	one := parse(t, "name: a\nversion: 1\naxes: [{id: x, labels: [only]}]\n")
	for name, draft := range map[string]func() (revision.Draft, error){
		"merge with itself":  func() (revision.Draft, error) { return revision.Merge(one, "x", "only", "only") },
		"merge unknown":      func() (revision.Draft, error) { return revision.Merge(one, "x", "only", "none") },
		"split unknown axis": func() (revision.Draft, error) { return revision.Split(one, "y", "only") },
		"remove the last":    func() (revision.Draft, error) { return revision.Remove(one, "x", "only") },
		"remove all":         func() (revision.Draft, error) { return revision.RemoveAxis(one, "x") },
	} {
		if d, err := draft(); err == nil {
			t.Errorf("%s gives %s", name, d.Document)
		}
	}
}
