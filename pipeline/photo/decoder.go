package photo

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"sync"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo/fastjpeg"
	"github.com/defekt/defekt/pipeline/photo/turbojpeg"
)

// Names of what decoded a photo, in Photo.Backend.
const (
	BackendFast  = "fastjpeg"  // ours, JPEG at an eighth
	BackendTurbo = "turbojpeg" // libturbojpeg
	BackendGo    = "go"        // the decoders of the standard library and golang.org/x/image
	BackendHEIC  = "heic"      // libheif as WebAssembly, or the system's
)

// Photo is a decoded photo, upright.
type Photo struct {
	// Image holds the pixels, scaled by Scale.
	Image *raster.Image
	// Format is the file's, by content.
	Format Format
	// Width and Height are the full size, upright, in pixels.
	Width, Height int
	// Orientation is the EXIF value 1..8 that was applied to Image.
	Orientation int
	// Scale is 1, 1/2, 1/4 or 1/8; sides of Image are rounded down.
	Scale float64
	// Backend names the decoder, for logs and measurements.
	Backend string
}

// Decoder turns files into [Photo]s. It is safe for use by several goroutines at a time;
// [Decoder.Close] frees the library that it may hold.
type Decoder struct {
	limits    limits
	turbo     *turbojpeg.Library // nil when there is none
	turboErr  error
	useFast   bool
	fast      sync.Pool // of *fastjpeg.Decoder
	heicSlots chan struct{}
}

// New makes a decoder. It fails only when cfg is not valid; a missing library is no failure
// (see [Decoder.TurboJPEG]).
func New(cfg Config) (*Decoder, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	d := &Decoder{limits: cfg.limits(), useFast: !cfg.WithoutFastJPEG, heicSlots: make(chan struct{}, cfg.heicWorkers())}
	d.fast.New = func() any { return new(fastjpeg.Decoder) }
	d.turboErr = errors.New("photo: turbojpeg is switched off")
	if !cfg.WithoutTurboJPEG {
		d.turbo, d.turboErr = turbojpeg.Open(cfg.Libraries...)
	}
	return d, nil
}

// TurboJPEG gives the name of the library in use, or why there is none and how to get it.
func (d *Decoder) TurboJPEG() (string, error) {
	if d.turbo == nil {
		return "", d.turboErr
	}
	return d.turbo.Name(), nil
}

// Close frees what the decoder holds. Decoding still works afterwards, without the library.
func (d *Decoder) Close() {
	if d.turbo != nil {
		d.turbo.Close()
	}
}

// Decode reads the photo in data, whose memory is neither kept nor changed. shortSide is
// the least short side, in pixels, that the caller needs: the photo comes scaled down by 2,
// 4 or 8 as long as its short side does not fall below; 0 asks for the full size, and a
// photo that is smaller comes at its own size.
//
// Bad input gives a claim.Problem with one of the photo codes: photo_empty,
// photo_too_large, photo_format, photo_too_many_pixels, photo_side_too_long, photo_ratio
// (these before memory for pixels is taken), photo_truncated, photo_corrupt,
// photo_decoder_panic. When ctx ends, its cause is returned; a decoder that is already at
// work on one photo is not interrupted.
func (d *Decoder) Decode(ctx context.Context, data []byte, shortSide int) (*Photo, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if len(data) > d.limits.bytes {
		return nil, problem(claim.CodePhotoTooLarge, "the file has %.1f MB; at most %.1f MB are read", float64(len(data))/1e6, float64(d.limits.bytes)/1e6)
	}
	h, err := ReadHeader(data)
	if err != nil {
		return nil, err
	}
	if err := d.limits.check(h, len(data)); err != nil {
		return nil, err
	}
	denom := denominator(min(h.Width, h.Height), shortSide)
	p := &Photo{Format: h.Format, Orientation: h.Orientation, Scale: 1 / float64(denom), Backend: BackendGo}
	img, err := guard(h.Format, func() (*raster.Image, error) {
		switch h.Format {
		case JPEG:
			img, backend, err := d.decodeJPEG(ctx, data, h, denom)
			p.Backend = backend
			return img, err
		case GIF:
			return decodeGIF(data, h, denom)
		case WebP:
			return decodeWebP(data, denom)
		case HEIC:
			p.Backend = BackendHEIC
			return d.decodeHEIC(ctx, data, h, denom)
		default:
			return decodePNG(data, denom)
		}
	})
	if err != nil {
		if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
			return nil, err
		}
		return nil, decodeProblem(h.Format, err)
	}
	// A last row or column that the picture covers in part only shows the encoder's padding.
	img = img.Crop(image.Rect(0, 0, max(h.Width/denom, 1), max(h.Height/denom, 1)))
	p.Image = raster.Orient(img, h.Orientation)
	p.Width, p.Height = h.Upright()
	return p, nil
}

// denominator gives the largest of 8, 4, 2 and 1 that leaves a side of short pixels (rounded
// down) at least want pixels long.
func denominator(short, want int) int {
	if want <= 0 {
		return 1
	}
	for n := 8; n > 1; n /= 2 {
		if short/n >= want {
			return n
		}
	}
	return 1
}

func decodePNG(data []byte, denom int) (*raster.Image, error) {
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return raster.FromImageReduced(img, denom), nil
}
