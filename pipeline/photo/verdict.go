package photo

import (
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
)

// Thresholds of [Judge]. They are set so that a photo is called unusable only when a person
// would agree at a glance: a wrong verdict costs the customer a second photo, a missed one
// only a less certain prediction. TestVerdictOnRealPhotos prints how often each is hit.
const (
	// MinShortSide is the least short side of the full photo, in pixels. Encoders look at
	// 224; below a quarter of that, blocks of compression are as large as most defects.
	MinShortSide = 56
	// MaxBlankContrast: a photo whose luma, but for the darkest and brightest 1 %, spans
	// fewer than 10 of 255 levels shows nothing that an encoder could tell from noise. A
	// choice; no real photo of the test is hit.
	MaxBlankContrast = 10
	// MaxDarkLevel: a photo in which 95 % of the pixels are below this luma is taken in the
	// dark. A choice: an eighth of the range.
	MaxDarkLevel = 32
	// MinSharpness is the least [Verdict.Sharpness]. A step edge that is blurred by a
	// Gaussian of s pixels has a second difference of up to 0.24/s² of its height, a quarter
	// of which counts: the bound is missed when even the sharpest edges of a copy 160 to 320
	// pixels long have an s above 1.2, so that an encoder's 224 pixels hold nothing finer
	// than 3 or 4 of them.
	MinSharpness = 0.04
)

// verdictSide is how long the copy that is judged is at most, in pixels.
const verdictSide = 320

// Verdict says whether a photo can be assessed.
type Verdict struct {
	// Code is empty for a photo that is fine, or photo_too_small, photo_blank,
	// photo_too_dark or photo_blurred; the first that applies, in this order.
	Code claim.Code
	// Sentence is for the customer: what is wrong and what to do. Empty for a fine photo.
	Sentence string
	// ShortSide is the photo's, at full size, in pixels.
	ShortSide int
	// Contrast is the span of luma between the 1st and 99th percentile, 0..255.
	Contrast int
	// Bright is the 95th percentile of luma, 0..255.
	Bright int
	// Sharpness is a quarter of the second difference (4-neighbour Laplacian) at the
	// sharpest 0.5 % of the pixels, relative to Contrast. From the 1st to the 99th
	// percentile, real photos of cars have 0.11 to 0.50, of parcels 0.09 to 0.63, close-ups
	// of steel 0.05 to 0.24.
	Sharpness float64
}

// OK says that nothing is wrong.
func (v Verdict) OK() bool { return v.Code == "" }

// Problem is the verdict as a claim's problem; only for verdicts that are not OK.
func (v Verdict) Problem() claim.Problem { return claim.Problem{Code: v.Code, Message: v.Sentence} }

// Judge looks at a small grey copy of p. It measures at the scale at which an encoder sees
// the photo: blur that only the full size shows does not matter to it.
func Judge(p *Photo) Verdict {
	v := Verdict{ShortSide: min(p.Width, p.Height)}
	grey := greyCopy(p.Image)
	levels := grey.levels()
	low, high := levels.percentile(0.01), levels.percentile(0.99)
	v.Contrast, v.Bright = high-low, levels.percentile(0.95)
	v.Sharpness = float64(grey.laplacian().percentile(0.995)) / float64(4*max(v.Contrast, 1))
	switch {
	case v.ShortSide < MinShortSide:
		v.Code, v.Sentence = claim.CodePhotoTooSmall, "The photo is too small to see the damage. Please send the original photo, not a preview of it."
	case v.Contrast < MaxBlankContrast:
		v.Code, v.Sentence = claim.CodePhotoBlank, "The photo shows one even colour. Please check that nothing covers the lens and take it again."
	case v.Bright < MaxDarkLevel:
		v.Code, v.Sentence = claim.CodePhotoDark, "The photo is too dark. Please take it again with more light or with the flash."
	case v.Sharpness < MinSharpness:
		v.Code, v.Sentence = claim.CodePhotoBlurred, "The photo is blurred. Please hold the camera still, tap the damaged spot to focus, and take it again."
	}
	return v
}

