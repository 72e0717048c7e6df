package photo

import (
	"errors"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo/fastjpeg"
)

// Header is what a file says about its picture before any pixel is decoded.
type Header struct {
	Format Format
	// Width and Height are those of the stored picture, before orientation, in pixels.
	Width, Height int
	// Orientation is the EXIF value 1..8 that still has to be applied; 1 when there is none.
	Orientation int
	// jpeg is the detail for JPEGs.
	jpeg *fastjpeg.Header
	// whole says that all pixels must be in memory at once to decode.
	whole bool
	// atLeast is a number of bytes that no file with such a picture can be below.
	atLeast int
}

// Upright gives the size of the picture as a person sees it.
func (h Header) Upright() (width, height int) {
	return raster.OrientedSize(h.Width, h.Height, h.Orientation)
}

// ReadHeader reads the header of data in microseconds and with little memory, whatever it
// claims. Errors are claim.Problems with the codes photo_empty, photo_format,
// photo_truncated and photo_corrupt. Limits are not checked.
func ReadHeader(data []byte) (Header, error) {
	if len(data) == 0 {
		return Header{}, problem(claim.CodePhotoEmpty, "the file is empty; upload it again")
	}
	h := Header{Format: Sniff(data), Orientation: 1, whole: true}
	var err error
	switch h.Format {
	case JPEG:
		err = h.readJPEG(data)
	case PNG:
		err = h.readPNG(data)
	case GIF:
		err = h.readGIF(data)
	case WebP:
		err = h.readWebP(data)
	case HEIC:
		err = h.readHEIC(data)
	default:
		return Header{}, unknownFormat(data)
	}
	if err != nil {
		return Header{}, decodeProblem(h.Format, err)
	}
	if h.Width <= 0 || h.Height <= 0 {
		return Header{}, corrupt(h.Format, errNoSize)
	}
	return h, nil
}

var (
	errNoSize  = errors.New("its size is not given")
	errTooWide = errors.New("its size does not make sense")
)

func (h *Header) readJPEG(data []byte) error {
	j, err := fastjpeg.ParseHeader(data)
	if err != nil {
		return err
	}
	h.jpeg, h.Width, h.Height = j, j.Width, j.Height
	h.whole = j.Progressive()
	h.atLeast = j.MinBytes()
	if j.Exif != nil {
		h.Orientation = exifOrientation(j.Exif)
	}
	return nil
}

// check compares a header with the limits.
func (l limits) check(h Header, size int) error {
	long, short := max(h.Width, h.Height), min(h.Width, h.Height)
	switch pixels := l.pixels; {
	case long > l.side:
		return problem(claim.CodePhotoSide, "the photo has %d x %d pixels; a side may have %d", h.Width, h.Height, l.side)
	case long > short*l.ratio:
		return problem(claim.CodePhotoRatio, "the photo has %d x %d pixels; one side may be at most %d times longer than the other", h.Width, h.Height, l.ratio)
	default:
		if h.whole {
			pixels = l.pixelsWhole
		}
		if h.Width*h.Height > pixels {
			return problem(claim.CodePhotoPixels, "the photo has %d x %d = %d million pixels; at most %d million are read", h.Width, h.Height, h.Width*h.Height/1_000_000, pixels/1_000_000)
		}
	}
	if size < h.atLeast {
		return truncated(h.Format)
	}
	return nil
}
