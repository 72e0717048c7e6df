package vision

import (
	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/vision/raster"
)

// Normaliser writes levels as the tensor's values: (level*Scale - Mean[c]) / Std[c]. There
// are only 256 levels, so each channel is a table.
type Normaliser struct {
	table  [3][256]float32 // by channel of the tensor
	source [3]int          // the image channel (0 red) that feeds tensor channel c
	layout bundle.Layout
}

// NewNormaliser makes the tables of a spec.
func NewNormaliser(spec bundle.VisionSpec) *Normaliser {
	n := &Normaliser{source: [3]int{0, 1, 2}, layout: spec.Layout}
	if spec.Colour == bundle.BGR {
		n.source = [3]int{2, 1, 0}
	}
	for c := range 3 {
		for level := range 256 {
			n.table[c][level] = float32((float64(level)*spec.Scale - spec.Mean[c]) / spec.Std[c])
		}
	}
	return n
}

// Into fills dst, which must have 3*W*H values.
func (n *Normaliser) Into(dst []float32, m *raster.Image) { n.into(dst, m, false) }

func (n *Normaliser) into(dst []float32, m *raster.Image, flip bool) {
	for y := range m.H {
		row := m.Row(y)
		if n.layout == bundle.NHWC {
			n.interleaved(dst[3*y*m.W:3*(y+1)*m.W], row, flip)
			continue
		}
		plane := m.W * m.H
		for c := range 3 {
			at := c*plane + y*m.W
			n.channel(dst[at:at+m.W], row[n.source[c]:], &n.table[c], flip)
		}
	}
}

// channel reads every third byte of row.
func (n *Normaliser) channel(dst []float32, row []uint8, table *[256]float32, flip bool) {
	if flip {
		for x := range dst {
			dst[x] = table[row[3*(len(dst)-1-x)]]
		}
		return
	}
	for x := range dst {
		dst[x] = table[row[3*x]]
	}
}

func (n *Normaliser) interleaved(dst []float32, row []uint8, flip bool) {
	width := len(dst) / 3
	for x := range width {
		from := x
		if flip {
			from = width - 1 - x
		}
		for c := range 3 {
			dst[3*x+c] = n.table[c][row[3*from+n.source[c]]]
		}
	}
}
