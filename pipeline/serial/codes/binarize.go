package codes

import (
	"errors"
	"fmt"

	"github.com/makiuchi-d/gozxing"
)

// localMean is dark where a pixel is below the mean of the square of side 2n+1 around it
// (an integral image makes that cheap), less a margin where nothing but noise is seen.
func localMean(g *gray, n int) *gozxing.BitMatrix {
	m, _ := gozxing.NewBitMatrix(g.w, g.h)
	sums := integral(g)
	const margin = 3 // levels
	for y := range g.h {
		y0, y1 := max(y-n, 0), min(y+n+1, g.h)
		for x := range g.w {
			x0, x1 := max(x-n, 0), min(x+n+1, g.w)
			sum := sums[y1*(g.w+1)+x1] - sums[y0*(g.w+1)+x1] - sums[y1*(g.w+1)+x0] + sums[y0*(g.w+1)+x0]
			if (int64(g.pix[y*g.w+x])+margin)*int64((x1-x0)*(y1-y0)) < sum {
				m.Set(x, y)
			}
		}
	}
	return m
}

func integral(g *gray) []int64 {
	w := g.w + 1
	sums := make([]int64, w*(g.h+1))
	for y := range g.h {
		var row int64
		for x := range g.w {
			row += int64(g.pix[y*g.w+x])
			sums[(y+1)*w+x+1] = sums[y*w+x+1] + row
		}
	}
	return sums
}

// otsu is dark below the level that parts the histogram best (Otsu, 1979).
func otsu(g *gray) *gozxing.BitMatrix {
	var counts [256]float64
	total := 0.
	for _, v := range g.pix {
		counts[v]++
		total += float64(v)
	}
	n := float64(len(g.pix))
	level, best, below, sum := 0, -1., 0., 0.
	for i, c := range counts {
		below += c
		sum += float64(i) * c
		if below == 0 || below == n {
			continue
		}
		d := sum/below - (total-sum)/(n-below)
		if v := below * (n - below) * d * d; v > best {
			best, level = v, i
		}
	}
	m, _ := gozxing.NewBitMatrix(g.w, g.h)
	for i, v := range g.pix {
		if int(v) <= level {
			m.Set(i%g.w, i/g.w)
		}
	}
	return m
}

// hybrid is the library's own local threshold over blocks of 8 pixels.
func hybrid(g *gray) (m *gozxing.BitMatrix, err error) {
	return gozxing.NewHybridBinarizer(source{g}).GetBlackMatrix()
}

// source lends a picture to the library without a copy.
type source struct{ *gray }

var _ gozxing.LuminanceSource = source{}

var errTurn = errors.New("codes: this picture is turned by its caller")

// GetRow copies a row.
func (s source) GetRow(y int, row []byte) ([]byte, error) {
	if y < 0 || y >= s.h {
		return row, fmt.Errorf("codes: no row %d", y)
	}
	if len(row) < s.w {
		row = make([]byte, s.w)
	}
	copy(row, s.pix[y*s.w:(y+1)*s.w])
	return row, nil
}

// GetMatrix lends all pixels.
func (s source) GetMatrix() []byte { return s.pix }

// GetWidth is in pixels.
func (s source) GetWidth() int { return s.w }

// GetHeight is in pixels.
func (s source) GetHeight() int { return s.h }

// IsCropSupported is false: callers cut out what they need.
func (s source) IsCropSupported() bool { return false }

// Crop is not supported.
func (s source) Crop(int, int, int, int) (gozxing.LuminanceSource, error) { return nil, errTurn }

// IsRotateSupported is false.
func (s source) IsRotateSupported() bool { return false }

// Invert swaps dark and light.
func (s source) Invert() gozxing.LuminanceSource { return source{s.inverted()} }

// RotateCounterClockwise is not supported.
func (s source) RotateCounterClockwise() (gozxing.LuminanceSource, error) { return nil, errTurn }

// RotateCounterClockwise45 is not supported.
func (s source) RotateCounterClockwise45() (gozxing.LuminanceSource, error) { return nil, errTurn }

// String names the picture's size.
func (s source) String() string { return fmt.Sprintf("%d x %d", s.w, s.h) }

// ready is a finished matrix in the shape that the library's readers take.
type ready struct {
	matrix *gozxing.BitMatrix
}

var _ gozxing.Binarizer = ready{}

// GetLuminanceSource is never asked for by matrix readers.
func (r ready) GetLuminanceSource() gozxing.LuminanceSource { return nil }

// GetBlackRow copies a row of the matrix.
func (r ready) GetBlackRow(y int, row *gozxing.BitArray) (*gozxing.BitArray, error) {
	return r.matrix.GetRow(y, row), nil
}

// GetBlackMatrix lends the matrix.
func (r ready) GetBlackMatrix() (*gozxing.BitMatrix, error) { return r.matrix, nil }

// CreateBinarizer keeps the matrix: there is nothing to make it from.
func (r ready) CreateBinarizer(gozxing.LuminanceSource) gozxing.Binarizer { return r }

// GetWidth is in pixels.
func (r ready) GetWidth() int { return r.matrix.GetWidth() }

// GetHeight is in pixels.
func (r ready) GetHeight() int { return r.matrix.GetHeight() }
