package review

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
)

// Limits of answers.
const (
	// MaxWhy is the longest reason, in bytes.
	MaxWhy = 2000
	// MaxTook is the longest time that an answer is said to have taken.
	MaxTook = 24 * time.Hour
)

// Claims is what the queue asks of the store of claims.
type Claims interface {
	Claim(ctx context.Context, id string) (store.Claim, error)
}

// Config says how items are handed out. The zero value of a field takes its default.
type Config struct {
	// Reviews keeps the queue, Claims the claims. Required.
	Reviews store.Reviews
	Claims  Claims
	// Versions, if not nil, has the taxonomy that people answer in: labels that it does not have
	// are refused, those of older versions translated, and so is what the model suggests.
	Versions *revision.Current
	// Planner makes the items of claims that are marked as known. Default: one of the zero
	// configuration.
	Planner *Planner
	// Lease is how long an item is a reviewer's without a sign of life. Default: 5 minutes.
	Lease time.Duration
	// MaxHeld is how many items a reviewer may have at once: the one on the screen and those
	// loaded ahead. Who asks for more gets the one back that he has had longest. Default: 3.
	MaxHeld int
	// UndoWindow is how long an answer may be taken back. Younger ones are not exported.
	// Default: 10 minutes.
	UndoWindow time.Duration
	// SkipLimit is how many reviewers may skip an item before it is an adjudicator's. Default: 3.
	SkipLimit int
	// KnownShare is the share of hand-outs, 0..1, that are known items, SliceShare of those
	// that are the next of the random slice; negative for none. Defaults: 0.03 and 0.1.
	KnownShare, SliceShare float64
	// HideSuggestion keeps the model's answer from the reviewer until he asks for it, so that
	// it does not anchor his.
	HideSuggestion bool
	// Window is the number of items among which the next one is chosen. Default: 64.
	Window int
	// Seed makes the draws of KnownShare and SliceShare repeatable, for tests; 0 takes a
	// secret one, since reviewers should not foresee them.
	Seed uint64
	// Now is the clock. Default: time.Now.
	Now func() time.Time
	// Logger hears of what should not be. Default: none.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	def(&c.Lease, 5*time.Minute)
	def(&c.MaxHeld, 3)
	def(&c.UndoWindow, 10*time.Minute)
	def(&c.SkipLimit, 3)
	def(&c.KnownShare, 0.03)
	def(&c.SliceShare, 0.1)
	def(&c.Window, 64)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Planner == nil {
		c.Planner = &Planner{PlanConfig{Now: c.Now}.withDefaults()}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Queue hands out items and takes answers. It is safe for concurrent use; several processes
// may work on one store.
type Queue struct {
	cfg Config

	mu   sync.Mutex
	rand *rand.Rand
}

// New makes a queue.
func New(cfg Config) *Queue {
	cfg = cfg.withDefaults()
	seed := [2]uint64{cfg.Seed, 1}
	if cfg.Seed == 0 {
		var b [16]byte
		_, _ = crand.Read(b[:]) // never fails
		seed = [2]uint64{binary.LittleEndian.Uint64(b[:8]), binary.LittleEndian.Uint64(b[8:])}
	}
	return &Queue{cfg: cfg, rand: rand.New(rand.NewPCG(seed[0], seed[1]))}
}

// draw gives a number 0..1.
func (q *Queue) draw() float64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.rand.Float64()
}

func (q *Queue) now() time.Time { return q.cfg.Now().UTC().Truncate(time.Microsecond) }
