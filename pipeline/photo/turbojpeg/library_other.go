//go:build !(darwin || freebsd || linux)

package turbojpeg

import (
	"errors"

	"github.com/defekt/defekt/models/vision/raster"
)

// Library stands in on systems where the library is not looked for.
type Library struct{}

// Error is what the library reported.
type Error struct {
	Warning bool
	Text    string
}

func (e *Error) Error() string { return "turbojpeg: " + e.Text }

// ErrClosed is returned by every use.
var ErrClosed = errors.New("turbojpeg: library is closed")

// DefaultNames is empty here.
func DefaultNames() []string { return nil }

// Open always fails here.
func Open(...string) (*Library, error) {
	return nil, errors.New("turbojpeg: not supported on this system")
}

// Name is empty here.
func (*Library) Name() string { return "" }

// Decode always fails here.
func (*Library) Decode([]byte, int, int, int) (*raster.Image, error) { return nil, ErrClosed }

// Close does nothing here.
func (*Library) Close() {}
