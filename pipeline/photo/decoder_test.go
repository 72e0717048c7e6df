package photo

import (
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/image/draw"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
)

func testFile(t testing.TB, name string) []byte { return readFile(t, filepath.Join("testdata", name)) }

// codeOf gives the code of an error that must be a problem with a message.
func codeOf(t testing.TB, err error) claim.Code {
	t.Helper()
	var p claim.Problem
	if !errors.As(err, &p) {
		t.Fatalf("not a problem: %v", err)
	}
	if p.Message == "" {
		t.Errorf("%s without a message", p.Code)
	}
	return p.Code
}

// backends are decoders that take different ways through the JPEG code.
func backends(t testing.TB) map[string]*Decoder {
	all := map[string]*Decoder{
		"default": newDecoder(t, Config{}),
		"fast":    newDecoder(t, Config{WithoutTurboJPEG: true}),
		"go":      newDecoder(t, Config{WithoutTurboJPEG: true, WithoutFastJPEG: true}),
	}
	turbo := newDecoder(t, Config{WithoutFastJPEG: true})
	switch _, err := turbo.TurboJPEG(); {
	case err == nil:
		all["turbo"] = turbo
	case os.Getenv("CI") == "true":
		t.Fatal(err)
	default:
		t.Log("not tested with libturbojpeg:", err)
	}
	return all
}

// TestDecodeFiles decodes every file of testdata with every backend; all show source.png.
func TestDecodeFiles(t *testing.T) {
	source, err := newDecoder(t, Config{}).Decode(t.Context(), testFile(t, "source.png"), 0)
	if err != nil {
		t.Fatal(err)
	}
	grey := raster.FromImage(toGrey(source.Image))
	large := raster.Resize(source.Image, source.Image.Bounds(), 2*source.Width, 2*source.Height, raster.CatmullRom())
	onWhite := source.Image.Clone()
	for y := 10; y < 50; y++ {
		for x := 10; x < 40; x++ {
			copy(onWhite.Row(y)[3*x:], []uint8{255, 255, 255})
		}
	}
	cases := []struct {
		file        string
		format      Format
		want        *raster.Image
		mean        float64 // tolerated mean difference: what the encoding loses
		orientation int
	}{
		{"444.jpg", JPEG, source.Image, 2, 1}, {"422.jpg", JPEG, source.Image, 4.5, 1},
		{"420.jpg", JPEG, source.Image, 2.5, 1}, {"420-optimized.jpg", JPEG, source.Image, 2.5, 1},
		{"420-restart.jpg", JPEG, source.Image, 2.5, 1}, {"420-progressive.jpg", JPEG, source.Image, 2.5, 1},
		{"444-keep-rgb.jpg", JPEG, source.Image, 2, 1},
		{"grey.jpg", JPEG, grey, 2, 1}, {"cmyk.jpg", JPEG, source.Image, 3, 1},
		{"lossy.webp", WebP, source.Image, 3, 1}, {"lossless.webp", WebP, source.Image, 0, 1},
		{"palette.png", PNG, source.Image, 7, 1}, {"palette.gif", GIF, source.Image, 6, 1},
		{"alpha.png", PNG, onWhite, 0, 1}, {"alpha.webp", WebP, onWhite, 3, 1},
		{"grey16.png", PNG, grey, 0.6, 1},
		{"orientation-6.png", PNG, source.Image, 0, 6}, {"orientation-6.webp", WebP, source.Image, 3, 6},
		{"plain.heic", HEIC, large, 3, 1}, {"turned.heic", HEIC, large, 3, 1},
	}
	for o := 1; o <= 8; o++ {
		cases = append(cases, struct {
			file        string
			format      Format
			want        *raster.Image
			mean        float64
			orientation int
		}{"orientation-" + strconv.Itoa(o) + ".jpg", JPEG, source.Image, 3, o})
	}
	for name, d := range backends(t) {
		for _, c := range cases {
			if c.format != JPEG && name != "default" {
				continue
			}
			t.Run(name+"/"+c.file, func(t *testing.T) {
				p, err := d.Decode(t.Context(), testFile(t, c.file), 0)
				if err != nil {
					t.Fatal(err)
				}
				if p.Format != c.format || p.Orientation != c.orientation || p.Scale != 1 ||
					p.Width != c.want.W || p.Height != c.want.H {
					t.Errorf("got %s %dx%d, orientation %d, scale %v", p.Format, p.Width, p.Height, p.Orientation, p.Scale)
				}
				if mean, largest := difference(t, p.Image, c.want); mean > c.mean {
					t.Errorf("mean difference %.2f, largest %d; at most %.2f on average", mean, largest, c.mean)
				}
				eighth, err := d.Decode(t.Context(), testFile(t, c.file), 10)
				if err != nil {
					t.Fatal(err)
				}
				want := raster.Reduce(c.want, 8)
				if mean, largest := difference(t, eighth.Image, want); mean > c.mean+1 {
					t.Errorf("at %v by %s: mean difference %.2f, largest %d", eighth.Scale, eighth.Backend, mean, largest)
				}
			})
		}
	}
}

func toGrey(m *raster.Image) image.Image {
	g := image.NewGray(m.Bounds())
	draw.Draw(g, g.Rect, m, image.Point{}, draw.Src)
	return g
}

