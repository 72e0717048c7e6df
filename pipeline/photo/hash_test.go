package photo

import (
	"image"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/defekt/defekt/models/vision/raster"
)

// blotches draws a photo with structure.
func blotches(seed uint64, w, h int) *raster.Image {
	r := rand.New(rand.NewPCG(seed, 1))
	coarse := raster.New(12, 10)
	for i := range coarse.Pix {
		coarse.Pix[i] = uint8(r.IntN(256))
	}
	return raster.Resize(coarse, image.Rect(0, 0, 12, 10), w, h, raster.CatmullRom())
}

func TestHashKnowsCopiesFromOthers(t *testing.T) {
	a := blotches(1, 400, 300)
	small := raster.Resize(a, image.Rect(0, 0, 400, 300), 133, 100, raster.Triangle())
	if d := bits.OnesCount64(Hash(a) ^ Hash(small)); d > 3 {
		t.Errorf("a smaller copy differs in %d bits", d)
	}
	for seed := uint64(2); seed < 40; seed++ {
		if d := bits.OnesCount64(Hash(a) ^ Hash(blotches(seed, 400, 300))); d < 10 {
			t.Errorf("another photo (seed %d) differs in %d bits only", seed, d)
		}
	}
	if Hash(raster.New(50, 50)) != 0 {
		t.Error("a photo without structure has a hash")
	}
}

func BenchmarkHash(b *testing.B) {
	m := blotches(3, 341, 256)
	for b.Loop() {
		Hash(m)
	}
}

// TestHashOfTinyPhotos: fewer pixels than boxes are no reason to fail.
func TestHashOfTinyPhotos(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 300}, {300, 1}, {7, 5}} {
		Hash(blotches(1, size[0], size[1]))
	}
}
