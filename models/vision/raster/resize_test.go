package raster

import (
	"image"
	"os"
	"testing"

	"github.com/disintegration/imaging"
)

// testSource is a picture of ramps, noise and hard edges, the same that testdata/pillow.rgb
// was made from.
func testSource(w, h int) *Image {
	m := New(w, h)
	for y := range h {
		row := m.Row(y)
		for x := range w {
			row[3*x] = uint8(x*x + 3*y)
			row[3*x+1] = uint8((x ^ y) * 5)
			row[3*x+2] = 235
			if (x/7+y/5)%2 == 0 {
				row[3*x+2] = 20
			}
		}
	}
	return m
}

// difference gives the mean and largest difference of two images' channels.
func difference(t *testing.T, a, b *Image) (mean float64, largest int) {
	t.Helper()
	if a.W != b.W || a.H != b.H {
		t.Fatalf("sizes differ: %dx%d and %dx%d", a.W, a.H, b.W, b.H)
	}
	sum := 0
	for y := range a.H {
		p, q := a.Row(y), b.Row(y)
		for i := range p {
			d := int(p[i]) - int(q[i])
			d = max(d, -d)
			sum += d
			largest = max(largest, d)
		}
	}
	return float64(sum) / float64(3*a.W*a.H), largest
}

// TestResizeLikePillow compares with results of Pillow 13 (crop, then resize).
func TestResizeLikePillow(t *testing.T) {
	golden, err := os.ReadFile("testdata/pillow.rgb")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		srcW, srcH int
		crop       image.Rectangle
		w, h       int
	}{
		{97, 61, image.Rect(0, 0, 97, 61), 31, 17},
		{97, 61, image.Rect(10, 5, 70, 60), 24, 24},
		{40, 30, image.Rect(0, 0, 40, 30), 64, 57},
		{200, 150, image.Rect(25, 0, 175, 150), 16, 16},
	}
	var s Scratch // one for all: what a call leaves behind must not show in the next
	for _, f := range []Filter{Triangle(), CatmullRom(), Lanczos3()} {
		bound := 2 // weights of 12 bits against Pillow's 22, where kernels overshoot
		if f.Name() == Triangle().Name() {
			bound = 1
		}
		for _, c := range cases {
			n := 3 * c.w * c.h
			want := &Image{Pix: golden[:n], Stride: 3 * c.w, W: c.w, H: c.h}
			golden = golden[n:]
			got := s.Resize(testSource(c.srcW, c.srcH), c.crop, c.w, c.h, f)
			mean, largest := difference(t, got, want)
			t.Logf("%s %v to %dx%d: mean %.3f, largest %d", f.Name(), c.crop, c.w, c.h, mean, largest)
			if largest > bound || mean > 0.1 {
				t.Errorf("%s %v to %dx%d: mean difference %.3f, largest %d", f.Name(), c.crop, c.w, c.h, mean, largest)
			}
		}
	}
	if len(golden) != 0 {
		t.Errorf("%d golden bytes not compared", len(golden))
	}
}

// TestResizeLikeImaging holds a second, independent implementation against ours. It clamps
// differently at edges, hence the looser bound.
func TestResizeLikeImaging(t *testing.T) {
	src := testSource(300, 200)
	for _, c := range []struct {
		ours   Filter
		theirs imaging.ResampleFilter
	}{{Triangle(), imaging.Linear}, {CatmullRom(), imaging.CatmullRom}, {Lanczos3(), imaging.Lanczos}} {
		want := FromImage(imaging.Resize(src, 112, 75, c.theirs))
		mean, largest := difference(t, Resize(src, src.Bounds(), 112, 75, c.ours), want)
		if mean > 0.5 || largest > 4 {
			t.Errorf("%s: mean difference %.3f, largest %d", c.ours.Name(), mean, largest)
		}
	}
}

// TestResizeKeepsPlainColours: extreme levels must survive, lanes must not leak into each
// other, and nothing outside the crop may show.
func TestResizeKeepsPlainColours(t *testing.T) {
	for _, colour := range [][3]uint8{{0, 0, 0}, {255, 255, 255}, {255, 0, 255}, {0, 255, 0}, {1, 254, 128}} {
		src := New(50, 40)
		for i := range src.Pix {
			src.Pix[i] = 77
		}
		crop := image.Rect(3, 4, 45, 31)
		inner := src.Crop(crop)
		for y := range inner.H {
			for x := range inner.W {
				copy(inner.Row(y)[3*x:], colour[:])
			}
		}
		for _, f := range []Filter{Triangle(), CatmullRom(), Lanczos3()} {
			for _, size := range [][2]int{{1, 1}, {7, 5}, {42, 27}, {90, 80}} {
				out := Resize(src, crop, size[0], size[1], f)
				for i, v := range out.Pix {
					if v != colour[i%3] {
						t.Fatalf("%s %v: byte %d of colour %v is %d", f.Name(), size, i, colour, v)
					}
				}
			}
		}
	}
}

// TestResizeRefuses: a crop outside the picture is a programmer's mistake.
func TestResizeRefuses(t *testing.T) {
	for _, crop := range []image.Rectangle{image.Rect(0, 0, 11, 5), image.Rect(-1, 0, 5, 5), {}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for %v", crop)
				}
			}()
			Resize(New(10, 10), crop, 4, 4, Triangle())
		}()
	}
}
