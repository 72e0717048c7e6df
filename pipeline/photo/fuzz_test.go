package photo

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
)

// seeds adds every file of testdata and the bombs.
func seeds(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(bombJPEG(30000, 30000, 0xc0))
	f.Add(bombPNG(30000, 30000, 10))
	f.Add(bombGIF(65535, 1))
	f.Add(riff(vp8x(10, 10), vp8l(16383, 16383)))
	f.Add(bombHEIC(30000, 30000))
}

// FuzzReadHeader: a header is either refused with a code or gives a sensible size.
func FuzzReadHeader(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ReadHeader(data)
		if err != nil {
			codeOf(t, err)
			return
		}
		if h.Width <= 0 || h.Height <= 0 || h.Orientation < 1 || h.Orientation > 8 || h.Format == "" {
			t.Errorf("%+v", h)
		}
	})
}

// FuzzExif: any bytes give an orientation.
func FuzzExif(f *testing.F) {
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if o := exifOrientation(data); o < 1 || o > 8 {
			t.Error(o)
		}
	})
}

// FuzzDecode: no bytes panic a decoder that is ours, and pictures have the size that the
// header says.
func FuzzDecode(f *testing.F) {
	seeds(f)
	d := newDecoder(f, Config{MaxPixels: 1_000_000, WithoutTurboJPEG: true})
	f.Fuzz(func(t *testing.T, data []byte) {
		if Sniff(data) == HEIC {
			return // not a decoder of ours, and it takes seconds a picture; the tables of decoder_test.go have it
		}
		p, err := d.Decode(t.Context(), data, 8)
		if err != nil {
			if code := codeOf(t, err); code == claim.CodePhotoPanic && Sniff(data) == JPEG {
				t.Error(err)
			}
			return
		}
		n := int(1 / p.Scale)
		if p.Image.W != max(p.Width/n, 1) || p.Image.H != max(p.Height/n, 1) {
			t.Errorf("%dx%d at %v became %dx%d", p.Width, p.Height, p.Scale, p.Image.W, p.Image.H)
		}
	})
}
