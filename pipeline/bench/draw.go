package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image/jpeg"
	"os"
	"path/filepath"
	"runtime"

	"github.com/defekt/defekt/datasets/simulate/photos"
)

// Size is a kind of photo that [Draw] makes.
type Size struct {
	Name string
	// Side is the longer side in pixels; the shorter has three quarters of it.
	Side int
	// Count is the number of files, of which Distinct differ: large ones take seconds each.
	Count, Distinct int
}

// Sizes lists what can be drawn. With the drawings' sensor noise, files are as large as a
// phone's: some 50 KB at 500 pixels, 2.5 to 3.5 MB at 12 megapixels.
func Sizes() []Size {
	return []Size{
		{"500", 500, 96, 48},
		{"2mp", 1632, 64, 16},
		{"12mp", 4000, 32, 8},
	}
}

// Draw fills dir, which it makes, with JPEGs of a size: products with damage, quality 85 to
// 90, every other one lying on its side with an EXIF orientation of 6, as phones write
// them. The same size gives the same files. drawn is told of each.
func Draw(ctx context.Context, dir string, s Size, drawn func()) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	_, err := Lanes(ctx, runtime.GOMAXPROCS(0), s.Distinct, func(_ context.Context, i int) error {
		data, err := drawing(s.Side, i)
		if err != nil {
			return err
		}
		for n := i; n < s.Count; n += s.Distinct {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.jpg", n)), data, 0o644); err != nil {
				return err
			}
		}
		drawn()
		return nil
	})
	return err
}

// drawing is photo i of a size.
func drawing(side, i int) ([]byte, error) {
	products := photos.Products()
	product := products[i%len(products)]
	symptoms := photos.Plausible(product)
	img := photos.Draw(photos.Spec{
		Seed: uint64(i), Product: product, Symptom: symptoms[i%len(symptoms)],
		Severity: 0.5, Size: side,
	})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 85 + i%6}); err != nil {
		return nil, err
	}
	if i%2 == 0 {
		return b.Bytes(), nil
	}
	return withOrientation(b.Bytes(), 6), nil
}

// withOrientation adds an EXIF segment with one entry to a JPEG that has none.
func withOrientation(file []byte, orientation uint16) []byte {
	const soi = 2 // bytes of the marker that a file begins with
	exif := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01")
	exif = append(exif, 0x01, 0x12, 0, 3, 0, 0, 0, 1) // tag 0x112, one short
	exif = binary.BigEndian.AppendUint16(exif, orientation)
	exif = append(exif, 0, 0, 0, 0, 0, 0) // the value's padding, and no further directory
	out := append(make([]byte, 0, len(file)+len(exif)+4), file[:soi]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(exif)+2))
	return append(append(out, exif...), file[soi:]...)
}
