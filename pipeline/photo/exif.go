package photo

import "encoding/binary"

const (
	tagOrientation = 0x0112
	typeShort      = 3
)

// exifOrientation finds the orientation (1..8) in the first directory of a TIFF structure,
// EXIF 2.3 section 4.6.4. Anything that does not make sense gives 1: a photo with bad
// metadata is still a photo. It reads one directory, so its time is bounded by 65,535
// entries.
func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == tagOrientation {
			o := int(order.Uint16(entries[8:]))
			if order.Uint16(entries[2:]) != typeShort || o < 1 || o > 8 {
				return 1
			}
			return o
		}
		entries = entries[12:]
	}
	return 1
}
