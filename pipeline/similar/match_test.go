package similar

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rows repeats ids and groups: each entry is n rows of an old cluster in a new group.
func rows(list ...flow) (old []string, group []int32) {
	for _, f := range list {
		for range f.n {
			old, group = append(old, f.old), append(group, f.group)
		}
	}
	return old, group
}

func TestTrace(t *testing.T) {
	for name, c := range map[string]struct {
		rows []flow
		gone []string // old clusters without a row
		want lineage
	}{
		"nothing new":    {[]flow{{"a", 0, 5}, {"b", 1, 4}}, nil, lineage{[]string{"a", "b"}, [][]string{nil, nil}, map[string]int32{}}},
		"numbers turned": {[]flow{{"a", 1, 5}, {"b", 0, 4}}, nil, lineage{[]string{"b", "a"}, [][]string{nil, nil}, map[string]int32{}}},
		"merge: the larger goes on": {[]flow{{"a", 0, 5}, {"b", 0, 7}}, nil,
			lineage{[]string{"b"}, [][]string{{"a"}}, map[string]int32{"a": 0}}},
		"merge of equals: the first id goes on": {[]flow{{"b", 0, 5}, {"a", 0, 5}}, nil,
			lineage{[]string{"a"}, [][]string{{"b"}}, map[string]int32{"b": 0}}},
		"split: the larger half goes on": {[]flow{{"a", 0, 5}, {"a", 1, 7}}, nil,
			lineage{[]string{"", "a"}, [][]string{{"a"}, nil}, map[string]int32{}}},
		"split in many parts: the largest goes on": {[]flow{{"a", 0, 4}, {"a", 1, 3}, {"a", 2, 3}}, nil,
			lineage{[]string{"a", "", ""}, [][]string{nil, {"a"}, {"a"}}, map[string]int32{}}},
		"a few that change sides leave no trace": {[]flow{{"a", 0, 20}, {"a", 1, 2}, {"b", 1, 20}}, nil,
			lineage{[]string{"a", "b"}, [][]string{nil, nil}, map[string]int32{}}},
		"new out of the pool": {[]flow{{"a", 0, 5}, {"", 1, 6}, {"", noise, 9}}, nil,
			lineage{[]string{"a", ""}, [][]string{nil, nil}, map[string]int32{}}},
		"back to the pool": {[]flow{{"a", noise, 5}, {"b", 0, 6}}, nil,
			lineage{[]string{"b"}, [][]string{nil}, map[string]int32{"a": noise}}},
		"all erased": {[]flow{{"b", 0, 6}}, []string{"a"}, lineage{[]string{"b"}, [][]string{nil}, map[string]int32{"a": noise}}},
		"a crumb hands no id on": {[]flow{{"a", 0, 2}, {"", 0, 30}, {"a", noise, 6}}, nil,
			lineage{[]string{""}, [][]string{nil}, map[string]int32{"a": noise}}},
	} {
		old, group := rows(c.rows...)
		known := map[string]bool{}
		ids := c.gone
		for _, id := range old {
			if id != "" && !known[id] {
				known[id] = true
				ids = append(ids, id)
			}
		}
		got := trace(ids, old, group)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(lineage{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
