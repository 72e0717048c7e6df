package report

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// picturePNG makes a small picture that differs by number.
func picturePNG(t testing.TB, number int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 120, 90))
	for x := range 120 {
		for y := range 90 {
			img.Set(x, y, color.RGBA{uint8(x * 2), uint8(y * 2), uint8(40 * number), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
