//go:build darwin || freebsd || linux

package turbojpeg

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/defekt/defekt/models/vision/raster"
)

// Constants of turbojpeg.h, unchanged since version 1.2.
const (
	pixelFormatRGB   = 0
	flagFastUpsample = 256   // repeat chroma samples; what image/jpeg does, too
	flagLimitScans   = 32768 // refuse a progressive file of more than 500 scans
	errorWarning     = 0     // tjGetErrorCode: the picture is there, but something was odd
)

// maxIdle is how many decompressors are kept between pictures; each holds a few KB.
const maxIdle = 64

// Library is a TurboJPEG library in this process. It is safe for use by several goroutines:
// each decode has a decompressor of its own, taken from a small pool.
type Library struct {
	name string
	dl   uintptr

	initDecompress  func() uintptr
	destroy         func(handle uintptr) int32
	header          func(handle uintptr, data *byte, size uintptr, w, h, subsamp, colour *int32) int32
	decompress      func(handle uintptr, data *byte, size uintptr, dst *byte, w, pitch, h, format, flags int32) int32
	errorCode       func(handle uintptr) int32
	errorText       func(handle uintptr) string
	scalingFactors  func(n *int32) unsafe.Pointer
	mu              sync.Mutex
	idle            []uintptr
	closed          bool
	busy            int
	availableScales map[int]bool
}

// Open loads the first library of names that can be loaded, or of [DefaultNames] when there
// are none. The error lists each attempt and says what to install.
func Open(names ...string) (*Library, error) {
	if len(names) == 0 {
		names = DefaultNames()
	}
	var errs []error
	for _, name := range names {
		l, err := open(name)
		if err == nil {
			return l, nil
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("turbojpeg: no library (Debian: apt install libturbojpeg0; macOS: brew install jpeg-turbo): %w", errors.Join(errs...))
}

// DefaultNames are the names under which systems install the library.
func DefaultNames() []string {
	if runtime.GOOS == "darwin" {
		return []string{"libturbojpeg.0.dylib", "libturbojpeg.dylib",
			"/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib", "/usr/local/opt/jpeg-turbo/lib/libturbojpeg.dylib"}
	}
	return []string{"libturbojpeg.so.0", "libturbojpeg.so"}
}

func open(name string) (*Library, error) {
	dl, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, err
	}
	l := &Library{name: name, dl: dl}
	if err := l.bind(); err != nil {
		_ = purego.Dlclose(dl)
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return l, nil
}

// bind looks up every function that is used, so that a library that is too old is refused
// here and not in the middle of a picture.
func (l *Library) bind() error {
	for _, f := range []struct {
		symbol string
		target any
	}{
		{"tjInitDecompress", &l.initDecompress},
		{"tjDestroy", &l.destroy},
		{"tjDecompressHeader3", &l.header},
		{"tjDecompress2", &l.decompress},
		{"tjGetErrorCode", &l.errorCode},
		{"tjGetErrorStr2", &l.errorText},
		{"tjGetScalingFactors", &l.scalingFactors},
	} {
		addr, err := purego.Dlsym(l.dl, f.symbol)
		if err != nil {
			return err
		}
		purego.RegisterFunc(f.target, addr)
	}
	l.readScales()
	return nil
}

// readScales notes which of the factors 1/n the library offers.
func (l *Library) readScales() {
	var n int32
	p := l.scalingFactors(&n)
	l.availableScales = map[int]bool{1: true}
	if p == nil || n <= 0 {
		return
	}
	for _, f := range unsafe.Slice((*[2]int32)(p), n) {
		if f[0] == 1 {
			l.availableScales[int(f[1])] = true
		}
	}
}

// Name is the name that the library was loaded under.
func (l *Library) Name() string { return l.name }

// Error is what the library reported.
type Error struct {
	// Warning says that a picture was decoded although the data was not in order.
	Warning bool
	// Text is the library's message, for a log.
	Text string
}

func (e *Error) Error() string { return "turbojpeg: " + e.Text }

// ErrClosed is returned after [Library.Close].
var ErrClosed = errors.New("turbojpeg: library is closed")

// Decode decodes the JPEG data, whose header says w by h pixels, scaled by 1/denom (1, 2, 4
// or 8), to an image of ceil(w/denom) by ceil(h/denom). Grey and YCbCr become RGB; CMYK is
// not supported. The caller must have checked w and h against its limits. On an [Error]
// with Warning set the image is returned as well.
func (l *Library) Decode(data []byte, w, h, denom int) (*raster.Image, error) {
	if len(data) == 0 || w <= 0 || h <= 0 || !l.availableScales[denom] {
		return nil, fmt.Errorf("turbojpeg: cannot decode %d bytes, %dx%d at 1/%d", len(data), w, h, denom)
	}
	handle, err := l.take()
	if err != nil {
		return nil, err
	}
	defer l.give(handle)
	var hw, hh, subsamp, colour int32
	if l.header(handle, &data[0], uintptr(len(data)), &hw, &hh, &subsamp, &colour) != 0 && (hw == 0 || hh == 0) {
		return nil, l.lastError(handle)
	}
	if int(hw) != w || int(hh) != h {
		return nil, &Error{Text: fmt.Sprintf("header says %dx%d, expected %dx%d", hw, hh, w, h)}
	}
	out := raster.New((w+denom-1)/denom, (h+denom-1)/denom)
	rc := l.decompress(handle, &data[0], uintptr(len(data)), &out.Pix[0],
		int32(out.W), int32(out.Stride), int32(out.H), pixelFormatRGB, flagFastUpsample|flagLimitScans)
	if rc == 0 {
		return out, nil
	}
	failure := l.lastError(handle)
	if failure.Warning {
		return out, failure
	}
	return nil, failure
}

func (l *Library) lastError(handle uintptr) *Error {
	return &Error{Warning: l.errorCode(handle) == errorWarning, Text: l.errorText(handle)}
}
