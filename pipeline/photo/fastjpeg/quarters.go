package fastjpeg

import "math"

// Chroma is usually sampled at half the resolution, so that one of its blocks lies on two
// or four pixels of the result. These take the means of the block's halves or quarters,
// which a few low coefficients give: with x the left or right half, the mean of the basis
// function of horizontal frequency u is +A(u) on the left and -A(u) on the right for odd u
// and 0 for even u above 0. It is what libjpeg's 2x2 transform computes.

const (
	// quarterBits are the fractional bits of the weights.
	quarterBits = 13
	// quarterCoefficients is how many AC coefficients are looked at: the highest of
	// frequency up to 3 in zigzag order but for (3,3). The others weigh little and are
	// mostly zero in chroma.
	quarterCoefficients = 13
)

// quarterWeights holds, by zigzag index, which difference a coefficient adds to and its
// dequantizing factor times weight.
type quarterWeights struct {
	class  [quarterCoefficients + 1]uint8
	weight [quarterCoefficients + 1]int
}

// Classes of coefficients: those that tell left from right, upper from lower, and one
// diagonal from the other.
const (
	classNone = iota
	classAcross
	classDown
	classDiagonal
)

// zigzag gives the column (low 3 bits) and row of the first coefficients.
var zigzag = [quarterCoefficients + 1]uint8{0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11}

// compute fills q for a raw quantization table.
func (q *quarterWeights) compute(raw []byte) {
	for k := 1; k <= quarterCoefficients; k++ {
		u, v := int(zigzag[k]&7), int(zigzag[k]>>3)
		weight := halfMean(u) * halfMean(v) / 4 * float64(quantAt(raw, k))
		q.class[k] = classNone
		switch {
		case u&1 == 1 && v == 0:
			q.class[k] = classAcross
		case u == 0 && v&1 == 1:
			q.class[k] = classDown
		case u&v&1 == 1:
			q.class[k] = classDiagonal
		}
		q.weight[k] = int(math.Round(weight * (1 << quarterBits)))
	}
}

// halfMean is the mean over samples 0..3 of the normalised basis function of frequency u.
func halfMean(u int) float64 {
	if u == 0 {
		return math.Sqrt2 / 2
	}
	sum := 0.0
	for x := range 4 {
		sum += math.Cos(float64((2*x+1)*u) * math.Pi / 16)
	}
	return sum / 4
}

// quantAt gives entry k of a quantization table as it stands in the file.
func quantAt(raw []byte, k int) int {
	if raw[0]>>4 == 0 {
		return int(raw[1+k])
	}
	return int(raw[1+2*k])<<8 | int(raw[2+2*k])
}

// decodeQuarters reads the AC coefficients of a block and writes its halves or quarters,
// at offset at of the plane.
func (p *plane) decodeQuarters(b bits, w *window, at int) (bits, bool) {
	var sums [4]int // by class
	q, t := p.quarters, p.ac
	k := 0
	for {
		b.refill(w)
		symbol, length := t.decode(b.buf)
		step, size, ok := acSymbol(symbol)
		if length == 0 || !ok {
			return b, false
		}
		if step == 0 {
			b.buf <<= length & 63
			b.avail -= length
			break
		}
		k += step
		if k > quarterCoefficients {
			// Not wanted: leave this symbol to the skipping loop.
			if b, ok = skipAC(b, w, t, uint32(k-step)); !ok {
				return b, false
			}
			break
		}
		b.buf <<= length & 63
		sums[q.class[k]&3] += int(extend(b.buf, size)) * q.weight[k]
		b.buf <<= size & 63
		b.avail -= length + size
	}
	p.store(at, sums[classAcross], sums[classDown], sums[classDiagonal])
	return b, true
}

// store writes the halves or quarters of a block from its mean and the differences.
func (p *plane) store(at, across, down, diagonal int) {
	mean := int(p.predictor*p.quant)<<(quarterBits-3) + 1<<(quarterBits-1)
	if p.high == 1 {
		p.pix[at], p.pix[at+1] = level(mean+across), level(mean-across)
		return
	}
	lower := at + p.stride
	p.pix[at], p.pix[at+1] = level(mean+across+down+diagonal), level(mean-across+down-diagonal)
	p.pix[lower], p.pix[lower+1] = level(mean+across-down-diagonal), level(mean-across-down+diagonal)
}

// level shifts a sum with quarterBits fractional bits to 0..255.
func level(sum int) uint8 { return uint8(min(max(sum>>quarterBits+128, 0), 255)) }
