package photo

import (
	"encoding/binary"
	"io"
	"math"
)

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	// deflateRatio is the most that one byte of deflate data can expand to.
	deflateRatio = 1032
)

// readPNG walks over the chunks (PNG specification, 5.3): IHDR has the size, an eXIf chunk
// the orientation, and the sum of IDAT bounds how much picture there can be.
func (h *Header) readPNG(data []byte) error {
	const lengthAndType, crc = 8, 4
	var bits, packed int
	rest := data[len(pngSignature):]
	for first := true; ; first = false {
		if len(rest) < lengthAndType {
			if bits == 0 {
				return io.ErrUnexpectedEOF
			}
			break // the decoder will say that it ends early
		}
		size := int64(binary.BigEndian.Uint32(rest))
		kind := string(rest[4:8])
		body := rest[lengthAndType:]
		if first && (kind != "IHDR" || size != 13) {
			return errNoSize
		}
		whole := size+crc <= int64(len(body))
		if whole {
			body = body[:size]
		}
		switch {
		case first:
			if !whole {
				return io.ErrUnexpectedEOF
			}
			w, ht := binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:])
			if w > math.MaxInt32 || ht > math.MaxInt32 {
				return errTooWide
			}
			h.Width, h.Height = int(w), int(ht)
			bits = int(body[8]) * pngChannels(body[9])
		case kind == "IDAT":
			packed += len(body)
		case kind == "eXIf" && whole:
			h.Orientation = exifOrientation(body)
		}
		if !whole || kind == "IEND" {
			break
		}
		rest = rest[lengthAndType+int(size)+crc:]
	}
	// More picture than the data could ever expand to: ask for a longer file than this is.
	if raw := float64(h.Width) * float64(h.Height) * float64(bits) / 8; raw > float64(packed)*deflateRatio {
		h.atLeast = len(data) + 1
	}
	return nil
}

// pngChannels gives the samples a pixel of a colour type.
func pngChannels(colourType byte) int {
	switch colourType {
	case 2:
		return 3
	case 4:
		return 2
	case 6:
		return 4
	}
	return 1
}
