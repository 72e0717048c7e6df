package fastjpeg

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Component is one colour plane as the frame header describes it.
type Component struct {
	ID   byte
	H, V int // sampling factors, 1..4
	Tq   byte
}

// Header is what a JPEG says about itself before its first scan.
type Header struct {
	Width, Height int
	Precision     int // bits a sample
	Components    []Component
	// Frame is the start-of-frame marker: 0xc0 baseline, 0xc2 progressive, 0xc9 and above
	// arithmetic.
	Frame byte
	// Exif is the TIFF part of the first Exif segment, sharing the file's memory, or nil.
	Exif []byte
	// JFIF and Adobe say whether these segments are present; AdobeTransform is the latter's
	// colour transform (0 none, 1 YCbCr, 2 YCCK).
	JFIF, Adobe    bool
	AdobeTransform byte
	// restart is the number of MCUs between restart markers, 0 for none.
	restart int
	quant   [4][]byte // raw tables: precision nibble first, then 64 or 128 bytes
	huffman [2][4][]byte
	scan    []byte // payload of the scan header
	data    int    // offset of the entropy-coded data
}

// Progressive says whether the picture is built up in several scans.
func (h *Header) Progressive() bool { return h.Frame&3 == 2 }

// Arithmetic says whether the file is coded arithmetically, which few decoders read.
func (h *Header) Arithmetic() bool { return h.Frame >= 0xc9 }

// Blocks is the number of 8x8 blocks in all planes, without padding to whole MCUs.
func (h *Header) Blocks() int {
	hMax, vMax := h.maxSampling()
	n := 0
	for _, c := range h.Components {
		n += ceilDiv(ceilDiv(h.Width*c.H, hMax), 8) * ceilDiv(ceilDiv(h.Height*c.V, vMax), 8)
	}
	return n
}

func (h *Header) maxSampling() (hMax, vMax int) {
	hMax, vMax = 1, 1
	for _, c := range h.Components {
		hMax, vMax = max(hMax, c.H), max(vMax, c.V)
	}
	return hMax, vMax
}

// YCbCr says whether a picture of three components holds luma and two chroma planes, by
// the rules of libjpeg: JFIF decides, then Adobe's transform, then the components' names.
func (h *Header) YCbCr() bool {
	switch {
	case len(h.Components) != 3:
		return false
	case h.JFIF:
		return true
	case h.Adobe:
		return h.AdobeTransform != 0
	}
	c := h.Components
	return c[0].ID != 'R' || c[1].ID != 'G' || c[2].ID != 'B'
}

// ParseHeader reads data up to the first scan. It looks at a few hundred bytes of a usual
// file, allocates little whatever the header claims, and checks sizes against nothing: that
// is the caller's. Errors wrap [ErrTruncated] or [ErrCorrupt].
func ParseHeader(data []byte) (*Header, error) {
	if !IsJPEG(data) {
		return nil, fmt.Errorf("%w: no start of image", ErrCorrupt)
	}
	h := new(Header)
	for at := 2; ; {
		s, err := nextSegment(data, at)
		if err != nil {
			return nil, fmt.Errorf("%w in the header", err)
		}
		at = s.end
		if s.marker == markerEOI {
			return nil, fmt.Errorf("%w: no picture", ErrCorrupt)
		}
		if err := h.take(s); err != nil {
			return nil, err
		}
		if s.marker == markerSOS {
			h.scan, h.data = s.payload, s.end
			return h, nil
		}
	}
}

