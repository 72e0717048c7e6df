package fastjpeg

import (
	"bytes"
	"fmt"
)

const (
	// lookBits is how many bits a table lookup takes in. At 12 a table has 16 KB, and the
	// tables of luma and chroma stay in the first-level cache together.
	lookBits = 12
	// maxSkip is the most bits that one lookup may skip: three times it fit into the 56
	// bits that a refill guarantees.
	maxSkip = 18
	// maxDCSize is the largest size category of a DC difference of 8-bit samples.
	maxDCSize = 11
)

// Entries of a skip table: bits 0-5 the bits to skip, from bit 8 how far they advance the
// coefficient index. Two values far above 63 end the block's loop.
const (
	skipAdvance = 8
	skipEnd     = 256 // end of block: 256 is added to the advance of what stood before it
	skipLong    = 512 // the code does not fit the table: look it up bit by bit
)

// code is the canonical code of one Huffman table, T.81 annex C.
type code struct {
	raw     []byte // the table as it stood in the file: 16 counts and the values
	single  [1 << lookBits]uint16
	maxCode [18]int32 // largest code of each length, -1 when there is none
	offset  [17]int32 // what to add to a code to index values
	values  []byte
}

// Entries of single: length<<8 | value, 0 when the code is longer than lookBits.

// build fills c from the table raw unless it holds that table already: photos of one
// camera share theirs. changed says whether it did anything.
func (c *code) build(raw []byte) (changed bool, err error) {
	if len(raw) < 17 {
		return false, fmt.Errorf("%w: missing Huffman table", ErrCorrupt)
	}
	if bytes.Equal(raw, c.raw) {
		return false, nil
	}
	c.raw = c.raw[:0]
	clear(c.single[:])
	values := raw[16:]
	next, index := int32(0), int32(0)
	for length := 1; length <= 16; length++ {
		n := int32(raw[length-1])
		if next+n > 1<<length {
			return false, fmt.Errorf("%w: Huffman table has too many codes of %d bits", ErrCorrupt, length)
		}
		c.offset[length] = index - next
		for range n {
			if length <= lookBits {
				c.fill(next, length, values[index])
			}
			next++
			index++
		}
		c.maxCode[length] = -1
		if n > 0 {
			c.maxCode[length] = next - 1
		}
		next <<= 1
	}
	c.raw = append(c.raw, raw...)
	c.values = c.raw[16:]
	return true, nil
}

// fill enters a code in all places that begin with it.
func (c *code) fill(bits int32, length int, value byte) {
	first := int(bits) << (lookBits - length)
	for i := range 1 << (lookBits - length) {
		c.single[first+i] = uint16(length)<<8 | uint16(value)
	}
}

// decode finds the symbol at the top of buf, however long its code. length is 0 when no
// code begins like that.
func (c *code) decode(buf uint64) (value byte, length int) {
	if e := c.single[buf>>(64-lookBits)]; e != 0 {
		return byte(e), int(e >> 8)
	}
	for length = lookBits + 1; length <= 16; length++ {
		bits := int32(buf >> (64 - length))
		if bits <= c.maxCode[length] {
			return c.values[bits+c.offset[length]], length
		}
	}
	return 0, 0
}

// dcTable is a DC code with the differences that it and the bits after it stand for.
type dcTable struct {
	code
	// diff holds, for the next bits, difference<<diffValue | bits used, and 0 when they do
	// not fit.
	diff [1 << lookBits]int32
}

const diffValue = 8

// build prepares the table for raw.
func (t *dcTable) build(raw []byte) error {
	changed, err := t.code.build(raw)
	if err != nil || !changed {
		return err
	}
	for i := range t.diff {
		t.diff[i] = 0
		e := t.single[i]
		length, size := int(e>>8), int(e&0xff)
		if e != 0 && length+size <= lookBits {
			value := extend(uint64(i)<<(64-lookBits)<<length, size)
			t.diff[i] = value<<diffValue | int32(length+size)
		}
	}
	return nil
}

// slowDiff reads a difference that does not fit diff.
func (t *dcTable) slowDiff(b bits) (after bits, e int32, ok bool) {
	symbol, length := t.decode(b.buf)
	size := int(symbol)
	if length == 0 || size > maxDCSize {
		return b, 0, false
	}
	b.buf <<= length
	e = extend(b.buf, size) << diffValue
	b.buf <<= size
	b.avail -= length + size
	return b, e, true
}

// extend reads the value of size bits at the top of buf, T.81 F.2.2.1: values that begin
// with a zero bit are negative.
func extend(buf uint64, size int) int32 {
	v := int32(buf >> 1 >> (63 - size))
	if size > 0 && buf>>63 == 0 {
		v -= 1<<size - 1
	}
	return v
}

// acTable is an AC code with its skip table.
type acTable struct {
	code
	skip [1 << lookBits]uint32
}

// build prepares the table for raw.
func (t *acTable) build(raw []byte) error {
	changed, err := t.code.build(raw)
	if err != nil || !changed {
		return err
	}
	for i := range t.skip {
		t.skip[i] = t.entry(uint32(i))
	}
	return nil
}

// entry works out what can be skipped when the next bits are window: every coefficient
// whose code lies within it (the bits of its value may lie beyond), up to maxSkip bits.
func (t *acTable) entry(window uint32) uint32 {
	const mask = 1<<lookBits - 1
	skipped, advance := 0, 0
	for skipped < lookBits {
		e := t.single[window<<skipped&mask]
		length := int(e >> 8)
		if e == 0 || skipped+length > lookBits {
			break
		}
		step, size, ok := acSymbol(byte(e))
		if !ok || skipped+length+size > maxSkip || advance+step > 63 {
			break
		}
		skipped += length + size
		advance += step
		if step == 0 {
			return uint32(advance+1+skipEnd)<<skipAdvance | uint32(skipped)
		}
	}
	if skipped == 0 {
		return skipLong << skipAdvance
	}
	return uint32(advance)<<skipAdvance | uint32(skipped)
}

// acSymbol says how far a run/size symbol advances (0 for end of block) and how many bits
// of value follow its code. ok is false for symbols that sequential files do not have.
func acSymbol(symbol byte) (step, size int, ok bool) {
	run, size := int(symbol>>4), int(symbol&15)
	switch {
	case size > 0:
		return run + 1, size, size <= 10
	case run == 15:
		return 16, 0, true
	default:
		return 0, 0, run == 0
	}
}
