package fastjpeg

import (
	"fmt"

	"github.com/defekt/defekt/models/vision/raster"
)

// Denom is the scale of [Decoder.Decode]: one pixel for 8 by 8.
const Denom = 8

// Decoder decodes JPEGs at an eighth of their size. It holds about 250 KB of tables and buffers
// that one picture after the other uses; the zero value is ready, and it must not be used
// by two goroutines at a time.
type Decoder struct {
	window               window
	dc                   [4]dcTable
	ac                   [4]acTable
	planes               []plane
	blocks               []block
	mcusAcross, mcusDown int
	pix                  []uint8
	quarters             [4]quarterWeights
}

// Decode decodes the JPEG data whose header is h, to ceil(Width/8) by ceil(Height/8)
// pixels. The caller must have checked the size against its limits; memory is 1/64 of the
// full picture's. Errors wrap [ErrUnsupported], [ErrTruncated] or [ErrCorrupt].
func (d *Decoder) Decode(data []byte, h *Header) (*raster.Image, error) {
	if err := d.prepare(h); err != nil {
		return nil, err
	}
	end, err := d.decodeScan(data, h.data, h.restart)
	if err != nil {
		return nil, err
	}
	if err := expectEnd(data, end); err != nil {
		return nil, err
	}
	return d.picture(ceilDiv(h.Width, Denom), ceilDiv(h.Height, Denom)), nil
}

// Supports says whether [Decoder.Decode] takes files with this header.
func Supports(h *Header) bool {
	if h.Precision != 8 || h.Frame != markerSOF0 && h.Frame != markerSOF1 {
		return false
	}
	switch n := len(h.Components); {
	case n == 1:
	case n == 3 && h.YCbCr():
		y, cb, cr := h.Components[0], h.Components[1], h.Components[2]
		// 4:4:4, 4:2:2 and 4:2:0: chroma with one block an MCU, luma with 1, 2 across, or 2 x 2.
		if y.H > 2 || y.V > y.H || cb.H != 1 || cb.V != 1 || cr.H != 1 || cr.V != 1 {
			return false
		}
	default:
		return false
	}
	return len(h.scan) == 4+2*len(h.Components) && int(h.scan[0]) == len(h.Components)
}

// prepare lays out planes and tables for h.
func (d *Decoder) prepare(h *Header) error {
	if !Supports(h) {
		return ErrUnsupported
	}
	hMax, vMax := h.maxSampling()
	if len(h.Components) == 1 { // a scan of one component has MCUs of one block
		hMax, vMax = 1, 1
	}
	d.mcusAcross, d.mcusDown = ceilDiv(h.Width, 8*hMax), ceilDiv(h.Height, 8*vMax)
	stride, size := d.mcusAcross*hMax, d.mcusAcross*hMax*d.mcusDown*vMax
	d.planes = append(d.planes[:0], make([]plane, len(h.Components))...)
	d.blocks = d.blocks[:0]
	d.pix = grow(d.pix, size*len(d.planes))
	for i, c := range h.Components {
		p := &d.planes[i]
		p.pix, p.stride = d.pix[i*size:(i+1)*size], stride
		p.across, p.down = min(c.H, hMax), min(c.V, vMax)
		p.wide, p.high = hMax/p.across, vMax/p.down
		if err := d.prepareTables(p, h, i); err != nil {
			return err
		}
		for dy := range p.down {
			for dx := range p.across {
				d.blocks = append(d.blocks, block{p, dx, dy})
			}
		}
	}
	return nil
}

// prepareTables finds the tables that the scan names for component i.
func (d *Decoder) prepareTables(p *plane, h *Header, i int) error {
	c, id, tables := h.Components[i], h.scan[1+2*i], h.scan[2+2*i]
	if id != c.ID {
		return ErrUnsupported
	}
	dc, ac := tables>>4&3, tables&3
	if err := d.dc[dc].build(h.huffman[0][dc]); err != nil {
		return err
	}
	if err := d.ac[ac].build(h.huffman[1][ac]); err != nil {
		return err
	}
	p.dc, p.ac = &d.dc[dc], &d.ac[ac]
	quant := h.quant[c.Tq]
	if quant == nil {
		return fmt.Errorf("%w: no quantization table %d", ErrCorrupt, c.Tq)
	}
	p.quant = int32(quantAt(quant, 0))
	if p.wide > 1 || p.high > 1 {
		p.quarters = &d.quarters[i]
		p.quarters.compute(quant)
	}
	return nil
}

// expectEnd checks that the scan is followed by the end of the image, perhaps after other
// segments. A second scan would mean that components were repeated.
func expectEnd(data []byte, at int) error {
	for {
		s, err := nextSegment(data, at)
		if err != nil {
			return fmt.Errorf("%w after the picture", err)
		}
		switch s.marker {
		case markerEOI:
			return nil
		case markerSOS:
			return ErrUnsupported
		}
		at = s.end
	}
}
