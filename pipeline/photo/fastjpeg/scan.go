package fastjpeg

import (
	"encoding/binary"
	"fmt"
)

// block is one 8x8 block of an MCU: which plane it belongs to and where in it.
type block struct {
	plane  *plane
	dx, dy int
}

// plane is one colour component at an eighth of the picture's size: a byte a block of luma.
type plane struct {
	pix    []uint8
	stride int // bytes in a row, padded to whole MCUs
	// across and down are how many blocks of the component an MCU has, and wide and high how
	// many bytes each of them becomes: 2 where the component was sampled at half.
	across, down int
	wide, high   int
	dc           *dcTable
	ac           *acTable
	quant        int32 // of the DC coefficient
	quarters     *quarterWeights
	predictor    int32
}

// bits is the position in the entropy-coded data.
type bits struct {
	buf   uint64 // the next bits, at the top; below avail bits it holds valid bits or zeros
	avail int    // how many bits of buf count
	pos   int    // first byte of the window that is not in buf in whole
}

// refill brings avail to at least 56. It may read bits that a later refill reads again;
// they are the same bits.
func (b *bits) refill(w *window) {
	b.buf |= binary.BigEndian.Uint64(w.buf[b.pos:]) >> (b.avail & 63)
	b.pos += (63 - b.avail) >> 3
	b.avail |= 56
}

// decodeScan reads all MCUs of the scan whose data begins at offset at, and returns the
// offset at which it ends.
func (d *Decoder) decodeScan(data []byte, at, restart int) (int, error) {
	w := &d.window
	w.start(data, at)
	var b bits
	left := restart
	for my := range d.mcusDown {
		for mx := range d.mcusAcross {
			if restart > 0 && left == 0 {
				if err := d.restart(&b); err != nil {
					return 0, err
				}
				left = restart
			}
			left--
			if b.pos > w.fill-windowReserve && !w.ended {
				used := b.pos
				w.load(used)
				b.pos = 0
			}
			var err error
			if b, err = d.decodeMCU(b, mx, my); err != nil {
				return 0, err
			}
			// What was read beyond the end of the interval was zeros.
			if b.pos-b.avail>>3 > w.fill {
				return 0, fmt.Errorf("%w in MCU %d, %d", ErrTruncated, mx, my)
			}
		}
	}
	return d.skipRest(), nil
}

// skipRest gives the offset at which the interval ends, whatever is left in it.
func (d *Decoder) skipRest() int {
	w := &d.window
	for !w.ended {
		w.load(w.fill)
	}
	return w.next
}

// restart goes to the next restart marker and begins a new interval after it.
func (d *Decoder) restart(b *bits) error {
	data := d.window.data
	s, err := nextSegment(data, d.skipRest())
	if err != nil {
		return err
	}
	if s.marker < markerRST0 || s.marker > markerRST7 {
		return fmt.Errorf("%w: no restart marker", ErrTruncated)
	}
	d.window.start(data, s.end)
	*b = bits{}
	for i := range d.planes {
		d.planes[i].predictor = 0
	}
	return nil
}

// decodeMCU reads the blocks of one MCU. The window holds windowReserve bytes from the
// position on, so that no block needs to look.
func (d *Decoder) decodeMCU(b bits, mx, my int) (bits, error) {
	w := &d.window
	for i := range d.blocks {
		bl := &d.blocks[i]
		p := bl.plane
		b.refill(w)
		e := p.dc.diff[b.buf>>(64-lookBits)]
		if e == 0 {
			var ok bool
			if b, e, ok = p.dc.slowDiff(b); !ok {
				return b, fmt.Errorf("%w: DC code", ErrCorrupt)
			}
		} else {
			b.buf <<= e & 63
			b.avail -= int(e & 63)
		}
		p.predictor += e >> diffValue
		at := (my*p.down+bl.dy)*p.high*p.stride + (mx*p.across+bl.dx)*p.wide
		var ok bool
		if p.quarters != nil {
			if b, ok = p.decodeQuarters(b, w, at); !ok {
				return b, fmt.Errorf("%w: AC codes of chroma", ErrCorrupt)
			}
			continue
		}
		p.pix[at] = mean(p.predictor * p.quant)
		if b, ok = skipAC(b, w, p.ac, 0); !ok {
			return b, fmt.Errorf("%w: AC codes", ErrCorrupt)
		}
	}
	return b, nil
}

// mean turns a dequantized DC coefficient into the level of its block: it is 8 times the
// mean, and levels are shifted by 128.
func mean(dc int32) uint8 {
	return uint8(min(max((dc+4)>>3+128, 0), 255))
}

// skipAC passes over the rest of a block, done of whose 63 AC coefficients are read.
func skipAC(b bits, w *window, t *acTable, done uint32) (bits, bool) {
	buf, avail, pos := b.buf, b.avail, b.pos
	skip := &t.skip
	var e uint32
	k := done
	for {
		buf |= binary.BigEndian.Uint64(w.buf[pos:]) >> (avail & 63)
		pos += (63 - avail) >> 3
		avail |= 56
		e = skip[buf>>(64-lookBits)]
		k += e >> skipAdvance
		if k >= 63 {
			break
		}
		buf <<= e & 63
		avail -= int(e & 63)

		e = skip[buf>>(64-lookBits)]
		k += e >> skipAdvance
		if k >= 63 {
			break
		}
		buf <<= e & 63
		avail -= int(e & 63)

		e = skip[buf>>(64-lookBits)]
		k += e >> skipAdvance
		if k >= 63 {
			break
		}
		buf <<= e & 63
		avail -= int(e & 63)
	}
	if k == 63 || k-skipEnd <= 63 { // unsigned: what is below skipEnd wraps
		return bits{buf << (e & 63), avail - int(e&63), pos}, true
	}
	// The last entry went beyond the block, or its code is long: take it symbol by symbol.
	return skipSymbols(bits{buf, avail, pos}, w, t, int(k-e>>skipAdvance))
}

// skipSymbols passes over coefficients one by one, k of which are done.
func skipSymbols(b bits, w *window, t *acTable, k int) (bits, bool) {
	for k < 63 {
		b.refill(w)
		symbol, length := t.decode(b.buf)
		step, size, ok := acSymbol(symbol)
		if length == 0 || !ok {
			return b, false
		}
		b.buf <<= (length + size) & 63
		b.avail -= length + size
		if step == 0 {
			return b, true
		}
		k += step
	}
	return b, k == 63
}
