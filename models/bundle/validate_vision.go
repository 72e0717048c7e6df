package bundle

import (
	"fmt"
	"math"
	"slices"
)

func (m *Manifest) validateVision(p *Problems) {
	v := m.VisionSpec
	if v == nil || m.TextSpec != nil {
		p.add(CodeManifest, "vision", "a vision bundle needs vision and no text")
		return
	}
	if len(m.Inputs) != 1 {
		p.add(CodeManifest, "inputs", "a vision bundle has one input, not %d", len(m.Inputs))
	}
	v.validateGeometry(p)
	if v.Layout != NCHW && v.Layout != NHWC {
		p.add(CodeManifest, "vision.layout", "%q must be NCHW or NHWC", v.Layout)
	}
	if v.Colour != RGB && v.Colour != BGR {
		p.add(CodeManifest, "vision.colour", "%q must be RGB or BGR", v.Colour)
	}
	if !slices.Contains(Interpolations(), v.Interpolation) {
		p.add(CodeManifest, "vision.interpolation", "%q is none of %v", v.Interpolation, Interpolations())
	}
	if !finite(v.Scale) || v.Scale <= 0 {
		p.add(CodeManifest, "vision.scale", "must be above 0")
	}
	for c := range 3 {
		if !finite(v.Mean[c]) {
			p.add(CodeManifest, fmt.Sprintf("vision.mean[%d]", c), "must be a number")
		}
		if !finite(v.Std[c]) || v.Std[c] <= 0 {
			p.add(CodeManifest, fmt.Sprintf("vision.std[%d]", c), "must be above 0")
		}
	}
}

func (v *VisionSpec) validateGeometry(p *Problems) {
	if v.Size < 1 || v.Size > MaxSize {
		p.add(CodeManifest, "vision.size", "%d is not within 1 to %d", v.Size, MaxSize)
	}
	switch v.Fit {
	case FitCrop:
		if v.ShortSide < v.Size || v.ShortSide > 2*MaxSize {
			p.add(CodeManifest, "vision.short_side", "%d is not within size (%d) to %d", v.ShortSide, v.Size, 2*MaxSize)
		}
	case FitSquash:
		if v.ShortSide != 0 {
			p.add(CodeManifest, "vision.short_side", "is for fit crop only")
		}
	default:
		p.add(CodeManifest, "vision.fit", "%q must be crop or squash", v.Fit)
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
