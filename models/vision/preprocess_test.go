package vision

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/vision/raster"
)

// goldenCase is one entry of testdata/cases.json, made by testdata/make.py.
type goldenCase struct {
	Name          string
	W, H          int
	Fit           bundle.Fit
	Short, Size   int
	Interpolation string
	Layout        bundle.Layout
	Colour        bundle.Colour
	View          [4]float64
	Flip          bool
}

func (c goldenCase) spec() bundle.VisionSpec {
	return bundle.VisionSpec{
		Fit: c.Fit, ShortSide: c.Short, Size: c.Size, Layout: c.Layout, Colour: c.Colour, Scale: 1.0 / 255,
		Mean: [3]float64{0.485, 0.456, 0.406}, Std: [3]float64{0.229, 0.224, 0.225}, Interpolation: c.Interpolation,
	}
}

func (c goldenCase) view() View {
	return View{X0: c.View[0], Y0: c.View[1], X1: c.View[2], Y1: c.View[3], Flip: c.Flip}
}

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out []goldenCase
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// drawn is the photo of testdata/make.py.
func drawn(w, h int) *raster.Image {
	m := raster.New(w, h)
	for y := range h {
		for x := range w {
			for c := range 3 {
				m.Row(y)[3*x+c] = uint8((x*x/3 + 5*y + 40*c + 90*((x/5+y/7)%2)) % 256)
			}
		}
	}
	return m
}

// smooth is a photo as cameras make them: no steps between neighbours.
func smooth(w, h int) *raster.Image {
	m := raster.New(w, h)
	for y := range h {
		for x := range w {
			for c := range 3 {
				v := 128 + 100*math.Sin(float64(x)*9/float64(w)+float64(c))*math.Cos(float64(y)*7/float64(h))
				m.Row(y)[3*x+c] = uint8(v)
			}
		}
	}
	return m
}

// levels turns a difference of tensor values into levels of 0..255; the smallest deviation
// makes the largest difference of values for one level.
const levels = 255 * 0.224

func TestStepsMatchPillow(t *testing.T) {
	for _, c := range goldenCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", c.Name+".f32"))
			if err != nil {
				t.Fatal(err)
			}
			want := make([]float32, len(raw)/4)
			if err := binary.Read(bytes.NewReader(raw), binary.LittleEndian, want); err != nil {
				t.Fatal(err)
			}
			got := Prepare(c.spec(), c.view(), drawn(c.W, c.H))
			if len(got) != len(want) {
				t.Fatalf("%d values, want %d", len(got), len(want))
			}
			most, mean := differ(got, want)
			t.Logf("largest difference %.2f levels, mean %.3f", most, mean)
			if most > 1.05 || mean > 0.2 {
				t.Errorf("differs from Pillow by up to %.2f levels, %.3f in the mean", most, mean)
			}
		})
	}
}

func differ(a, b []float32) (most, mean float64) {
	for i := range a {
		d := math.Abs(float64(a[i])-float64(b[i])) * levels
		most = max(most, d)
		mean += d / float64(len(a))
	}
	return most, mean
}

func TestFusedIsNearTheSteps(t *testing.T) {
	for _, c := range goldenCases(t) {
		spec := c.spec()
		spec.Size, spec.ShortSide = 56, 64
		if c.Fit == bundle.FitSquash {
			spec.ShortSide = 0
		}
		for _, size := range [][2]int{{320, 240}, {203, 401}, {70, 64}} {
			img := smooth(size[0], size[1])
			f := NewFused(spec)
			got := make([]float32, f.Len())
			f.Into(got, img, c.view())
			most, mean := differ(got, Prepare(spec, c.view(), img))
			t.Logf("%s %v: largest %.2f levels, mean %.3f", c.Name, size, most, mean)
			if most > 3.05 || mean > 0.5 {
				t.Errorf("%s %v: up to %.2f levels, %.3f in the mean", c.Name, size, most, mean)
			}
			if c.Fit == bundle.FitSquash && most > 0 {
				t.Errorf("%s: squashing leaves no rounding, but differs by %.2f levels", c.Name, most)
			}
		}
	}
}

func TestFlipMirrorsTheTensor(t *testing.T) {
	for _, layout := range []bundle.Layout{bundle.NCHW, bundle.NHWC} {
		spec := goldenCase{Fit: bundle.FitSquash, Size: 8, Interpolation: "bilinear", Layout: layout, Colour: bundle.RGB}.spec()
		f := NewFused(spec)
		plain, flipped := make([]float32, f.Len()), make([]float32, f.Len())
		f.Into(plain, drawn(8, 8), View{})
		f.Into(flipped, drawn(8, 8), View{Flip: true})
		at := func(v []float32, c, y, x int) float32 {
			if layout == bundle.NHWC {
				return v[(y*8+x)*3+c]
			}
			return v[(c*8+y)*8+x]
		}
		for i := range 3 * 64 {
			c, y, x := i/64, i/8%8, i%8
			if at(plain, c, y, x) != at(flipped, c, y, 7-x) {
				t.Fatalf("%s: channel %d (%d,%d) is not mirrored", layout, c, x, y)
			}
		}
	}
}

func TestFusedTakesAnyPhoto(t *testing.T) {
	spec := goldenCase{Fit: bundle.FitCrop, Short: 9, Size: 8, Interpolation: "bicubic", Layout: bundle.NCHW, Colour: bundle.RGB}.spec()
	f := NewFused(spec)
	dst := make([]float32, f.Len())
	views := append(Tiles(3, 0.5), View{}, View{X0: 0.999, Y0: 0.999, X1: 1, Y1: 1}, Whole(bundle.FitSquash))
	for _, size := range [][2]int{{1, 1}, {1, 500}, {500, 1}, {2, 3}, {7, 7}} {
		for _, v := range views {
			f.Into(dst, drawn(size[0], size[1]), v)
			for i, x := range dst {
				if math.IsNaN(float64(x)) || math.Abs(float64(x)) > 3 {
					t.Fatalf("%v %+v: value %d is %g", size, v, i, x)
				}
			}
		}
	}
}

func BenchmarkFused(b *testing.B) {
	spec := goldenCase{Fit: bundle.FitCrop, Short: 256, Size: 224, Interpolation: "bilinear", Layout: bundle.NCHW, Colour: bundle.RGB}.spec()
	img := smooth(500, 375)
	f := NewFused(spec)
	dst := make([]float32, f.Len())
	b.Run("fused", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f.Into(dst, img, View{})
		}
	})
	b.Run("steps", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Prepare(spec, View{}, img)
		}
	})
}
