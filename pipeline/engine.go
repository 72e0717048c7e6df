package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/sourcegraph/conc/stream"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
)

// Encoders turns a claim with its decoded photos into features. It must be safe for
// concurrent use, and a claim's features must not depend on the claims beside it.
type Encoders interface {
	// ShortSide is the smallest short side, in pixels, that photos are needed with; 0 means
	// that photos are not looked at.
	ShortSide() int
	// Features must give the blocks of the layout that the heads were fitted with.
	Features(ctx context.Context, c claim.Claim, photos []*raster.Image) (feature.Example, error)
}

// Config bounds an engine. The zero value of a field takes its default.
type Config struct {
	// InFlight is the number of claims under way at once, and of results that wait for an
	// earlier one. Default: four a core.
	InFlight int
	// Decoders is the number of photos decoded at once. Default: one a core.
	Decoders int
	// Observe, if set, is told how long the stages take.
	Observe Observe
	// Panicked, if set, is told of each contained panic with its stack.
	Panicked func(claimID string, value any, stack []byte)
}

// Engine carries claims through the stages. Safe for concurrent use.
type Engine struct {
	cfg     Config
	source  Source
	decoder *photo.Decoder
	slots   chan struct{}
}

// New puts an engine together.
func New(cfg Config, source Source, decoder *photo.Decoder) *Engine {
	cores := runtime.GOMAXPROCS(0)
	if cfg.InFlight <= 0 {
		cfg.InFlight = 4 * cores
	}
	if cfg.Decoders <= 0 {
		cfg.Decoders = cores
	}
	if cfg.Panicked == nil {
		cfg.Panicked = func(string, any, []byte) {}
	}
	return &Engine{cfg: cfg, source: source, decoder: decoder, slots: make(chan struct{}, cfg.Decoders)}
}

// With is the same engine, its bounds shared, with photos from another source.
func (e *Engine) With(source Source) *Engine {
	other := *e
	other.source = source
	return &other
}

// Encoded is one claim with its features.
type Encoded struct {
	Claim claim.Claim
	// Features is nil when nothing of the claim could be read, or when encoding failed.
	Features feature.Example
	Photos   []claim.PhotoReport
	// Problems are the reader's and those of the stages.
	Problems []claim.Problem

	fatal error // a fault of the set-up, not of the claim
}

// errStopped ends the tasks that are under way when the run has failed.
var errStopped = errors.New("stopped: the run has failed")

// Encode calls emit once for each claim, in order, from one goroutine at a time. It ends
// with the first error of the claims' iterator, of an encoder, of emit, or of ctx; no
// goroutine outlives it. Bad claims are no errors: they come out with their problems. An
// encoder's claim.Problem is one of those; any other error of an encoder (no runtime
// library, no answer from an endpoint) would befall every claim and ends the run.
func (e *Engine) Encode(ctx context.Context, enc Encoders, claims iter.Seq2[claim.Claim, error], emit func(Encoded) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := stream.New().WithMaxGoroutines(e.cfg.InFlight)
	var failed error // touched by callbacks only, which run one after the other
	var readErr error
	for c, err := range claims {
		if err != nil {
			readErr = err
			break
		}
		if ctx.Err() != nil {
			break
		}
		s.Go(func() stream.Callback {
			out := e.one(ctx, enc, c)
			return func() {
				if failed != nil || ctx.Err() != nil {
					return
				}
				if failed = out.fatal; failed == nil {
					failed = emit(out)
				}
				if failed != nil {
					cancel(errStopped)
				}
			}
		})
	}
	s.Wait()
	if failed != nil {
		return failed
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return readErr
}

// one carries a claim through the stages; whatever goes wrong ends up on the claim.
func (e *Engine) one(ctx context.Context, enc Encoders, c claim.Claim) (out Encoded) {
	out = Encoded{Claim: c, Problems: slices.Clone(c.Problems)}
	defer func() {
		if v := recover(); v != nil {
			e.cfg.Panicked(c.ID, v, debug.Stack())
			out.Features = nil
			out.Problems = append(out.Problems, claim.Problem{Code: claim.CodeInternal, Message: fmt.Sprintf("a stage failed on this claim: %v", v)})
		}
	}()
	var photos []*raster.Image
	if side := enc.ShortSide(); side > 0 {
		photos = e.photos(ctx, c, side, &out)
	} else {
		for _, ref := range c.Photos { // so that nobody believes they were looked at
			out.Photos = append(out.Photos, claim.PhotoReport{Ref: ref})
		}
	}
	if c.Text == "" && len(photos) == 0 {
		out.Problems = appendOnce(out.Problems, claim.Problem{
			Code:    claim.CodeEmpty,
			Message: "neither text nor photo could be read; ask the customer for one of them",
		})
		return out
	}
	var features feature.Example
	var err error
	e.cfg.Observe.Time(StageEncode, func() { features, err = enc.Features(ctx, c, photos) })
	if problem, ok := errors.AsType[claim.Problem](err); ok {
		out.Problems = append(out.Problems, problem)
		return out
	}
	if err != nil {
		out.fatal = fmt.Errorf("claim %s: %w", c.ID, err)
		return out
	}
	out.Features = features
	return out
}

// appendOnce adds p unless a problem of its code is there already.
func appendOnce(list []claim.Problem, p claim.Problem) []claim.Problem {
	if slices.ContainsFunc(list, func(q claim.Problem) bool { return q.Code == p.Code }) {
		return list
	}
	return append(list, p)
}
