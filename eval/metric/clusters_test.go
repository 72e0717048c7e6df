package metric

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// TestClustersAgainstScikitLearn reads what testdata/clusters.py made.
func TestClustersAgainstScikitLearn(t *testing.T) {
	data, err := os.ReadFile("testdata/clusters.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		A, B               []int
		AMI, Rand, Jaccard float64
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) < 10 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for i, c := range cases {
		kept, together := PairShares(c.A, c.B)
		for name, pair := range map[string][2]float64{
			"AMI": {AMI(c.A, c.B), c.AMI}, "AMI turned": {AMI(c.B, c.A), c.AMI},
			"Rand": {kept, c.Rand}, "Jaccard": {together, c.Jaccard},
		} {
			if !(math.Abs(pair[0]-pair[1]) <= 1e-9) {
				t.Errorf("case %d (%d rows): %s is %.12f, scikit-learn says %.12f", i, len(c.A), name, pair[0], pair[1])
			}
		}
	}
}

func TestAMIDoesNotDependOnNamesOrOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	a, b := make([]int, 300), make([]string, 300)
	for i := range a {
		a[i] = r.IntN(7)
		b[i] = string(rune('a' + (a[i]+r.IntN(3))%9))
	}
	want := AMI(a, b)
	r.Shuffle(len(a), func(i, j int) { a[i], a[j], b[i], b[j] = a[j], a[i], b[j], b[i] })
	for i := range a {
		a[i] = 100 - a[i]
	}
	if got := AMI(a, b); math.Abs(got-want) > 1e-12 || got < 0.3 {
		t.Errorf("AMI %v after renaming and shuffling, %v before", got, want)
	}
}

func TestAMIOfNothing(t *testing.T) {
	if got := AMI([]int{}, []int{}); got != 1 {
		t.Errorf("AMI of no rows = %v, scikit-learn says 1", got)
	}
}
