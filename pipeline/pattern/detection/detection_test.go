package detection_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/pattern/detection"
	"github.com/defekt/defekt/pipeline/pattern/watch"
)

// folder writes a made folder: one stream that is recalled, one that is not, one ambiguous.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	line := func(id, label, model, recall string, ambiguous bool, step int) string {
		var c []string
		for i := range 8 {
			c = append(c, fmt.Sprintf(`{"filed_est":"2021-%02d-%02d","model_year":2021}`, 1+i*step/28, 1+i*step%28))
		}
		return fmt.Sprintf(`{"case_id":%q,"label":%q,"make":"Maker of %s","model":%q,"model_years":[2021],"component_group":"brakes","recall":%s,"last_date":"2022-01-01","ambiguous_negative":%t,"split":"test","complaints":[%s]}`,
			id, label, model, model, recall, ambiguous, strings.Join(c, ","))
	}
	write(t, dir, "cases.jsonl", line("r", "recall", "A", `{"date":"2021-06-01"}`, false, 5), line("n", "none", "B", "null", false, 40), line("a", "none", "C", "null", true, 5))
	write(t, dir, "complaints.jsonl", `{"filed_est":"2021-01-01","make":"M","model":"A","model_year":2021,"component_groups":["brakes"]}`)
	write(t, dir, "recalls.jsonl", `{"campaign":"1","date":"2021-06-01","group":"brakes","vehicles":[["M","A",2021]]}`)
	return dir
}

func write(t *testing.T, dir, name string, lines ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestReplay(t *testing.T) {
	d, err := detection.Open(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	m, err := watch.Fitted()
	if err != nil {
		t.Fatal(err)
	}
	points := detection.Replay(m, d.History(), d.Of("test"), detection.Thresholds())
	for i, p := range points {
		if p.Recalls != 1 || p.Negatives != 1 {
			t.Fatalf("point %+v does not count one of each: the ambiguous one counts nowhere", p)
		}
		if i > 0 && (p.FlaggedBefore < points[i-1].FlaggedBefore || p.NegativesFlagged < points[i-1].NegativesFlagged) {
			t.Fatalf("a lower threshold flags less: %+v after %+v", p, points[i-1])
		}
	}
	last := points[len(points)-1]
	if last.FlaggedBefore != 1 || last.NegativesFlagged != 1 {
		t.Errorf("the lowest threshold flags %+v", last)
	}
	// The fifth report came on 21 January, 131 days before the recall.
	if last.MedianLeadDays != 131 {
		t.Errorf("lead is %g days, want 131", last.MedianLeadDays)
	}
	if best, ok := detection.AtMost(points, 0.5); !ok || best.NegativesFlagged != 0 || best.FlaggedBefore != 1 {
		t.Errorf("the fast stream should be flagged first: %+v", best)
	}
	if d.Of("train") != nil || len(d.Of("")) != 3 || d.Splits()[0] != "test" {
		t.Error("splits are not kept apart")
	}
}

func TestCountRule(t *testing.T) {
	d, err := detection.Open(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	p := detection.Measure(d.Of(""), detection.CountRule{Least: 6, Ratio: 3}.Flag)
	if p.FlaggedBefore != 1 || p.NegativesFlagged != 0 || p.MedianLeadDays != 126 { // 26 January
		t.Errorf("the rule flags %+v", p)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, spoil := range map[string]func(dir string){
		"missing": func(dir string) { _ = os.Remove(filepath.Join(dir, "recalls.jsonl")) },
		"no JSON": func(dir string) { write(t, dir, "cases.jsonl", "x") },
		"no date": func(dir string) { write(t, dir, "complaints.jsonl", `{"filed_est":"soon"}`) },
		"no gzip": func(dir string) {
			_ = os.Remove(filepath.Join(dir, "cases.jsonl"))
			write(t, dir, "cases.jsonl.gz", "x")
		},
		"vehicles": func(dir string) { write(t, dir, "recalls.jsonl", `{"date":"2021-01-01","vehicles":[["M",1,2]]}`) },
	} {
		dir := folder(t)
		spoil(dir)
		if _, err := detection.Open(dir); !errors.Is(err, detection.ErrFolder) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInterval(t *testing.T) {
	low, high := detection.Interval(9, 16) // Clopper and Pearson
	if math.Abs(low-0.2988) > 1e-3 || math.Abs(high-0.8025) > 1e-3 {
		t.Errorf("the interval of 9 in 16 is %.4f to %.4f, want 0.2988 to 0.8025", low, high)
	}
	if low, high = detection.Interval(0, 0); low != 0 || high != 1 {
		t.Errorf("nothing seen: %g to %g", low, high)
	}
}