// take notes what one segment says.
func (h *Header) take(s segment) error {
	switch {
	case isFrame(s.marker):
		return h.takeFrame(s)
	case s.marker == markerDHT:
		return h.takeHuffman(s.payload)
	case s.marker == markerDQT:
		return h.takeQuant(s.payload)
	case s.marker == markerDRI:
		if len(s.payload) != 2 {
			return fmt.Errorf("%w: restart interval", ErrCorrupt)
		}
		h.restart = int(binary.BigEndian.Uint16(s.payload))
	case s.marker == markerSOS:
		if h.Frame == 0 {
			return fmt.Errorf("%w: scan before frame", ErrCorrupt)
		}
	case s.marker == markerAPP0:
		h.JFIF = h.JFIF || bytes.HasPrefix(s.payload, []byte("JFIF\x00"))
	case s.marker == markerAPP1:
		if rest, ok := bytes.CutPrefix(s.payload, []byte("Exif\x00")); ok && len(rest) > 1 && h.Exif == nil {
			h.Exif = rest[1:]
		}
	case s.marker == markerAPP14:
		if bytes.HasPrefix(s.payload, []byte("Adobe")) && len(s.payload) >= 12 {
			h.Adobe, h.AdobeTransform = true, s.payload[11]
		}
	}
	return nil
}

func (h *Header) takeFrame(s segment) error {
	p := s.payload
	if h.Frame != 0 {
		return fmt.Errorf("%w: two frames", ErrCorrupt)
	}
	if len(p) < 6 || len(p) < 6+3*int(p[5]) || p[5] == 0 || p[5] > 4 {
		return fmt.Errorf("%w: frame header", ErrCorrupt)
	}
	h.Frame, h.Precision = s.marker, int(p[0])
	h.Height, h.Width = int(binary.BigEndian.Uint16(p[1:])), int(binary.BigEndian.Uint16(p[3:]))
	if h.Width == 0 || h.Height == 0 {
		return fmt.Errorf("%w: %d x %d pixels", ErrCorrupt, h.Width, h.Height)
	}
	for i := range int(p[5]) {
		c := Component{ID: p[6+3*i], H: int(p[7+3*i] >> 4), V: int(p[7+3*i] & 15), Tq: p[8+3*i]}
		if c.H < 1 || c.H > 4 || c.V < 1 || c.V > 4 || c.Tq > 3 {
			return fmt.Errorf("%w: component %d", ErrCorrupt, i)
		}
		h.Components = append(h.Components, c)
	}
	return nil
}

func (h *Header) takeQuant(p []byte) error {
	for len(p) > 0 {
		size := 65
		if p[0]>>4 != 0 {
			size = 129
		}
		if p[0]&15 > 3 || p[0]>>4 > 1 || len(p) < size {
			return fmt.Errorf("%w: quantization table", ErrCorrupt)
		}
		h.quant[p[0]&15] = p[:size]
		p = p[size:]
	}
	return nil
}

func (h *Header) takeHuffman(p []byte) error {
	for len(p) > 0 {
		if len(p) < 17 || p[0]>>4 > 1 || p[0]&15 > 3 {
			return fmt.Errorf("%w: Huffman table", ErrCorrupt)
		}
		n := 0
		for _, c := range p[1:17] {
			n += int(c)
		}
		if n == 0 || n > 256 || len(p) < 17+n {
			return fmt.Errorf("%w: Huffman table of %d codes", ErrCorrupt, n)
		}
		h.huffman[p[0]>>4][p[0]&15] = p[1 : 17+n]
		p = p[17+n:]
	}
	return nil
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// MinBytes is a size that no intact file with this header is below: in a sequential
// Huffman-coded picture, each block takes at least a bit for its first coefficient and one
// for its end. 0 when nothing can be said.
func (h *Header) MinBytes() int {
	if h.Progressive() || h.Arithmetic() || h.Frame > markerSOF1 {
		return 0
	}
	return h.Blocks() / 4
}

// CountScans counts the scans of a file, stopping beyond limit.
func CountScans(data []byte, h *Header, limit int) int {
	n := 1
	rest := data[h.data:]
	for n <= limit {
		i := bytes.IndexByte(rest, 0xff)
		if i < 0 || i+1 >= len(rest) {
			return n
		}
		if rest[i+1] == markerSOS {
			n++
		}
		rest = rest[i+1:]
	}
	return n
}
