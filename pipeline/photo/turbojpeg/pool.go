//go:build darwin || freebsd || linux

package turbojpeg

import (
	"errors"

	"github.com/ebitengine/purego"
)

// take gives a decompressor that no one else uses; give must follow.
func (l *Library) take() (uintptr, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return 0, ErrClosed
	}
	if n := len(l.idle); n > 0 {
		handle := l.idle[n-1]
		l.idle = l.idle[:n-1]
		l.busy++
		return handle, nil
	}
	handle := l.initDecompress()
	if handle == 0 {
		return 0, errors.New("turbojpeg: tjInitDecompress failed")
	}
	l.busy++
	return handle, nil
}

func (l *Library) give(handle uintptr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy--
	if !l.closed && len(l.idle) < maxIdle {
		l.idle = append(l.idle, handle)
		return
	}
	l.destroy(handle)
	l.unload()
}

// Close frees the pooled decompressors and unloads the library once the last decode that is
// under way has ended. Later calls of Decode give [ErrClosed]. Close may be called twice.
func (l *Library) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.closed = true
	for _, handle := range l.idle {
		l.destroy(handle)
	}
	l.idle = nil
	l.unload()
}

// unload gives the library back to the system; mu is held.
func (l *Library) unload() {
	if l.closed && l.busy == 0 && l.dl != 0 {
		_ = purego.Dlclose(l.dl)
		l.dl = 0
	}
}
