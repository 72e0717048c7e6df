package photo

import (
	"testing"

	"github.com/defekt/defekt/models/vision/raster"
)

// How far the pictures of two backends may differ, in levels of 0..255. At an eighth, ours
// and libjpeg-turbo's compute the same transform and differ by rounding. The standard
// library's full-size picture is averaged over blocks instead, after clipping levels to
// 0..255: bright edges differ, and chroma that was sampled at half.
const (
	sameMean    = 0.25
	sameLargest = 16
	goMean      = 1.0
)

// TestBackendsAgree decodes real and made photos with all backends at all scales.
func TestBackendsAgree(t *testing.T) {
	photos := map[string][]byte{
		"made":      encodeJPEG(t, madePhoto(1203, 907), 88),
		"made grey": encodeJPEG(t, toGrey(madePhoto(603, 401)), 88),
		"444":       testFile(t, "444.jpg"), "420": testFile(t, "420.jpg"), "optimized": testFile(t, "420-optimized.jpg"),
		"restart": testFile(t, "420-restart.jpg"), "progressive": testFile(t, "420-progressive.jpg"),
		"rgb": testFile(t, "444-keep-rgb.jpg"), "grey": testFile(t, "grey.jpg"),
	}
	for _, set := range []string{"car-damage", "parcel-damage", "steel-surface"} {
		for _, name := range sharedPhotos(t, set, 40) {
			photos[name] = readFile(t, name)
		}
	}
	compareBackends(t, photos)
}

// TestBackendsAgreeOnMade is TestBackendsAgree where the shared photos are missing.
func TestBackendsAgreeOnMade(t *testing.T) {
	compareBackends(t, map[string][]byte{
		"made":      encodeJPEG(t, madePhoto(1203, 907), 88),
		"made grey": encodeJPEG(t, toGrey(madePhoto(603, 401)), 88),
	})
}

func compareBackends(t *testing.T, photos map[string][]byte) {
	t.Helper()
	all := backends(t)
	for _, denom := range []int{1, 2, 4, 8} {
		var turboSum, goSum float64
		var turboLargest, n int
		for name, data := range photos {
			h, err := ReadHeader(data)
			if err != nil {
				t.Fatal(name, err)
			}
			short := min(h.Width, h.Height) / denom
			pictures := map[string]*raster.Image{}
			for backend, d := range all {
				p, err := d.Decode(t.Context(), data, short)
				if err != nil {
					t.Fatal(name, backend, err)
				}
				pictures[backend] = p.Image
			}
			mean, _ := difference(t, pictures["fast"], pictures["go"])
			n++
			if mean > goMean {
				t.Errorf("%s at 1/%d: fast and go differ by %.2f on average", name, denom, mean)
			}
			if pictures["turbo"] == nil {
				continue
			}
			mean, largest := difference(t, pictures["turbo"], pictures["default"])
			turboSum, turboLargest = turboSum+mean, max(turboLargest, largest)
			if mean > sameMean || largest > sameLargest {
				t.Errorf("%s at 1/%d: default and turbo differ by %.2f on average, %d at most", name, denom, mean, largest)
			}
			mean, _ = difference(t, pictures["turbo"], pictures["go"])
			goSum += mean
			if mean > goMean {
				t.Errorf("%s at 1/%d: turbo and go differ by %.2f on average", name, denom, mean)
			}
		}
		t.Logf("1/%d, %d photos: default against turbo %.3f on average, %d at most; turbo against go %.3f", denom, n, turboSum/float64(n), turboLargest, goSum/float64(n))
	}
}

// TestPreparedPicturesAgree compares what an encoder gets: 224 x 224 pixels.
func TestPreparedPicturesAgree(t *testing.T) {
	all := backends(t)
	data := encodeJPEG(t, madePhoto(2003, 1507), 88)
	prepared := map[string]*raster.Image{}
	for name, d := range all {
		prepared[name] = prepare(t, d, data)
	}
	for name, m := range prepared {
		if mean, largest := difference(t, m, prepared["go"]); mean > goMean {
			t.Errorf("%s: %.2f on average, %d at most", name, mean, largest)
		}
	}
}

// prepare is what a run does with each photo before its encoder.
func prepare(t testing.TB, d *Decoder, data []byte) *raster.Image {
	const side = 224
	p, err := d.Decode(t.Context(), data, side)
	if err != nil {
		t.Fatal(err)
	}
	var s raster.Scratch
	return s.Resize(p.Image, raster.CenterSquare(p.Image.W, p.Image.H), side, side, raster.Triangle())
}
