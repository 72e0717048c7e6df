package text

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lengths encodes a text as its length and remembers what it was asked.
type lengths struct {
	asked []string
	err   error
}

func (*lengths) Name() string   { return "lengths" }
func (*lengths) Dim() int       { return 1 }
func (*lengths) Digest() string { return "d" }
func (l *lengths) Encode(_ context.Context, texts []string) ([][]float32, error) {
	l.asked = slices.Clone(texts)
	var out [][]float32
	for _, t := range texts {
		out = append(out, []float32{float32(len(t))})
	}
	return out, l.err
}

func TestUniqueAsksOnce(t *testing.T) {
	l := &lengths{}
	got, err := Unique(l).Encode(t.Context(), []string{"bb", "a", "bb", "", "a"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"bb", "a", ""}, l.asked); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]float32{{2}, {1}, {2}, {0}, {1}}, got); diff != "" {
		t.Error(diff)
	}
	l.err = errors.New("down")
	if _, err := Unique(l).Encode(t.Context(), []string{"a", "a"}); !errors.Is(err, l.err) {
		t.Errorf("got %v", err)
	}
}
