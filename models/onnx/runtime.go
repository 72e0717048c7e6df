package onnx

import (
	"errors"
	"fmt"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// The binding keeps the library and its environment in package variables, so there is one
// per process whatever we do. They are counted here, and no other package may import the
// binding.
var process struct {
	sync.Mutex
	users int
	lib   Library
}

// ErrClosed is returned by a runtime or session that was closed.
var ErrClosed = errors.New("onnx: used after Close")

// Runtime is a hold on the process's one ONNX Runtime. It is safe for concurrent use.
type Runtime struct {
	lib    Library
	mu     sync.Mutex
	closed bool
}

// Open finds the library and starts the runtime, or joins the one that runs already. All
// runtimes of a process use the library of the first until the last one is closed: a
// second library in one process is not possible, so a search that would lead elsewhere
// gets the running one, too. The error may be [ErrMissing].
func Open(s Search) (*Runtime, error) {
	process.Lock()
	defer process.Unlock()
	if process.users == 0 {
		lib, err := Find(s)
		if err != nil {
			return nil, err
		}
		if err := start(lib); err != nil {
			return nil, err
		}
		process.lib = lib
	}
	process.users++
	return &Runtime{lib: process.lib}, nil
}

func start(lib Library) error {
	ort.SetSharedLibraryPath(lib.Path)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		return fmt.Errorf("start the ONNX Runtime %s: %w", lib.Path, err)
	}
	// Microsoft's Windows builds report usage when not told otherwise.
	if err := ort.DisableTelemetry(); err != nil {
		return errors.Join(fmt.Errorf("start the ONNX Runtime: %w", err), ort.DestroyEnvironment())
	}
	return nil
}

// Library says which library runs.
func (r *Runtime) Library() Library { return r.lib }

// Close lets go of the runtime. Sessions hold it themselves and stay usable. Closing twice
// does nothing.
func (r *Runtime) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	return release()
}

// retain takes one more hold for a session, while r is open.
func (r *Runtime) retain() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return ErrClosed
	}
	process.Lock()
	defer process.Unlock()
	process.users++
	return nil
}

// release drops one hold; with the last one the environment ends.
func release() error {
	process.Lock()
	defer process.Unlock()
	process.users--
	if process.users > 0 {
		return nil
	}
	return ort.DestroyEnvironment()
}
