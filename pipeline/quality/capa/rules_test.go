package capa

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/store"
)

func TestReadRules(t *testing.T) {
	got, err := ReadRules(strings.NewReader(`
owner: quality@example.com
due: {D3: 2, D4: 10d}
check: {alpha: 0.01, min_days: 60}
rules:
  - name: lots
    alarm: {kinds: [lot], min_claims: 5, min_ratio: 2, severities: [critical, major]}
  - name: burns
    owner: safety@example.com
    count: {count: 2, days: 30, label: symptom=burn, by: batch}
  - name: rate
    rate: {above_percent: 1.5}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := Rules{
		Owner: "quality@example.com", Due: map[string]Days{"D3": 2, "D4": 10}, Check: CheckConfig{Alpha: 0.01, MinDays: 60},
		Rules: []Rule{
			{Name: "lots", Alarm: &AlarmRule{Kinds: []string{"lot"}, MinClaims: 5, MinRatio: 2, Severities: []string{"critical", "major"}}},
			{Name: "burns", Owner: "safety@example.com", Count: &CountRule{Label: "symptom=burn", Count: 2, Days: 30, By: store.GroupBatch}},
			{Name: "rate", Rate: &RateRule{AbovePercent: 1.5, Days: 365, MinUnits: 50, MinClaims: 3, By: store.GroupSKU}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if err := DefaultRules().Validate(); err != nil {
		t.Errorf("the default rules: %v", err)
	}
}

func TestRulesSayWhatIsWrong(t *testing.T) {
	for doc, want := range map[string]string{
		"rules: [{name: a}]": "exactly one of",
		"rules: [{name: a, alarm: {}, rate: {above_percent: 1}}]": "exactly one of",
		"rules: [{alarm: {}}]":                                            "a name of its own",
		"rules: [{name: a, alarm: {}}, {name: a, alarm: {}}]":             "a name of its own",
		"rules: [{name: a, rate: {above_percent: 0}}]":                    "above_percent",
		"rules: [{name: a, rate: {above_percent: .nan}}]":                 "above_percent",
		"rules: [{name: a, count: {count: 0, days: 3}}]":                  "count is 0",
		"rules: [{name: a, count: {count: 1, days: 9999}}]":               "days is 9999",
		"rules: [{name: a, count: {count: 1, days: 3, by: colour}}]":      "no kind of group",
		"rules: [{name: a, count: {count: 1, days: 3, label: critical}}]": "no label",
		"rules: [{name: a, alarm: {}, due: {D9: 3}}]":                     "no step",
		"due: {D1: soon}":   "no number of days",
		"check: {alpha: 2}": "alpha",
		"rules: [{name: a, alarm: {sevrities: [critical]}}]":                   "sevrities",
		"rules: [" + strings.Repeat("{name: a, alarm: {}},", MaxRules+1) + "]": "at most 100",
		"owner: " + strings.Repeat("x", MaxRulesBytes):                         "more than",
	} {
		if _, err := ReadRules(strings.NewReader(doc)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: error %.200v, want %q in it", doc, err, want)
		}
	}
}
