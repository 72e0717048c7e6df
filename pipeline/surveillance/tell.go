package surveillance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Notices tells other systems; see [store.Notices].
type Notices interface {
	Announce(ctx context.Context, n store.Notice) (told bool, err error)
}

// Announcement is what a notice says of an alarm.
type Announcement struct {
	ID       string           `json:"id"`
	State    store.AlarmState `json:"state"`
	Cause    store.Cause      `json:"cause"`
	OpenedAt time.Time        `json:"opened_at"`
	Onset    time.Time        `json:"onset"`
	// Observed claims since the onset against Expected, Ratio with its 95 % interval; Before is
	// the ratio that was told last, 0 with the first notice.
	Observed int     `json:"observed"`
	Expected float64 `json:"expected"`
	Ratio    float64 `json:"ratio"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Before   float64 `json:"before,omitempty"`
	// Explanation says in plain words why it is put down to this group.
	Explanation string           `json:"explanation"`
	Units       store.AlarmUnits `json:"units"`
	Costs       []store.Money    `json:"costs,omitempty"`
	Examples    []string         `json:"examples,omitempty"`
}

// clearlyWorse is how many times the ratio that was told last the lower bound of the ratio must
// be before an alarm is told of again.
const clearlyWorse = 2

// tell announces an alarm of which nobody was told yet, one that was opened again, and one that
// has become clearly worse. What was told is kept with the facts by the caller, after this: an
// announcement has a key, so that one that is repeated, after a crash or by another process, is
// not sent twice. (It is not one transaction with the alarm, since [store.Alarms] takes entries of
// the trail only; an alarm that was kept and not told is told at its next measure.)
func (w *Watch) tell(ctx context.Context, a store.Alarm, facts *store.AlarmFacts, reopened bool) error {
	facts.Told = a.Facts.Told
	if w.cfg.Notices == nil || a.State == store.AlarmDismissed || a.State == store.AlarmClosed {
		return nil
	}
	n := store.Notice{Type: store.AlarmRaised, Key: store.AlarmRaised + " " + a.ID}
	switch {
	case reopened:
		n.Type = store.AlarmReopened
		n.Key = fmt.Sprintf("%s %s %d", n.Type, a.ID, a.Version)
	case facts.Told == 0: // the first time
	case facts.Low >= clearlyWorse*facts.Told:
		n.Type = store.AlarmWorse
		n.Key = fmt.Sprintf("%s %s %g", n.Type, a.ID, facts.Told)
	default:
		return nil
	}
	data, err := json.Marshal(Announcement{ID: a.ID, State: a.State, Cause: a.Cause, OpenedAt: a.OpenedAt, Onset: facts.Onset, Observed: facts.Observed,
		Expected: facts.Expected, Ratio: facts.Ratio, Low: facts.Low, High: facts.High, Before: facts.Told, Explanation: facts.Explanation,
		Units: facts.Units, Costs: facts.Costs, Examples: facts.Examples})
	if err != nil {
		return fmt.Errorf("tell of alarm %s: %w", a.ID, err)
	}
	n.Data = string(data)
	if _, err := w.cfg.Notices.Announce(ctx, n); err != nil {
		return fmt.Errorf("tell of alarm %s: %w", a.ID, err)
	}
	facts.Told = facts.Ratio
	return nil
}
