package store

import (
	"context"
	"encoding/json"
	"time"
)

// Model is a model that was registered: a candidate, until somebody promotes it.
type Model struct {
	// Digest is the model's own, "sha256:" and 64 hex digits.
	Digest string `json:"digest"`
	Name   string `json:"name"`
	// Archive is the blob with the model's folder, Bytes its size.
	Archive string `json:"archive"`
	Bytes   int64  `json:"bytes"`
	// Data is the digest of the data set that it was fitted on, Taxonomy its taxonomy as
	// name@version.
	Data     string `json:"data"`
	Taxonomy string `json:"taxonomy"`
	// Gate is what the evaluation said, a JSON document of package learning; empty for a model
	// that was registered without one. Passed is its outcome.
	Gate   json.RawMessage `json:"gate,omitempty"`
	Passed bool            `json:"passed"`
	By     string          `json:"by"`
	At     time.Time       `json:"at"`
}

// Promotion says which model answers from a time on. It is never changed: going back is
// another one.
type Promotion struct {
	// ID and At are given by the store; ids sort by time.
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// Model is the digest of the model that answers from now on, Before that of the one that
	// did; empty for the one that the program is started with.
	Model  string `json:"model"`
	Before string `json:"before,omitempty"`
	// Back marks a return to a model that was live before, Auto one that no person made.
	Back bool   `json:"back,omitempty"`
	Auto bool   `json:"auto,omitempty"`
	By   string `json:"by"`
	Why  string `json:"why,omitempty"`
}

// Models keeps registered models and which of them answers. All methods must be safe for
// concurrent use, also by several processes on one database; so must those of the other
// roles here.
type Models interface {
	// AddModel registers a model. One whose digest is there already must stay as it is, but
	// for Gate and Passed, which the new ones replace unless Gate is empty: it was judged again.
	AddModel(ctx context.Context, m Model) error
	// Model must return ErrNotFound for an unknown digest.
	Model(ctx context.Context, digest string) (Model, error)
	// Models lists all, newest first.
	Models(ctx context.Context) ([]Model, error)
	// Promote must add the promotion only if p.Before is the model that answers now, else
	// ErrConflict; ErrNotFound when p.Model is neither empty nor registered. It gives the
	// promotion back as it was kept, with id and time.
	Promote(ctx context.Context, p Promotion) (Promotion, error)
	// LiveModel gives the last promotion; ErrNotFound before the first. Servers ask every few
	// seconds, so that it must cost one look-up.
	LiveModel(ctx context.Context) (Promotion, error)
	// Promotions lists the newest first, at most limit.
	Promotions(ctx context.Context, limit int) ([]Promotion, error)
}

// Shadow is a model that answers a share of the new claims beside the live one, unheard.
type Shadow struct {
	Model string `json:"model"`
	// Share of the claims, above 0 and at most 1.
	Share float64   `json:"share"`
	By    string    `json:"by"`
	Since time.Time `json:"since"`
}

// ShadowAnswer is one axis of one claim on which the shadow and the live model differ.
type ShadowAnswer struct {
	Axis   string     `json:"axis"`
	Live   Suggestion `json:"live"`
	Shadow Suggestion `json:"shadow"`
}

// ShadowRun is one claim that both models answered.
type ShadowRun struct {
	Claim string `json:"claim"`
	// Live and Shadow are the models' digests.
	Live   string    `json:"live"`
	Shadow string    `json:"shadow"`
	At     time.Time `json:"at"`
	// Axes is how many axes both answered, Differ those on which they differ.
	Axes   int            `json:"axes"`
	Differ []ShadowAnswer `json:"differ,omitempty"`
}

