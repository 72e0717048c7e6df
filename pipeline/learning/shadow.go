package learning

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"maps"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// ShadowStore is what running a shadow needs of a store.
type ShadowStore interface {
	Claim(ctx context.Context, id string) (store.Claim, error)
	Shadow(ctx context.Context) (store.Shadow, error)
	AddShadowRun(ctx context.Context, r store.ShadowRun) error
}

// ShadowConfig is what a shadower needs. Fields without a default must be set.
type ShadowConfig struct {
	Store  ShadowStore
	Open   Opener
	Photos pipeline.Source
	Log    *slog.Logger
	// Queue is the number of claims that may wait; further ones are passed over. Default: 256.
	Queue int
	// Every is how often it is asked which shadow runs. Default: 5 s.
	Every time.Duration
	// Timeout bounds one claim. Default: 1 minute.
	Timeout time.Duration
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Shadower has a model answer a share of the claims that were answered in this process, one at
// a time and after the live answer is stored, so that it delays none; it holds the shadow's
// model only while one runs. What waits is lost when the process ends: it is a sample.
type Shadower struct {
	cfg     ShadowConfig
	queue   chan string
	share   atomic.Uint64 // as bits of a float
	missed  atomic.Uint64
	current Opened
	shadow  store.Shadow
}

// NewShadower makes a shadower; Run starts it.
func NewShadower(cfg ShadowConfig) *Shadower {
	if cfg.Queue <= 0 {
		cfg.Queue = 256
	}
	if cfg.Every <= 0 {
		cfg.Every = 5 * time.Second
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = time.Minute
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Shadower{cfg: cfg, queue: make(chan string, cfg.Queue)}
}

// Offer tells of a claim that was just answered. It never waits.
func (s *Shadower) Offer(id string) {
	if part(id) >= math.Float64frombits(s.share.Load()) {
		return
	}
	select {
	case s.queue <- id:
	default:
		s.missed.Add(1)
	}
}

// Missed is how many claims were passed over because too many waited.
func (s *Shadower) Missed() uint64 { return s.missed.Load() }

// part places an id between 0 and 1, the same in all processes.
func part(id string) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))
	// FNV's upper bits hardly move with the last letters of short texts; the mixing of
	// MurmurHash3's end spreads them.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}

// Run works until ctx ends.
func (s *Shadower) Run(ctx context.Context) {
	defer s.stop(context.WithoutCancel(ctx))
	tick := time.NewTicker(s.cfg.Every)
	defer tick.Stop()
	s.look(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.look(ctx)
		case id := <-s.queue:
			if err := s.one(ctx, id); err != nil && ctx.Err() == nil {
				s.cfg.Log.WarnContext(ctx, "shadow run failed", slog.String("claim", id), slog.Any("error", err))
			}
		}
	}
}

// look asks which shadow runs, and opens it when it is another one.
func (s *Shadower) look(ctx context.Context) {
	want, err := s.cfg.Store.Shadow(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		if ctx.Err() == nil {
			s.cfg.Log.WarnContext(ctx, "which shadow runs", slog.Any("error", err))
		}
		return
	}
	if want.Model == s.shadow.Model {
		if want.Model != "" {
			s.begin(want)
		}
		return
	}
	s.stop(ctx)
	if want.Model == "" {
		return
	}
	next, err := s.cfg.Open(ctx, want.Model)
	if err != nil {
		s.cfg.Log.ErrorContext(ctx, "the shadow's model cannot be opened", slog.String("model", want.Model), slog.Any("error", err))
		return
	}
	s.current = next
	s.begin(want)
	s.cfg.Log.InfoContext(ctx, "shadow begins", slog.String("model", want.Model), slog.Float64("share", want.Share))
}

func (s *Shadower) begin(want store.Shadow) {
	s.shadow = want
	s.share.Store(math.Float64bits(want.Share))
}

// stop lets go of the shadow and of what waits for it.
func (s *Shadower) stop(ctx context.Context) {
	s.share.Store(0)
	for len(s.queue) > 0 {
		<-s.queue
	}
	if s.shadow.Model == "" {
		return
	}
	if err := closeOpened(s.current); err != nil {
		s.cfg.Log.WarnContext(ctx, "closing the shadow's model", slog.Any("error", err))
	}
	s.current, s.shadow = Opened{}, store.Shadow{}
}

// one has the shadow answer a claim and keeps what differs.
func (s *Shadower) one(ctx context.Context, id string) error {
	if s.shadow.Model == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	c, err := s.cfg.Store.Claim(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && c.Prediction == nil {
		return nil
	}
	if err != nil {
		return err
	}
	if c.Prediction.Model == s.shadow.Model {
		return nil // it was promoted
	}
	out, err := s.current.Classify(ctx, c.Claim, s.cfg.Photos)
	if err != nil {
		return err
	}
	if p, failed := out.Prediction.Unread(); failed {
		return fmt.Errorf("not compared: %w", p)
	}
	axes, differ := compareAnswers(c.Prediction.Axes, out.Prediction.Axes)
	return s.cfg.Store.AddShadowRun(ctx, store.ShadowRun{
		Claim: id, Live: c.Prediction.Model, Shadow: s.shadow.Model, At: s.cfg.Now(), Axes: axes, Differ: differ,
	})
}

// compareAnswers gives the number of axes that both answer, and those on which the label, or
// whether a person must decide, differs.
func compareAnswers(live, shadow map[string]claim.AxisPrediction) (both int, differ []store.ShadowAnswer) {
	for _, axis := range slices.Sorted(maps.Keys(live)) {
		a := live[axis]
		b, ok := shadow[axis]
		if !ok {
			continue
		}
		both++
		if a.Label != b.Label || a.Abstained != b.Abstained {
			differ = append(differ, store.ShadowAnswer{Axis: axis, Live: suggestion(a), Shadow: suggestion(b)})
		}
	}
	return both, differ
}

func suggestion(a claim.AxisPrediction) store.Suggestion {
	return store.Suggestion{Label: a.Label, Probability: a.Probability, Abstained: a.Abstained}
}
