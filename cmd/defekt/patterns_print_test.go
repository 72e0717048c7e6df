package main

import (
	"fmt"
	"testing"

	"github.com/defekt/defekt/pipeline/store"
)

// Alarms stand behind those that they are within, and none is lost, whatever they say of each other.
func TestNested(t *testing.T) {
	of := func(id, within string) store.Alarm {
		return store.Alarm{ID: id, Facts: store.AlarmFacts{Within: within}}
	}
	for want, list := range map[string][]store.Alarm{
		"b c a d": {of("c", "b"), of("b", ""), of("a", "gone"), of("d", "a")},
		"e a b c": {of("a", "b"), of("b", "a"), of("c", "c"), of("e", "")},
	} {
		got, _ := nested(list)
		said := ""
		for _, a := range got {
			said += " " + a.ID
		}
		if said != " "+want {
			t.Errorf("%v are listed as%s, want %s", fmt.Sprint(len(list)), said, want)
		}
	}
}
