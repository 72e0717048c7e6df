package learning

import (
	"context"
	"errors"
	"sync"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// Classifier decides claims with one model; see [classifier.Classifier].
type Classifier interface {
	Classify(ctx context.Context, c claim.Claim, photos pipeline.Source) (store.Outcome, error)
	Model() *models.Model
	Spaces() []string
}

// Opened is a classifier with what it holds open. Close may be nil; it is called once, when no
// claim is under way with it any more.
type Opened struct {
	Classifier
	Close func() error
}

// Opener opens a registered model by its digest, or, for an empty one, the model that the
// program was started with.
type Opener func(ctx context.Context, digest string) (Opened, error)

// Live is the classifier in use. It can be changed while claims are under way: these finish with
// the one that they began with, which is closed after the last of them. Safe for concurrent use.
type Live struct {
	mu      sync.Mutex
	current *held
	// closed is told of errors of closing.
	closed func(error)
}

// held is a classifier with the number of those who use it, the Live itself being one.
type held struct {
	Opened
	users int
}

// NewLive starts with a classifier. closed, if not nil, is told when closing a replaced one
// fails.
func NewLive(first Opened, closed func(error)) *Live {
	if closed == nil {
		closed = func(error) {}
	}
	return &Live{current: &held{first, 1}, closed: closed}
}

// Use gives the classifier in use, which stays open until release is called.
func (l *Live) Use() (c Classifier, release func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.current
	h.users++
	return h.Classifier, sync.OnceFunc(func() { l.release(h) })
}

func (l *Live) release(h *held) {
	l.mu.Lock()
	h.users--
	last := h.users == 0
	l.mu.Unlock()
	if last && h.Close != nil {
		if err := h.Close(); err != nil {
			l.closed(err)
		}
	}
}

// Swap puts another classifier in the place of the one in use.
func (l *Live) Swap(next Opened) {
	l.mu.Lock()
	before := l.current
	l.current = &held{next, 1}
	l.mu.Unlock()
	l.release(before)
}

// Classify decides a claim with the classifier in use.
func (l *Live) Classify(ctx context.Context, c claim.Claim, photos pipeline.Source) (store.Outcome, error) {
	use, release := l.Use()
	defer release()
	return use.Classify(ctx, c, photos)
}

// Model is the model in use. Its manifest and taxonomy may be read after it was replaced; it
// must not classify then.
func (l *Live) Model() *models.Model {
	use, release := l.Use()
	defer release()
	return use.Model()
}

// Spaces lists the vector spaces of the classifier in use, text first.
func (l *Live) Spaces() []string {
	use, release := l.Use()
	defer release()
	return use.Spaces()
}

// ErrClosed is what classifying with a closed Live ends with.
var ErrClosed = errors.New("learning: the classifier is closed")

// Close lets go of the classifier in use: later claims fail, those under way finish.
func (l *Live) Close() { l.Swap(Opened{Classifier: nobody{l.Model(), l.Spaces()}}) }

// nobody classifies nothing.
type nobody struct {
	model  *models.Model
	spaces []string
}

func (n nobody) Model() *models.Model { return n.model }
func (n nobody) Spaces() []string     { return n.spaces }
func (nobody) Classify(context.Context, claim.Claim, pipeline.Source) (store.Outcome, error) {
	return store.Outcome{}, ErrClosed
}