func TestDecodeScale(t *testing.T) {
	d := newDecoder(t, Config{})
	data := encodeJPEG(t, madePhoto(801, 601), 85)
	for _, c := range []struct {
		shortSide int
		scale     float64
		w, h      int
	}{
		{0, 1, 801, 601}, {-1, 1, 801, 601}, {1000, 1, 801, 601}, {301, 1, 801, 601}, {300, 0.5, 400, 300},
		{151, 0.5, 400, 300}, {150, 0.25, 200, 150}, {75, 0.125, 100, 75}, {1, 0.125, 100, 75},
	} {
		p, err := d.Decode(t.Context(), data, c.shortSide)
		if err != nil {
			t.Fatal(err)
		}
		if p.Scale != c.scale || p.Image.W != c.w || p.Image.H != c.h || p.Width != 801 || p.Height != 601 {
			t.Errorf("short side %d: %dx%d of %dx%d at %v", c.shortSide, p.Image.W, p.Image.H, p.Width, p.Height, p.Scale)
		}
	}
}

// TestNameDoesNotMatter: a PNG called .jpg is a PNG. Formats that are not read say what
// they are.
func TestUnknownFormats(t *testing.T) {
	d := newDecoder(t, Config{})
	for content, want := range map[string]string{
		"PK\x03\x04rest of a zip file":                  "ZIP",
		"%PDF-1.7 and so on":                            "PDF",
		"BM and a bitmap":                               "BMP",
		"just some text":                                "not a picture",
		"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isom":  "video",
		"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1x": "AVIF",
		"\xff\xd8": "not a picture",
	} {
		_, err := d.Decode(t.Context(), []byte(content), 224)
		if code := codeOf(t, err); code != claim.CodePhotoFormat || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", content, err)
		}
	}
	if _, err := d.Decode(t.Context(), testFile(t, "animated.webp"), 224); codeOf(t, err) != claim.CodePhotoFormat {
		t.Error("animated WebP:", err)
	}
	if _, err := d.Decode(t.Context(), nil, 224); codeOf(t, err) != claim.CodePhotoEmpty {
		t.Error("no bytes:", err)
	}
}

func TestDecodeEndsWithContext(t *testing.T) {
	d := newDecoder(t, Config{})
	stop := errors.New("stopped for a test")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if _, err := d.Decode(ctx, testFile(t, "420.jpg"), 0); !errors.Is(err, stop) {
		t.Error(err)
	}
	// While a HEIC photo waits for its turn, its context may end too.
	for range cap(d.heicSlots) {
		d.heicSlots <- struct{}{}
	}
	ctx, cancel = context.WithCancelCause(t.Context())
	go cancel(stop)
	if _, err := d.Decode(ctx, testFile(t, "plain.heic"), 0); !errors.Is(err, stop) {
		t.Error(err)
	}
}

// TestDecodeTogether: results do not depend on what else the decoder does.
func TestDecodeTogether(t *testing.T) {
	d := newDecoder(t, Config{})
	names := []string{"420.jpg", "444.jpg", "420-progressive.jpg", "grey.jpg", "420-restart.jpg", "420-optimized.jpg"}
	var alone []*Photo
	for _, name := range names {
		p, err := d.Decode(t.Context(), testFile(t, name), 10)
		if err != nil {
			t.Fatal(err)
		}
		alone = append(alone, p)
	}
	var wg sync.WaitGroup
	for i := range 48 {
		wg.Go(func() {
			p, err := d.Decode(t.Context(), testFile(t, names[i%len(names)]), 10)
			if err != nil {
				t.Error(err)
				return
			}
			if _, largest := difference(t, p.Image, alone[i%len(names)].Image); largest != 0 {
				t.Errorf("%s differs by %d", names[i%len(names)], largest)
			}
		})
	}
	wg.Wait()
}

func TestPanicIsContained(t *testing.T) {
	_, err := guard(PNG, func() (*raster.Image, error) { panic("out of range") })
	if code := codeOf(t, err); code != claim.CodePhotoPanic {
		t.Error(code)
	}
	if !strings.Contains(err.Error(), "out of range") || !strings.Contains(err.Error(), "decoder_test.go") {
		t.Error("the log would not say what happened:", err)
	}
	if p := claim.AsProblem(err, ""); strings.Contains(p.Message, "out of range") {
		t.Error("the customer would read:", p.Message)
	}
}

func TestConfig(t *testing.T) {
	if err := (Config{}).Validate(); err != nil {
		t.Error(err)
	}
	_, err := New(Config{MaxBytes: -1, MaxPixels: MaxPixels + 1, MaxRatio: 21, MaxSide: -5, HEICWorkers: -1})
	for _, field := range []string{"MaxBytes", "MaxPixels", "MaxSide", "MaxRatio", "HEICWorkers"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s is not reported: %v", field, err)
		}
	}
	d := newDecoder(t, Config{Libraries: []string{"libdoesnotexist.so.99"}})
	if _, err := d.TurboJPEG(); err == nil || !strings.Contains(err.Error(), "install") {
		t.Error("a missing library should say how to get it:", err)
	}
	if _, err := d.Decode(t.Context(), testFile(t, "420.jpg"), 0); err != nil {
		t.Error("without the library:", err)
	}
}

// TestClosed: a decoder whose library is gone still decodes.
func TestClosed(t *testing.T) {
	d := newDecoder(t, Config{})
	d.Close()
	d.Close()
	p, err := d.Decode(t.Context(), testFile(t, "420.jpg"), 0)
	if err != nil || p.Backend != BackendGo {
		t.Error(p, err)
	}
}
