package photo

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/defekt/defekt/models/vision/raster"
)

func rect(x0, y0, x1, y1 int) image.Rectangle { return image.Rect(x0, y0, x1, y1) }

func newDecoder(t testing.TB, cfg Config) *Decoder {
	t.Helper()
	// make test names the library here when it had to fetch one.
	if file := os.Getenv("DEFEKT_TURBOJPEG"); file != "" && cfg.Libraries == nil {
		cfg.Libraries = []string{file}
	}
	d, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// madePhoto draws something with the statistics of a photo: a lit ground, some hundred
// objects with hard edges and texture, and sensor noise. Encoded at quality 88, 12
// megapixels come to 2 MB.
func madePhoto(w, h int) *raster.Image {
	rnd := rand.New(rand.NewPCG(7, 11))
	m := raster.New(w, h)
	for y := range h {
		row := m.Row(y)
		for x := range w {
			light := 90 + 80*float64(x)/float64(w) - 40*float64(y)/float64(h)
			row[3*x], row[3*x+1], row[3*x+2] = uint8(light+20), uint8(light+5), uint8(light-15)
		}
	}
	for range 300 {
		drawObject(m, rnd)
	}
	for i := 0; i+2 < len(m.Pix); i += 3 {
		n := rnd.NormFloat64() * 3
		for c := range 3 {
			m.Pix[i+c] = uint8(min(max(float64(m.Pix[i+c])+n, 0), 255))
		}
	}
	return m
}

// drawObject fills a random ellipse with a striped colour.
func drawObject(m *raster.Image, rnd *rand.Rand) {
	cx, cy := rnd.Float64()*float64(m.W), rnd.Float64()*float64(m.H)
	rx, ry := (0.01+0.08*rnd.Float64())*float64(m.W), (0.01+0.08*rnd.Float64())*float64(m.H)
	colour := [3]float64{rnd.Float64() * 220, rnd.Float64() * 220, rnd.Float64() * 220}
	period, depth := 3+20*rnd.Float64(), 25*rnd.Float64()
	for y := max(int(cy-ry), 0); y < min(int(cy+ry), m.H); y++ {
		row := m.Row(y)
		half := rx * math.Sqrt(max(0, 1-(float64(y)-cy)*(float64(y)-cy)/(ry*ry)))
		for x := max(int(cx-half), 0); x < min(int(cx+half), m.W); x++ {
			wave := depth * math.Sin(float64(x+y/2)/period)
			for c := range 3 {
				row[3*x+c] = uint8(min(max(colour[c]+wave, 0), 255))
			}
		}
	}
}

// encodeJPEG writes a baseline 4:2:0 JPEG (grey for an image.Gray).
func encodeJPEG(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// difference gives the mean and largest difference of two images' channels.
func difference(t testing.TB, a, b *raster.Image) (mean float64, largest int) {
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
