package onnx

import (
	"errors"
	"slices"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// MaxModelBytes is the largest ONNX file that is loaded: protobuf's own limit.
const MaxModelBytes = 2 << 30

// Options are the settings of a session. The zero value is the measured default.
type Options struct {
	// IntraThreads is how many threads work on one Run; 0 means 1. Several concurrent Runs
	// with one thread each do more per second than one Run with several (see the package
	// comment).
	IntraThreads int
	// Outputs are the names of the outputs to give, in this order; nil means all that are
	// float32 or int64, in the graph's order.
	Outputs []string
	// NoArena takes memory from the system for each node and gives it back at once, without
	// a plan. It is slower and, unless a session idles, takes more memory (see the package
	// comment); it is for processes that load many graphs and run each rarely.
	NoArena bool
}

// Session is a loaded graph. Run may be called by any number of goroutines at a time.
type Session struct {
	inputs, outputs []Info // outputs: those that Run gives
	all             []Info // every output of the graph

	mu     sync.RWMutex // Run holds it for reading, so that Close waits for all
	closed bool
	s      *ort.DynamicAdvancedSession
}

// Inputs describes the graph's inputs in its order.
func (s *Session) Inputs() []Info { return slices.Clone(s.inputs) }

// Outputs describes what [Session.Run] gives, in that order.
func (s *Session) Outputs() []Info { return slices.Clone(s.outputs) }

// AllOutputs describes every output of the graph.
func (s *Session) AllOutputs() []Info { return slices.Clone(s.all) }

// Close waits for running calls and frees the graph. Closing twice does nothing.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return errors.Join(s.s.Destroy(), release())
}
