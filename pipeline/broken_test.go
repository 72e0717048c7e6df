package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
)

// A run over many claims, of which one in twenty is broken in one of these ways.
const (
	manyClaims  = 2000
	brokenEvery = 20
)

// broken is one way in which input is bad, and the code that it must get.
type broken struct {
	name string
	code claim.Code
	// line makes the row; photo, if set, is the file that it refers to.
	line  func(id string) string
	photo func() []byte
	ext   string
}

func row(id, text, photo string) string {
	r := map[string]any{"id": id, "text": text, "labels": map[string]string{"severity": "major"}}
	if photo != "" {
		r["photos"] = []string{photo}
	}
	data, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func drawn(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(x * 7), uint8(y * 5), uint8(x * y), 255})
		}
	}
	return img
}

func encoded(encode func(*bytes.Buffer) error) []byte {
	var buf bytes.Buffer
	if err := encode(&buf); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func goodJPEG() []byte {
	return encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, drawn(120, 90), nil) })
}

// pngHeader claims a size of w by h pixels and holds next to none.
func pngHeader(w, h int) []byte {
	data := encoded(func(b *bytes.Buffer) error { return png.Encode(b, drawn(8, 8)) })
	for i := range 4 {
		data[16+i] = byte(w >> (24 - 8*i))
		data[20+i] = byte(h >> (24 - 8*i))
	}
	return data
}

func ways() []broken {
	plain := func(photo string) func(string) string {
		return func(id string) string { return row(id, "the hinge broke", photo) }
	}
	return []broken{
		{name: "truncated", code: claim.CodePhotoTruncated, ext: "jpg", photo: func() []byte { d := goodJPEG(); return d[:len(d)*2/3] }},
		{name: "renamed", code: claim.CodePhotoFormat, ext: "jpg", photo: func() []byte { return []byte("%PDF-1.7 not a photo at all") }},
		{name: "bomb", code: claim.CodePhotoPixels, ext: "png", photo: func() []byte { return pngHeader(15000, 15000) }},
		{name: "huge header", code: claim.CodePhotoSide, ext: "png", photo: func() []byte { return pngHeader(30000, 30000) }},
		{name: "no bytes", code: claim.CodePhotoEmpty, ext: "jpg", photo: func() []byte { return nil }},
		{name: "missing", code: claim.CodePhotoMissing, line: plain("nowhere.jpg")},
		{name: "empty text", code: claim.CodeTextEmpty, line: func(id string) string { return row(id, "  ", "") }},
		{name: "bad UTF-8", code: claim.CodeTextUTF8, line: func(id string) string { return strings.Replace(row(id, "broke @ once", ""), "@", "\xff\xfe", 1) }},
		{name: "unknown label", code: claim.CodeLabelUnknown, line: func(id string) string { return strings.Replace(row(id, "broke", ""), "major", "terrible", 1) }},
		{name: "malformed", code: claim.CodeRowMalformed, line: func(string) string { return `{"id": "x", "text": ` }},
	}
}

// write makes the data set and gives the expected code by place.
func write(t *testing.T, dir string) map[int]claim.Code {
	t.Helper()
	put := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("good.jpg", goodJPEG())
	list, want := ways(), map[int]claim.Code{}
	var lines []string
	for i := range manyClaims {
		id := fmt.Sprintf("c%04d", i)
		if i%brokenEvery != 0 {
			lines = append(lines, row(id, "the hinge broke", []string{"", "good.jpg"}[i%2]))
			continue
		}
		b := list[i/brokenEvery%len(list)]
		want[i] = b.code
		if b.photo == nil {
			lines = append(lines, b.line(id))
			continue
		}
		name := strings.ReplaceAll(b.name, " ", "-") + "." + b.ext
		put(name, b.photo())
		lines = append(lines, row(id, "the hinge broke", name))
	}
	put("claims.jsonl", []byte(strings.Join(lines, "\n")+"\n"))
	return want
}

func TestManyClaimsWithBrokenOnes(t *testing.T) {
	dir := t.TempDir()
	want := write(t, dir)
	set, err := datasets.Open(filepath.Join(dir, "claims.jsonl"), datasets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enc := encoders{side: 64, features: func(ctx context.Context, c claim.Claim, photos []*raster.Image) (feature.Example, error) {
		return words(ctx, c, photos)
	}}
	place, used := 0, 0
	err = engine(t, pipeline.Config{}).Encode(context.Background(), enc, set.Claims(context.Background()), func(e pipeline.Encoded) error {
		code, bad := want[place]
		found := false
		for _, p := range e.Problems {
			found = found || p.Code == code
		}
		if bad != found || (!bad && len(e.Problems) > 0) {
			t.Errorf("place %d: problems %v, want %q", place, e.Problems, code)
		}
		if strings.HasPrefix(string(code), "photo_") && e.Features == nil {
			t.Errorf("place %d: a broken photo cost the claim its text", place)
		}
		for _, p := range e.Photos {
			if p.Used {
				used++
			}
		}
		place++
		return nil
	})
	if err != nil || place != manyClaims {
		t.Fatalf("%d claims came out, error %v", place, err)
	}
	if used != manyClaims/2 {
		t.Errorf("%d photos were used, want %d", used, manyClaims/2)
	}
}
