package web

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func encoded(t *testing.T, kind string, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.White, color.Black})
	for i := range img.Pix {
		img.Pix[i] = uint8(i / 7 % 2)
	}
	var err error
	switch kind {
	case "jpeg":
		err = jpeg.Encode(&out, img, nil)
	case "png":
		err = png.Encode(&out, img)
	case "gif":
		err = gif.Encode(&out, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPhotoTypes(t *testing.T) {
	f := newFake()
	s := newSite(t, f, nil)
	webp := []byte("RIFF\x00\x00\x00\x00WEBPVP8 ")
	heic := []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1")
	for _, c := range []struct {
		name   string
		data   []byte
		status int
		kind   string
	}{
		{"jpeg", encoded(t, "jpeg", 8, 8), 200, "image/jpeg"},
		{"png", encoded(t, "png", 8, 8), 200, "image/png"},
		{"gif", encoded(t, "gif", 8, 8), 200, "image/gif"},
		{"webp", webp, 200, "image/webp"},
		{"heic", heic, 200, "image/heic"},
		{"svg", []byte("<svg onload=alert(1)>"), 415, ""},
		{"html", []byte("<!DOCTYPE html><script>alert(1)</script>"), 415, ""},
		{"pdf", []byte("%PDF-1.7"), 415, ""},
		{"empty", nil, 415, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.do(t, http.MethodGet, "/photos/"+f.put(c.data))
			if w.Code != c.status {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			if c.status != 200 {
				if kind := w.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" || strings.Contains(w.Body.String(), "<") {
					t.Errorf("refused as %s: %s", kind, w.Body)
				}
				return
			}
			want := map[string]string{
				"Content-Type": c.kind, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
				"Cache-Control": "private, max-age=31536000, immutable", "Cross-Origin-Resource-Policy": "same-origin",
			}
			for name, v := range want {
				if got := w.Header().Get(name); got != v {
					t.Errorf("%s is %q, want %q", name, got, v)
				}
			}
			if !bytes.Equal(w.Body.Bytes(), c.data) {
				t.Error("other bytes")
			}
		})
	}
}

func TestPhotoCopies(t *testing.T) {
	f := newFake()
	s := newSite(t, f, nil)
	for _, c := range []struct {
		w, h         int
		kind, size   string
		wantW, wantH int
	}{
		{1600, 1200, "jpeg", "small", 320, 240},
		{1200, 1600, "jpeg", "small", 240, 320},
		{1600, 1200, "png", "large", 1280, 960},
		{100, 60, "jpeg", "small", 100, 60}, // never enlarged
		{2000, 100, "gif", "small", 320, 16},
	} {
		t.Run(fmt.Sprintf("%dx%d %s", c.w, c.h, c.size), func(t *testing.T) {
			path := "/photos/" + f.put(encoded(t, c.kind, c.w, c.h)) + "/" + c.size
			w := s.do(t, http.MethodGet, path)
			if w.Code != 200 || w.Header().Get("Content-Type") != "image/jpeg" {
				t.Fatalf("status %d, %s: %s", w.Code, w.Header().Get("Content-Type"), s.log)
			}
			got, err := jpeg.DecodeConfig(w.Body)
			if err != nil || got.Width != c.wantW || got.Height != c.wantH {
				t.Errorf("%dx%d (%v), want %dx%d", got.Width, got.Height, err, c.wantW, c.wantH)
			}
			tag := w.Header().Get("ETag")
			if again := s.do(t, http.MethodGet, path, "If-None-Match", tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
				t.Errorf("a known copy is answered with %d", again.Code)
			}
			if head := s.do(t, http.MethodHead, path); head.Code != 200 || head.Body.Len() > 0 {
				t.Errorf("HEAD is answered with %d and %d bytes", head.Code, head.Body.Len())
			}
		})
	}
}

func TestPhotoRefusals(t *testing.T) {
	f := newFake()
	good := f.put(encoded(t, "jpeg", 30, 30))
	broken := f.put(encoded(t, "jpeg", 300, 300)[:400])
	text := f.put([]byte("no photo"))
	s := newSite(t, f, nil)
	missing := "sha256:" + strings.Repeat("a", 64)
	for _, c := range []struct {
		path   string
		fail   error
		status int
	}{
		{"/photos/" + missing, nil, 404},
		{"/photos/" + missing + "/small", nil, 404},
		{"/photos/..%2f..%2fetc%2fpasswd", nil, 404},
		{"/photos/" + strings.ToUpper(good), nil, 404},
		{"/photos/" + good + "/huge", nil, 404},
		{"/photos/" + broken + "/small", nil, 422},
		{"/photos/" + text + "/small", nil, 422},
		{"/photos/" + good, claim.Problem{Code: claim.CodePhotoMissing}, 404},
		{"/photos/" + good, store.ErrBusy, 503},
		{"/photos/" + good, claim.Problem{Code: claim.CodePhotoStore, Message: "secret"}, 500},
		{"/photos/" + good + "/small", errors.New("secret"), 500},
	} {
		f.fail["Read"] = c.fail
		w := s.do(t, http.MethodGet, c.path)
		if w.Code != c.status {
			t.Errorf("%s with %v: status %d, want %d", c.path, c.fail, w.Code, c.status)
		}
		if strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: the refusal shows an error or is kept: %s %v", c.path, w.Body, w.Header())
		}
	}
}
