package detection_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/defekt/defekt/pipeline/pattern/detection"
)

// TestYardstick checks that our reading of the real folder gives the figures that its own
// description reports for the three count rules.
func TestYardstick(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "..", "shared", "data", "text", "detection")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("needed on CI: %v", err)
		}
		t.Skipf("measured only where ../shared lies beside the repository: %v", err)
	}
	d, err := detection.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []detection.Point{
		{Negatives: 104, NegativesFlagged: 65, Recalls: 16, FlaggedBefore: 14, MedianLeadDays: 584},
		{Negatives: 104, NegativesFlagged: 32, Recalls: 16, FlaggedBefore: 10, MedianLeadDays: 378},
		{Negatives: 104, NegativesFlagged: 15, Recalls: 16, FlaggedBefore: 7, MedianLeadDays: 485},
	}
	for i, r := range detection.CountRules() {
		if got := detection.Measure(d.Of("test"), r.Flag); size(got.MedianLeadDays-want[i].MedianLeadDays) > 1 || counts(got) != counts(want[i]) {
			t.Errorf("rule %+v gives %+v, its description says %+v", r, got, want[i])
		}
	}
}

func size(x float64) float64 { return max(x, -x) }

func counts(p detection.Point) [4]int {
	return [4]int{p.Negatives, p.NegativesFlagged, p.Recalls, p.FlaggedBefore}
}
