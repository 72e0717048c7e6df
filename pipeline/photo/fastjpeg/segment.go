package fastjpeg

import (
	"encoding/binary"
	"errors"
)

// Markers that are looked at, T.81 table B.1.
const (
	markerSOF0  = 0xc0 // baseline
	markerSOF1  = 0xc1 // extended sequential
	markerSOF2  = 0xc2 // progressive
	markerDHT   = 0xc4
	markerJPG   = 0xc8
	markerDAC   = 0xcc
	markerSOF15 = 0xcf
	markerRST0  = 0xd0
	markerRST7  = 0xd7
	markerSOI   = 0xd8
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerDQT   = 0xdb
	markerDRI   = 0xdd
	markerAPP0  = 0xe0
	markerAPP1  = 0xe1
	markerAPP14 = 0xee
	markerTEM   = 0x01
)

// Errors of this package. They are wrapped with the detail.
var (
	// ErrTruncated: the data ends before the picture does.
	ErrTruncated = errors.New("jpeg: data ends early")
	// ErrCorrupt: the data contradicts the format.
	ErrCorrupt = errors.New("jpeg: corrupt data")
	// ErrUnsupported: a valid JPEG that another decoder must read.
	ErrUnsupported = errors.New("jpeg: not a kind that is decoded here")
)

// IsJPEG says whether data begins like a JPEG: start of image, then another marker.
func IsJPEG(data []byte) bool {
	return len(data) >= 3 && data[0] == 0xff && data[1] == markerSOI && data[2] == 0xff
}

// segment is one marker with its payload (nil for markers without one).
type segment struct {
	marker  byte
	payload []byte
	end     int // offset of the first byte after the segment
}

// nextSegment reads the segment at or after offset at. Bytes before the marker that belong
// to none are skipped, as other decoders do.
func nextSegment(data []byte, at int) (segment, error) {
	for {
		for at < len(data) && data[at] != 0xff {
			at++
		}
		for at < len(data) && data[at] == 0xff {
			at++
		}
		if at >= len(data) {
			return segment{}, ErrTruncated
		}
		if data[at] != 0 {
			break
		}
	}
	s := segment{marker: data[at], end: at + 1}
	if s.marker == markerTEM || s.marker >= markerRST0 && s.marker <= markerEOI {
		return s, nil
	}
	if s.end+2 > len(data) {
		return segment{}, ErrTruncated
	}
	length := int(binary.BigEndian.Uint16(data[s.end:]))
	if length < 2 {
		return segment{}, ErrCorrupt
	}
	if s.end+length > len(data) {
		return segment{}, ErrTruncated
	}
	s.payload = data[s.end+2 : s.end+length]
	s.end += length
	return s, nil
}

// isFrame says whether marker is a start of frame.
func isFrame(marker byte) bool {
	return marker >= markerSOF0 && marker <= markerSOF15 &&
		marker != markerDHT && marker != markerJPG && marker != markerDAC
}
