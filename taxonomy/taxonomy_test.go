package taxonomy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/taxonomy"
)

const small = `
name: t
version: 3
axes:
  - id: kind
    question: What?
    labels:
      - id: a
        description: "the: first"
        children: [a1, {id: a2, name: A two, children: [deep]}]
      - b
  - id: severity
    ordinal: true
    labels: [bad, mild]
`

func parse(t *testing.T, in string) *taxonomy.Taxonomy {
	t.Helper()
	tax, err := taxonomy.Parse([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

func TestParseAndLookups(t *testing.T) {
	tax := parse(t, small)
	kind := tax.Axis("kind")
	rolled, ok := tax.RollUp("kind", "deep")
	_, bogus := tax.RollUp("kind", "zzz")
	rank, _ := tax.Axis("severity").Rank("mild")
	got := []any{tax.Ref(), kind.IDs(), kind.Leaves(), kind.Roots(), kind.Parent("deep"), kind.Ancestors("deep"), rolled, ok, bogus,
		kind.Label("a2").Name, kind.Label("nope") == nil, rank, tax.Valid("kind", "undetermined"), tax.Valid("nope", "undetermined")}
	want := []any{"t@3", []string{"a", "a1", "a2", "deep", "b"}, []string{"a1", "deep", "b"}, []string{"a", "b"}, "a2", []string{"a2", "a"}, "a", true, false,
		"A two", true, 1, true, false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseReportsEverythingAtOnce(t *testing.T) {
	_, err := taxonomy.Parse([]byte(`name: Bad Name
axis: []
axes:
  - id: kind
    labels:
      - {id: a, descripton: x}
      - {id: a}
      - {id: "B!"}
      - undetermined
      - {name: no id}
  - id: kind
    labels: []
  - id: severity
    ordinal: yes
    labels: [{id: bad, children: [worse]}]
`))
	want := `line 1: version is missing
line 1: name: "Bad Name" has the character 'B'; use lower-case letters, digits, _ and -
line 2: unknown key "axis"; did you mean "axes"?
line 6: axes[0].labels[0]: unknown key "descripton"; did you mean "description"?
line 7: axes[0].labels[1].id: label id "a" is used twice (first on line 6)
line 8: axes[0].labels[2].id: label id "B!" has the character 'B'; use lower-case letters, digits, _ and -
line 9: axes[0].labels[3]: "undetermined" is a label of every axis and must not be listed
line 10: axes[0].labels[4]: id is missing
line 11: axes[1]: axis "kind" has no labels
line 11: axes[1].id: axis id "kind" is used twice (first on line 4)
line 14: axes[2].ordinal: expected true or false, found "yes"`
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestOrdinalAxisHasNoChildren(t *testing.T) {
	_, err := taxonomy.Parse([]byte("name: t\nversion: 1\naxes:\n  - id: s\n    ordinal: true\n    labels: [{id: bad, children: [worse]}]\n"))
	if err == nil || !strings.Contains(err.Error(), `line 6: axes[0].labels[0].children: an ordinal axis`) {
		t.Error(err)
	}
}

func TestMarshalRoundTrip(t *testing.T) {
	for name, tax := range map[string]*taxonomy.Taxonomy{
		"small":    parse(t, small),
		"starter":  taxonomy.Starter(),
		"inferred": taxonomy.Infer("x", map[string][]string{"kind": {"General & Plastic Surgery", "true", "发动机", "a: b"}}),
	} {
		t.Run(name, func(t *testing.T) {
			back, err := taxonomy.Parse(tax.Marshal())
			if err != nil {
				t.Fatalf("%v\n%s", err, tax.Marshal())
			}
			if diff := cmp.Diff(tax, back); diff != "" {
				t.Error(diff)
			}
			if tax.Digest() != back.Digest() {
				t.Error("digest changed")
			}
		})
	}
}

func TestDigestSeesEveryChange(t *testing.T) {
	seen := map[string]string{}
	for _, edit := range []string{"version: 3|version: 4", "A two|A 2", "[bad, mild]|[mild, bad]", "ordinal: true|ordinal: false", "deep|deeper"} {
		old, now, _ := strings.Cut(edit, "|")
		d := parse(t, strings.Replace(small, old, now, 1)).Digest()
		if other, twice := seen[d]; twice || d == parse(t, small).Digest() {
			t.Errorf("%q has the digest of %q", edit, other)
		}
		seen[d] = edit
	}
}

func TestInfer(t *testing.T) {
	got := taxonomy.Infer("data", map[string][]string{
		"severity": {"severe", "minor", "severe"},
		"part":     {"glass", " door", "", "undetermined", "door"},
		"nothing":  {""},
	}, "severity")
	want := &taxonomy.Taxonomy{Name: "data", Version: 1, Inferred: true, Axes: []taxonomy.Axis{
		{ID: "part", Labels: []taxonomy.Label{{ID: "door"}, {ID: "glass"}}},
		{ID: "severity", Ordinal: true, Labels: []taxonomy.Label{{ID: "severe"}, {ID: "minor"}}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestValidate(t *testing.T) {
	if err := taxonomy.Starter().Validate(); err != nil {
		t.Error(err)
	}
	bad := &taxonomy.Taxonomy{Name: "x", Version: 1, Axes: []taxonomy.Axis{{ID: "a", Labels: []taxonomy.Label{{ID: "X"}, {ID: "X"}}}}}
	if err := bad.Validate(); err == nil || strings.Contains(err.Error(), "line ") && !strings.Contains(err.Error(), "first on line") {
		t.Errorf("got %v", err)
	}
}

// The ids must be those of the taxonomy that the project's data is mapped to.
func TestStarterKeepsTheSharedIDs(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "taxonomy-starter.yaml"))
	if os.IsNotExist(err) {
		if os.Getenv("CI") == "true" {
			t.Fatal("../shared/taxonomy-starter.yaml is missing")
		}
		t.Skip("../shared/taxonomy-starter.yaml is missing")
	}
	shared, starter := parse(t, string(data)), taxonomy.Starter()
	if diff := cmp.Diff(shared.AxisIDs(), starter.AxisIDs()); diff != "" {
		t.Fatal(diff)
	}
	for i, a := range shared.Axes {
		if diff := cmp.Diff(a.IDs(), starter.Axes[i].IDs()); diff != "" {
			t.Errorf("%s: %s", a.ID, diff)
		}
		if a.Ordinal != starter.Axes[i].Ordinal {
			t.Errorf("%s: ordinal differs", a.ID)
		}
	}
	if got := starter.Axis("severity").Roots()[0]; got != "critical" {
		t.Errorf("the first severity is %s; the first must be the worst", got)
	}
	for _, a := range starter.Axes {
		a.Walk(func(l *taxonomy.Label, _ int) {
			if l.Name == "" || l.Description == "" {
				t.Errorf("%s/%s has no name or description", a.ID, l.ID)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, data []byte) {
		tax, err := taxonomy.Parse(data)
		if err != nil {
			return
		}
		back, err := taxonomy.Parse(tax.Marshal())
		if err != nil {
			t.Fatalf("%v\n%s", err, tax.Marshal())
		}
		if diff := cmp.Diff(tax, back); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkStarter(b *testing.B) {
	for b.Loop() {
		taxonomy.Starter()
	}
}
