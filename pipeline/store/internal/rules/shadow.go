package rules

import (
	"encoding/json"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
)

// CheckShadow refuses a share that is none.
func CheckShadow(s store.Shadow) error {
	if s.Model != "" && !(s.Share > 0 && s.Share <= 1) {
		return fmt.Errorf("a shadow on a share of %g: want above 0 and at most 1", s.Share)
	}
	return nil
}

// WriteAnswer gives both sides of a difference as they are kept.
func WriteAnswer(d store.ShadowAnswer) (live, shadow string, err error) {
	a, err := Document(d.Live)
	if err != nil {
		return "", "", err
	}
	b, err := Document(d.Shadow)
	return string(a), string(b), err
}

// ShadowRow is one difference with its run.
type ShadowRow struct {
	Seq                int64
	Run                store.ShadowRun
	Axis, Live, Shadow string
}

// ShadowRuns joins rows that come run by run.
func ShadowRuns(rows []ShadowRow) ([]store.ShadowRun, error) {
	var out []store.ShadowRun
	last := int64(0)
	for _, r := range rows {
		if len(out) == 0 || r.Seq != last {
			out, last = append(out, r.Run), r.Seq
		}
		d := store.ShadowAnswer{Axis: r.Axis}
		if err := json.Unmarshal([]byte(r.Live), &d.Live); err != nil {
			return nil, fmt.Errorf("shadow run of claim %s: %w", r.Run.Claim, err)
		}
		if err := json.Unmarshal([]byte(r.Shadow), &d.Shadow); err != nil {
			return nil, fmt.Errorf("shadow run of claim %s: %w", r.Run.Claim, err)
		}
		run := &out[len(out)-1]
		run.Differ = append(run.Differ, d)
	}
	return out, nil
}

// AxisCount is how many runs beside a live model differ on an axis.
type AxisCount struct {
	Live, Axis string
	N          int
}

// AddAxisCounts puts the counts of axes to those of their pair.
func AddAxisCounts(to []store.ShadowCounts, axes []AxisCount) {
	for _, a := range axes {
		for i := range to {
			if to[i].Live == a.Live {
				to[i].Axes[a.Axis] = a.N
			}
		}
	}
}
