package trace

import (
	"context"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// AlarmSource lists alarms; see [store.Alarms].
type AlarmSource interface {
	Alarms(ctx context.Context, f store.AlarmFilter) ([]store.Alarm, error)
}

// AlarmIssues makes known issues of the alarms that somebody tied to one.
type AlarmIssues struct{ From AlarmSource }

// Known gives the issues of living alarms about one of the groups, in the order of the groups:
// the product first, then batch and lots.
func (a AlarmIssues) Known(ctx context.Context, groups []store.Group) ([]Issue, error) {
	var out []Issue
	f := store.AlarmFilter{Known: true, States: []store.AlarmState{store.AlarmOpen, store.AlarmAcknowledged, store.AlarmDismissed}, Limit: store.MaxAlarms}
	for {
		list, err := a.From.Alarms(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, alarm := range list {
			g := store.Group{Kind: store.GroupKind(alarm.Cause.Kind), Name: alarm.Cause.Name}
			if alarm.Known != nil && slices.Contains(groups, g) {
				out = append(out, Issue{ID: alarm.ID, Group: g, Label: alarm.Cause.Label, Text: alarm.Known.Text, Resolution: alarm.Known.Resolution})
			}
		}
		if len(list) < f.Limit {
			break
		}
		f.After = list[len(list)-1].ID
	}
	slices.SortStableFunc(out, func(x, y Issue) int { return slices.Index(groups, x.Group) - slices.Index(groups, y.Group) })
	return out, nil
}
