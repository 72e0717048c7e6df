package surveillance

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// report is a claim as it counts: when, about which units, with which labels.
type report struct {
	id, reference, serial string
	day                   pattern.Day
	since                 pattern.Day // start of service, in weeks
	set                   int32       // -1 when the unit is not known
	groups                []int32     // of the set, or those that are certain; ascending
	stratum               int32
	labels                []int32
	number                int32 // in order of the state's reports
}

// in says that the report is about a unit of a group.
func (r *report) in(group int32) bool {
	_, ok := slices.BinarySearch(r.groups, group)
	return ok
}

// labels are the labels that claims have, by number; 0 is all claims.
type labels struct {
	names []string
	ids   map[string]int32
}

// allClaims stands for all claims, whatever their labels. What is usual of them is learned, for charts,
// and not watched: products fail by other labels at other ages, so one curve of all labels fits none of
// them, and an excess shows under its label, or under [store.Unlabelled].
const (
	allClaims  = ""
	all        = 0
	unlabelled = 1 // see [store.Unlabelled]
)

func newLabels() *labels {
	return &labels{names: []string{allClaims, store.Unlabelled}, ids: map[string]int32{allClaims: all, store.Unlabelled: unlabelled}}
}

func (l *labels) id(name string) int32 {
	if id, ok := l.ids[name]; ok {
		return id
	}
	id := int32(len(l.names))
	l.names = append(l.names, name)
	l.ids[name] = id
	return id
}

// Label names a label of an axis, as [store.Cause] does: "symptom=crack".
func Label(axis, label string) string { return axis + "=" + label }

// answers gives a claim's labels on the watched axes: the reviewers' where they decided, else
// those that the model did not abstain on; [store.Unlabelled] where none has one.
func (l *labels) answers(c store.Claim, axes []string, decided map[string]string) []int32 {
	out := []int32{all}
	for _, axis := range axes {
		label, told := decided[axis]
		if !told && c.Prediction != nil {
			if p, ok := c.Prediction.Axes[axis]; ok && !p.Abstained {
				label = p.Label
			}
		}
		if label != "" {
			out = append(out, l.id(Label(axis, label)))
		}
	}
	if len(out) == 1 {
		out = append(out, unlabelled)
	}
	return out
}

// reportedAt is when a claim was reported: as its sender says, else when it came.
func reportedAt(c store.Claim) time.Time {
	if at := c.Claim.ReceivedAt; !at.IsZero() && !at.After(c.CreatedAt) {
		return at
	}
	return c.CreatedAt
}

// eachDone reads the finished claims that came in since a time, newest first.
func eachDone(ctx context.Context, s Claims, since time.Time, do func(store.Claim)) error {
	for after := ""; ; {
		list, next, err := s.List(ctx, store.Filter{State: store.Done, From: since}, store.Page{Limit: store.MaxPage, After: after})
		if err != nil {
			return fmt.Errorf("finished claims: %w", err)
		}
		for _, c := range list {
			do(c)
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

// settledPage is how many claims' decisions are read at once.
const settledPage = 1000

// decided reads reviewers' labels by claim; of several items of a claim, later ones win.
func decided(ctx context.Context, s Decisions, before time.Time) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for after := ""; ; {
		page, err := s.Settled(ctx, before, after, settledPage)
		if err != nil {
			return nil, fmt.Errorf("reviewers' labels: %w", err)
		}
		if len(page) == 0 {
			return out, nil
		}
		for _, item := range page {
			id := item.Review.Claim
			if len(item.Decision.Labels) == 0 {
				continue
			}
			if out[id] == nil {
				out[id] = map[string]string{}
			}
			for axis, label := range item.Decision.Labels {
				out[id][axis] = label
			}
		}
		after = page[len(page)-1].Review.Claim
	}
}

// byDay orders reports by day, then id.
func byDay(a, b *report) int { return cmp.Or(cmp.Compare(a.day, b.day), strings.Compare(a.id, b.id)) }

// told is a unit and label that was reported.
type told struct {
	serial string
	label  int32
}

// withoutRepeats drops labels that the same unit was reported with shortly before: a customer
// who writes three times tells of one failure. Reports must come in order of day.
func (st *state) withoutRepeats(reports []*report, within pattern.Day) {
	for _, r := range reports {
		if r.serial == "" {
			continue
		}
		r.labels = slices.DeleteFunc(r.labels, func(l int32) bool {
			at, ok := st.told[told{r.serial, l}]
			st.told[told{r.serial, l}] = r.day
			return ok && r.day-at < within
		})
	}
}
