package plot

import (
	"html/template"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFit(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   []string
	}{
		{[]float64{0, .37}, []string{"0\u00a0%", "10\u00a0%", "20\u00a0%", "30\u00a0%", "40\u00a0%"}},
		{[]float64{-.021, .034}, []string{"-4\u00a0%", "-2\u00a0%", "0\u00a0%", "2\u00a0%", "4\u00a0%"}},
		{[]float64{.5, .5}, []string{"50\u00a0%", "52\u00a0%", "54\u00a0%", "56\u00a0%"}},
		{[]float64{math.NaN(), math.Inf(1)}, []string{"0\u00a0%", "25\u00a0%", "50\u00a0%", "75\u00a0%", "100\u00a0%"}},
		{nil, []string{"0\u00a0%", "25\u00a0%", "50\u00a0%", "75\u00a0%", "100\u00a0%"}},
	} {
		s := Fit(Percent, c.values...)
		var got []string
		for _, tick := range s.ticks() {
			got = append(got, tick.Text)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v: %s", c.values, diff)
		}
		for _, v := range c.values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) && (v < s.Min-1e-9 || v > s.Max+1e-9) {
				t.Errorf("%v lies outside of %v to %v", v, s.Min, s.Max)
			}
		}
	}
}

func FuzzFit(f *testing.F) {
	f.Add(0.0, 1.0)
	f.Add(-3e-7, 4e9)
	f.Fuzz(func(t *testing.T, a, b float64) {
		a, b = math.Mod(a, 1e12), math.Mod(b, 1e12) // no rate and no difference is larger
		s := Fit(Points, a, b)
		if n := len(s.ticks()); n < 2 || n > 8 {
			t.Errorf("%v and %v: %d ticks", a, b, n)
		}
	})
}

func plotter(t *testing.T) *Plotter {
	t.Helper()
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What is no number must not reach the markup, and must not take the rest with it.
func TestNothingIsDrawnOfNaN(t *testing.T) {
	nan := math.NaN()
	p := plotter(t)
	bad := Range{nan, math.Inf(-1), math.Inf(1)}
	for name, draw := range map[string]func() (template.HTML, error){
		"reliability": func() (template.HTML, error) {
			return p.Reliability(Reliability{Bins: []Bin{{.5, bad, 3}, {.6, Exactly(.5), 3}}})
		},
		"rows": func() (template.HTML, error) {
			return p.Rows(Rows{Scale: Share(), Rows: []Row{{Marks: []Mark{{Dot, bad}, {Dot, Exactly(.4)}}}}})
		},
		"series": func() (template.HTML, error) {
			return p.Series(Series{Scale: Share(), Lines: []Line{{Style: Faint, Points: []Moment{{time.Unix(0, 0), bad, ""}, {time.Unix(1e6, 0), Exactly(.4), ""}}}}})
		},
		"growth": func() (template.HTML, error) {
			return p.Growth(Growth{X: Fit(Points, 0, 100), Y: Share(), Lines: []Track{{Style: Dot, Steps: []Step{{50, bad, ""}, {100, Exactly(.4), ""}}}}})
		},
	} {
		drawn, err := draw()
		if err != nil {
			t.Fatal(err)
		}
		svg := string(drawn)
		svg = svg[:strings.Index(svg, "<desc")+1] + svg[max(0, strings.Index(svg, "</desc>")):] // a description may say so
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") || !strings.Contains(svg, "<circle") {
			t.Errorf("%s: %s", name, svg)
		}
	}
}

// Dots of a growth stand where both scales say, joined by one line.
func TestGrowth(t *testing.T) {
	count := func(v float64) string { return strconv.Itoa(int(v)) }
	drawn, err := plotter(t).Growth(Growth{Title: "t", XName: "labels", X: Fit(count, 0, 100), Y: Share(),
		Lines: []Track{{Name: "chosen", Style: Diamond, Steps: []Step{{0, Exactly(0), ""}, {50, Exactly(.5), ""}, {100, Range{1, .75, 1}, ""}}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`points="46,260 196,136 346,12 "`, "chosen: 0\u00a0% at 0, 100\u00a0% (75\u00a0% to 100\u00a0%) at 100.", `>labels</text>`, "series diamond"} {
		if !strings.Contains(string(drawn), want) {
			t.Errorf("no %q in %s", want, drawn)
		}
	}
}

// Where marks stand: a dot of the scale's middle in the middle, ends with arrows where an
// interval goes on beyond the scale.
func TestLanes(t *testing.T) {
	s := Scale{Min: -.1, Max: .1, Step: .1, Format: Points}
	got := s.lane(Mark{Dot, Range{0, -.05, .2}}, 7)
	want := lane{Shape: Dot, Y: 7, At: 50, From: 25, To: 100, Whisker: true, Over: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestShade(t *testing.T) {
	for _, c := range []struct{ part, all, want int }{{0, 0, 0}, {0, 9, 0}, {1, 1000, 1}, {5, 10, 5}, {9, 9, 10}} {
		if got := shade(c.part, c.all); got != c.want {
			t.Errorf("%d of %d is shade %d, want %d", c.part, c.all, got, c.want)
		}
	}
}

func TestHeatIsATableUntilItIsTooLarge(t *testing.T) {
	for n, want := range map[int]string{MaxHeatNames: "<table", MaxHeatNames + 1: "<svg"} {
		h := Heat{Title: "t", Labels: make([]string, n), Counts: make([][]int, n)}
		for i := range h.Counts {
			h.Counts[i] = make([]int, n)
			h.Counts[i][i] = 1
		}
		drawn, err := plotter(t).Heat(h)
		if err != nil || !strings.Contains(string(drawn), want) {
			t.Errorf("%d labels: %v, no %s", n, err, want)
		}
	}
}

func TestTimeTicks(t *testing.T) {
	at := func(s string) time.Time { v, _ := time.Parse(time.DateOnly, s); return v }
	for _, c := range []struct {
		from, to string
		small    bool
		want     []string
	}{
		{"2026-03-16", "2026-10-16", false, []string{"Apr 2026", "Jun 2026", "Aug 2026", "Oct 2026"}},
		{"2026-01-01", "2026-01-20", true, []string{"1 Jan 2026", "20 Jan 2026"}},
		{"2022-02-01", "2026-02-01", true, []string{"Feb 2022", "Aug 2023", "Feb 2025"}},
	} {
		f := newFrame("x", "", "", 200, Scale{Min: float64(at(c.from).Unix()), Max: float64(at(c.to).Unix()), Step: 1e9, Format: Percent}, Share(), "", "")
		var got []string
		for _, tick := range f.timeTicks(at(c.from), at(c.to), c.small) {
			got = append(got, tick.Text)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s to %s: %s", c.from, c.to, diff)
		}
	}
}
