package datasets_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/datasets"
)

func items(n, groups int) []datasets.Item {
	out := make([]datasets.Item, n)
	for i := range out {
		out[i] = datasets.Item{ID: fmt.Sprint("c", i), Time: time.Date(2026, 1, 1, i, 0, 0, 0, time.UTC)}
		if groups > 0 {
			out[i].Group = fmt.Sprint("g", i%groups)
		}
	}
	return out
}

func split(t *testing.T, list []datasets.Item, o datasets.SplitOptions) []string {
	t.Helper()
	out, err := datasets.Split(list, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func mustParts(t *testing.T, s string) []datasets.Part {
	t.Helper()
	parts, err := datasets.ParseParts(s)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func TestSplitMeetsSharesAndKeepsGroups(t *testing.T) {
	parts := mustParts(t, "train=0.6, val=0.1, test=0.3")
	for _, by := range []datasets.SplitBy{datasets.SplitHash, datasets.SplitGroup, datasets.SplitTime} {
		for _, groups := range []int{0, 200} {
			t.Run(fmt.Sprint(by, groups), func(t *testing.T) {
				list := items(2000, groups)
				got := split(t, list, datasets.SplitOptions{By: by, Parts: parts, Links: [][2]int{{0, 1999}, {1999, 7}}})
				count, part := map[string]float64{}, map[string]string{}
				for i, name := range got {
					count[name]++
					if g := list[i].Group; g != "" && part[g] != "" && part[g] != name {
						t.Fatalf("group %s is in %s and %s", g, part[g], name)
					}
					part[list[i].Group] = name
				}
				tolerance := 0.015
				if by == datasets.SplitHash {
					tolerance = 0.09
				}
				for _, p := range parts {
					if share := count[p.Name] / 2000; math.Abs(share-p.Fraction) > tolerance {
						t.Errorf("%s has %.3f, asked %.3f", p.Name, share, p.Fraction)
					}
				}
				if got[0] != got[1999] || got[7] != got[0] {
					t.Error("linked items were parted")
				}
			})
		}
	}
}

func TestSplitByTimePutsTheNewestLast(t *testing.T) {
	got := split(t, items(10, 0), datasets.SplitOptions{By: datasets.SplitTime, Parts: mustParts(t, "old=0.7,new=0.3")})
	if want := append(slices.Repeat([]string{"old"}, 7), "new", "new", "new"); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if _, err := datasets.Split([]datasets.Item{{ID: "a"}}, datasets.SplitOptions{By: datasets.SplitTime, Parts: mustParts(t, "a=1")}); err == nil {
		t.Error("claims without dates were split by time")
	}
}

func TestSplitByHashMovesNobodyLater(t *testing.T) {
	o := datasets.SplitOptions{By: datasets.SplitHash, Parts: mustParts(t, "train=0.7,test=0.3")}
	few, many := split(t, items(300, 0), o), split(t, items(600, 0), o)
	if !slices.Equal(few, many[:300]) {
		t.Error("later claims moved earlier ones")
	}
	o.Salt = "other"
	if slices.Equal(few, split(t, items(300, 0), o)) {
		t.Error("the salt changes nothing")
	}
	// Known values: the split must be the same on every machine and for ever.
	o.Salt = ""
	if got := fmt.Sprint(split(t, items(8, 0), o)); got != "[test train train train train train train test]" {
		t.Errorf("got %s", got)
	}
}

func TestParsePartsRefuses(t *testing.T) {
	for _, in := range []string{"", "train", "a=0.5,a=0.5", "a=0.5,b=0.4", "a=NaN,b=1", "a=0,b=1", "=1"} {
		if parts, err := datasets.ParseParts(in); err == nil {
			t.Errorf("%q gave %v", in, parts)
		}
	}
}
