// Package recall lists the units that a targeted recall must reach, each with the reason it is on
// the list, where it is and how to reach its owner, and what recalling the whole product would
// have cost instead.
//
// Its place in the flow: behind the store's units (and an alarm, which names the group), in front
// of whoever blocks stock and writes to owners. [Run] streams: units come page by page and go out
// row by row, so that memory does not grow with two million of them. Several groups are merged by
// serial as they come, and a unit in two of them is on the list once, with both reasons.
//
// Trade-offs: the costs are known only when all units were seen, so that the summary comes after
// the list; a recall's cost is the product's own figure (its recall cost, else its price) times
// units, not a forecast of who answers; names and addresses are not in the store, the list has the
// seller's reference to the owner and the way to reach him.
package recall

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

// Limits of a recall.
const (
	// MaxTargets is the most groups of one list.
	MaxTargets = 50
)

// Codes of recalls that cannot be listed.
const (
	CodeTargets claim.Code = "recall_targets" // none, or too many
	CodeDates   claim.Code = "recall_dates"   // a range that ends before it begins
)

// Target is a group of units that is recalled.
type Target struct {
	Group store.Group
	// Reason says why; empty says the group alone.
	Reason string
	// MadeFrom, when given, leaves out units of the group that were made before.
	MadeFrom time.Time
}

// Query says which units.
type Query struct {
	// Targets are groups of which a unit must be in one.
	Targets []Target
	// SKU keeps units of one product, if not empty.
	SKU string
	// Made and Sold bounds hold for all targets: from inclusive, until exclusive, zero is open.
	MadeFrom, MadeUntil time.Time
	SoldFrom, SoldUntil time.Time
}

func (q Query) validate() error {
	if len(q.Targets) == 0 || len(q.Targets) > MaxTargets {
		return claim.Problem{Code: CodeTargets, Where: "targets", Message: fmt.Sprintf("a recall names 1 to %d lots, batches or other groups", MaxTargets)}
	}
	for _, t := range q.Targets {
		if t.Group.Kind == "" || strings.Trim(t.Group.Name, store.PartSign) == "" {
			return claim.Problem{Code: CodeTargets, Where: "targets", Message: "a group needs a kind and a name; all units of everything are no targeted recall"}
		}
	}
	if late(q.MadeFrom, q.MadeUntil) || late(q.SoldFrom, q.SoldUntil) {
		return claim.Problem{Code: CodeDates, Where: "dates", Message: "a range of dates ends before it begins"}
	}
	return nil
}

func late(from, until time.Time) bool { return !until.IsZero() && !from.Before(until) }

// FromAlarm makes the target of an alarm. The whole group is meant: what makes a lot bad does not
// begin with its first claim. An alarm about the units made since a change means all of them, those
// that were made after the ones that are reported now too.
func FromAlarm(a store.Alarm) Target {
	reason := fmt.Sprintf("alarm %s: %d claims where %.1f are expected", a.ID, a.Facts.Observed, a.Facts.Expected)
	if a.Cause.Label != "" {
		reason += " (" + a.Cause.Label + ")"
	}
	return Target{Group: store.Group{Kind: store.GroupKind(a.Cause.Kind), Name: a.Cause.Name}, Reason: reason, MadeFrom: a.Facts.MadeFrom}
}

// Row is one unit on the list.
type Row struct {
	Unit    store.Unit
	Stage   store.Stage
	Reasons []string
}

// Action is what is to be done with the unit.
func (r Row) Action() string {
	switch r.Stage {
	case store.StageStock:
		return "block"
	case store.StageTrade:
		return "stop sale"
	case store.StageField:
		return "reach owner"
	}
	return "none"
}

// Rows gives the units of a query by serial, then SKU, each once.
func Rows(ctx context.Context, units cases.Units, q Query) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if err := q.validate(); err != nil {
			yield(Row{}, err)
			return
		}
		m := merge{}
		defer m.stop()
		for _, t := range q.Targets {
			if err := m.open(ctx, units, q, t); err != nil {
				yield(Row{}, err)
				return
			}
		}
		for {
			row, ok, err := m.next()
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !ok || !yield(row, nil) {
				return
			}
		}
	}
}

// filter is one target with the query's bounds.
func (q Query) filter(t Target) store.UnitFilter {
	f := store.UnitFilter{Groups: []store.Group{t.Group}, MadeFrom: t.since(q), MadeUntil: q.MadeUntil, SoldFrom: q.SoldFrom, SoldUntil: q.SoldUntil}
	if q.SKU != "" {
		f.Groups = append(f.Groups, store.Group{Kind: store.GroupSKU, Name: q.SKU})
	}
	return f
}

// since is the later of the two first days, zero for none.
func (t Target) since(q Query) time.Time {
	if t.MadeFrom.After(q.MadeFrom) {
		return t.MadeFrom
	}
	return q.MadeFrom
}

func (t Target) why(q Query) string {
	why := t.Group.String()
	if b := between("made", t.since(q), q.MadeUntil); b != "" {
		why += ", " + b
	}
	if b := between("sold", q.SoldFrom, q.SoldUntil); b != "" {
		why += ", " + b
	}
	if t.Reason != "" {
		why += ": " + t.Reason
	}
	return why
}

func between(what string, from, until time.Time) string {
	switch {
	case from.IsZero() && until.IsZero():
		return ""
	case from.IsZero():
		return what + " before " + until.UTC().Format(time.DateOnly)
	case until.IsZero():
		return what + " from " + from.UTC().Format(time.DateOnly)
	}
	return what + " from " + from.UTC().Format(time.DateOnly) + ", before " + until.UTC().Format(time.DateOnly)
}
