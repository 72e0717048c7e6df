package sample

import (
	"slices"
	"strings"
	"testing"
)

func two() *Sample {
	return &Sample{
		IDs:    []string{"a", "b"},
		Fields: map[string][]string{"language": {"en", "de"}},
		Axes: []Axis{{
			ID: "severity", Labels: []string{"minor", "major"}, Parents: []int32{Unknown, Unknown},
			Truth: []int32{0, Undecided}, Chosen: []int32{1, 0}, Confidence: []float32{0.7, 0.4},
			Classes: []int32{0, 1}, Probabilities: []float32{0.3, 0.7, 0, 0},
		}},
	}
}

func TestTakeRepeatsAndReorders(t *testing.T) {
	s := two().Take([]int{1, 0, 1})
	a := s.Axis("severity")
	if !slices.Equal(s.IDs, []string{"b", "a", "b"}) || !slices.Equal(s.Fields["language"], []string{"de", "en", "de"}) {
		t.Errorf("ids %v, languages %v", s.IDs, s.Fields["language"])
	}
	if !slices.Equal(a.Truth, []int32{Undecided, 0, Undecided}) || a.Abstained != nil {
		t.Errorf("truth %v, abstained %v", a.Truth, a.Abstained)
	}
	if got := a.Distribution(1); !slices.Equal(got, []float32{0.3, 0.7}) {
		t.Errorf("distribution %v", got)
	}
	if a.Distribution(0) != nil {
		t.Error("a row of zeros is a known distribution")
	}
	if a.Scored(0) || !a.Scored(1) {
		t.Error("scored must have a decided truth and an answer")
	}
}

func TestValidateNamesTheFault(t *testing.T) {
	if err := two().Validate(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*Sample){
		"stands twice":       func(s *Sample) { s.IDs[1] = "a" },
		`field "language"`:   func(s *Sample) { s.Fields["language"] = nil },
		"there are 2 labels": func(s *Sample) { s.Axes[0].Chosen[0] = 2 },
		"not within 0..1":    func(s *Sample) { s.Axes[0].Confidence[0] = 1.5 },
		"rows of 2 classes":  func(s *Sample) { s.Axes[0].Probabilities = s.Axes[0].Probabilities[:3] },
		"does not have 2":    func(s *Sample) { s.Axes[0].Truth = nil },
	} {
		s := two()
		spoil(s)
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}
