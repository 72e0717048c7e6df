package review

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/store"
)

// level is that of the intervals of shares.
const level = 0.95

// Figures is what one reviewer did in a time.
type Figures struct {
	// Decisions stand; Undone were taken back.
	Decisions, Undone int
	// Days are those with a decision, in order.
	Days []Day
	// MedianTook is the median time of an answer.
	MedianTook time.Duration
	// Peers is the share of double looks on which the other said the same, Adjudicated that of
	// those disputed ones in which the adjudicator said as this reviewer did, Known that of
	// known items answered right.
	Peers, Adjudicated, Known people.Share
}

// Day is one day's work, by the clock of UTC.
type Day struct {
	// Day is its midnight.
	Day        time.Time
	Decisions  int
	MedianTook time.Duration
}

// OwnFigures reads what a reviewer did from (inclusive) until (exclusive). Double looks count
// when both fall into that time.
func OwnFigures(ctx context.Context, reviews store.Reviews, reviewer string, from, until time.Time) (Figures, error) {
	all, err := store.Gather(store.EachDecision(ctx, reviews, store.DecisionFilter{With: reviewer, From: from, Until: until}))
	if err != nil {
		return Figures{}, err
	}
	f := Figures{}
	for _, d := range all {
		if d.Reviewer == reviewer && d.Role == store.RoleWithdrawal {
			f.Undone++
		}
	}
	standing := Standing(all)
	f.throughput(standing, reviewer)
	f.agreement(standing, reviewer)
	return f, f.known(ctx, reviews, standing, reviewer)
}

func (f *Figures) throughput(standing []store.ReviewDecision, reviewer string) {
	var took []time.Duration
	days := map[time.Time][]time.Duration{}
	for _, d := range standing {
		if d.Reviewer != reviewer {
			continue
		}
		day := d.At.UTC().Truncate(24 * time.Hour)
		days[day] = append(days[day], d.Took)
		took = append(took, d.Took)
	}
	f.Decisions, f.MedianTook = len(took), median(took)
	for day, times := range days {
		f.Days = append(f.Days, Day{day, len(times), median(times)})
	}
	slices.SortFunc(f.Days, func(a, b Day) int { return a.Day.Compare(b.Day) })
}

func median(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	times = slices.Sorted(slices.Values(times))
	return (times[(len(times)-1)/2] + times[len(times)/2]) / 2
}

// agreement compares the reviewer's looks with the other look, and with the adjudication.
func (f *Figures) agreement(standing []store.ReviewDecision, reviewer string) {
	mine := map[string]store.ReviewDecision{}
	for _, d := range standing {
		if d.Reviewer == reviewer && d.Role == store.RoleLook {
			mine[d.Item] = d
		}
	}
	var peers, same, judged, right int
	for _, d := range standing {
		own, ok := mine[d.Item]
		if !ok || d.Reviewer == reviewer {
			continue
		}
		hit := 0
		if agree(own.Labels, d.Labels) {
			hit = 1
		}
		switch d.Role {
		case store.RoleLook:
			peers, same = peers+1, same+hit
		case store.RoleAdjudication:
			judged, right = judged+1, right+hit
		}
	}
	f.Peers, f.Adjudicated = people.NewShare(same, peers, level), people.NewShare(right, judged, level)
}

func (f *Figures) known(ctx context.Context, reviews store.Reviews, standing []store.ReviewDecision, reviewer string) error {
	n, right := 0, 0
	for _, d := range standing {
		if d.Reviewer != reviewer || d.Role != store.RoleKnown {
			continue
		}
		r, err := reviews.Review(ctx, d.Item)
		if err != nil {
			return err
		}
		n++
		if agree(d.Labels, r.Known) {
			right++
		}
	}
	f.Known = people.NewShare(right, n, level)
	return nil
}

// Ratings are all blind looks of a time, for the team's agreement by [people.Agree].
func Ratings(ctx context.Context, reviews store.Reviews, from, until time.Time) ([]people.Rating, error) {
	all, err := store.Gather(store.EachDecision(ctx, reviews, store.DecisionFilter{From: from, Until: until}))
	if err != nil {
		return nil, err
	}
	var out []people.Rating
	trials := map[people.Rating]int{} // a claim may come to a reviewer again, as another item
	for _, d := range Standing(all) {
		if d.Role != store.RoleLook {
			continue
		}
		for axis, label := range d.Labels {
			same := people.Rating{Claim: d.Claim, Axis: axis, Rater: d.Reviewer}
			out = append(out, people.Rating{Claim: d.Claim, Axis: axis, Rater: d.Reviewer, Label: label, At: d.At, Trial: trials[same]})
			trials[same]++
		}
	}
	slices.SortStableFunc(out, func(a, b people.Rating) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Axis, b.Axis), cmp.Compare(a.Rater, b.Rater))
	})
	return out, nil
}
