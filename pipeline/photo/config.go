package photo

import (
	"errors"
	"fmt"
	"runtime"
)

// Limits that no [Config] can raise. All but the first are compared with what a file's
// header says, before memory for pixels is taken.
const (
	// MaxBytes is the largest file. Phones' 48-megapixel JPEGs have 10 to 20 MB.
	MaxBytes = 32 << 20
	// MaxPixels is the largest picture that can be scaled down while decoding (JPEG): the
	// 100-megapixel cameras of 2026.
	MaxPixels = 100_000_000
	// MaxPixelsWhole is the largest picture of which every pixel must be in memory at once
	// (all formats but sequential JPEG), at 2 to 8 bytes a pixel: a phone's 48 megapixels.
	MaxPixelsWhole = 50_000_000
	// MaxSide is the longest side in pixels.
	MaxSide = 20_000
	// MaxRatio is how many times longer one side may be than the other. Panoramas reach
	// 1:10; what is longer is a strip of which a square input sees nothing.
	MaxRatio = 20
	// MaxScans is how many passes a progressive JPEG may have; encoders write about 10. A
	// file of thousands keeps a decoder busy for minutes.
	MaxScans = 100
)

// Config says how a [Decoder] works. The zero value is a good one.
type Config struct {
	// MaxBytes lowers the limit on a file's size, in bytes. 0 means [MaxBytes].
	MaxBytes int
	// MaxPixels lowers the limits on width times height: [MaxPixels] and [MaxPixelsWhole].
	// 0 leaves both.
	MaxPixels int
	// MaxSide lowers the limit on the longer side, in pixels. 0 means [MaxSide].
	MaxSide int
	// MaxRatio lowers the limit on longer side : shorter side. 0 means [MaxRatio].
	MaxRatio int
	// HEICWorkers is how many HEIC photos may be decoded at a time; further ones wait. Each
	// runs in a WebAssembly memory of some 10 bytes a pixel. 0 means half the processors,
	// at least one.
	HEICWorkers int
	// Libraries are the names or paths under which libturbojpeg is looked for, in this
	// order. Empty means the system's usual ones. That none is found is no error.
	Libraries []string
	// WithoutTurboJPEG and WithoutFastJPEG keep a decoder from being used, for comparisons
	// and for working around a faulty library. Without both, JPEGs go through image/jpeg.
	WithoutTurboJPEG, WithoutFastJPEG bool
}

// Validate reports every field that is out of range.
func (c Config) Validate() error {
	var errs []error
	check := func(name string, value, limit int) {
		if value < 0 || value > limit {
			errs = append(errs, fmt.Errorf("photo: %s is %d; it must be within 0 (the default) and %d", name, value, limit))
		}
	}
	check("MaxBytes", c.MaxBytes, MaxBytes)
	check("MaxPixels", c.MaxPixels, MaxPixels)
	check("MaxSide", c.MaxSide, MaxSide)
	check("MaxRatio", c.MaxRatio, MaxRatio)
	check("HEICWorkers", c.HEICWorkers, 1<<10)
	return errors.Join(errs...)
}

// limits are a Config's limits with the defaults filled in.
type limits struct {
	bytes, pixels, pixelsWhole, side, ratio int
}

func (c Config) limits() limits {
	or := func(value, fallback int) int {
		if value == 0 {
			return fallback
		}
		return value
	}
	pixels := or(c.MaxPixels, MaxPixels)
	return limits{
		bytes: or(c.MaxBytes, MaxBytes), pixels: pixels, pixelsWhole: min(pixels, MaxPixelsWhole),
		side: or(c.MaxSide, MaxSide), ratio: or(c.MaxRatio, MaxRatio),
	}
}

func (c Config) heicWorkers() int {
	if c.HEICWorkers > 0 {
		return c.HEICWorkers
	}
	return max(runtime.GOMAXPROCS(0)/2, 1)
}
