package onnx

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// BatchConfig says how a [Batcher] forms batches. Zero fields take the defaults.
type BatchConfig struct {
	// MaxSize is the most items of one batch, 1 to 1024; default 8.
	MaxSize int
	// MaxDelay is how long the first item of a batch waits for company; default 0: a batch
	// takes what is waiting already and starts.
	MaxDelay time.Duration
	// Queue is how many items may wait; when it is full, Submit waits. Default 2*MaxSize.
	Queue int
	// Runners is how many batches run at a time; default 1.
	Runners int
	// Observe, if set, is told of each batch before it runs: its size, and why it was not
	// larger. It must be quick and safe for concurrent use.
	Observe func(size int, reason Reason)
}

// Reason says why a batch started when it did.
type Reason string

// The reasons of batches.
const (
	Full    Reason = "full"    // MaxSize was reached
	Idle    Reason = "idle"    // nothing else waited, and MaxDelay is 0
	Late    Reason = "late"    // MaxDelay was over
	Closing Reason = "closing" // the batcher is being closed
	Alone   Reason = "alone"   // a batch of several had failed: its items are tried one by one
)

// Validate returns an error that names every value out of range.
func (c BatchConfig) Validate() error {
	var errs []error
	if c.MaxSize < 0 || c.MaxSize > 1024 {
		errs = append(errs, fmt.Errorf("batch: MaxSize %d is not within 0 to 1024", c.MaxSize))
	}
	if c.MaxDelay < 0 || c.MaxDelay > time.Minute {
		errs = append(errs, fmt.Errorf("batch: MaxDelay %v is not within 0 to 1m", c.MaxDelay))
	}
	if c.Queue < 0 || c.Runners < 0 || c.Runners > 1024 {
		errs = append(errs, errors.New("batch: Queue must not be negative, Runners within 0 to 1024"))
	}
	return errors.Join(errs...)
}

func (c BatchConfig) withDefaults() BatchConfig {
	if c.MaxSize == 0 {
		c.MaxSize = 8
	}
	if c.Queue == 0 {
		c.Queue = 2 * c.MaxSize
	}
	c.Runners = max(c.Runners, 1)
	if c.Observe == nil {
		c.Observe = func(int, Reason) {}
	}
	return c
}

// Batcher turns items that come one by one, from any number of goroutines, into batches.
// It is safe for concurrent use.
type Batcher[In, Out any] struct {
	cfg     BatchConfig
	run     func(context.Context, []In) ([]Out, error)
	queue   chan *waiting[In, Out]
	turn    sync.Mutex    // one runner at a time forms a batch, so that two do not share one
	closing chan struct{} // closed by Close
	stopped chan struct{} // closed when the last runner has ended
	once    sync.Once
	items   atomic.Int64
	batches atomic.Int64
}

type waiting[In, Out any] struct {
	ctx    context.Context // the item's own, to skip those that gave up
	in     In
	result chan result[Out] // with room for one, so that a runner never waits
}

type result[Out any] struct {
	out Out
	err error
}

// NewBatcher starts the runners. run gets 1 to MaxSize items and must return as many
// results in the same order, or an error; it may be called by several runners at a time. A
// result must not depend on the other items of its batch. Close ends the runners.
func NewBatcher[In, Out any](cfg BatchConfig, run func(context.Context, []In) ([]Out, error)) (*Batcher[In, Out], error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	b := &Batcher[In, Out]{
		cfg: cfg, run: run,
		queue:   make(chan *waiting[In, Out], cfg.Queue),
		closing: make(chan struct{}), stopped: make(chan struct{}),
	}
	var runners sync.WaitGroup
	for range cfg.Runners {
		runners.Go(b.work)
	}
	go func() { runners.Wait(); close(b.stopped) }()
	return b, nil
}

// Submit waits for the result of one item. When ctx ends first, it returns ctx's cause at
// once; a batch that runs already still uses the item, so its memory must not be reused
// then. After Close it returns [ErrClosed].
func (b *Batcher[In, Out]) Submit(ctx context.Context, item In) (Out, error) {
	w, err := b.enqueue(ctx, item)
	if err != nil {
		var none Out
		return none, err
	}
	return b.wait(w)
}

