package vision

import (
	"image"
	"sync"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/vision/raster"
)

// Fused is the fast way from a photo to a tensor: one resize of just the rectangle that the
// crop leaves, then the table. It keeps its working memory in a pool and is safe for
// concurrent use.
type Fused struct {
	spec   bundle.VisionSpec
	filter raster.Filter
	norm   *Normaliser
	pool   sync.Pool // of *workspace
}

type workspace struct {
	scratch raster.Scratch
	square  *raster.Image
}

// NewFused prepares the tables of a spec, which must be valid.
func NewFused(spec bundle.VisionSpec) *Fused {
	f := &Fused{spec: spec, filter: filter(spec.Interpolation), norm: NewNormaliser(spec)}
	f.pool.New = func() any { return &workspace{square: raster.New(spec.Size, spec.Size)} }
	return f
}

// Len is the number of values of one tensor.
func (f *Fused) Len() int { return 3 * f.spec.Size * f.spec.Size }

// Into fills dst, which must have [Fused.Len] values, from the view of img. img must have
// at least one pixel and the view be valid.
func (f *Fused) Into(dst []float32, img *raster.Image, v View) {
	v = v.resolve(f.spec)
	w := f.pool.Get().(*workspace)
	defer f.pool.Put(w)
	w.scratch.ResizeInto(w.square, img, f.rect(img, v), f.filter)
	f.norm.into(dst, w.square, v.Flip)
}

// rect is the part of img that the tensor shows.
func (f *Fused) rect(img *raster.Image, v View) image.Rectangle {
	r := v.rect(img.W, img.H)
	if v.Fit == bundle.FitSquash {
		return r
	}
	// Where the reference's crop lies: resized to w by h, it starts at (x, y).
	w, h := shortSideTo(keepSize(f.spec), r.Dx(), r.Dy())
	x, y := middle(w, f.spec.Size), middle(h, f.spec.Size)
	x0, x1 := back(x, f.spec.Size, w, r.Dx())
	y0, y1 := back(y, f.spec.Size, h, r.Dy())
	return image.Rect(r.Min.X+x0, r.Min.Y+y0, r.Min.X+x1, r.Min.Y+y1)
}

// back translates the span of size pixels from at, in a side of resized pixels, into pixels
// of the photo's side: at least one, within it.
func back(at, size, resized, side int) (from, to int) {
	scale := float64(side) / float64(resized)
	return span(float64(at)*scale/float64(side), float64(at+size)*scale/float64(side), side)
}
