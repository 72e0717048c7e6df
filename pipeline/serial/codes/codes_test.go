package codes

import (
	"context"
	"errors"
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"

	"github.com/defekt/defekt/datasets/simulate/codes"
	"github.com/defekt/defekt/models/vision/raster"
)

// patient gives a reader whose time does not depend on the machine: tries end the work.
func patient(t testing.TB) *Reader {
	t.Helper()
	r, err := New(Config{Budget: MaxBudget, MaxTries: 250})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func drawn(t testing.TB, seed uint64, k codes.Kind, g codes.Grade) codes.Sample {
	t.Helper()
	s, err := codes.Draw(seed, k, g)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReadsEveryKind reads one photo of each kind at the middle grade.
func TestReadsEveryKind(t *testing.T) {
	r := patient(t)
	for _, k := range codes.Kinds() {
		s := drawn(t, 1001, k, codes.Middle)
		got, err := r.Read(context.Background(), s.Image)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Codes) != 1 || strings.TrimPrefix(got.Codes[0].Text, "0") != strings.TrimPrefix(s.Text, "0") {
			t.Errorf("%s: %+v, want %q", k, got, s.Text)
			continue
		}
		c := got.Codes[0]
		if string(c.Symbology) != string(k) && k != codes.EAN13 || c.Agreeing < 1 || c.Reason != "" {
			t.Errorf("%s: %+v", k, c)
		}
		if k != codes.DataMatrix && c.GS1 != s.GS1 {
			t.Errorf("%s: GS1 is %v, want %v", k, c.GS1, s.GS1)
		}
	}
}

// TestDecoys: nothing is accepted where there is no code.
func TestDecoys(t *testing.T) {
	r := patient(t)
	for _, g := range []codes.Grade{codes.Clean, codes.Middle} {
		s, err := codes.Decoy(9000, g)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Read(context.Background(), s.Image); err != nil || len(got.Codes) > 0 {
			t.Errorf("%s: %+v, %v", g, got, err)
		}
	}
}

// TestEveryImageType: the same photo in other clothes gives the same.
func TestEveryImageType(t *testing.T) {
	s := drawn(t, 1001, codes.QR, codes.Clean)
	want := fromImage(s.Image)
	b := s.Image.Bounds()
	rgba, nrgba := image.NewRGBA(b), image.NewNRGBA(b)
	ycbcr := image.NewYCbCr(b, image.YCbCrSubsampleRatio420)
	rows := raster.New(b.Dx(), b.Dy())
	for y := range b.Dy() {
		for x := range b.Dx() {
			v := want.pix[y*want.w+x]
			rgba.SetRGBA(x, y, color.RGBA{v, v, v, 255})
			nrgba.SetNRGBA(x, y, color.NRGBA{v, v, v, 255})
			ycbcr.Y[ycbcr.YOffset(x, y)] = v
			copy(rows.Row(y)[3*x:], []uint8{v, v, v})
		}
	}
	for _, img := range []image.Image{rgba, nrgba, ycbcr, rows, rgba.SubImage(b)} {
		if got := fromImage(img); string(got.pix) != string(want.pix) {
			t.Errorf("%T differs", img)
		}
	}
	part := fromImage(rgba.SubImage(image.Rect(100, 50, 140, 90)))
	if part.w != 40 || part.pix[0] != want.pix[50*want.w+100] {
		t.Error("a part of a picture starts elsewhere")
	}
}

func TestLimits(t *testing.T) {
	r := patient(t)
	for _, rect := range []image.Rectangle{{}, image.Rect(0, 0, MinSide-1, 500)} {
		if _, err := r.Read(context.Background(), image.NewGray(rect)); !errors.Is(err, ErrSize) {
			t.Errorf("%v: %v", rect, err)
		}
	}
	if _, err := r.Read(context.Background(), huge{}); !errors.Is(err, ErrSize) {
		t.Errorf("huge: %v", err)
	}
	if got, err := r.Read(context.Background(), image.NewGray(image.Rect(0, 0, MinSide, MinSide))); err != nil || len(got.Codes) > 0 {
		t.Errorf("black: %+v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Read(ctx, image.NewGray(image.Rect(0, 0, 100, 100))); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := New(Config{Budget: MaxBudget + 1, MaxTries: -1, MaxRegions: -1}); err == nil || strings.Count(err.Error(), "codes:") != 3 {
		t.Errorf("fields out of range: %v", err)
	}
}

// huge is a picture of more pixels than may be read.
type huge struct{ image.Image }

func (huge) Bounds() image.Rectangle { return image.Rect(0, 0, MaxPixels, 2) }

// TestBudget: tries and time end the work, and the result says so.
func TestBudget(t *testing.T) {
	s, err := codes.Decoy(9001, codes.Middle)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []Config{{Budget: time.Millisecond}, {Budget: MaxBudget, MaxTries: 3}} {
		r, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Read(context.Background(), s.Image)
		if err != nil || !got.Cut {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
		if c.MaxTries > 0 && got.Tries > c.MaxTries {
			t.Errorf("%d tries", got.Tries)
		}
	}
}

// TestAcceptance casts votes by hand.
func TestAcceptance(t *testing.T) {
	const proven = "010952123454321321A1"
	votes := func(b ballot, tries, places int) func(*ballots) {
		return func(v *ballots) {
			for i := range tries {
				v.count++
				v.cast(b, vec{float64(i % places), 0})
			}
		}
	}
	for name, c := range map[string]struct {
		b  ballot
		do []func(*ballots)
		ok bool
	}{
		"one QR with structure":        {ballot{QR, proven, true}, []func(*ballots){votes(ballot{QR, proven, true}, 1, 1)}, true},
		"one QR without":               {ballot{QR, "SERIAL1", false}, []func(*ballots){votes(ballot{QR, "SERIAL1", false}, 1, 1)}, false},
		"three QR without":             {ballot{QR, "SERIAL1", false}, []func(*ballots){votes(ballot{QR, "SERIAL1", false}, 3, 1)}, true},
		"short":                        {ballot{DataMatrix, "Uo", false}, []func(*ballots){votes(ballot{DataMatrix, "Uo", false}, 9, 3)}, false},
		"Code 128 at one place":        {ballot{Code128, "SERIAL1", false}, []func(*ballots){votes(ballot{Code128, "SERIAL1", false}, 9, 1)}, false},
		"Code 128 at two":              {ballot{Code128, "SERIAL1", false}, []func(*ballots){votes(ballot{Code128, "SERIAL1", false}, 3, 2)}, true},
		"EAN with a wrong check digit": {ballot{EAN13, "9521234543214", false}, []func(*ballots){votes(ballot{EAN13, "9521234543214", false}, 9, 3)}, false},
		"EAN":                          {ballot{EAN13, "9521234543213", false}, []func(*ballots){votes(ballot{EAN13, "9521234543213", false}, 4, 2)}, true},
		"EAN-8 too seldom":             {ballot{EAN8, "96385074", false}, []func(*ballots){votes(ballot{EAN8, "96385074", false}, 7, 3)}, false},
		"GS1 that is none":             {ballot{Code128, "99", true}, []func(*ballots){votes(ballot{Code128, "99", true}, 9, 3)}, false},
		"a rival": {ballot{Code128, "SERIAL1", false}, []func(*ballots){
			votes(ballot{Code128, "SERIAL2", false}, 2, 2), votes(ballot{Code128, "SERIAL1", false}, 5, 2)}, false},
		"a rival far behind": {ballot{Code128, "SERIAL1", false}, []func(*ballots){
			votes(ballot{Code128, "SERIAL2", false}, 2, 2), votes(ballot{Code128, "SERIAL1", false}, 6, 2)}, true},
		"a QR beside": {ballot{Code128, "SERIAL1", false}, []func(*ballots){
			votes(ballot{QR, "SERIAL2", false}, 2, 2), votes(ballot{Code128, "SERIAL1", false}, 3, 2)}, true},
	} {
		v := newTries(context.Background(), Config{}.withDefaults())
		for _, do := range c.do {
			do(v)
		}
		if got := v.verdict(c.b); got.ok != c.ok || got.ok == (got.reason != "") {
			t.Errorf("%s: %+v", name, got)
		}
	}
	trusting := newTries(context.Background(), Config{Trusted: func(s string) bool { return s == "SERIAL1" }}.withDefaults())
	trusting.cast(ballot{QR, "SERIAL1", false}, vec{})
	if !trusting.verdict(ballot{QR, "SERIAL1", false}).ok {
		t.Error("a text that the caller's rules know needs one try")
	}
}

type ballots = tries

// TestContained: a decoder's panic is an error.
func TestContained(t *testing.T) {
	_, err := contained(func() (*gozxing.Result, error) { panic("index out of range") })
	if !errors.Is(err, errReader) || !strings.Contains(err.Error(), "index") {
		t.Errorf("%v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	r, err := New(Config{})
	if err != nil {
		b.Fatal(err)
	}
	s := drawn(b, 1001, codes.QR, codes.Middle)
	for b.Loop() {
		if _, err := r.Read(context.Background(), s.Image); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("some pixels that are no code at all"), uint8(30))
	r, err := New(Config{Budget: MaxBudget, MaxTries: 60})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, pix []byte, w uint8) {
		side := MinSide + int(w)%64
		g := image.NewGray(image.Rect(0, 0, side, side))
		for i := range g.Pix {
			if len(pix) > 0 {
				g.Pix[i] = pix[i%len(pix)]
			}
		}
		got, err := r.Read(context.Background(), g)
		if err != nil || len(got.Codes) > 0 {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}
