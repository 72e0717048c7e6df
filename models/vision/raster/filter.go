package raster

import (
	"math"
	"slices"
)

// Filter is a resampling kernel: its values between -Support and Support (in pixels of the
// output when reducing, of the input when enlarging), symmetric around zero.
type Filter struct {
	name    string
	support float64
	kernel  func(x float64) float64 // for 0 <= x <= support
}

// Name is what Pillow calls the filter: bilinear, bicubic or lanczos.
func (f Filter) Name() string { return f.name }

// Triangle is linear interpolation, antialiased when reducing. Pillow's BILINEAR.
func Triangle() Filter {
	return Filter{"bilinear", 1, func(x float64) float64 { return 1 - x }}
}

// CatmullRom is the cubic of Keys, "Cubic Convolution Interpolation for Digital Image
// Processing", IEEE Trans. ASSP 29 (1981), with a = -0.5. Pillow's BICUBIC.
func CatmullRom() Filter {
	const a = -0.5
	return Filter{"bicubic", 2, func(x float64) float64 {
		if x < 1 {
			return ((a+2)*x-(a+3))*x*x + 1
		}
		return (((x-5)*x+8)*x - 4) * a
	}}
}

// Lanczos3 is the sinc windowed by its own middle lobe over three pixels (Duchon, "Lanczos
// Filtering in One and Two Dimensions", J. Appl. Meteorology 18, 1979). Pillow's LANCZOS.
func Lanczos3() Filter {
	return Filter{"lanczos", 3, func(x float64) float64 { return sinc(x) * sinc(x/3) }}
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	x *= math.Pi
	return math.Sin(x) / x
}

// Weights are integers with weightBits fractional bits. With 12 bits, a channel's sum of
// 255 * weights needs 20 bits; overshoot of kernels with negative lobes and the bias that
// keeps sums positive fit into the 21 bits that a lane has.
const (
	weightBits = 12
	weightOne  = 1 << weightBits
)

// taps are the weights of every output position along one side: output i is the sum over
// j < n of weights[i*n+j] * input[start[i]+j].
type taps struct {
	n       int
	start   []int32
	weights []int32
	// lobes says that some weights are negative, so that sums can leave the range of levels.
	lobes bool
}

// compute fills t for resizing the span [from, from+length) of an input of size pixels to
// out pixels. The kernel does not read outside the span, as Pillow's resize with a box.
func (t *taps) compute(f Filter, from, length, out int) {
	scale := float64(length) / float64(out)
	stretch := max(scale, 1) // below 1 (enlarging) the kernel keeps its own width
	radius := f.support * stretch
	reach := func(i int) (centre float64, lo, hi int) {
		centre = (float64(i) + 0.5) * scale
		lo = max(int(centre-radius+0.5), 0)
		hi = min(int(centre+radius+0.5), length)
		return centre, min(lo, hi-1), hi
	}
	t.n = 1
	for i := range out {
		_, lo, hi := reach(i)
		t.n = max(t.n, hi-lo)
	}
	if t.n < 4 && length >= 4 {
		t.n = 4 // the number that apply has a loop of its own for
	}
	t.start = grow(t.start, out)
	t.weights = grow(t.weights, out*t.n)
	t.lobes = false
	values := make([]float64, t.n)
	for i := range out {
		centre, lo, hi := reach(i)
		sum := 0.0
		for j := lo; j < hi; j++ {
			v := 0.0
			if x := math.Abs(float64(j)-centre+0.5) / stretch; x < f.support {
				v = f.kernel(x)
			}
			values[j-lo] = v
			sum += v
		}
		// The row of weights is padded to n taps; near the far end it starts earlier so
		// that padding never reads past the span.
		start := min(lo, length-t.n)
		t.start[i] = int32(from + start)
		w := t.weights[i*t.n : (i+1)*t.n]
		clear(w)
		quantize(w[lo-start:lo-start+hi-lo], values[:hi-lo], sum)
		t.lobes = t.lobes || slices.Min(w) < 0
	}
}

// quantize writes values/sum as integers that add up to weightOne exactly, so that a plain
// area keeps its colour. What rounding left over goes to the largest weight.
func quantize(w []int32, values []float64, sum float64) {
	left, largest := int32(weightOne), 0
	for i, v := range values {
		w[i] = int32(math.Round(v / sum * weightOne))
		left -= w[i]
		if w[i] > w[largest] {
			largest = i
		}
	}
	w[largest] += left
}

// grow returns s with length n, reusing its memory when it is large enough.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
