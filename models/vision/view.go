package vision

import (
	"errors"
	"fmt"
	"image"
	"math"

	"github.com/defekt/defekt/models/bundle"
)

// View is a part of a photo and how it becomes a square. The zero View is the whole photo
// in the way that the bundle says.
type View struct {
	// X0, Y0, X1, Y1 are the edges relative to the upright photo, 0 to 1; all zero means
	// the whole photo.
	X0, Y0, X1, Y1 float64
	// Fit is "crop" (short side resized, middle taken), "squash" (the whole rectangle made
	// square) or empty for the bundle's own.
	Fit bundle.Fit
	// Flip mirrors left and right.
	Flip bool
}

// Whole is the whole photo with the given fit.
func Whole(fit bundle.Fit) View { return View{X1: 1, Y1: 1, Fit: fit} }

// Tiles are n by n equal parts of the photo, row by row, squashed, that overlap by the given
// part of their side (0 to 0.9). It panics when n < 1.
func Tiles(n int, overlap float64) []View {
	if n < 1 {
		panic("vision: tiles: n < 1")
	}
	// n tiles of side s with steps of s*(1-overlap) cover 1.
	side := 1 / (1 + float64(n-1)*(1-overlap))
	step := side * (1 - overlap)
	var out []View
	for y := range n {
		for x := range n {
			x0, y0 := float64(x)*step, float64(y)*step
			out = append(out, View{X0: x0, Y0: y0, X1: min(x0+side, 1), Y1: min(y0+side, 1), Fit: bundle.FitSquash})
		}
	}
	return out
}

// resolve fills in the defaults.
func (v View) resolve(spec bundle.VisionSpec) View {
	if v.X0 == 0 && v.Y0 == 0 && v.X1 == 0 && v.Y1 == 0 {
		v.X1, v.Y1 = 1, 1
	}
	if v.Fit == "" {
		v.Fit = spec.Fit
	}
	return v
}

// Validate returns an error that names what is out of range.
func (v View) Validate() error {
	v = v.resolve(bundle.VisionSpec{Fit: bundle.FitCrop})
	var errs []error
	inside := func(a, b float64) bool { return a >= 0 && a < b && b <= 1 } // false for NaN
	if !inside(v.X0, v.X1) || !inside(v.Y0, v.Y1) {
		errs = append(errs, fmt.Errorf("view [%g %g %g %g]: needs 0 <= X0 < X1 <= 1 and 0 <= Y0 < Y1 <= 1", v.X0, v.Y0, v.X1, v.Y1))
	}
	if v.Fit != bundle.FitCrop && v.Fit != bundle.FitSquash {
		errs = append(errs, fmt.Errorf("view: fit %q must be crop or squash", v.Fit))
	}
	return errors.Join(errs...)
}

// rect is the view in pixels of a photo of w by h: at least one pixel, within the photo.
func (v View) rect(w, h int) image.Rectangle {
	x0, x1 := span(v.X0, v.X1, w)
	y0, y1 := span(v.Y0, v.Y1, h)
	return image.Rect(x0, y0, x1, y1)
}

func span(a, b float64, n int) (from, to int) {
	from = min(int(math.Round(a*float64(n))), n-1)
	to = min(max(int(math.Round(b*float64(n))), from+1), n)
	return from, to
}

// keepSize is the short side that the whole view is resized to before its middle is taken.
// A spec made for squashing has none of its own; then nothing is cut off the short side.
func keepSize(spec bundle.VisionSpec) int { return max(spec.ShortSide, spec.Size) }

// ShortSide is the smallest short side in pixels of a decoded photo with which no view has
// to be enlarged, so that a decoder may scale down while decoding.
func ShortSide(spec bundle.VisionSpec, views []View) int {
	need := 0
	for _, v := range views {
		v = v.resolve(spec)
		side := spec.Size
		if v.Fit == bundle.FitCrop {
			side = keepSize(spec)
		}
		part := min(v.X1-v.X0, v.Y1-v.Y0)
		need = max(need, int(math.Ceil(float64(side)/part-1e-9)))
	}
	return need
}
