package rules

import (
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func TestJoined(t *testing.T) {
	for _, list := range [][]string{nil, {"a"}, {"a", "b c", "ä|"}, {"", "x"}} {
		if got := split[string](Joined(list)); !slices.Equal(got, list) {
			t.Errorf("%q came back as %q", list, got)
		}
	}
	if got := split[string](Joined([]string{"a\x1fb", "c\x00"})); !slices.Equal(got, []string{"a\uFFFDb", "c\uFFFD"}) {
		t.Errorf("%q", got)
	}
}

func TestTaken(t *testing.T) {
	whole, one, two := Joined[string](nil), Joined([]string{"severity"}), Joined([]string{"severity", "symptom"})
	if got := taken([]string{"severity"}, []string{whole, one, two}); !slices.Equal(got, []string{one}) {
		t.Errorf("%q", got)
	}
	if got := taken([]string{"symptom", "severity", "x"}, []string{whole, one, two}); !slices.Equal(got, []string{one, two}) {
		t.Errorf("%q", got)
	}
}

func TestCountReviews(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	both := Joined([]store.ReviewReason{store.ReasonGate, store.ReasonRandom})
	got := CountReviews([]ReviewGroup{
		{State: store.ReviewOpen, Reasons: both, N: 2, Oldest: at.Add(time.Hour)},
		{State: store.ReviewOpen, Reasons: Joined([]store.ReviewReason{store.ReasonGate}), N: 3, Oldest: at, Due: at},
	})
	want := []store.ReviewCount{
		{State: store.ReviewOpen, N: 5, Oldest: at, Due: at},
		{State: store.ReviewOpen, Reason: store.ReasonGate, N: 5, Oldest: at, Due: at},
		{State: store.ReviewOpen, Reason: store.ReasonRandom, N: 2, Oldest: at.Add(time.Hour)},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}
