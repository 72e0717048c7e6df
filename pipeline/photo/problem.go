package photo

import (
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"io"
	"runtime/debug"
	"strings"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo/fastjpeg"
)

// problem makes a claim.Problem; where it stands in the claim is for the caller to add.
func problem(code claim.Code, format string, args ...any) claim.Problem {
	return claim.Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}

// truncated and corrupt are the two ways in which a file of a known format is unreadable.
func truncated(f Format) claim.Problem {
	return problem(claim.CodePhotoTruncated, "the %s file ends before the picture does; upload it again", f.label())
}

func corrupt(f Format, detail error) claim.Problem {
	return problem(claim.CodePhotoCorrupt, "the %s file is damaged (%v); upload it again or take a new photo", f.label(), detail)
}

// decodeProblem sorts a decoder's error.
func decodeProblem(f Format, err error) error {
	var p claim.Problem
	var jpegUnsupported jpeg.UnsupportedError
	var pngUnsupported png.UnsupportedError
	switch {
	case errors.As(err, &p):
		return err
	case endsEarly(err):
		return truncated(f)
	case errors.As(err, &jpegUnsupported), errors.As(err, &pngUnsupported), errors.Is(err, fastjpeg.ErrUnsupported):
		return problem(claim.CodePhotoFormat, "this kind of %s is not read (%v); save it as an ordinary JPEG", f.label(), err)
	}
	return corrupt(f, err)
}

// endsEarly says whether a decoder's error means that data is missing. The standard
// decoders have no type for it where the end comes in the middle of something.
func endsEarly(err error) bool {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, fastjpeg.ErrTruncated) {
		return true
	}
	text := err.Error()
	for _, s := range []string{
		"short Huffman data", "missing 0xff00 sequence", // image/jpeg: a marker inside a scan
		"not enough pixel data", "not enough image data", // image/png, image/gif
		"unexpected EOF",
	} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// guard runs a decoder and turns its panic into a problem: one photo must not end the run.
func guard(f Format, decode func() (*raster.Image, error)) (img *raster.Image, err error) {
	defer func() {
		if r := recover(); r != nil {
			img, err = nil, panicError{
				Problem: problem(claim.CodePhotoPanic, "the %s decoder failed on this file; save it anew or take a new photo", f.label()),
				value:   r, stack: debug.Stack(),
			}
		}
	}()
	return decode()
}

// panicError is the problem of a contained panic, with what a log needs: its text names the
// panic's value and where it happened, the Problem that it wraps does not.
type panicError struct {
	claim.Problem
	value any
	stack []byte
}

func (e panicError) Unwrap() error { return e.Problem }

func (e panicError) Error() string {
	return fmt.Sprintf("%s: %v\n%s", e.Problem.Error(), e.value, e.stack)
}
