package store

import (
	"context"
	"time"
)

// AlarmState is where an alarm stands.
type AlarmState string

// The states of an alarm. Open becomes Acknowledged, Dismissed or Closed; Dismissed becomes Open
// again when what was dismissed gets clearly worse. Closed stays: what comes back later is a new
// alarm.
const (
	AlarmOpen         AlarmState = "open"
	AlarmAcknowledged AlarmState = "acknowledged" // somebody is at work on it
	AlarmDismissed    AlarmState = "dismissed"    // explained, and no reason to act
	AlarmClosed       AlarmState = "closed"       // over, or gone up in another alarm
)

// Alarm is a pattern that is kept: a label that is reported more often in a group of units than
// their number and age explain.
type Alarm struct {
	// ID is a UUID of version 7, given by whoever adds it. It stays, also when later evidence
	// puts the pattern down to another group.
	ID string `json:"id"`
	// Version goes up by one with every change (not with a measure); the first is 1.
	Version int64      `json:"version"`
	State   AlarmState `json:"state"`
	Cause   Cause      `json:"cause"`
	// OpenedAt is when it was first kept, SettledAt when it was last dismissed or closed; zero
	// else.
	OpenedAt  time.Time `json:"opened_at"`
	SettledAt time.Time `json:"settled_at,omitzero"`
	// Why is the reason given when it was dismissed or closed.
	Why string `json:"why,omitempty"`
	// Floor is the rate ratio that was dismissed, 0 unless Dismissed.
	Floor float64 `json:"floor,omitempty"`
	// Known is the known issue that it was tied to, nil without one.
	Known *KnownIssue `json:"known,omitempty"`
	Facts AlarmFacts  `json:"facts"`
}

// Living says whether the alarm still stands for its cause: there is one such alarm of a cause.
func (a Alarm) Living() bool { return a.State != AlarmClosed }

// KnownIssue is what the company knows about a pattern, for whoever handles a claim of it.
type KnownIssue struct {
	// Text says what is wrong, Resolution what to do with such a claim.
	Text       string `json:"text"`
	Resolution string `json:"resolution,omitempty"`
}

// AlarmFacts is what was measured last.
type AlarmFacts struct {
	// At is when it was measured.
	At time.Time `json:"at"`
	// Raised is the day of the claim that raised it, Onset the day of the first claim of the
	// excess, as the detector places it.
	Raised time.Time `json:"raised"`
	Onset  time.Time `json:"onset"`
	// Last is the day of the newest claim.
	Last time.Time `json:"last"`
	// MadeFrom and MadeUntil are given where the excess is in the units of the group that were made
	// from a day on, before another one (open where zero): all other facts are of these units.
	MadeFrom  time.Time `json:"made_from,omitzero"`
	MadeUntil time.Time `json:"made_until,omitzero"`
	// Basis is what the expectation rests on: [BasisUnits] or [BasisClaims].
	Basis string `json:"basis"`
	// Observed are the claims since the onset against Expected: what is usual, and what the causes
	// of other alarms bring to these units, but for those among Rivals. Ratio is their quotient with its
	// exact 95 % Poisson interval (Garwood 1936). EB05 is the 5 % quantile of the ratio once
	// shrunk towards all other groups' (DuMouchel 1999): rank by it.
	Observed int     `json:"observed"`
	Expected float64 `json:"expected"`
	Ratio    float64 `json:"ratio"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	EB05     float64 `json:"eb05"`
	// Evidence is the detector's value when it was raised and Threshold what it had to reach, so
	// that there are at most Level false alarms a year over everything watched.
	Evidence  float64 `json:"evidence"`
	Threshold float64 `json:"threshold"`
	Level     float64 `json:"level"`
	// Explanation says in plain words why it is put down to this group, Rivals why not to others,
	// best first.
	Explanation string       `json:"explanation"`
	Rivals      []AlarmRival `json:"rivals,omitempty"`
	// Also are further labels ("axis=label") under which the same excess shows.
	Also []string `json:"also,omitempty"`
	// Within is the id of another alarm at work, of a group with more units that most of the claims
	// are of, under one of the labels: the two are likely to be one trouble. Empty for none.
	Within string `json:"within,omitempty"`
	// Units are those of the group.
	Units AlarmUnits `json:"units"`
	// Costs is what the claims since the onset have cost, by currency; Costed is how many of
	// them have a cost.
	Costs  []Money `json:"costs,omitempty"`
	Costed int     `json:"costed"`
	// Forecasts are of claims to come, nearest first.
	Forecasts []AlarmForecast `json:"forecasts,omitempty"`
	// Months are observed and expected claims of the label over time, Ages over months in service.
	Months []AlarmMonth `json:"months,omitempty"`
	Ages   []AlarmAge   `json:"ages,omitempty"`
	// Examples are ids of claims since the onset, newest first. Erased ones go with the next
	// measure.
	Examples []string `json:"examples,omitempty"`
	// Cluster is the one that most of the claims belong to, empty when there is none; Clustered
	// is how many of Observed do.
	Cluster   string `json:"cluster,omitempty"`
	Clustered int    `json:"clustered,omitempty"`
	// Told is the ratio that webhooks were told last, 0 when they were told nothing yet.
	Told float64 `json:"told,omitempty"`
}

// WatchedAxes are the axes whose labels are watched for patterns unless others are set.
func WatchedAxes() []string { return []string{"symptom", "component", "defect_type"} }

// Unlabelled stands where a label does, for the claims that have none on the axes that are watched: what
// the model does not know.
const Unlabelled = "unlabelled"

// What an expectation rests on.
const (
	// BasisUnits: units at risk by age, season and product.
	BasisUnits = "units"
	// BasisClaims: no units are known, so a label's share of a group's claims is compared with
	// its share of all claims of the product. That finds what is wrong with a group, not that
	// it has more claims altogether.
	BasisClaims = "claims"
)

// AlarmRival is a group that shares claims with an alarm and was not found to be behind it.
type AlarmRival struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Of is the group's name where Name is that of a part of it: "PL-1" of "PL-1, autumn 2025".
	Of       string  `json:"of,omitempty"`
	Observed int     `json:"observed"`
	Expected float64 `json:"expected"`
	// Same says that it holds the same units, so that nobody can tell the two apart.
	Same bool `json:"same,omitempty"`
	// Reason says in plain words why it lost; empty with Same.
	Reason string `json:"reason,omitempty"`
}

// AlarmUnits counts a group's units: all that were made, those that are not sold, those in
// customers' hands.
type AlarmUnits struct {
	Made  int `json:"made"`
	Stock int `json:"stock"`
	Field int `json:"field"`
}

// AlarmForecast is what the next days will bring if nothing changes, with 95 % prediction
// intervals. Units that are not sold count in IfSold only.
type AlarmForecast struct {
	Days int `json:"days"`
	// Claims of units in the field.
	Claims float64 `json:"claims"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	// Usual is how many claims would come at the usual rate.
	Usual float64 `json:"usual"`
	// IfSold is how many more claims there would be if all stock were sold today.
	IfSold float64 `json:"if_sold"`
	// Cost is that of Claims, CostLow and CostHigh those of Low and High, at the mean cost of the
	// claims so far, or at the product's price; zero where neither is known.
	Cost     Money `json:"cost,omitzero"`
	CostLow  Money `json:"cost_low,omitzero"`
	CostHigh Money `json:"cost_high,omitzero"`
}

