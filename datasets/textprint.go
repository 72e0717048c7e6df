package datasets

import "encoding/binary"

// TextRows is the number of bytes in a [TextPrint]'s sketch.
const TextRows = 64

// TextPrint is what can be compared of a text without keeping it.
type TextPrint struct {
	// Exact is the same for texts that differ in case, spacing and punctuation only; 0 for a
	// text without words. Two other texts have the same with a chance of 1 in 2^64.
	Exact uint64
	// Pieces is the number of shingles; 1 marks a text too short for near-duplicates.
	Pieces int
	// Sketch has the lowest byte of 64 minima of hashes of the shingles (b-bit minwise
	// hashing; Li and König, WWW 2010): the share of equal bytes of two texts is their
	// Jaccard similarity s, but for the chance of 1 in 256 that others agree, to within
	// a standard error of the root of s(1-s)/64, 0.06 at most.
	Sketch [TextRows]byte
}

// PrintText computes the print.
func PrintText(text string) TextPrint {
	pieces := shingles(text)
	if len(pieces) == 0 {
		return TextPrint{}
	}
	var rows [signature]uint32
	sign(&rows, pieces)
	p := TextPrint{Exact: max(wholeOf(pieces), 1), Pieces: len(pieces)}
	for i := range p.Sketch {
		p.Sketch[i] = byte(rows[i])
	}
	return p
}

// SameRows is the number of equal bytes in two sketches, 0 to 64.
func SameRows(a, b *[TextRows]byte) int {
	n := 0
	for i := 0; i < TextRows; i += 8 {
		n += equalBytes(binary.LittleEndian.Uint64(a[i:]), binary.LittleEndian.Uint64(b[i:]))
	}
	return n
}
