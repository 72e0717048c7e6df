//go:build darwin || freebsd || linux

package turbojpeg

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/defekt/defekt/models/vision/raster"
)

// library opens the system's library; without one the tests say so and skip, except in CI.
func library(t testing.TB) *Library {
	t.Helper()
	var names []string
	if file := os.Getenv("DEFEKT_TURBOJPEG"); file != "" { // fetched by make test
		names = []string{file}
	}
	l, err := Open(names...)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Cleanup(l.Close)
	return l
}

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestDecode(t *testing.T) {
	l := library(t)
	for _, name := range []string{"420.jpg", "422.jpg", "444.jpg", "grey.jpg", "420-progressive.jpg", "444-keep-rgb.jpg"} {
		data := testFile(t, name)
		std, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for _, denom := range []int{1, 2, 4, 8} {
			got, err := l.Decode(data, 168, 136, denom)
			if err != nil {
				t.Errorf("%s at 1/%d: %v", name, denom, err)
				continue
			}
			want := raster.FromImageReduced(std, denom)
			if got.W != want.W || got.H != want.H {
				t.Errorf("%s at 1/%d: %v, want %v", name, denom, got.Bounds(), want.Bounds())
				continue
			}
			sum := 0
			for i, v := range got.Pix {
				d := int(v) - int(want.Pix[i])
				sum += max(d, -d)
			}
			// The library repeats the chroma of 4:2:2 at an eighth, hence 6.
			if mean := float64(sum) / float64(len(got.Pix)); mean > 6 {
				t.Errorf("%s at 1/%d: mean difference %.2f", name, denom, mean)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	l := library(t)
	data := testFile(t, "420.jpg")
	var e *Error
	img, err := l.Decode(data[:len(data)/2], 168, 136, 1)
	if !errors.As(err, &e) || !e.Warning || img == nil || !strings.Contains(e.Text, "end") {
		t.Errorf("half a file: %v, %v", img.Bounds(), err)
	}
	if img, err := l.Decode([]byte("not a JPEG"), 10, 10, 1); !errors.As(err, &e) || e.Warning || img != nil {
		t.Errorf("no JPEG: %v", err)
	}
	if _, err := l.Decode(data, 100, 100, 1); !errors.As(err, &e) {
		t.Errorf("another size than the header's: %v", err)
	}
	for _, denom := range []int{0, -1, 3, 16} {
		if _, err := l.Decode(data, 168, 136, denom); err == nil {
			t.Errorf("1/%d was taken", denom)
		}
	}
	if _, err := l.Decode(nil, 168, 136, 1); err == nil {
		t.Error("no bytes were taken")
	}
	// A decompressor that failed is used again for the next picture.
	if _, err := l.Decode(data, 168, 136, 1); err != nil {
		t.Error(err)
	}
}

func TestOpenFails(t *testing.T) {
	if _, err := Open("libdoesnotexist.so.7"); err == nil || !strings.Contains(err.Error(), "install") {
		t.Error(err)
	}
	if runtime.GOOS == "linux" {
		if _, err := Open("libm.so.6"); err == nil || !strings.Contains(err.Error(), "tjInitDecompress") {
			t.Error("a library without the functions:", err)
		}
	}
}

// TestCloseWhileDecoding: pictures under way are finished, later ones get ErrClosed, and
// no decompressor is left.
func TestCloseWhileDecoding(t *testing.T) {
	l := library(t)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 1000, 1000)), nil); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				if _, err := l.Decode(b.Bytes(), 1000, 1000, 2); err != nil {
					if !errors.Is(err, ErrClosed) {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	l.Close()
	wg.Wait()
	l.Close()
	if l.busy != 0 || len(l.idle) != 0 || l.dl != 0 {
		t.Errorf("left after Close: %d busy, %d idle, library %v", l.busy, len(l.idle), l.dl != 0)
	}
}
