package fastjpeg

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/defekt/defekt/models/vision/raster"
)

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// encode writes noise over a ramp, with coefficients in all places at high quality.
func encode(t testing.TB, w, h, quality int, grey bool) []byte {
	t.Helper()
	rnd := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	g := image.NewGray(m.Rect)
	for y := range h {
		for x := range w {
			v := x*255/w/2 + rnd.IntN(120)
			m.SetRGBA(x, y, color.RGBA{uint8(v), uint8(255 - v), uint8(y * 255 / h), 255})
			g.SetGray(x, y, color.Gray{uint8(v)})
		}
	}
	var b bytes.Buffer
	var img image.Image = m
	if grey {
		img = g
	}
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reference decodes in full with the standard library and averages 8 x 8 pixels.
func reference(t testing.TB, data []byte) *raster.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return raster.FromImageReduced(img, Denom)
}

// TestDecode compares with the standard library over sizes, qualities and samplings. Only
// whole blocks are compared; what a block has beyond the picture is the encoder's choice.
func TestDecode(t *testing.T) {
	files := map[string][]byte{}
	for _, size := range [][2]int{{1, 1}, {8, 8}, {17, 9}, {64, 48}, {250, 131}, {640, 360}} {
		for _, quality := range []int{5, 50, 90, 100} {
			files[sizeName(size, quality, "colour")] = encode(t, size[0], size[1], quality, false)
			files[sizeName(size, quality, "grey")] = encode(t, size[0], size[1], quality, true)
		}
	}
	for _, name := range []string{"444.jpg", "422.jpg", "420.jpg", "420-optimized.jpg", "420-restart.jpg", "grey.jpg", "orientation-6.jpg"} {
		files[name] = testFile(t, name)
	}
	var d Decoder // one for all: tables of one file must not be used for the next
	for name, data := range files {
		h, err := ParseHeader(data)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := d.Decode(data, h)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := reference(t, data)
		if got.W != want.W || got.H != want.H {
			t.Fatalf("%s: %dx%d, want %dx%d", name, got.W, got.H, want.W, want.H)
		}
		whole := image.Rect(0, 0, h.Width/8, h.Height/8)
		if whole.Empty() {
			continue
		}
		// Noise of this strength clips, which averaging afterwards feels.
		if mean := meanDifference(got.Crop(whole), want.Crop(whole)); mean > 3 {
			t.Errorf("%s: mean difference %.2f", name, mean)
		}
	}
}

func sizeName(size [2]int, quality int, kind string) string {
	return fmt.Sprintf("%s %dx%d at %d", kind, size[0], size[1], quality)
}

func meanDifference(a, b *raster.Image) float64 {
	sum := 0
	for y := range a.H {
		p, q := a.Row(y), b.Row(y)
		for i := range p {
			d := int(p[i]) - int(q[i])
			sum += max(d, -d)
		}
	}
	return float64(sum) / float64(3*a.W*a.H)
}

func TestHeader(t *testing.T) {
	h, err := ParseHeader(testFile(t, "orientation-6.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	if h.Width != 136 || h.Height != 168 || h.Precision != 8 || len(h.Components) != 3 || h.Exif == nil || !h.YCbCr() || h.Progressive() {
		t.Errorf("%+v", h)
	}
	if n := h.Blocks(); n != 17*21+2*9*11 {
		t.Errorf("%d blocks", n)
	}
	for name, want := range map[string]bool{
		"420.jpg": true, "422.jpg": true, "444.jpg": true, "grey.jpg": true, "420-restart.jpg": true,
		"420-progressive.jpg": false, "cmyk.jpg": false, "444-keep-rgb.jpg": false,
	} {
		data := testFile(t, name)
		h, err := ParseHeader(data)
		if err != nil {
			t.Fatal(name, err)
		}
		if Supports(h) != want {
			t.Errorf("%s: Supports is %v", name, !want)
		}
		if !want {
			if _, err := new(Decoder).Decode(data, h); !errors.Is(err, ErrUnsupported) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if h.MinBytes() > len(data) {
			t.Errorf("%s: %d bytes, but at least %d expected", name, len(data), h.MinBytes())
		}
	}
	progressive := testFile(t, "420-progressive.jpg")
	h, _ = ParseHeader(progressive)
	if n := CountScans(progressive, h, 100); n != 10 {
		t.Errorf("%d scans", n)
	}
	if n := CountScans(progressive, h, 4); n != 5 {
		t.Errorf("counting did not stop: %d", n)
	}
}

// TestEveryCut cuts a file after each byte: all but the whole is an error, with the right
// sort from the header on.
func TestEveryCut(t *testing.T) {
	var d Decoder
	for _, name := range []string{"420.jpg", "420-restart.jpg", "grey.jpg"} {
		data := testFile(t, name)
		for cut := range data {
			h, err := ParseHeader(data[:cut])
			if err == nil {
				_, err = d.Decode(data[:cut], h)
			}
			if cut > 3 && !errors.Is(err, ErrTruncated) {
				t.Fatalf("%s cut to %d of %d: %v", name, cut, len(data), err)
			}
		}
	}
}

// TestSkipEntries checks every entry of a skip table against reading symbol by symbol.
func TestSkipEntries(t *testing.T) {
	for _, name := range []string{"420.jpg", "420-optimized.jpg"} {
		h, err := ParseHeader(testFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range h.huffman[1][:2] {
			var table acTable
			if err := table.build(raw); err != nil {
				t.Fatal(err)
			}
			for window, e := range table.skip {
				used, advance := int(e&63), int(e>>skipAdvance)
				if advance == skipLong {
					continue
				}
				ended := advance >= skipEnd
				if ended {
					advance -= skipEnd + 1
				}
				// Zeros after the window stand for the values' unknown bits.
				buf, at, k := uint64(window)<<(64-lookBits), 0, 0
				for at < used {
					symbol, length := table.decode(buf << at)
					step, size, ok := acSymbol(symbol)
					if length == 0 || !ok || at+length > lookBits {
						t.Fatalf("%s: entry %012b: %d bits cannot be skipped", name, window, used)
					}
					at += length + size
					k += step
					if step == 0 && (!ended || at != used) {
						t.Fatalf("%s: entry %012b passes an end of block", name, window)
					}
				}
				if at != used || k != advance {
					t.Fatalf("%s: entry %012b skips %d bits and %d coefficients, want %d and %d", name, window, used, advance, at, k)
				}
			}
		}
	}
}

// FuzzDecode: any bytes give a picture of the right size or an error, and the same again.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("../testdata/*.jpg")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	var d Decoder
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ParseHeader(data)
		if err != nil || h.Width*h.Height > 1<<22 {
			return
		}
		first, err := d.Decode(data, h)
		second, errAgain := new(Decoder).Decode(data, h)
		if (err == nil) != (errAgain == nil) {
			t.Fatalf("used decoder: %v, fresh one: %v", err, errAgain)
		}
		if err != nil {
			if !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrUnsupported) {
				t.Fatal(err)
			}
			return
		}
		if first.W != ceilDiv(h.Width, 8) || first.H != ceilDiv(h.Height, 8) || !bytes.Equal(first.Pix, second.Pix) {
			t.Fatal("a used decoder gives another picture than a fresh one")
		}
	})
}