// AlarmMonth is one calendar month of a group and label.
type AlarmMonth struct {
	Month    string  `json:"month"` // 2026-03
	Observed int     `json:"observed"`
	Expected float64 `json:"expected"`
}

// AlarmAge is one month in service (30 days, from 0) over all units of a group that have lived
// it: claims per 1,000 units with their exact 95 % Poisson interval, beside what is usual.
type AlarmAge struct {
	Month   int     `json:"month"`
	Units   int     `json:"units"`
	Claims  int     `json:"claims"`
	Per1000 float64 `json:"per_1000"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Usual   float64 `json:"usual"`
}

// What happened to an alarm: the What of its entries in the audit trail.
const (
	AlarmRaised   = "alarm.raised"
	AlarmTaken    = "alarm.acknowledged"
	AlarmLeft     = "alarm.dismissed"
	AlarmEnded    = "alarm.closed"
	AlarmReopened = "alarm.reopened"
	AlarmWorse    = "alarm.worse" // only told: its rate is clearly above what was told last
	AlarmMoved    = "alarm.moved" // put down to another group or label
	AlarmIssue    = "alarm.issue" // a known issue was attached, changed or taken away
)

// AlarmFilter narrows alarms; zero fields do not.
type AlarmFilter struct {
	States []AlarmState
	// Kind and Name are the cause's group; Label is its label.
	Kind, Name, Label string
	// Known keeps alarms that are tied to a known issue.
	Known bool
	// From is inclusive, Until exclusive; they compare OpenedAt.
	From, Until time.Time
	// Limit is the most that come, 1..MaxAlarms; After the id to go on behind.
	Limit int
	After string
}

// MaxAlarms is the largest limit of a list of alarms.
const MaxAlarms = 1000

// Alarms keeps alarms. All methods must be safe for concurrent use, also by several processes on
// one database. Entries go to the audit trail in the same transaction; the store sets their On.
type Alarms interface {
	// AddAlarm must store the alarm at version 1; ErrConflict when the id is taken or a living
	// alarm has the same cause.
	AddAlarm(ctx context.Context, a Alarm, e ...Entry) error
	// ChangeAlarm must replace all but ID and OpenedAt and raise the version, only if a.Version
	// is current and no other living alarm has its cause; else ErrConflict, or ErrNotFound.
	ChangeAlarm(ctx context.Context, a Alarm, e ...Entry) error
	// MeasureAlarm must replace the facts only and leave the version, so that what a person is
	// about to change stays as he saw it; ErrNotFound.
	MeasureAlarm(ctx context.Context, id string, f AlarmFacts) error
	// Alarm must return ErrNotFound for an unknown id.
	Alarm(ctx context.Context, id string) (Alarm, error)
	// Alarms must order by id, newest first.
	Alarms(ctx context.Context, f AlarmFilter) ([]Alarm, error)
}
