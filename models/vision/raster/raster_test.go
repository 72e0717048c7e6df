package raster

import (
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCropSharesPixels(t *testing.T) {
	m := testSource(20, 10)
	c := m.Crop(image.Rect(4, 2, 30, 9))
	if c.W != 16 || c.H != 7 {
		t.Fatalf("crop is %dx%d", c.W, c.H)
	}
	if c.At(3, 4) != m.At(7, 6) {
		t.Error("crop shows the wrong part")
	}
	c.Row(0)[0] = 99
	if m.At(4, 2).(color.RGBA).R != 99 {
		t.Error("crop does not share pixels")
	}
	if e := m.Crop(image.Rect(30, 0, 40, 5)); e.W != 0 || e.H != 0 {
		t.Errorf("crop outside is %dx%d", e.W, e.H)
	}
	if diff := cmp.Diff(c.Clone().Row(6), c.Row(6)); diff != "" {
		t.Error(diff)
	}
}

// TestFromImage converts every kind of image with its fast path and by way of At.
func TestFromImage(t *testing.T) {
	bounds := image.Rect(0, 0, 33, 21)
	rnd := rand.New(rand.NewPCG(1, 2))
	noise := func(pix []uint8) {
		for i := range pix {
			pix[i] = uint8(rnd.Uint32())
		}
	}
	nrgba, nrgba64 := image.NewNRGBA(bounds), image.NewNRGBA64(bounds)
	grey, grey16, cmyk := image.NewGray(bounds), image.NewGray16(bounds), image.NewCMYK(bounds)
	noise(nrgba.Pix)
	noise(nrgba64.Pix)
	noise(grey.Pix)
	noise(grey16.Pix)
	noise(cmyk.Pix)
	rgba, rgba64 := image.NewRGBA(bounds), image.NewRGBA64(bounds)
	draw.Draw(rgba, bounds, nrgba, image.Point{}, draw.Src)
	draw.Draw(rgba64, bounds, nrgba, image.Point{}, draw.Src)
	pal := image.NewPaletted(bounds, color.Palette{color.Black, color.NRGBA{200, 10, 30, 128}, color.White, color.Transparent})
	for i := range pal.Pix {
		pal.Pix[i] = uint8(rnd.IntN(4))
	}
	images := map[string]image.Image{
		"nrgba": nrgba, "nrgba64": nrgba64, "grey": grey, "grey16": grey16, "cmyk": cmyk,
		"rgba": rgba, "rgba64": rgba64, "paletted": pal,
		"nrgba part": nrgba.SubImage(image.Rect(5, 3, 20, 19)),
	}
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411,
	} {
		m := image.NewYCbCr(bounds, ratio)
		noise(m.Y)
		noise(m.Cb)
		noise(m.Cr)
		images["ycbcr "+ratio.String()] = m
		images["ycbcr part "+ratio.String()] = m.SubImage(image.Rect(3, 2, 30, 17))
		a := image.NewNYCbCrA(bounds, ratio)
		a.YCbCr = *m
		noise(a.A)
		images["ycbcr alpha "+ratio.String()] = a
	}
	for name, img := range images {
		t.Run(name, func(t *testing.T) {
			b := img.Bounds()
			want := New(b.Dx(), b.Dy())
			for y := range want.H {
				anyRow(want.Row(y), img, b.Min.Y+y)
			}
			if _, largest := difference(t, FromImage(img), want); largest > 2 {
				t.Errorf("differs from At by up to %d levels", largest)
			}
		})
	}
}

// TestFromImageReduced compares the fused reduction with the two steps.
func TestFromImageReduced(t *testing.T) {
	src := testSource(101, 67)
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio440,
	} {
		m := image.NewYCbCr(src.Bounds(), ratio)
		for y := range src.H {
			for x := range src.W {
				// Muted colours: clipping is not linear, so it would differ.
				m.Y[m.YOffset(x, y)] = 80 + uint8(x*y)%90
				m.Cb[m.COffset(x, y)] = 110 + uint8(x)%30
				m.Cr[m.COffset(x, y)] = 110 + uint8(y)%30
			}
		}
		for _, n := range []int{1, 2, 3, 4, 8} {
			mean, largest := difference(t, FromImageReduced(m, n), Reduce(FromImage(m), n))
			if largest > 3 || mean > 0.8 {
				t.Errorf("%v by %d: mean %.2f, largest %d", ratio, n, mean, largest)
			}
		}
	}
	nrgba := image.NewNRGBA(src.Bounds())
	draw.Draw(nrgba, nrgba.Rect, src, image.Point{}, draw.Src)
	if _, largest := difference(t, FromImageReduced(nrgba, 4), Reduce(src, 4)); largest != 0 {
		t.Errorf("nrgba differs by %d", largest)
	}
}

func TestReduceMean(t *testing.T) {
	m := New(5, 3)
	for i := range m.Pix {
		m.Pix[i] = uint8(i / 3 * 10) // 0, 10, 20 ... by pixel
	}
	got := Reduce(m, 2)
	want := []uint8{30, 50, 65, 105, 125, 140}
	var red []uint8
	for y := range got.H {
		for x := range got.W {
			red = append(red, got.Row(y)[3*x])
		}
	}
	if diff := cmp.Diff(want, red); diff != "" {
		t.Error(diff)
	}
}

// TestOrient follows one corner: in a picture stored with orientation o, the pixel that
// belongs at the top left is stored at the place that EXIF names.
func TestOrient(t *testing.T) {
	const w, h = 5, 3
	// Where the upright picture's pixel (0, 0) and its right neighbour are stored.
	stored := map[int][2]image.Point{
		1: {{0, 0}, {1, 0}}, 2: {{4, 0}, {3, 0}}, 3: {{4, 2}, {3, 2}}, 4: {{0, 2}, {1, 2}},
		5: {{0, 0}, {0, 1}}, 6: {{0, 2}, {0, 1}}, 7: {{4, 2}, {4, 1}}, 8: {{4, 0}, {4, 1}},
	}
	m := testSource(w, h)
	for o, places := range stored {
		out := Orient(m, o)
		if ow, oh := OrientedSize(w, h, o); out.W != ow || out.H != oh {
			t.Errorf("%d: %dx%d", o, out.W, out.H)
		}
		for x, p := range places {
			if out.At(x, 0) != m.At(p.X, p.Y) {
				t.Errorf("orientation %d: pixel (%d, 0) is not the one stored at %v", o, x, p)
			}
		}
	}
	if Orient(m, 0) != m || Orient(m, 9) != m {
		t.Error("values that EXIF does not know must leave the picture as it is")
	}
}