// SubmitAll is Submit for several items, which may share batches. It returns the results in
// the items' order, or the first error.
func (b *Batcher[In, Out]) SubmitAll(ctx context.Context, items []In) ([]Out, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // after an error, items that still wait are skipped
	waits := make([]*waiting[In, Out], len(items))
	for i, item := range items {
		var err error
		if waits[i], err = b.enqueue(ctx, item); err != nil {
			return nil, err
		}
	}
	out := make([]Out, len(items))
	for i, w := range waits {
		var err error
		if out[i], err = b.wait(w); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *Batcher[In, Out]) enqueue(ctx context.Context, item In) (*waiting[In, Out], error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	select {
	case <-b.closing:
		return nil, ErrClosed
	default:
	}
	w := &waiting[In, Out]{ctx: ctx, in: item, result: make(chan result[Out], 1)}
	select {
	case b.queue <- w:
		return w, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-b.closing:
		return nil, ErrClosed
	}
}

func (b *Batcher[In, Out]) wait(w *waiting[In, Out]) (Out, error) {
	var none Out
	select {
	case r := <-w.result:
		return r.out, r.err
	case <-w.ctx.Done():
		return none, context.Cause(w.ctx)
	case <-b.stopped:
	}
	select { // the runner may have answered just before it ended
	case r := <-w.result:
		return r.out, r.err
	default:
		return none, ErrClosed
	}
}

// Stats says how many items and batches ran so far.
func (b *Batcher[In, Out]) Stats() (items, batches int64) { return b.items.Load(), b.batches.Load() }

// Close takes no more items, finishes those that wait and returns when the runners have
// ended. Closing twice does nothing more.
func (b *Batcher[In, Out]) Close() error {
	b.once.Do(func() { close(b.closing) })
	<-b.stopped
	return nil
}

// work is one runner.
func (b *Batcher[In, Out]) work() {
	for {
		batch, reason := b.next()
		if batch == nil {
			return
		}
		b.serve(batch, reason)
	}
}

// next forms a batch; nil when the batcher is closed and nothing waits.
func (b *Batcher[In, Out]) next() ([]*waiting[In, Out], Reason) {
	b.turn.Lock()
	defer b.turn.Unlock()
	first := b.first()
	if first == nil {
		return nil, Closing
	}
	batch := append(make([]*waiting[In, Out], 0, b.cfg.MaxSize), first)
	var late <-chan time.Time
	if b.cfg.MaxDelay > 0 {
		timer := time.NewTimer(b.cfg.MaxDelay)
		defer timer.Stop()
		late = timer.C
	}
	for len(batch) < b.cfg.MaxSize {
		w, reason := b.more(late)
		if w == nil {
			return batch, reason
		}
		batch = append(batch, w)
	}
	return batch, Full
}

func (b *Batcher[In, Out]) first() *waiting[In, Out] {
	select {
	case w := <-b.queue:
		return w
	case <-b.closing:
	}
	w, _ := b.more(nil)
	return w
}

// more takes the next item: at once, or until late fires. Without one it says why.
func (b *Batcher[In, Out]) more(late <-chan time.Time) (*waiting[In, Out], Reason) {
	select {
	case w := <-b.queue:
		return w, ""
	default:
	}
	if late == nil {
		return nil, Idle
	}
	select {
	case w := <-b.queue:
		return w, ""
	case <-late:
		return nil, Late
	case <-b.closing: // nothing more will come
		return nil, Closing
	}
}

// serve runs one batch and answers its items. When a batch of several fails, each item gets
// a try of its own, so that one bad item does not fail its neighbours.
func (b *Batcher[In, Out]) serve(batch []*waiting[In, Out], reason Reason) {
	alive := batch[:0]
	for _, w := range batch {
		if err := context.Cause(w.ctx); err != nil {
			w.result <- result[Out]{err: err}
			continue
		}
		alive = append(alive, w)
	}
	if len(alive) == 0 {
		return
	}
	b.cfg.Observe(len(alive), reason)
	out, err := b.call(alive)
	switch {
	case err == nil:
		for i, w := range alive {
			w.result <- result[Out]{out: out[i]}
		}
	case len(alive) == 1:
		alive[0].result <- result[Out]{err: err}
	default:
		for _, w := range alive {
			b.serve([]*waiting[In, Out]{w}, Alone)
		}
	}
}

// call runs one batch and turns a panic of run into an error.
func (b *Batcher[In, Out]) call(batch []*waiting[In, Out]) (out []Out, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = claim.Problem{Code: claim.CodeInternal, Where: "batch", Message: fmt.Sprintf("panic: %v\n%s", r, debug.Stack())}
		}
	}()
	in := make([]In, len(batch))
	for i, w := range batch {
		in[i] = w.in
	}
	b.items.Add(int64(len(in)))
	b.batches.Add(1)
	// A batch has many owners: none of their contexts may end it for the others. It is short.
	ctx := context.Background()
	if len(batch) == 1 {
		ctx = batch[0].ctx
	}
	out, err = b.run(ctx, in)
	if err == nil && len(out) != len(in) {
		err = claim.Problem{Code: claim.CodeInternal, Where: "batch", Message: fmt.Sprintf("%d results for %d items", len(out), len(in))}
	}
	return out, err
}
