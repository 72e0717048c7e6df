package source

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/pipeline/claim"
)

const preprocessorFile = "preprocessor_config.json"

// preprocessor is what is used of a preprocessor_config.json.
type preprocessor struct {
	Size         size      `json:"size"`
	CropSize     size      `json:"crop_size"`
	CropPct      float64   `json:"crop_pct"`
	Resample     *int      `json:"resample"`
	Rescale      *float64  `json:"rescale_factor"`
	Mean         []float64 `json:"image_mean"`
	Std          []float64 `json:"image_std"`
	DoResize     *bool     `json:"do_resize"`
	DoCenterCrop *bool     `json:"do_center_crop"`
	DoRescale    *bool     `json:"do_rescale"`
	DoNormalize  *bool     `json:"do_normalize"`
	FlipChannels *bool     `json:"do_flip_channel_order"`
}

// size is written in three ways: 224, {"shortest_edge": 224}, {"height": 224, "width": 224}.
type size struct {
	Plain    int
	Shortest int
	Height   int
	Width    int
}

// UnmarshalJSON accepts the three ways, a pair [h, w] and null.
func (s *size) UnmarshalJSON(data []byte) error {
	var plain int
	if json.Unmarshal(data, &plain) == nil {
		s.Plain = plain
		return nil
	}
	var pair []int
	if json.Unmarshal(data, &pair) == nil {
		switch len(pair) {
		case 0: // null
			return nil
		case 2:
			s.Height, s.Width = pair[0], pair[1]
			return nil
		}
		return fmt.Errorf("size: a list of %d numbers", len(pair))
	}
	var named struct {
		Shortest int `json:"shortest_edge"`
		Height   int `json:"height"`
		Width    int `json:"width"`
	}
	if err := json.Unmarshal(data, &named); err != nil {
		return fmt.Errorf("size: %w", err)
	}
	*s = size{Shortest: named.Shortest, Height: named.Height, Width: named.Width}
	return nil
}

// side is the side of a square size; 0 when nothing was said.
func (s size) side() (int, error) {
	if s.Height != s.Width {
		return 0, fmt.Errorf("%d by %d pixels: only square inputs are supported", s.Width, s.Height)
	}
	return max(s.Plain, s.Shortest, s.Height), nil
}

func is(flag *bool, otherwise bool) bool {
	if flag == nil {
		return otherwise
	}
	return *flag
}

// imageNet is the preprocessing that most published photo models were trained with.
func imageNet() bundle.VisionSpec {
	return bundle.VisionSpec{
		Fit: bundle.FitCrop, ShortSide: 256, Size: 224,
		Layout: bundle.NCHW, Colour: bundle.RGB, Scale: 1.0 / 255,
		Mean: [3]float64{0.485, 0.456, 0.406}, Std: [3]float64{0.229, 0.224, 0.225},
		Interpolation: "bilinear",
	}
}

// ReadPreprocessor translates a preprocessor_config.json of Hugging Face; notes say what had
// to be decided. Layout is NCHW: the graph decides it. Errors have the code [CodeSource].
func ReadPreprocessor(data []byte) (spec bundle.VisionSpec, notes []string, err error) {
	var p preprocessor
	if err := json.Unmarshal(data, &p); err != nil {
		return spec, nil, claim.Problem{Code: CodeSource, Where: preprocessorFile, Message: err.Error()}
	}
	return p.spec(preprocessorFile)
}

// spec translates the configuration; notes says what had to be decided.
func (p preprocessor) spec(where string) (spec bundle.VisionSpec, notes []string, err error) {
	spec = imageNet()
	if err := p.geometry(&spec, &notes); err != nil {
		return spec, nil, claim.Problem{Code: CodeSource, Where: where, Message: err.Error()}
	}
	if p.Resample != nil {
		name, exact := interpolation(*p.Resample)
		spec.Interpolation = name
		if !exact {
			notes = append(notes, fmt.Sprintf("resampling code %d is replaced by %s", *p.Resample, name))
		}
	}
	if p.Rescale != nil {
		spec.Scale = *p.Rescale
	}
	if !is(p.DoRescale, true) {
		spec.Scale = 1
	}
	if n, m := len(p.Mean), len(p.Std); (n != 0 && n != 3) || n != m {
		return spec, nil, claim.Problem{Code: CodeSource, Where: where, Message: fmt.Sprintf("%d values of image_mean and %d of image_std: needed are 3 each", n, m)}
	}
	if len(p.Mean) == 3 {
		copy(spec.Mean[:], p.Mean)
		copy(spec.Std[:], p.Std)
	}
	if !is(p.DoNormalize, true) {
		spec.Mean, spec.Std = [3]float64{}, [3]float64{1, 1, 1}
	}
	if is(p.FlipChannels, false) {
		spec.Colour = bundle.BGR
	}
	return spec, notes, nil
}

// geometry decides between cropping and squashing, as the image processors do.
func (p preprocessor) geometry(spec *bundle.VisionSpec, notes *[]string) error {
	resize, err := p.Size.side()
	if err != nil {
		return fmt.Errorf("size: %w", err)
	}
	crop, err := p.CropSize.side()
	if err != nil {
		return fmt.Errorf("crop_size: %w", err)
	}
	if resize == 0 && crop == 0 {
		*notes = append(*notes, "the configuration names no size: short side 256, crop 224")
		return nil
	}
	switch {
	case is(p.DoCenterCrop, crop > 0):
		spec.Size = firstPositive(crop, resize)
		spec.ShortSide = max(resize, spec.Size)
		if p.Size.Height > 0 {
			*notes = append(*notes, "the photo's ratio is kept before the crop, where the original squashes it")
		}
	case p.CropPct > 0 && p.CropPct < 1 && p.Size.Shortest > 0 && resize < 384: // as ConvNeXt
		spec.Size = resize
		spec.ShortSide = int(math.Floor(float64(resize) / p.CropPct))
	case p.Size.Shortest > 0 && p.CropPct == 0:
		spec.Size, spec.ShortSide = resize, resize
		*notes = append(*notes, "the configuration resizes the short side without a crop: the middle square is taken")
	default:
		spec.Fit, spec.Size, spec.ShortSide = bundle.FitSquash, resize, 0
	}
	return nil
}

func firstPositive(s ...int) int {
	for _, x := range s {
		if x > 0 {
			return x
		}
	}
	return 0
}

// interpolation translates Pillow's codes; false where another filter stands in.
func interpolation(code int) (name string, exact bool) {
	switch code {
	case 1:
		return "lanczos", true
	case 2:
		return "bilinear", true
	case 3:
		return "bicubic", true
	}
	return "bilinear", false // nearest, box and Hamming
}
