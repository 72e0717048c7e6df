package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"
	"math"

	"golang.org/x/image/webp"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
)

// readWebP walks over the RIFF chunks (RFC 9649). The size is the largest that any chunk
// names, so that a small canvas cannot hide a large picture.
func (h *Header) readWebP(data []byte) error {
	for rest := data[12:]; len(rest) >= 8; {
		kind, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:]))
		body := rest[8:]
		whole := size <= int64(len(body))
		if whole {
			body = body[:size]
		}
		if err := h.webpChunk(kind, body); err != nil {
			return err
		}
		step := 8 + size + size&1
		if !whole || step > int64(len(rest)) {
			break
		}
		rest = rest[step:]
	}
	if h.Width == 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func (h *Header) webpChunk(kind string, b []byte) error {
	switch kind {
	case "VP8X":
		if len(b) < 10 {
			return io.ErrUnexpectedEOF
		}
		const animated = 2
		if b[0]&animated != 0 {
			return problem(claim.CodePhotoFormat, "the file is an animated WebP; send a still photo")
		}
		h.grow(1+(int(b[4])|int(b[5])<<8|int(b[6])<<16), 1+(int(b[7])|int(b[8])<<8|int(b[9])<<16))
	case "VP8 ":
		if len(b) < 10 {
			return io.ErrUnexpectedEOF
		}
		h.grow(int(binary.LittleEndian.Uint16(b[6:]))&0x3fff, int(binary.LittleEndian.Uint16(b[8:]))&0x3fff)
	case "VP8L":
		if len(b) < 5 {
			return io.ErrUnexpectedEOF
		}
		v := binary.LittleEndian.Uint32(b[1:])
		h.grow(1+int(v&0x3fff), 1+int(v>>14&0x3fff))
	case "EXIF":
		h.Orientation = exifOrientation(bytes.TrimPrefix(b, []byte("Exif\x00\x00")))
	}
	return nil
}

// grow raises the size to at least w by ht.
func (h *Header) grow(w, ht int) { h.Width, h.Height = max(h.Width, w), max(h.Height, ht) }

func decodeWebP(data []byte, denom int) (*raster.Image, error) {
	img, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	switch m := img.(type) {
	case *image.YCbCr:
		fullRange(m)
	case *image.NYCbCrA:
		fullRange(&m.YCbCr)
	}
	return raster.FromImageReduced(img, denom), nil
}

// fullRange stretches luma from 16..235 and chroma from 16..240, which lossy WebP uses (RFC
// 6386, section 9.2, ITU-R BT.601), to the 0..255 that package image means by YCbCr; the
// decoder leaves that to its caller.
func fullRange(m *image.YCbCr) {
	var luma, chroma [256]uint8
	for i := range 256 {
		luma[i] = stretch(i-16, 219, 0)
		chroma[i] = stretch(i-128, 224, 128)
	}
	for i, v := range m.Y {
		m.Y[i] = luma[v]
	}
	for _, plane := range [][]uint8{m.Cb, m.Cr} {
		for i, v := range plane {
			plane[i] = chroma[v]
		}
	}
}

// stretch gives v*255/span + zero, rounded and kept within 0..255.
func stretch(v, span, zero int) uint8 {
	return uint8(min(max(math.Round(float64(v)*255/float64(span)+float64(zero)), 0), 255))
}
