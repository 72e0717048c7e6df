package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/gen2brain/heic"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
)

// heicMinSide is the least side that the HEIC decoder gets right: it lays out the rows of
// narrower pictures wrongly.
const heicMinSide = 128

// boxDepth bounds the nesting of boxes that is followed: file, meta, iprp, ipco.
const boxDepth = 4

// isHEIC looks for a brand of HEVC-coded pictures in the file type box, ISO/IEC 23008-12
// section 10. mif1 and msf1 alone may be any codec; AVIF names itself.
func isHEIC(data []byte) bool {
	if len(data) < 16 || string(data[4:8]) != "ftyp" {
		return false
	}
	size := min(int(binary.BigEndian.Uint32(data)), len(data))
	generic := false
	for at := 8; at+4 <= size; at += 4 {
		if at == 12 {
			continue // the minor version
		}
		switch string(data[at : at+4]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx":
			return true
		case "avif", "avis":
			return false
		case "mif1", "msf1":
			generic = true
		}
	}
	return generic
}

// readHEIC finds the largest picture that any "ispe" property describes. The rotation and
// mirroring properties are applied by the decoder (and replace EXIF's orientation, which
// the standard says to ignore), so that Orientation stays 1; Width and Height are turned
// when the file holds a rotation by a quarter.
func (h *Header) readHEIC(data []byte) error {
	quarter := false
	err := walkBoxes(data, 0, func(kind string, body []byte) {
		switch {
		case kind == "ispe" && len(body) >= 12:
			w, ht := binary.BigEndian.Uint32(body[4:]), binary.BigEndian.Uint32(body[8:])
			if uint64(w)*uint64(ht) > uint64(h.Width)*uint64(h.Height) {
				h.Width, h.Height = int(w), int(ht)
			}
		case kind == "irot" && len(body) >= 1:
			quarter = quarter || body[0]&1 == 1
		}
	})
	if err != nil {
		return err
	}
	if quarter {
		h.Width, h.Height = h.Height, h.Width
	}
	return nil
}

// walkBoxes calls visit for each box (ISO/IEC 14496-12, 4.2) within the containers that
// lead to picture properties. A box that ends beyond the data gives io.ErrUnexpectedEOF.
func walkBoxes(data []byte, depth int, visit func(kind string, body []byte)) error {
	for len(data) > 0 {
		if len(data) < 8 {
			return io.ErrUnexpectedEOF
		}
		size, header := uint64(binary.BigEndian.Uint32(data)), uint64(8)
		switch size {
		case 0: // to the end of the file
			size = uint64(len(data))
		case 1:
			if len(data) < 16 {
				return io.ErrUnexpectedEOF
			}
			size, header = binary.BigEndian.Uint64(data[8:]), 16
		}
		if size < header {
			return errors.New("a box of no size")
		}
		if size > uint64(len(data)) {
			return io.ErrUnexpectedEOF
		}
		kind, body := string(data[4:8]), data[header:size]
		visit(kind, body)
		if kind == "meta" && len(body) >= 4 {
			body = body[4:] // version and flags
		}
		if (kind == "meta" || kind == "iprp" || kind == "ipco") && depth+1 < boxDepth {
			if err := walkBoxes(body, depth+1, visit); err != nil {
				return err
			}
		}
		data = data[size:]
	}
	return nil
}

// decodeHEIC runs the WebAssembly decoder (or libheif where the system has it), as soon as
// one of the slots is free. It cannot be interrupted.
func (d *Decoder) decodeHEIC(ctx context.Context, data []byte, h Header, denom int) (*raster.Image, error) {
	if min(h.Width, h.Height) < heicMinSide {
		return nil, problem(claim.CodePhotoTooSmall, "the HEIC photo has %d x %d pixels; at least %d on each side are needed", h.Width, h.Height, heicMinSide)
	}
	select {
	case d.heicSlots <- struct{}{}:
		defer func() { <-d.heicSlots }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	img, err := heic.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if b := img.Bounds(); b.Dx() != h.Width || b.Dy() != h.Height {
		// Clean aperture crops are fine; more pixels than were checked are not.
		if b.Dx()*b.Dy() > h.Width*h.Height {
			return nil, errTooWide
		}
	}
	return raster.FromImageReduced(img, denom), nil
}
