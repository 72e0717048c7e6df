package surveillance

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// Watch looks for patterns in what a store holds. Safe for concurrent use.
type Watch struct {
	cfg Config

	mu sync.Mutex
	st *state // nil: to be read
}

// New makes a watch; nothing is read yet. The error is an [ErrConfig].
func New(cfg Config) (*Watch, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Watch{cfg: cfg}, nil
}

// Ledger is what people do with the watch's alarms.
func (w *Watch) Ledger() Ledger { return Ledger{Alarms: w.cfg.Store, Now: w.cfg.Now} }

// Summary says what a look did.
type Summary struct {
	// Basis is [store.BasisUnits] or [store.BasisClaims]. From is the first day watched.
	Basis string    `json:"basis"`
	From  time.Time `json:"from"`
	// Claims were counted, ByContext of them by what their context says, since their unit is
	// not known. Unstarted are about units without a start of service and Unknown about nothing
	// that is known: neither counts.
	Claims    int `json:"claims"`
	ByContext int `json:"by_context"`
	Unstarted int `json:"unstarted"`
	Unknown   int `json:"unknown"`
	// Units are in service, Groups and Labels are watched.
	Units  int `json:"units"`
	Groups int `json:"groups"`
	Labels int `json:"labels"`
	// Opened, Reopened and Closed are ids of alarms, Updated is how many were measured again.
	Opened   []string `json:"opened,omitempty"`
	Reopened []string `json:"reopened,omitempty"`
	Closed   []string `json:"closed,omitempty"`
	Updated  int      `json:"updated"`
	// Calibrated says that the classifier's confusion is allowed for.
	Calibrated bool `json:"calibrated"`
}

// Scan reads everything, looks at all groups and labels, and keeps the alarms.
func (w *Watch) Scan(ctx context.Context) (Summary, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.scan(ctx)
}

func (w *Watch) scan(ctx context.Context) (Summary, error) {
	w.st = nil
	st, err := w.load(ctx)
	if err != nil {
		return Summary{}, err
	}
	done := st.summary()
	k, err := w.keeping(ctx, st, &done)
	if err != nil {
		return done, err
	}
	closed, err := k.closings(ctx)
	if err != nil {
		return done, err
	}
	causes, err := st.detect(w.cfg, closed)
	if err != nil {
		return done, err
	}
	if st.baseline != nil {
		done.Labels = len(watched(st.baseline).Labels)
	}
	if err := k.take(ctx, causes); err != nil {
		return done, err
	}
	if err := k.rest(ctx); err != nil {
		return done, err
	}
	w.st = st
	w.log(ctx, "patterns scanned", done)
	return done, nil
}

func (st *state) summary() Summary {
	units := 0
	for _, r := range st.fleet.rows {
		units += int(r.units)
	}
	if st.fleet.basis != store.BasisUnits {
		units = 0
	}
	groups := 0
	for _, sets := range st.fleet.members {
		if len(sets) > 0 {
			groups++
		}
	}
	p := st.placer.counts
	return Summary{Basis: st.fleet.basis, From: st.period.From.Time(), Claims: len(st.reports), ByContext: p.byContext, Unstarted: p.unstarted, Unknown: p.unknown,
		Units: units, Groups: groups, Calibrated: st.confusion != nil}
}

func (w *Watch) log(ctx context.Context, what string, s Summary) {
	w.cfg.Log.LogAttrs(ctx, slog.LevelInfo, what, slog.String("basis", s.Basis), slog.Int("claims", s.Claims), slog.Int("unstarted", s.Unstarted),
		slog.Int("unknown", s.Unknown), slog.Int("groups", s.Groups), slog.Int("opened", len(s.Opened)), slog.Int("updated", s.Updated),
		slog.Int("reopened", len(s.Reopened)), slog.Int("closed", len(s.Closed)))
}

// Tend is upkeep: it adds the claims that were finished since the last look, and scans when that
// is due or nothing was read yet. Nothing is lost when it fails; the next one reads again.
func (w *Watch) Tend(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.st == nil || w.cfg.Now().Sub(w.st.read) >= w.rescan() {
		_, err := w.scan(ctx)
		return err
	}
	done, err := w.step(ctx)
	if err != nil {
		w.st = nil // what was taken in may not have been kept
		return err
	}
	if done.Claims > 0 {
		w.log(ctx, "patterns looked at", done)
	}
	return nil
}

// sharesEvery is how often claims without units are looked at anew: each of them changes what is
// expected of the others.
const sharesEvery = time.Hour

func (w *Watch) rescan() time.Duration {
	if w.st.fleet.basis == store.BasisClaims {
		return min(w.cfg.Rescan, sharesEvery)
	}
	return w.cfg.Rescan
}

// step adds the claims that were finished since the last look. Reviewers' corrections and units
// that were added meanwhile count from the next scan on.
func (w *Watch) step(ctx context.Context) (Summary, error) {
	st := w.st
	var done Summary
	if st.fleet.basis == store.BasisClaims {
		return done, nil
	}
	since, before := st.waited.Add(-time.Minute), len(st.reports)
	now := w.cfg.Now()
	if err := w.markWaitingSince(ctx, st, now); err != nil {
		return done, err
	}
	fresh, err := w.take(ctx, st, since, nil)
	if err != nil {
		return done, err
	}
	if st.lessons == nil && len(fresh) > 0 { // the first claims: nothing is watched so far
		return w.scan(ctx)
	}
	st.today = max(st.today, min(pattern.DayOf(now), st.period.To-1))
	st.reports = st.reports[:before]
	raised, err := w.absorb(st, fresh)
	if err != nil {
		return done, err
	}
	done.Claims = len(fresh)
	if len(fresh) == 0 {
		return done, nil
	}
	k, err := w.keeping(ctx, st, &done)
	if err != nil {
		return done, err
	}
	causes, err := st.explainAll(raised, st.causes)
	if err != nil {
		return done, err
	}
	st.causes, st.lessons.explained = append(st.causes, causes...), len(st.raised)
	if err := k.take(ctx, causes); err != nil {
		return done, err
	}
	return done, k.touch(ctx, fresh)
}

// touch measures the living alarms that new reports belong to.
func (k *keeping) touch(ctx context.Context, fresh []*report) error {
	for _, a := range k.living {
		if k.matched[a.ID] || !slices.ContainsFunc(fresh, func(r *report) bool { return k.belongs(a, r) }) {
			continue
		}
		c, err := k.one(a)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		if err := k.update(ctx, a, c, k.watch.remeasure(k.st, c, a.Facts)); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeping) belongs(a store.Alarm, r *report) bool {
	group, ok := k.st.groupOf(a)
	label, okLabel := k.st.labels.ids[a.Cause.Label]
	return ok && okLabel && r.in(group) && slices.Contains(r.labels, label)
}
