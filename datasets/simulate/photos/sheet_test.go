package photos

import (
	"image"
	"image/draw"
	"image/png"
	"os"
	"testing"
)

func TestSheet(t *testing.T) {
	dir := os.Getenv("SHEET")
	if dir == "" {
		t.Skip()
	}
	for _, p := range Products() {
		list := append([]string{Intact}, Plausible(p)...)
		const cell = 250
		out := image.NewRGBA(image.Rect(0, 0, cell*5, cell*((len(list)+4)/5)*1))
		for i, sy := range list {
			im := Draw(Spec{Seed: uint64(i*13+len(p)) + 300, Product: p, Symptom: sy, Severity: []float64{.3, .9}[i/2%2], Size: 248})
			r := im.Bounds().Add(image.Pt(i%5*cell, i/5*cell))
			draw.Draw(out, r, im, image.Point{}, draw.Src)
		}
		f, _ := os.Create(dir + "/" + string(p) + ".png")
		png.Encode(f, out)
		f.Close()
	}
}
