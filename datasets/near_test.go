package datasets_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/disintegration/imaging"
	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/datasets"
)

func pairs(t testing.TB, texts []string) map[[2]int]float64 {
	t.Helper()
	out := map[[2]int]float64{}
	always := func(int, int) bool { return true }
	if err := datasets.NearTexts(context.Background(), texts, always, func(p datasets.Pair) { out[[2]int{p.A, p.B}] = p.Similarity }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNearTexts(t *testing.T) {
	long := "the left hinge of the lid broke off after two weeks of careful use at home and the lid fell down on the floor of my kitchen"
	for name, tc := range map[string]struct {
		a, b string
		near bool
	}{
		"same":          {long, long, true},
		"case, commas":  {long, strings.ToUpper(strings.ReplaceAll(long, " and", ", and")) + "!", true},
		"one more word": {long, long + " yesterday", true},
		"half":          {long, long[:60], false},
		"other":         {long, "Charger gets so hot that one cannot touch it, it smells burnt", false},
		"short same":    {"no power", "No power.", true},
		"short other":   {"no power", "no sound", false},
		"empty":         {"", "", false},
		"punctuation":   {"...", "...", false},
		"Chinese":       {"车辆去年十二月份在店里刚做过保养，行驶不到三千公里底盘有异响", "车辆去年十二月份在店里刚做过保养 行驶不到三千公里底盘有异响。", true},
		"Chinese other": {"车辆去年十二月份在店里刚做过保养，行驶不到三千公里底盘有异响", "多次联系厂家对经销商不作为投诉厂家无做任何处理", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := pairs(t, []string{tc.a, tc.b}); (len(got) == 1) != tc.near {
				t.Errorf("got %v, want near %v", got, tc.near)
			}
		})
	}
}

// madeTexts gives n texts of random words; every tenth repeats the one before with a few
// words changed.
func madeTexts(n int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	texts := make([]string, n)
	for i := range texts {
		words := make([]string, 40+r.IntN(80))
		for j := range words {
			words[j] = fmt.Sprint("w", r.IntN(5000))
		}
		if i%10 == 9 {
			words = strings.Fields(texts[i-1])
			words[r.IntN(len(words))] = "changed"
		}
		texts[i] = strings.Join(words, " ")
	}
	return texts
}

// Of 300 planted pairs, similar to 0.8 and more, the hashing may miss none, and no other
// two texts are alike.
func TestNearTextsFindsAllPairs(t *testing.T) {
	texts, want, got := madeTexts(3000), map[[2]int]bool{}, map[[2]int]bool{}
	for b := 9; b < len(texts); b += 10 {
		want[[2]int{b - 1, b}] = true
	}
	for pair := range pairs(t, texts) {
		got[pair] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkNearTexts10k(b *testing.B) {
	texts := madeTexts(10_000)
	for b.Loop() {
		if n := len(pairs(b, texts)); n < 900 {
			b.Fatal(n)
		}
	}
}

// The worst case: all texts are filled-in forms.
func BenchmarkNearTexts10kTemplates(b *testing.B) {
	texts := make([]string, 10_000)
	for i := range texts {
		texts[i] = fmt.Sprintf("It was reported that the device with lot number %d failed to cycle during the procedure on day %d and that it was returned to the maker for analysis", i, i%365)
	}
	for b.Loop() {
		if _, err := datasets.NearLinks(context.Background(), texts); err != nil {
			b.Fatal(err)
		}
	}
}

// drawing is a picture with shapes that depend on seed.
func drawing(seed uint64, w, h int) image.Image {
	r := rand.New(rand.NewPCG(seed, 3))
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	type disc struct{ x, y, radius, grey float64 }
	discs := make([]disc, 40)
	for i := range discs {
		discs[i] = disc{r.Float64(), r.Float64(), 0.03 + r.Float64()/6, r.Float64() * 255}
	}
	for y := range h {
		for x := range w {
			grey := 128.0
			for _, d := range discs {
				dx, dy := float64(x)/float64(w)-d.x, float64(y)/float64(h)-d.y
				if dx*dx+dy*dy < d.radius*d.radius {
					grey = d.grey
				}
			}
			img.Set(x, y, color.Gray{uint8(grey)})
		}
	}
	return img
}

func recompress(t *testing.T, img image.Image, quality int) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	out, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNearPhotos(t *testing.T) {
	base := drawing(1, 400, 300)
	for name, tc := range map[string]struct {
		other image.Image
		near  bool
	}{
		"recompressed": {recompress(t, base, 40), true},
		"half size":    {imaging.Resize(base, 200, 0, imaging.Lanczos), true},
		"mirrored":     {imaging.FlipH(base), true},
		"brighter":     {imaging.AdjustBrightness(base, 8), true},
		"grey":         {imaging.Grayscale(base), true},
		"other":        {drawing(2, 400, 300), false},
		"upside down":  {imaging.FlipV(base), false},
		"blank":        {imaging.New(400, 300, color.White), false},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := datasets.HashPhoto(base), datasets.HashPhoto(tc.other)
			found := 0
			err := datasets.NearPhotos(t.Context(), []datasets.PhotoPrint{{SHA256: "a", Hash: &a}, {SHA256: "b", Hash: &b}},
				func(int, int) bool { return true }, func(p datasets.Pair) {
					found++
					if p.Similarity >= 1 || p.Similarity < 0.8 {
						t.Errorf("similarity %g", p.Similarity)
					}
				})
			if err != nil || (found == 1) != tc.near {
				t.Errorf("found %d, distance %d, err %v", found, a.Distance(&b), err)
			}
		})
	}
}

func TestBlankPhotosAreNotAlike(t *testing.T) {
	a, b := datasets.HashPhoto(imaging.New(100, 100, color.White)), datasets.HashPhoto(imaging.New(80, 90, color.Black))
	prints := []datasets.PhotoPrint{{SHA256: "a", Hash: &a}, {SHA256: "b", Hash: &b}, {SHA256: "a", Hash: &a}, {}, {}}
	var got []datasets.Pair
	if err := datasets.NearPhotos(t.Context(), prints, func(int, int) bool { return true }, func(p datasets.Pair) { got = append(got, p) }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]datasets.Pair{{A: 0, B: 2, Similarity: 1}}, got); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkHashPhoto(b *testing.B) {
	img := drawing(1, 512, 384)
	for b.Loop() {
		datasets.HashPhoto(img)
	}
}

func BenchmarkNearPhotos5k(b *testing.B) {
	r := rand.New(rand.NewPCG(4, 5))
	prints := make([]datasets.PhotoPrint, 5000)
	for i := range prints {
		h := datasets.PhotoHash{Bits: [4]uint64{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}, Mirrored: [4]uint64{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}}
		prints[i] = datasets.PhotoPrint{SHA256: fmt.Sprint(i), Hash: &h}
	}
	for b.Loop() {
		err := datasets.NearPhotos(context.Background(), prints, func(int, int) bool { return true }, func(datasets.Pair) { b.Fatal("random hashes are alike") })
		if err != nil {
			b.Fatal(err)
		}
	}
}
