package surveillance

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

// Store is what a watch reads and keeps; see package store for the contracts.
type Store interface {
	Claims
	Decisions
	Units
	Costs
	ClusterOf(ctx context.Context, space, claim string) (cluster string, err error)
	Alarms
}

// Claims are what was reported.
type Claims interface {
	Claim(ctx context.Context, id string) (store.Claim, error)
	List(ctx context.Context, f store.Filter, p store.Page) (claims []store.Claim, next string, err error)
	Waiting(ctx context.Context) (n int, oldest time.Time, err error)
}

// Decisions are reviewers' labels.
type Decisions interface {
	Settled(ctx context.Context, before time.Time, after string, limit int) ([]store.SettledReview, error)
	Slice(ctx context.Context, from, until time.Time) ([]store.SettledReview, error)
}

// Units are what is at risk.
type Units interface {
	Exposure(ctx context.Context, q store.ExposureQuery) (store.Exposure, error)
	UnitsBySerials(ctx context.Context, serials []string) (map[string][]store.Unit, error)
	BatchesBy(ctx context.Context, name string) ([]store.Batch, error)
	RecordsOf(ctx context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error)
}

// Costs are what claims cost.
type Costs interface {
	CostsOf(ctx context.Context, f store.CostFilter, after string, limit int) ([]store.Cost, error)
}

// Alarms keeps what was found.
type Alarms interface {
	AddAlarm(ctx context.Context, a store.Alarm, e ...store.Entry) error
	ChangeAlarm(ctx context.Context, a store.Alarm, e ...store.Entry) error
	MeasureAlarm(ctx context.Context, id string, f store.AlarmFacts) error
	Alarm(ctx context.Context, id string) (store.Alarm, error)
	Alarms(ctx context.Context, f store.AlarmFilter) ([]store.Alarm, error)
}

// newID panics only when the system has no randomness left.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
