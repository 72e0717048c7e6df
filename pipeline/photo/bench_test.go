//go:build unix

package photo

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"syscall"
	"testing"
	"time"

	"github.com/disintegration/imaging"

	"github.com/defekt/defekt/models/vision/raster"
)

// cpu reports the processor time of the cheapest run of f, besides the wall time that Go
// reports: on a machine that does other work, only the former can be compared.
func cpu(b *testing.B, f func()) {
	used := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			b.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	b.ReportAllocs()
	least := time.Hour
	for b.Loop() {
		before := used()
		f()
		least = min(least, used()-before)
	}
	b.ReportMetric(float64(least.Microseconds())/1000, "cpu-ms/op")
}

// BenchmarkPrepare decodes and resizes to 224 x 224: go test -bench Prepare -cpu 1.
// "plain" is what a Go program does without this package.
func BenchmarkPrepare(b *testing.B) {
	for _, size := range [][2]int{{500, 375}, {500, 500}, {1280, 960}, {1920, 1440}, {4000, 3000}} {
		data := encodeJPEG(b, madePhoto(size[0], size[1]), 88)
		for _, c := range []struct {
			name string
			cfg  Config
		}{{"default", Config{}}, {"turbo", Config{WithoutFastJPEG: true}}, {"nolibrary", Config{WithoutTurboJPEG: true}}} {
			d := newDecoder(b, c.cfg)
			var s raster.Scratch
			dst := raster.New(224, 224)
			b.Run(fmt.Sprintf("%dx%d/%dKB/%s", size[0], size[1], len(data)/1000, c.name), func(b *testing.B) {
				cpu(b, func() {
					p, err := d.Decode(b.Context(), data, 224)
					if err != nil {
						b.Fatal(err)
					}
					s.ResizeInto(dst, p.Image, raster.CenterSquare(p.Image.W, p.Image.H), raster.Triangle())
				})
			})
		}
		b.Run(fmt.Sprintf("%dx%d/%dKB/plain", size[0], size[1], len(data)/1000), func(b *testing.B) {
			cpu(b, func() {
				img, err := jpeg.Decode(bytes.NewReader(data))
				if err != nil {
					b.Fatal(err)
				}
				imaging.Fill(img, 224, 224, imaging.Center, imaging.Linear)
			})
		})
	}
}
