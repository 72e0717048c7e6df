package source

import (
	"context"
	"strings"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
)

// vision plans a photo bundle.
func (p *Plan) vision(ctx context.Context, f *folder, s *onnx.Session, o Options) error {
	inputs := s.Inputs()
	if len(inputs) != 1 || inputs[0].Type != onnx.Float32 || len(inputs[0].Shape) != 4 {
		return problem(p.Manifest.Model, "a photo model has one float32 input of rank 4, this one has %v", inputs)
	}
	spec, err := p.published(f)
	if err != nil {
		return err
	}
	if err := p.fitGraph(&spec, inputs[0].Shape, o); err != nil {
		return err
	}
	override(&spec, o)
	p.Manifest.VisionSpec = &spec
	side := int64(spec.Size)
	shape := []int64{1, 3, side, side}
	if spec.Layout == bundle.NHWC {
		shape = []int64{1, side, side, 3}
	}
	results, err := s.Run(ctx, onnx.Tensor{Shape: shape, F32: bundle.Noise(goldenSeed, 3*spec.Size*spec.Size)})
	if err != nil {
		return err
	}
	classes, err := f.classes()
	if err != nil {
		return err
	}
	return p.photoOutputs(results, classes, o)
}

// published reads the preprocessing that came with the model, or takes ImageNet's.
func (p *Plan) published(f *folder) (bundle.VisionSpec, error) {
	if !f.has(preprocessorFile) {
		p.note("no %s: short side 256, crop 224, RGB, mean [0.485 0.456 0.406], std [0.229 0.224 0.225], bilinear, as for ImageNet; flags change it", preprocessorFile)
		return imageNet(), nil
	}
	text, err := f.text(preprocessorFile)
	if err != nil {
		return bundle.VisionSpec{}, err
	}
	spec, notes, err := ReadPreprocessor([]byte(text))
	p.Notes = append(p.Notes, notes...)
	return spec, err
}

// fitGraph takes layout and size from the graph where it fixes them.
func (p *Plan) fitGraph(spec *bundle.VisionSpec, shape []int64, o Options) error {
	h, w, channels := shape[2], shape[3], shape[1]
	if shape[3] == 3 && shape[1] != 3 {
		spec.Layout = bundle.NHWC
		h, w, channels = shape[1], shape[2], shape[3]
	}
	if channels != 3 && channels >= 0 {
		return problem(p.Manifest.Model, "the input has %d channels; needed are 3 (shape %v)", channels, shape)
	}
	if h != w {
		return problem(p.Manifest.Model, "the input is %d by %d; only square inputs are supported", w, h)
	}
	size := firstPositive(o.InputSize, int(h), spec.Size)
	if h > 0 && size != int(h) {
		return problem(p.Manifest.Model, "the graph's input is fixed at %d pixels; an input size of %d is not possible", h, o.InputSize)
	}
	if size != spec.Size {
		if spec.Fit == bundle.FitCrop {
			spec.ShortSide = (spec.ShortSide*size + spec.Size/2) / spec.Size
		}
		spec.Size = size
		p.note("input size %d, short side %d", spec.Size, spec.ShortSide)
	}
	return nil
}

// override applies the flags.
func override(spec *bundle.VisionSpec, o Options) {
	if o.ShortSide > 0 {
		spec.Fit, spec.ShortSide = bundle.FitCrop, o.ShortSide
	}
	if o.Squash {
		spec.Fit, spec.ShortSide = bundle.FitSquash, 0
	}
	copy(spec.Mean[:], o.Mean)
	copy(spec.Std[:], o.Std)
	if o.Scale > 0 {
		spec.Scale = o.Scale
	}
	if o.Colour != "" {
		spec.Colour = o.Colour
	}
	if o.Interpolation != "" {
		spec.Interpolation = o.Interpolation
	}
}

// classes is how many labels the model's own classifier has, 0 when unknown.
func (f *folder) classes() (int, error) {
	var config struct {
		Labels map[string]any `json:"id2label"`
	}
	if err := f.json("config.json", &config); err != nil {
		return 0, err
	}
	text, err := f.text("labels.txt")
	if err != nil {
		return 0, err
	}
	if text = strings.TrimSpace(text); text != "" {
		return strings.Count(text, "\n") + 1, nil
	}
	return len(config.Labels), nil
}
