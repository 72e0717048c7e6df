package taxonomy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/defekt/defekt/taxonomy"
)

func version(t *testing.T, n string, axes string) *taxonomy.Taxonomy {
	t.Helper()
	return parse(t, "name: t\nversion: "+n+"\naxes:\n"+axes)
}

func mapping(t *testing.T, in string, from, to *taxonomy.Taxonomy) *taxonomy.Mapping {
	t.Helper()
	m, err := taxonomy.ParseMapping([]byte(in), from, to)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const (
	axes1 = "  - {id: k, labels: [same, old, m1, m2, s1, s2, gone]}\n  - {id: dead, labels: [x]}\n"
	axes2 = "  - {id: k, labels: [same, new, m, p, q]}\n"
	axes3 = "  - {id: k, labels: [same, newest, u, v]}\n"
	map12 = `
from: t@1
to: t@2
removed_axes: [dead]
axes:
  k:
    renamed: {old: new}
    merged: {m: [m1, m2]}
    split: {s1: [p, q], s2: {into: [p, q], default: q}}
    removed: [gone]
`
	map23 = `
from: t@2
to: t@3
axes:
  k:
    merged: {newest: [new, m]}
    split: {p: [u, v], q: {into: [u, v], default: v}}
`
)

func TestMappingApply(t *testing.T) {
	m := mapping(t, map12, version(t, "1", axes1), version(t, "2", axes2))
	for _, tc := range []struct {
		axis, old, want string
		kind            taxonomy.NoteKind
	}{
		{"k", "same", "same", ""},
		{"k", "undetermined", "undetermined", ""},
		{"k", "old", "new", taxonomy.NoteRenamed},
		{"k", "m1", "m", taxonomy.NoteMerged},
		{"k", "s1", "undetermined", taxonomy.NoteSplit},
		{"k", "s2", "q", taxonomy.NoteSplitDefault},
		{"k", "gone", "undetermined", taxonomy.NoteRemoved},
		{"k", "zzz", "", taxonomy.NoteUnknown},
		{"dead", "x", "", taxonomy.NoteAxisRemoved},
		{"nope", "x", "", taxonomy.NoteUnknown},
	} {
		t.Run(tc.axis+"/"+tc.old, func(t *testing.T) {
			out, notes := m.Apply(map[string]string{tc.axis: tc.old})
			if out[tc.axis] != tc.want {
				t.Errorf("got %q, want %q", out[tc.axis], tc.want)
			}
			var want []taxonomy.Note
			if tc.kind != "" {
				want = []taxonomy.Note{{Kind: tc.kind, Axis: tc.axis, From: tc.old, To: tc.want}}
			}
			if diff := cmp.Diff(want, notes, cmpopts.IgnoreFields(taxonomy.Note{}, "Message")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompose(t *testing.T) {
	t1, t2, t3 := version(t, "1", axes1), version(t, "2", axes2), version(t, "3", axes3)
	both, err := taxonomy.Compose(mapping(t, map12, t1, t2), mapping(t, map23, t2, t3))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"same": "same", "old": "newest", "m1": "newest", "s1": "undetermined", "s2": "v", "gone": "undetermined"}
	back := mapping(t, string(both.Marshal()), t1, t3)
	for old, now := range want {
		for name, m := range map[string]*taxonomy.Mapping{"composed": both, "read back": back} {
			if got, _ := m.Apply(map[string]string{"k": old}); got["k"] != now {
				t.Errorf("%s: %s became %q, want %q\n%s", name, old, got["k"], now, both.Marshal())
			}
		}
	}
	if _, err := taxonomy.Compose(mapping(t, map23, t2, t3), mapping(t, map12, t1, t2)); err == nil {
		t.Error("mappings that do not join were joined")
	}
}

func TestComposeDoesNotGuessWhatWasLost(t *testing.T) {
	t1, t2, t3 := version(t, "1", "  - {id: k, labels: [a]}\n"), version(t, "2", "  - {id: k, labels: [p, q]}\n"), version(t, "3", "  - {id: k, labels: [p]}\n")
	first := mapping(t, "from: t@1\nto: t@2\naxes: {k: {split: {a: [p, q]}}}\n", t1, t2)
	second := mapping(t, "from: t@2\nto: t@3\naxes: {k: {removed: [q]}}\n", t2, t3)
	both, err := taxonomy.Compose(first, second)
	if err != nil {
		t.Fatal(err)
	}
	if got, notes := both.Apply(map[string]string{"k": "a"}); got["k"] != taxonomy.Undetermined || len(notes) != 1 {
		t.Errorf("a became %v, notes %v", got, notes)
	}
}

func TestMappingReportsEverythingAtOnce(t *testing.T) {
	_, err := taxonomy.ParseMapping([]byte(`from: t@1
to: t@9
removed_axes: [k]
axes:
  kk: {}
  k:
    renamed: {old: nwe, same: new, m1: new}
    merged: {m: []}
    split: {s1: [p], s2: {into: [p, q], default: zz}, old: [p, q]}
    removed: [same, bogus]
    join: {}
`), version(t, "1", axes1), version(t, "2", axes2))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"line 2: to: the mapping leads to t@9",
		`line 3: removed_axes: axis "k" is said to be removed, but t@2 has it`,
		`line 5: axes: t@1 has no axis "kk"`,
		`axis "dead" is not in t@2; list it under removed_axes`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in\n%v", want, err)
		}
	}
	_, err = taxonomy.ParseMapping([]byte(`from: t@1
to: t@2
removed_axes: [dead]
axes:
  k:
    renamed: {old: nwe, same: new, m1: new}
    merged: {m: []}
    split: {s1: [p], s2: {into: [p, q], default: zz}, same: [p, q]}
    removed: [bogus]
    join: {}
`), version(t, "1", axes1), version(t, "2", axes2))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`line 6: axes.k.renamed.old: t@2 has no label "nwe" on k; did you mean "new"?`,
		`"new" is already the target of "same"; list all its old labels under merged`,
		`line 7: axes.k.merged: nothing is merged into "m"`,
		`"s1" is split into 1 label(s)`,
		`the default "zz" is none of`,
		`label "same" has two rules (first on line 6)`,
		`line 9: axes.k.removed[0]: t@1 has no label "bogus"`,
		`line 10: axes.k: unknown key "join"`,
		`label "m2" of axis k has no rule`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in\n%v", want, err)
		}
	}
}
