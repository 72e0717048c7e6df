package photo

import (
	"path/filepath"
	"testing"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
)

// blur softens m by taking it down and up again n times smaller.
func blur(m *raster.Image, n int) *raster.Image {
	small := raster.Resize(m, m.Bounds(), max(m.W/n, 1), max(m.H/n, 1), raster.Triangle())
	return raster.Resize(small, small.Bounds(), m.W, m.H, raster.CatmullRom())
}

// scaleLight multiplies every level.
func scaleLight(m *raster.Image, factor float64) *raster.Image {
	out := m.Clone()
	for i, v := range out.Pix {
		out.Pix[i] = uint8(float64(v) * factor)
	}
	return out
}

func verdictOf(m *raster.Image) Verdict { return Judge(&Photo{Image: m, Width: m.W, Height: m.H}) }

func TestVerdictOnRealPhotos(t *testing.T) {
	d := newDecoder(t, Config{})
	for _, c := range []struct {
		set             string
		maxFalse        float64 // share of real photos called unusable
		minBlur, minDim float64 // share of spoilt ones found
	}{
		{"car-damage", 0.01, 0.9, 0.9},
		{"parcel-damage", 0.01, 0.9, 0.9},
		{"steel-surface", 0.02, 0.9, 0.9}, // close-ups without a single sharp edge exist
	} {
		found := map[claim.Code]int{}
		blurred, softer, dim := 0, 0, 0
		files := sharedPhotos(t, c.set, 200)
		for _, name := range files {
			p, err := d.Decode(t.Context(), readFile(t, name), 224)
			if err != nil {
				t.Fatal(name, err)
			}
			v := Judge(p)
			found[v.Code]++
			if !v.OK() {
				t.Logf("%s: %+v", filepath.Base(name), v)
			}
			n := max(p.Image.W, p.Image.H) / 24
			if verdictOf(blur(p.Image, n)).Code == claim.CodePhotoBlurred {
				blurred++
			}
			if verdictOf(blur(p.Image, n/2)).Code == claim.CodePhotoBlurred {
				softer++
			}
			if v := verdictOf(scaleLight(p.Image, 0.1)); v.Code == claim.CodePhotoDark || v.Code == claim.CodePhotoBlank {
				dim++
			}
		}
		share := func(n int) float64 { return float64(n) / float64(len(files)) }
		t.Logf("%s: %d photos, false verdicts %.2f %% %v; blurred copies found %.1f %%, of those blurred half as much %.1f %%, dimmed %.1f %%",
			c.set, len(files), 100*(1-share(found[""])), found, 100*share(blurred), 100*share(softer), 100*share(dim))
		if 1-share(found[""]) > c.maxFalse || share(blurred) < c.minBlur || share(dim) < c.minDim {
			t.Errorf("%s: outside the bounds %+v", c.set, c)
		}
	}
}

func TestVerdictOnMadePhotos(t *testing.T) {
	plain := raster.New(300, 200)
	for i := range plain.Pix {
		plain.Pix[i] = 120 + uint8(i%5) // sensor noise of a covered lens
	}
	sharp := madePhoto(640, 480)
	for _, c := range []struct {
		name string
		img  *raster.Image
		want claim.Code
	}{
		{"sharp", sharp, ""},
		{"small", sharp.Crop(rect(0, 0, 55, 200)), claim.CodePhotoTooSmall},
		{"empty", &raster.Image{}, claim.CodePhotoTooSmall},
		{"plain", plain, claim.CodePhotoBlank},
		{"night", scaleLight(sharp, 0.1), claim.CodePhotoDark},
		{"blurred", blur(sharp, 32), claim.CodePhotoBlurred},
	} {
		v := verdictOf(c.img)
		if v.Code != c.want {
			t.Errorf("%s: %+v, want %q", c.name, v, c.want)
		}
		if v.OK() != (v.Sentence == "") {
			t.Errorf("%s: sentence %q with code %q", c.name, v.Sentence, v.Code)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	m := madePhoto(500, 375)
	for b.Loop() {
		verdictOf(m)
	}
}
