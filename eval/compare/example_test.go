package compare_test

import (
	"context"
	"fmt"

	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/sample"
)

// Two models answered the same 200 claims: A got every fifth wrong, B every tenth.
func ExampleRun() {
	answers := func(wrongEvery int) *sample.Sample {
		a := sample.Axis{ID: "severity", Labels: []string{"minor", "major"}, Parents: []int32{sample.Unknown, sample.Unknown}}
		s := &sample.Sample{}
		for i := range 200 {
			truth := int32(i / 100)
			chosen := truth
			if i%wrongEvery == 0 {
				chosen = 1 - truth
			}
			s.IDs = append(s.IDs, fmt.Sprint("claim-", i))
			a.Truth, a.Chosen, a.Confidence = append(a.Truth, truth), append(a.Chosen, chosen), append(a.Confidence, 0)
		}
		s.Axes = []sample.Axis{a}
		return s
	}
	r, err := compare.Run(context.Background(), answers(5), answers(10), compare.DefaultOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Verdict)
	fmt.Println(r.Axes[0].Verdict)
	// Output:
	// B is better on severity than A (accuracy on 200 claims).
	// B is better: +10.0 points accuracy (5.6 to 14.3); it got 20 claims right that A missed and lost 0.
}