// grey is a picture of luma.
type grey struct {
	pix  []uint8
	w, h int
}

// greyCopy averages whole blocks of m down to at most verdictSide.
func greyCopy(m *raster.Image) grey {
	n := max(1, (max(m.W, m.H)+verdictSide-1)/verdictSide)
	g := grey{w: m.W / n, h: m.H / n}
	g.pix = make([]uint8, g.w*g.h)
	sums := make([]uint32, g.w)
	share := uint64(1)<<40/(uint64(n*n)<<8) + 1 // of 2^40: a product is faster than a division for each pixel
	for y := range g.h {
		clear(sums)
		for r := range n {
			addLuma(sums, m.Row(y*n+r), n)
		}
		for x, sum := range sums {
			g.pix[y*g.w+x] = uint8(uint64(sum) * share >> 40)
		}
	}
	return g
}

// addLuma adds 256 times the luma (BT.601 weights) of n pixels each to sums. The channels
// of a block are added up first, so that each sum costs three products.
func addLuma(sums []uint32, row []uint8, n int) {
	switch n {
	case 1:
		for i := range sums {
			p := row[3*i : 3*i+3 : 3*i+3]
			sums[i] += luma(uint32(p[0]), uint32(p[1]), uint32(p[2]))
		}
	case 2: // what most photos of the web are halved with
		for i := range sums {
			p := row[6*i : 6*i+6 : 6*i+6]
			sums[i] += luma(uint32(p[0])+uint32(p[3]), uint32(p[1])+uint32(p[4]), uint32(p[2])+uint32(p[5]))
		}
	default:
		for i := range sums {
			var r, g, b uint32
			for range n {
				r, g, b = r+uint32(row[0]), g+uint32(row[1]), b+uint32(row[2])
				row = row[3:]
			}
			sums[i] += luma(r, g, b)
		}
	}
}

// luma is 256 times the BT.601 luma.
func luma(r, g, b uint32) uint32 { return 77*r + 150*g + 29*b }

// histogram counts values; laplacians reach 4*255.
type histogram [4*255 + 1]int

// percentile gives the value that the share of all values is at or below.
func (h *histogram) percentile(share float64) int {
	total := 0
	for _, n := range h {
		total += n
	}
	below := int(share * float64(total))
	for v, n := range h {
		below -= n
		if below < 0 {
			return v
		}
	}
	return 0
}

func (g grey) levels() *histogram {
	var h, odd histogram // two, as in laplacian
	for i := 1; i < len(g.pix); i += 2 {
		h[g.pix[i-1]]++
		odd[g.pix[i]]++
	}
	if len(g.pix)%2 == 1 {
		h[g.pix[len(g.pix)-1]]++
	}
	for v, n := range odd {
		h[v] += n
	}
	return &h
}

// laplacianStep is the distance of the rows whose second differences are counted: the
// sharpest 0.5 % of half the pixels are as sharp as those of all.
const laplacianStep = 2

// laplacian counts the sizes of the second differences, borders left out. Neighbours are
// counted in turn in two histograms: on even ground they fall into the same cell, and each
// count would wait for the one before.
func (g grey) laplacian() *histogram {
	var h, odd histogram
	for y := 1; y+1 < g.h; y += laplacianStep {
		row := g.pix[y*g.w : (y+1)*g.w]
		up, down := g.pix[(y-1)*g.w:][:len(row)], g.pix[(y+1)*g.w:][:len(row)]
		at := func(x int) int {
			d := 4*int(row[x]) - int(row[x-1]) - int(row[x+1]) - int(up[x]) - int(down[x])
			return max(d, -d)
		}
		x := 1
		for ; x+2 < len(row); x += 2 {
			h[at(x)]++
			odd[at(x+1)]++
		}
		if x+1 < len(row) {
			h[at(x)]++
		}
	}
	for v, n := range odd {
		h[v] += n
	}
	return &h
}
