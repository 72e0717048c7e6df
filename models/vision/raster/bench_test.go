//go:build unix

package raster

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/disintegration/imaging"
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

func BenchmarkResize(b *testing.B) {
	for _, size := range [][2]int{{500, 375}, {512, 512}, {1280, 960}} {
		src := testSource(size[0], size[1])
		crop := CenterSquare(src.W, src.H)
		b.Run(fmt.Sprintf("%dx%d/ours", size[0], size[1]), func(b *testing.B) {
			var s Scratch
			dst := New(224, 224)
			cpu(b, func() { s.ResizeInto(dst, src, crop, Triangle()) })
		})
		b.Run(fmt.Sprintf("%dx%d/imaging", size[0], size[1]), func(b *testing.B) {
			nrgba := imaging.Clone(src)
			cpu(b, func() { imaging.Fill(nrgba, 224, 224, imaging.Center, imaging.Linear) })
		})
	}
}
