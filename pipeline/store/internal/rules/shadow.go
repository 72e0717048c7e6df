package rules

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// CheckShadow refuses a share that is none.
func CheckShadow(s store.Shadow) error {
	if s.Model != "" && !(s.Share > 0 && s.Share <= 1) {
		return fmt.Errorf("a shadow on a share of %g: want above 0 and at most 1", s.Share)
	}
	return nil
}

// ReadShadow reads model, share, who, since.
func ReadShadow[T any](row Row, since func(T) time.Time) (s store.Shadow, err error) {
	var at T
	err = row.Scan(&s.Model, &s.Share, &s.By, &at)
	s.Since = since(at)
	return s, err
}

// ReadShadowCounts reads live, runs, those that differ, the first time, the last; no axes yet.
func ReadShadowCounts[T any](row Row, shadow string, since func(T) time.Time) (store.ShadowCounts, error) {
	var from, until T
	c := store.ShadowCounts{Shadow: shadow, Axes: map[string]int{}}
	err := row.Scan(&c.Live, &c.Claims, &c.Differ, &from, &until)
	c.From, c.Until = since(from), since(until)
	return c, err
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

// ReadShadowRow reads seq, claim, live, shadow, at, axes, axis, and both answers.
func ReadShadowRow[T any](row Row, since func(T) time.Time) (r ShadowRow, err error) {
	var at T
	err = row.Scan(&r.Seq, &r.Run.Claim, &r.Run.Live, &r.Run.Shadow, &at, &r.Run.Axes, &r.Axis, &r.Live, &r.Shadow)
	r.Run.At = since(at)
	return r, err
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
