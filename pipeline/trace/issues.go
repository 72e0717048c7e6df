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
	living := store.AlarmFilter{Known: true, States: []store.AlarmState{store.AlarmOpen, store.AlarmAcknowledged, store.AlarmDismissed}}
	for alarm, err := range store.EachAlarm(ctx, a.From, living) {
		if err != nil {
			return nil, err
		}
		g := store.Group{Kind: store.GroupKind(alarm.Cause.Kind), Name: alarm.Cause.Name}
		if alarm.Known != nil && slices.Contains(groups, g) {
			out = append(out, Issue{ID: alarm.ID, Group: g, Label: alarm.Cause.Label, Text: alarm.Known.Text, Resolution: alarm.Known.Resolution})
		}
	}
	slices.SortStableFunc(out, func(x, y Issue) int { return slices.Index(groups, x.Group) - slices.Index(groups, y.Group) })
	return out, nil
}
