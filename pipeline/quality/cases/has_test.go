package cases_test

import (
	"testing"

	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

// Claims that no watched axis has a label for can have one of another axis, such as a severity.
func TestHas(t *testing.T) {
	known := cases.Case{Labels: map[string]cases.Label{"symptom": {Label: "crack"}, "severity": {Label: "major"}}}
	unknown := cases.Case{Labels: map[string]cases.Label{"severity": {Label: "major"}, "component": {}}}
	for label, want := range map[string][2]bool{"": {true, true}, "symptom=crack": {true, false}, "severity=major": {true, true}, store.Unlabelled: {false, true}, "crack": {false, false}} {
		if got := [2]bool{known.Has(label), unknown.Has(label)}; got != want {
			t.Errorf("%q: known and unknown have it %v, want %v", label, got, want)
		}
	}
}