// ShadowCounts sums up the runs of a pair of models.
type ShadowCounts struct {
	Live   string `json:"live"`
	Shadow string `json:"shadow"`
	// Claims is the number of runs, Differ how many of them differ anywhere, Axes how many
	// differ by axis.
	Claims int            `json:"claims"`
	Differ int            `json:"differ"`
	Axes   map[string]int `json:"axes"`
	// From and Until are the times of the first and the last run.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Shadows keeps what runs beside the live model, and what came of it. Runs of a claim go with
// it when it is erased.
type Shadows interface {
	// SetShadow puts a model beside the live one, in the place of what was there; an empty
	// Model ends it. ErrNotFound when it is not registered.
	SetShadow(ctx context.Context, s Shadow) error
	// Shadow must return ErrNotFound when nothing runs.
	Shadow(ctx context.Context) (Shadow, error)
	// AddShadowRun must keep one run of a claim by a pair of models; a second one, or one of
	// an erased claim, is passed over.
	AddShadowRun(ctx context.Context, r ShadowRun) error
	// ShadowCounts gives the pairs of a shadow's digest, the latest first.
	ShadowCounts(ctx context.Context, shadow string) ([]ShadowCounts, error)
	// ShadowRuns lists runs of a shadow that differ on the axis, or on any when it is empty,
	// newest first, at most limit.
	ShadowRuns(ctx context.Context, shadow, axis string, limit int) ([]ShadowRun, error)
}

// Past is a prediction of a claim that another one has replaced.
type Past struct {
	Model      string
	Prediction json.RawMessage
	// ReplacedAt is when.
	ReplacedAt time.Time
}

// TrendCount is how many claims of a day a model gave a label to.
type TrendCount struct {
	// Day is midnight UTC of the day in which the claims came in.
	Day   time.Time `json:"day"`
	Model string    `json:"model"`
	// Label is the likeliest one, also where the model left it to a person (Abstained).
	Label     string `json:"label"`
	Abstained bool   `json:"abstained,omitempty"`
	N         int    `json:"n"`
}

// History keeps predictions comparable over the change of models.
type History interface {
	// Stale lists Done claims whose prediction is of another model than the digest, by id
	// from the newest to the oldest, those before the id only (all when it is empty), at most
	// limit, 1..MaxPage. That there is none must be known without looking at every claim.
	Stale(ctx context.Context, model, before string, limit int) ([]Claim, error)
	// CountStale is how many there are, and how many Done claims in all.
	CountStale(ctx context.Context, model string) (stale, done int, err error)
	// Rescore must, in one transaction, keep the claim's prediction among the past ones under
	// its model's digest, put the outcome's in its place with the labels that filters find,
	// and, only if the outcome has vectors of other spaces than the claim, replace the
	// vectors. Nothing is announced and no look is asked for. A claim that has a prediction of
	// this model already is left as it is. ErrConflict when the claim is not Done, or
	// ErrNotFound.
	Rescore(ctx context.Context, id string, o Outcome) error
	// Past lists a claim's replaced predictions, oldest first; ErrNotFound for an unknown
	// claim.
	Past(ctx context.Context, id string) ([]Past, error)
	// Trend counts, over present and past predictions of the claims that came in from
	// (inclusive) until (exclusive; zero is open), the labels of an axis, ordered by day,
	// model, label, Abstained. A claim counts once under each model that answered it.
	Trend(ctx context.Context, axis string, from, until time.Time) ([]TrendCount, error)
}

// Dataset is a version of the data set that people's decisions make.
type Dataset struct {
	// Digest names it; Extends is the version before, empty for the first.
	Digest, Extends string
	// Document describes it, a JSON document of package learning.
	Document json.RawMessage
	By       string
	At       time.Time
}

// Datasets keeps versions, and on which side of the split each claim stands for good.
type Datasets interface {
	// AssignSplits must give each claim its split if it has none, and give the split that
	// holds for each claim of the map; claims that are not there are left out. What was
	// assigned never changes, and goes with the claim when it is erased.
	AssignSplits(ctx context.Context, splits map[string]string) (map[string]string, error)
	// Splits gives all that were assigned, by claim.
	Splits(ctx context.Context) (map[string]string, error)
	// AddDataset keeps a version; one that is there already is left as it is.
	AddDataset(ctx context.Context, d Dataset) error
	// Datasets lists the newest first.
	Datasets(ctx context.Context) ([]Dataset, error)
}
