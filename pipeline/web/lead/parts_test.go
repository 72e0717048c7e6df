package lead

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/review"
)

func TestDiff(t *testing.T) {
	for name, tc := range map[string]struct{ a, b, want string }{
		"the same":  {"a b c", "a b c", " a  b  c"},
		"changed":   {"a b c", "a x c", " a −b +x  c"},
		"added":     {"", "a b", "+a +b"},
		"taken":     {"a b", "", "−a −b"},
		"moved":     {"a b c d", "a c d b", " a −b  c  d +b"},
		"all other": {"a b", "c d", "−a −b +c +d"},
	} {
		var got []string
		for _, l := range diff(strings.Fields(tc.a), strings.Fields(tc.b)) {
			got = append(got, l.Sign+l.Text)
		}
		if s := strings.Join(got, " "); s != tc.want {
			t.Errorf("%s: %q, want %q", name, s, tc.want)
		}
	}
	// Whatever changed, taking and adding must lead from one to the other.
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		a, b := make([]string, rng.IntN(30)), make([]string, rng.IntN(30))
		for i := range a {
			a[i] = fmt.Sprint(rng.IntN(5))
		}
		for i := range b {
			b[i] = fmt.Sprint(rng.IntN(5))
		}
		was, is := make([]string, 0, 30), make([]string, 0, 30)
		for _, l := range diff(a, b) {
			if l.Sign != "+" {
				was = append(was, l.Text)
			}
			if l.Sign != "−" {
				is = append(is, l.Text)
			}
		}
		if !cmp.Equal(was, a) || !cmp.Equal(is, b) {
			t.Fatalf("%q and %q: %q and %q", a, b, was, is)
		}
	}
	long := make([]string, 3000)
	other := make([]string, 3000)
	for i := range long {
		long[i], other[i] = fmt.Sprint("a", i), fmt.Sprint("b", i)
	}
	if n := len(diff(long, other)); n != 6000 {
		t.Errorf("texts too long to compare: %d lines", n)
	}
}

func TestAroundLeavesOutWhatIsFar(t *testing.T) {
	lines := strings.Fields("1 2 3 4 5 6 7 8 9 10")
	changed := append([]string{}, lines...)
	changed[5] = "six"
	var got []string
	for _, l := range around(diff(lines, changed)) {
		got = append(got, l.Sign+l.Text)
	}
	if d := cmp.Diff(strings.Split("…, 3, 4, 5,−6,+six, 7, 8, 9,…", ","), got); d != "" {
		t.Error(d)
	}
}

func TestDaily(t *testing.T) {
	from := begin().Truncate(day)
	b := daily("x", []review.Day{{Day: from, Decisions: 3}, {Day: from.Add(2 * day), Decisions: 40}}, from, 4, 80)
	want := []column{{0, 38, 2, "5 Jan: 3"}, {20, 20, 20, "7 Jan: 40"}}
	if d := cmp.Diff(want, b.Columns); d != "" {
		t.Error(d)
	}
	if b.Title != "Decisions a day: on 2 days, the most 40 on 7 Jan" || b.Width != 40 || b.Last != "8 Jan" {
		t.Errorf("%+v", b)
	}
}

func TestWords(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0 minutes", time.Minute: "1 minute", 47 * time.Hour: "47 hours", 3 * day: "3 days", -time.Hour: "0 minutes"} {
		if got := age(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	if number(-0.004) != "0.00" || number(-0.5) != "\u22120.50" {
		t.Errorf("%s %s", number(-0.004), number(-0.5))
	}
}

func TestForecastInWords(t *testing.T) {
	for want, f := range map[string]review.Forecast{
		"Nothing waits.":      {},
		"nobody decided":      {Waiting: 5},
		"more than a year":    {Waiting: 5000, Decided: 1, PerDay: .1},
		"queue is empty on":   {Waiting: 5, Decided: 7, PerDay: 1, Empty: begin()},
		"5 wait. At the pace": {Waiting: 5, Decided: 7, PerDay: 1, Empty: begin()},
	} {
		if got := foreseen(f); !strings.Contains(got, want) {
			t.Errorf("%+v: %q", f, got)
		}
	}
}

func TestConfig(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("a configuration of nothing is taken")
	}
	if err := (Config{Timeout: -1}).Validate(); err == nil || !strings.Contains(err.Error(), "Timeout") {
		t.Errorf("a negative time: %v", err)
	}
}
