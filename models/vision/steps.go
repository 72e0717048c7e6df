package vision

import (
	"image"
	"math"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/vision/raster"
)

// Step is one visible stage of preprocessing.
type Step interface {
	Apply(*raster.Image) *raster.Image
}

// Steps lists what the view of a photo goes through before [Normaliser]: the reference that
// [Fused] is measured against.
func Steps(spec bundle.VisionSpec, v View) []Step {
	v = v.resolve(spec)
	f := filter(spec.Interpolation)
	steps := []Step{CutView{v}}
	if v.Fit == bundle.FitSquash {
		steps = append(steps, Squash{spec.Size, f})
	} else {
		steps = append(steps, ResizeShortSide{keepSize(spec), f}, CropMiddle{spec.Size})
	}
	if v.Flip {
		steps = append(steps, Mirror{})
	}
	return steps
}

// Prepare applies the steps and the normaliser: one tensor of 3*Size*Size values.
func Prepare(spec bundle.VisionSpec, v View, img *raster.Image) []float32 {
	for _, s := range Steps(spec, v) {
		img = s.Apply(img)
	}
	out := make([]float32, 3*spec.Size*spec.Size)
	NewNormaliser(spec).Into(out, img)
	return out
}

// filter gives the kernel by its name in the manifest.
func filter(name string) raster.Filter {
	switch name {
	case "bicubic":
		return raster.CatmullRom()
	case "lanczos":
		return raster.Lanczos3()
	}
	return raster.Triangle()
}

// CutView takes the view's rectangle.
type CutView struct{ View View }

// Apply shares the pixels of m.
func (s CutView) Apply(m *raster.Image) *raster.Image { return m.Crop(s.View.rect(m.W, m.H)) }

// ResizeShortSide brings the short side to Side pixels and keeps the ratio; the long side
// is rounded down, as torchvision and Pillow-based processors do.
type ResizeShortSide struct {
	Side   int
	Filter raster.Filter
}

// Apply makes a new image.
func (s ResizeShortSide) Apply(m *raster.Image) *raster.Image {
	w, h := shortSideTo(s.Side, m.W, m.H)
	return raster.Resize(m, m.Bounds(), w, h, s.Filter)
}

// shortSideTo gives the size of a photo of w by h after its short side became side.
func shortSideTo(side, w, h int) (int, int) {
	if w > h {
		return side * w / h, side
	}
	return side, side * h / w
}

// CropMiddle takes the middle Size by Size pixels.
type CropMiddle struct{ Size int }

// Apply shares the pixels of m, which must be at least Size in both directions.
func (s CropMiddle) Apply(m *raster.Image) *raster.Image {
	x, y := middle(m.W, s.Size), middle(m.H, s.Size)
	return m.Crop(image.Rect(x, y, x+s.Size, y+s.Size))
}

// middle is where the middle size pixels of a side start, with Python's way of rounding, as
// torchvision has it.
func middle(side, size int) int { return int(math.RoundToEven(float64(side-size) / 2)) }

// Squash makes the whole image Size by Size.
type Squash struct {
	Size   int
	Filter raster.Filter
}

// Apply makes a new image.
func (s Squash) Apply(m *raster.Image) *raster.Image {
	return raster.Resize(m, m.Bounds(), s.Size, s.Size, s.Filter)
}

// Mirror swaps left and right.
type Mirror struct{}

// Apply makes a new image.
func (Mirror) Apply(m *raster.Image) *raster.Image {
	out := raster.New(m.W, m.H)
	for y := range m.H {
		from, to := m.Row(y), out.Row(y)
		for x := range m.W {
			copy(to[3*x:3*x+3], from[3*(m.W-1-x):])
		}
	}
	return out
}
